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

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from feeds.ais.assembly import Whole
from feeds.ais.message import transmitted
from feeds.ais.refusal import Refusal
from feeds.ais.senders import message_doubts
from feeds.mmsi import form_doubts
from feeds.rejects import Rejects
from feeds.reports import Domain, Doubt, Reports, Source, entities
from geo.batch import Bools, Floats, Ints, Ragged

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

_LIMIT_KN = np.full(64, 102.25)
_LIMIT_KN[9], _LIMIT_KN[27] = 1022.5, 62.5
_SECOND_DOUBTS = np.zeros(65, np.uint32)
_SECOND_DOUBTS[61] = Doubt.POSITION_MANUAL
_SECOND_DOUBTS[62] = Doubt.POSITION_DEAD_RECKONED
_SECOND_DOUBTS[63] = Doubt.POSITION_SENSOR_OFF
_NO_SECOND = 64


class Message(NamedTuple):
    """One decoded message: who heard it, its payload, its type, its sender and pyais' object."""

    station: int
    whole: Whole
    kind: int
    mmsi: int
    body: Any


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
    kind: Ints = np.array([each.kind for each in chosen], np.int64)
    mmsi: Ints = np.array([each.mmsi for each in chosen], np.int64)
    lat_deg, lon_deg, impossible = _places(_said(chosen, "lat"), _said(chosen, "lon"))
    for at in np.flatnonzero(impossible):
        rejects.add(Refusal.IMPOSSIBLE_POSITION, chosen[at].whole.payload, name(chosen[at].station))
    return Reports.of(
        len(chosen),
        time_s=[each.whole.first.time_s for each in chosen],
        arrival_s=[each.whole.arrival_s for each in chosen],
        entity=entities(Domain.AIS, mmsi),
        message=np.array([_hash(each.whole) for each in chosen], np.uint64),
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        **_movement(chosen, kind),
        status=_said(chosen, "status", -1.0).astype(np.int8),
        integrity=_said(chosen, "accuracy", -1.0).astype(np.int8),
        source=np.array([SOURCES[each.kind] for each in chosen], np.uint8),
        stations=Ragged.singles([each.station for each in chosen], np.uint32),
        signal_dbfs=[each.whole.first.signal_dbfs for each in chosen],
        doubt=_doubts(chosen, kind, mmsi),
    )


def _said(chosen: list[Message], name: str, missing: float = np.nan) -> Floats:
    """A field of every message's object as floats; `missing` where its type has none."""
    return np.array([getattr(each.body, name, missing) for each in chosen], np.float64)


def _places(lat: Floats, lon: Floats) -> tuple[Floats, Floats, Bools]:
    """Degrees or NaN for both, and where they name no place on earth."""
    impossible = ((np.abs(lat) > 90) & (lat != 91)) | ((np.abs(lon) > 180) & (lon != 181))
    unsaid = impossible | (lat == 91) | (lon == 181)
    return np.where(unsaid, np.nan, lat), np.where(unsaid, np.nan, lon), impossible


def _movement(chosen: list[Message], kind: Ints) -> dict[str, npt.NDArray[Any]]:
    """Speed, course, heading and altitude in house units, sentinels as NaN."""
    speed_kn, course, heading = (_said(chosen, name) for name in ("speed", "course", "heading"))
    alt_m = _said(chosen, "alt")
    # The first bit of type 9's reserved byte is the altitude sensor since M.1371-4: 0 GNSS, 1 barometric.
    geometric = _said(chosen, "reserved_1", 255.0) < 128
    return {
        "sog_mps": np.where(speed_kn > _LIMIT_KN[kind], np.nan, speed_kn * KNOT_MPS),
        "cog_deg": np.where(course >= 360, np.nan, course),
        "heading_deg": np.where(heading >= 360, np.nan, heading),
        "alt_m": np.where(alt_m >= 4095, np.nan, alt_m),
        "alt_geometric": (kind == 9) & (alt_m < 4095) & geometric,
    }


def _doubts(chosen: list[Message], kind: Ints, mmsi: Ints) -> npt.NDArray[np.uint32]:
    # The `second` of types 4 and 11 is a clock's and runs to 60; elsewhere 61 to 63 tell how the position was made.
    second = _said(chosen, "second", float(_NO_SECOND)).astype(np.int64)
    second[(kind == 4) | (kind == 11)] = _NO_SECOND
    guessed = np.array([each.whole.first.guessed for each in chosen], np.bool_)
    doubts: npt.NDArray[np.uint32] = (
        form_doubts(mmsi)
        | message_doubts(mmsi, kind)
        | _SECOND_DOUBTS[second]
        | np.where(guessed, np.uint32(Doubt.TIME_GUESSED), np.uint32(0))
    )
    return doubts


def _hash(whole: Whole) -> int:
    """64 bits of what was transmitted, one value wherever and in how many sentences it was heard."""
    digest = hashlib.blake2b(transmitted(whole.payload, whole.fill), digest_size=8).digest()
    return int.from_bytes(digest, "big")
