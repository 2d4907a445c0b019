"""The movers of a world as columns: what does not change of each, and what is true at each transmission.

`Crews` has one row a mover; `Moments` one row a transmission, with the row of its mover.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.batch import Batch, Bools, Floats, Ids, Ints, column
from hardware.virtual.chance import bits_of, mixed, uniform
from headland.proving.mover import Mover
from headland.proving.transmitting_rates import Schedule

AIS_DBM = {"A": 41.0, "B": 33.0, "SAR": 41.0}
"""12.5 W of class A and of aircraft, 2 W of class B that listens first (M.1371-5 annexes 2 and 7); aerial and cable cancel."""
SOTDMA_B_DBM = 37.0
ADSB_DBM, LIGHT_ADSB_DBM, DEVICE_DBM = 53.0, 50.0, 43.0
"""200 W of airliners, 100 W of light aircraft (DO-260B classes A1 to A3), 20 W of portable devices."""
SOUND_EPU_M = {"A": 9.0, "B": 14.0, "SAR": 9.0, "ADSB": 18.0}
GOOD_SHARE, GOOD_EPU_M = 0.35, 5.0
"""Of the transponders so many have corrections and say that they are accurate."""
_LIGHT = ("A1", "B1", "B2", "B3", "B4")
_OF_DEVICE, _OF_SOTDMA, _OF_GOOD = 0xDE1, 0xDE2, 0xDE3
_DEVICE_SHARE, _SOTDMA_SHARE = 0.4, 0.15


@dataclass(frozen=True, eq=False, kw_only=True)
class Crews(Batch):
    """One row a mover.

    Columns:
        key: of its chances; the same whoever else is in the world.
        device: of ADS-B, no transponder (DF18); carrier_sense: of class B, the sort that listens first.
        sound_epu_m: 95 % uncertainty of its fixes when they are sound.
        aerial_m: of vessels, height of the antenna above the water.
    """

    key: Ids = column("u8", 0)
    number: Ints = column("i8", 0)
    name: npt.NDArray[np.str_] = column("U20", "")
    callsign: npt.NDArray[np.str_] = column("U8", "")
    ship_type: Ints = column("i8", 0)
    length_m: Floats = column("f8", 0.0)
    beam_m: Floats = column("f8", 0.0)
    draught_m: Floats = column("f8", 0.0)
    destination: npt.NDArray[np.str_] = column("U20", "")
    imo: Ints = column("i8", 0)
    category: npt.NDArray[np.str_] = column("U2", "")
    device: Bools = column("?", missing=False)
    carrier_sense: Bools = column("?", missing=True)
    power_dbm: Floats = column("f8", np.nan)
    sound_epu_m: Floats = column("f8", np.nan)
    aerial_m: Floats = column("f8", np.nan)


@dataclass(frozen=True, eq=False, kw_only=True)
class Moments(Batch):
    """One row a transmission: what is true then, and what the transponder believes.

    Columns:
        mover: row of its crew; sort, ordinal: see `Schedule`.
        said_lat_deg, said_lon_deg: where it believes it is, but for the error of a sound fix.
        said_epu_m: the uncertainty it claims; NaN is that of a sound fix.
    """

    time_s: Floats = column("f8", np.nan)
    mover: Ints = column("i8", -1)
    sort: npt.NDArray[np.uint8] = column("u1", 0)
    ordinal: Ints = column("i8", 0)
    lat_deg: Floats = column("f8", np.nan)
    lon_deg: Floats = column("f8", np.nan)
    alt_m: Floats = column("f8", np.nan)
    sog_mps: Floats = column("f8", np.nan)
    cog_deg: Floats = column("f8", np.nan)
    heading_deg: Floats = column("f8", np.nan)
    climb_mps: Floats = column("f8", np.nan)
    on_ground: Bools = column("?", missing=False)
    status: npt.NDArray[np.int8] = column("i1", 15)
    squawk: npt.NDArray[np.int16] = column("i2", -1)
    said_lat_deg: Floats = column("f8", np.nan)
    said_lon_deg: Floats = column("f8", np.nan)
    said_epu_m: Floats = column("f8", np.nan)


_TRUE = tuple(
    name for name in Moments.empty().columns() if name not in {"time_s", "mover", "sort", "ordinal"}
)


def crews_of(movers: Sequence[Mover], seed: int) -> Crews:
    """What does not change of the movers."""

    def column_of(name: str) -> list[object]:
        return [getattr(mover, name) for mover in movers]

    first = np.array([[m.time_s[0], m.lat_deg[0], m.lon_deg[0]] for m in movers]).reshape(-1, 3)
    number = np.array(column_of("number"), np.int64)
    # Two movers may share a number: a false identity is one of the things that a world is made for.
    key = mixed(seed, number.astype(np.uint64), *(bits_of(each) for each in first.T))
    light = np.isin([mover.category for mover in movers], _LIGHT)
    device = light & (uniform(key, _OF_DEVICE) < _DEVICE_SHARE)
    sotdma = uniform(key, _OF_SOTDMA) < _SOTDMA_SHARE
    length_m = np.array(column_of("length_m"), np.float64)
    good = uniform(key, _OF_GOOD) < GOOD_SHARE
    usual_m = np.array([SOUND_EPU_M.get(mover.transponder, np.nan) for mover in movers], np.float64)
    names = ("name", "callsign", "ship_type", "beam_m", "draught_m", "destination", "imo", "category")
    return Crews.of(
        len(movers),
        key=key,
        number=number,
        length_m=length_m,
        device=device,
        carrier_sense=~sotdma,
        power_dbm=_powers(movers, light, device, sotdma),
        sound_epu_m=np.where(good, GOOD_EPU_M, usual_m),
        # A bridge grows with its ship: 3 m on a boat, 27 m on a ship of 200 m.
        aerial_m=np.clip(3.0 + 0.12 * length_m, 3.0, 40.0),
        **{name: column_of(name) for name in names},
    )


def _powers(movers: Sequence[Mover], light: Bools, device: Bools, sotdma: Bools) -> Floats:
    said = np.array([AIS_DBM.get(mover.transponder, ADSB_DBM) for mover in movers], np.float64)
    adsb = np.array([mover.transponder == "ADSB" for mover in movers], np.bool_)
    class_b = np.array([mover.transponder == "B" for mover in movers], np.bool_)
    cases = [adsb & device, adsb & light, class_b & sotdma]
    return np.select(cases, [DEVICE_DBM, LIGHT_ADSB_DBM, SOTDMA_B_DBM], said)


def moments_of(movers: Sequence[Mover], rows: Ints, planned: Schedule) -> Moments:
    """What is true at each planned transmission; `rows` names the mover of each. Shape: (n,) x2 -> (n,)."""
    order = np.argsort(rows, kind="stable")
    parts = []
    for part in np.split(order, np.flatnonzero(np.diff(rows[order])) + 1):
        if len(part):
            chosen = planned.take(part)
            true = movers[int(rows[part[0]])].at(chosen.time_s)
            parts.append(
                Moments(
                    time_s=chosen.time_s,
                    mover=rows[part],
                    sort=chosen.sort,
                    ordinal=chosen.ordinal,
                    **{name: true[name] for name in _TRUE},
                )
            )
    return Moments.concat(parts)
