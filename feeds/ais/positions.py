"""Decoded messages that say where somebody is become `Reports`.

| type | from | speed | not available |
|---|---|---|---|
| 1, 2, 3 | class A | 0.1 kn | lat 91, lon 181, 102.3 kn, course 360.0, heading 511 |
| 4, 11 | base station; ship that was asked for the time | | lat 91, lon 181 |
| 9 | search and rescue aircraft | whole knots | as 1, speed 1023, altitude 4095 m |
| 18, 19 | class B | 0.1 kn | as 1 |
| 21, 28 | aid to navigation | | lat 91, lon 181 |
| 27 | long range, position to 1/10 minute | whole knots | as 1, speed 63, course 511 |

Values that the standard leaves unused (course 360.1 to 409.5, heading 360 to
510) are as much as not said. A position off the globe is refused and
counted; the rest of its message stands.

Source: ITU-R M.1371-5 annex 8; type 28 ITU-R M.1371-6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from feeds.ais.assembly import Whole
from feeds.ais.hashing import hash_of
from feeds.ais.refusal import REFUSALS, Refusal
from feeds.ais.senders import message_doubts
from feeds.mmsi import form_doubts
from feeds.rejects import Rejects
from feeds.reports import Domain, Doubt, Reports, Source, entities
from feeds.tally import Refused, tally
from geo.batch import Bools, Floats, Ids, Ints, Ragged

KNOT_MPS = 1852.0 / 3600.0
SOURCES = {
    **dict.fromkeys((1, 2, 3, 11), Source.AIS_A),
    **dict.fromkeys((18, 19), Source.AIS_B),
    **dict.fromkeys((21, 28), Source.AIS_ATON),
    4: Source.AIS_BASE,
    9: Source.AIS_SAR,
    27: Source.AIS_LONG_RANGE,
}
"""Message types that bear a position, and what sort of transmission each is."""

LIMITS = np.tile(np.array([[102.25], [360.0], [360.0], [4095.0]]), 64)
"""From here on the standard says nothing: speed, course, heading and altitude, by message type."""
LIMITS[0, [9, 27]] = 1022.5, 62.5
NO_PLACE, POLES = (91.0, 181.0), (90.0, 180.0)
"""Latitude and longitude."""
SECOND_DOUBTS = np.zeros(65, np.uint32)
SECOND_DOUBTS[61] = Doubt.POSITION_MANUAL
SECOND_DOUBTS[62] = Doubt.POSITION_DEAD_RECKONED
SECOND_DOUBTS[63] = Doubt.POSITION_SENSOR_OFF
_NO_SECOND = 64


FIELDS = (
    "lat",
    "lon",
    "speed",
    "course",
    "heading",
    "alt",
    "reserved_1",
    "status",
    "accuracy",
    "second",
)
"""What is read of a message with a position, by pyais' names."""
SOURCE = np.zeros(64, np.uint8)
SOURCE[list(SOURCES)] = list(SOURCES.values())


class Message(NamedTuple):
    """One decoded message: who heard it, its payload, its type, its sender and pyais' object."""

    station: int
    whole: Whole
    kind: int
    mmsi: int
    body: Any


class Placed(NamedTuple):
    """Messages that bear a position, in columns. Shapes: (n,), but `fields` (10, n).

    Attributes:
        station: who heard it.
        time_s, guessed, signal_dbfs: of the first of its sentences to be heard.
        arrival_s: of the one that made it whole.
        kind: message type.
        mmsi: of the sender.
        message: hash of what was transmitted.
        fields: values as pyais gives them, NaN where a type has no such field: in the order of `FIELDS`.
        payload: an armoured payload by row, to be shown.
    """

    station: Ints
    time_s: Floats
    guessed: Bools
    signal_dbfs: Floats
    arrival_s: Floats
    kind: Ints
    mmsi: Ints
    message: Ids
    fields: Floats
    payload: Callable[[int], bytes]


def reports_of(messages: Sequence[Message], rejects: Rejects, name: Callable[[int], str] = str) -> Reports:
    """The positions among the messages, in their order.

    Args:
        messages: decoded, of any type.
        rejects: takes a count of the positions that no place on earth has.
        name: a station's name by its number, for the rejects.
    """
    chosen = [each for each in messages if each.kind in SOURCES]
    if not chosen:
        return Reports.empty()
    placed = Placed(
        np.array([each.station for each in chosen], np.int64),
        np.array([each.whole.first.time_s for each in chosen], np.float64),
        np.array([each.whole.first.guessed for each in chosen], np.bool_),
        np.array([each.whole.first.signal_dbfs for each in chosen], np.float64),
        np.array([each.whole.arrival_s for each in chosen], np.float64),
        np.array([each.kind for each in chosen], np.int64),
        np.array([each.mmsi for each in chosen], np.int64),
        np.array([hash_of(each.whole.payload, each.whole.fill) for each in chosen], np.uint64),
        np.array([[getattr(each.body, field, np.nan) for each in chosen] for field in FIELDS], np.float64),
        lambda row: chosen[row].whole.payload,
    )
    return reports_from(placed, rejects, name)


def reports_from(placed: Placed, rejects: Rejects, name: Callable[[int], str]) -> Reports:
    """Positions in columns, in house units, doubted."""
    kind = placed.kind
    (lat_deg, lon_deg), impossible = _places(placed.fields[0:2])
    movement = placed.fields[2:6]
    speed_kn, cog_deg, heading_deg, alt_m = np.where(movement >= LIMITS[:, kind], np.nan, movement)
    reserved, second = placed.fields[6], placed.fields[9]
    status, integrity = np.where(np.isnan(placed.fields[7:9]), -1.0, placed.fields[7:9]).astype(np.int8)
    rows = impossible.nonzero()[0]
    if len(rows):
        counted(rejects, placed.station[rows], name, lambda at: placed.payload(int(rows[at])))
    return Reports.of(
        len(kind),
        time_s=placed.time_s,
        arrival_s=placed.arrival_s,
        entity=entities(Domain.AIS, placed.mmsi),
        message=placed.message,
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        sog_mps=speed_kn * KNOT_MPS,
        cog_deg=cog_deg,
        heading_deg=heading_deg,
        alt_m=alt_m,
        # The first bit of type 9's reserved byte is the altitude sensor since M.1371-4: 0 GNSS, 1 barometric.
        alt_geometric=(kind == 9) & (alt_m < 4095) & (reserved < 128),
        status=status,
        integrity=integrity,
        source=SOURCE[kind],
        stations=Ragged.singles(placed.station, np.uint32),
        signal_dbfs=placed.signal_dbfs,
        doubt=_doubts(placed, second),
    )


def counted(
    rejects: Rejects, station: Ints, name: Callable[[int], str], payload: Callable[[int], bytes]
) -> None:
    """Count positions that no place on earth has: whose station it was, and each one's payload by row."""
    why = np.full(len(station), REFUSALS.index(Refusal.IMPOSSIBLE_POSITION))
    tally(rejects, Refused(why, station, np.ones(len(station), np.int64)), REFUSALS, name, payload)


def _places(said: Floats) -> tuple[Floats, Bools]:
    """Latitudes and longitudes or NaN for both, and where they name no place on earth. Shapes: (2, n) -> (2, n), (n,)."""
    unsaid = said == np.array([NO_PLACE]).T
    off = (np.abs(said) > np.array([POLES]).T) & ~unsaid
    return np.where((unsaid | off).any(axis=0), np.nan, said), off.any(axis=0)


def _doubts(placed: Placed, second: Floats) -> npt.NDArray[np.uint32]:
    kind = placed.kind
    # The `second` of types 4 and 11 is a clock's and runs to 60; elsewhere 61 to 63 tell how the position was made.
    unsaid = np.isnan(second) | (kind == 4) | (kind == 11)
    doubts: npt.NDArray[np.uint32] = (
        form_doubts(placed.mmsi)
        | message_doubts(placed.mmsi, kind)
        | SECOND_DOUBTS[np.where(unsaid, _NO_SECOND, second).astype(np.int64)]
        | np.where(placed.guessed, np.uint32(Doubt.TIME_GUESSED), np.uint32(0))
    )
    return doubts
