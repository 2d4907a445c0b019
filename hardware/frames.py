"""`Frames`: raw bytes as one station heard them, with station, UTC and signal.

A frame is one NMEA sentence (text, from `!` or `$` to the checksum, without
tag block or line end) or one Mode S frame (7 or 14 bytes). What the bytes
mean is nobody's business here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from geo.batch import Batch, Floats, Ragged, column, ragged


class Kind(IntEnum):
    """What sort of bytes a frame holds."""

    NMEA = 1
    MODE_S = 2


@dataclass(frozen=True, eq=False, kw_only=True)
class Frames(Batch):
    """One row a frame heard by one station.

    Columns:
        time_s: Unix seconds UTC at which the station heard it.
        arrival_s: the server's clock; NaN in recordings without it.
        station: number of the station (`geo.stations`).
        kind: `Kind`.
        time_guessed: the line bore no time; that of the line before it stands here.
        signal_dbfs: NaN where the receiver does not say.
        payload: the bytes.
    """

    time_s: Floats = column("f8", np.nan)
    arrival_s: Floats = column("f8", np.nan)
    station: npt.NDArray[np.uint32] = column("u4", 0)
    kind: npt.NDArray[np.uint8] = column("u1", 0)
    time_guessed: npt.NDArray[np.bool_] = column("?", missing=False)
    signal_dbfs: Floats = column("f8", np.nan)
    payload: Ragged = ragged("u1")
