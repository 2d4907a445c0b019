"""`Antenna`: one virtual receiver, its place, its ears, its clock and its bad days.

Sensitivities are levels at which half of the messages are understood. An AIS
receiver must do with -107 dBm (20 % lost, IEC 61993-2); -104 stands for
the cheap radios that volunteers use. At 1,090 MHz DO-260B asks -84 dBm
of an airborne receiver (class A3, 10 % lost); a dongle with filter and
amplifier on a roof does about -88.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo.batch import Bools, Floats, Ids
from geo.stations import station_number
from hardware.frames import Kind
from hardware.virtual.chance import normal

AIS, ADSB = "ais", "adsb"
KINDS = {AIS: Kind.NMEA, ADSB: Kind.MODE_S}
SENSITIVITY_DBM = {AIS: -104.0, ADSB: -88.0}
FULL_SCALE_DBM = {AIS: -45.0, ADSB: -50.0}
"""Power at which a receiver of such a gain is full: what it calls 0 dBFS."""
_OF_JITTER = 0x717


@dataclass(frozen=True, slots=True, kw_only=True)
class Antenna:
    """One virtual receiver.

    Attributes:
        id: of the station, `[a-z0-9-]{3,32}`; one station may have an antenna of each kind.
        antenna_m: above the sea.
        kind: "ais" or "adsb".
        sensitivity_dbm: half of the messages at this level are understood; None: that of the kind.
        gain_db: of the antenna, less the cable.
        noise_db: by which interference at the site lifts the floor.
        quality: share of the messages understood that the station hands on.
        clock_offset_s, clock_drift_ppm, clock_jitter_s: its clock is ahead by offset + drift * elapsed + chance.
        outages: spans of true time [start, end) in which it hears nothing.
    """

    id: str
    lat_deg: float
    lon_deg: float
    antenna_m: float
    kind: str
    sensitivity_dbm: float | None = None
    gain_db: float = 3.0
    noise_db: float = 0.0
    quality: float = 1.0
    clock_offset_s: float = 0.0
    clock_drift_ppm: float = 0.0
    clock_jitter_s: float = 0.002
    outages: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f'{self.id}: kind is "ais" or "adsb"')
        if not (abs(self.lat_deg) <= 90 and abs(self.lon_deg) <= 180 and 0 <= self.antenna_m < 9000):
            raise ValueError(f"{self.id}: lat within 90, lon within 180, antenna_m from 0 to 9000")

    @property
    def number(self) -> int:
        """The number by which columns name the station."""
        return station_number(self.id)

    @property
    def threshold_dbm(self) -> float:
        """The level at which half of the messages are understood here."""
        usual = SENSITIVITY_DBM[self.kind] if self.sensitivity_dbm is None else self.sensitivity_dbm
        return usual + self.noise_db

    def awake(self, time_s: Floats) -> Bools:
        """Whether it hears at these times. Shape: (n,) -> (n,)."""
        out = np.zeros(len(time_s), np.bool_)
        for start_s, end_s in self.outages:
            out |= (time_s >= start_s) & (time_s < end_s)
        return ~out

    def told_s(self, time_s: Floats, keys: Ids, seed: int, epoch_s: float) -> Floats:
        """What its clock says at these times; `epoch_s` is when it began to drift. Shape: (n,) x2 -> (n,)."""
        ahead = self.clock_offset_s + 1e-6 * self.clock_drift_ppm * (time_s - epoch_s)
        return time_s + ahead + self.clock_jitter_s * normal(seed, _OF_JITTER, self.number, keys)


def stations_json(antennas: Iterable[Antenna]) -> list[dict[str, Any]]:
    """The contract's stations file of these antennas."""
    return [
        {"id": a.id, "lat": a.lat_deg, "lon": a.lon_deg, "antenna_m": a.antenna_m, "kind": a.kind}
        for a in antennas
    ]
