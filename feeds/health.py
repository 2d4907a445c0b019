"""`Health`: how stations say they are doing, every half minute.

A station's health line is one JSON object. Whatever of it is missing, null
or not what it should be is NaN, -1 or empty here; a line that is no object is
counted. Times are Unix seconds by the station's clock; `arrival_s` is the
server's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from feeds.lines import LINE_BYTES
from feeds.nmea import STATION_REFUSED
from feeds.rejects import Rejects
from feeds.text import canonical
from geo.batch import Batch, Floats, column
from geo.stations import StationNames

BAD_HEALTH = "health line not understood"
LARGEST = 1e15
"""Beyond it a number is nothing that a station counts or measures."""
_NUMBERS = (
    "uptime_s",
    "clock_offset_s",
    "clock_error_s",
    "entities_per_min",
    "spool_batches",
    "spool_bytes",
    "lost_batches",
    "noise_dbfs",
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Health(Batch):
    """One row a health line.

    Columns:
        ais_per_min, modes_per_min: messages heard, by kind.
        clock_source: what sets the station's clock: `pps`, `ntp`, `none`, or what else it says.
        clock_offset_s, clock_error_s: what is still to be corrected, and the estimate of the error.
        spool_batches, spool_bytes: what waits at the station; lost_batches: what it had to drop.
        version: of the agent, as it says.
    """

    time_s: Floats = column("f8", np.nan)
    arrival_s: Floats = column("f8", np.nan)
    station: npt.NDArray[np.uint32] = column("u4", 0)
    uptime_s: Floats = column("f8", np.nan)
    clock_source: npt.NDArray[np.str_] = column("U8", "")
    clock_offset_s: Floats = column("f8", np.nan)
    clock_error_s: Floats = column("f8", np.nan)
    ais_per_min: Floats = column("f8", np.nan)
    modes_per_min: Floats = column("f8", np.nan)
    entities_per_min: Floats = column("f8", np.nan)
    spool_batches: Floats = column("f8", np.nan)
    spool_bytes: Floats = column("f8", np.nan)
    lost_batches: Floats = column("f8", np.nan)
    noise_dbfs: Floats = column("f8", np.nan)
    version: npt.NDArray[np.str_] = column("U16", "")


def health_of(body: bytes, station: str, arrival_s: float, names: StationNames, rejects: Rejects) -> Health:
    """The health lines of one batch, its first line taken off; one row a line that is an object."""
    try:
        number = names.number(station)
    except ValueError:
        rejects.add(STATION_REFUSED, station.encode(), station)
        return Health.empty()
    told = []
    for line in filter(None, map(bytes.strip, body.split(b"\n"))):
        said = _object(line)
        if said is None:
            rejects.add(BAD_HEALTH, line, station)
        else:
            told.append(said)
    rates = [said.get("messages_per_min") for said in told]
    per_min = [rate if isinstance(rate, dict) else {} for rate in rates]
    return Health.of(
        len(told),
        time_s=[_number(said.get("time_s")) for said in told],
        arrival_s=[arrival_s] * len(told),
        station=np.full(len(told), number, np.uint32),
        clock_source=np.array([_word(said.get("clock_source"), 8) for said in told], "U8"),
        ais_per_min=[_number(rate.get("ais")) for rate in per_min],
        modes_per_min=[_number(rate.get("modes")) for rate in per_min],
        version=np.array([_word(said.get("version"), 16) for said in told], "U16"),
        **{name: [_number(said.get(name)) for said in told] for name in _NUMBERS},
    )


def _object(line: bytes) -> dict[str, Any] | None:
    if len(line) > LINE_BYTES:
        return None
    try:
        said = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return said if isinstance(said, dict) else None


def _number(said: Any) -> float:
    """A finite number of a size that can be meant, or NaN."""
    if isinstance(said, bool) or not isinstance(said, int | float):
        return math.nan
    return float(said) if math.isfinite(said) and abs(said) <= LARGEST else math.nan


def _word(said: Any, characters: int) -> str:
    return canonical(said, characters) if isinstance(said, str) else ""
