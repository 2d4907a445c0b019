"""`Emissions`: everything that was transmitted, when, from where and how loudly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.batch import Batch, Floats, Ids, Ragged, column, ragged
from hardware.virtual.chance import bits_of, mixed


@dataclass(frozen=True, eq=False, kw_only=True)
class Emissions(Batch):
    """One row a transmission. A message of two sentences is two rows with one emitter and time: one fate.

    Columns:
        time_s: Unix seconds UTC at which it begins.
        lat_deg, lon_deg, alt_m: of the transmitting antenna, metres above the sea.
        power_dbm: radiated, antenna gain and cable loss included.
        kind: `hardware.frames.Kind`; NMEA is AIS on its VHF channels, MODE_S is 1,090 MHz.
        channel: 0 or 1 of the two AIS channels.
        emitter: whose transmission it is; any number.
        payload: the frame, as `Frames` has it.
    """

    time_s: Floats = column("f8", np.nan)
    lat_deg: Floats = column("f8", np.nan)
    lon_deg: Floats = column("f8", np.nan)
    alt_m: Floats = column("f8", 0.0)
    power_dbm: Floats = column("f8", np.nan)
    kind: npt.NDArray[np.uint8] = column("u1", 0)
    channel: npt.NDArray[np.uint8] = column("u1", 0)
    emitter: Ids = column("u8", 0)
    payload: Ragged = ragged("u1")


def keys_of(emissions: Emissions) -> Ids:
    """What each transmission's chance hangs on: its emitter and its time, nothing else. Shape: (n,)."""
    return mixed(emissions.emitter, bits_of(emissions.time_s))
