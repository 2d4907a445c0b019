"""Flags as GeoJSON features (RFC 7946), and JSON whose bytes follow from its content.

In: `fusion.flags.Flag` and the names of the forces whose water or land it is.
Out: the dicts and bytes that stand in `flags.geojson`, on the bus and in an
evidence bundle. Times are ISO 8601 UTC with milliseconds and `Z`; places are
WGS 84 degrees, longitude first, to six decimals (0.1 m; AIS itself says no
more than 0.2 m).

Equal flags give equal bytes: what is compared, hashed and signed is the
output of `canonical_json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from alerts.routing import ForcesOf, forces_of
from feeds.reports import subject
from fusion.flags import Flag, Reason

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PLACE_DECIMALS = 6
EXACT_INTEGERS = 2.0**53
"""Above this a double no longer tells neighbouring integers apart."""


def iso(time_s: float) -> str:
    """Unix seconds as ISO 8601 UTC with milliseconds.

    >>> iso(1452603731.218)
    '2016-01-12T13:02:11.218Z'

    Raises:
        ValueError: not a time that a calendar can hold.
    """
    if not math.isfinite(time_s):
        raise ValueError(f"{time_s} is not a time")
    try:
        # Whole milliseconds before the calendar: strftime truncates, and 0.9995 s
        # must not print as a second that is not the one it rounds to.
        at = EPOCH + timedelta(milliseconds=round(time_s * 1000))
    except OverflowError as error:
        raise ValueError(f"{time_s} s is outside the calendar") from error
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def feature(flag: Flag, forces: Sequence[str]) -> dict[str, Any]:
    """One version of a flag as a GeoJSON feature; `geometry` is the point where it happened.

    Raises:
        ValueError: a time or a place that is not a number. A reason whose number
            is not finite is not an error: it says null.
    """
    if not (math.isfinite(flag.lat_deg) and math.isfinite(flag.lon_deg)):
        raise ValueError(f"flag {flag.id} has no place")
    return {
        "type": "Feature",
        "geometry": {
            "type": "Point",
            "coordinates": [round(flag.lon_deg, PLACE_DECIMALS), round(flag.lat_deg, PLACE_DECIMALS)],
        },
        "properties": {
            "id": flag.id,
            "kind": flag.kind,
            "subjects": sorted(map(subject, flag.subjects)),
            "start": iso(flag.start_s),
            "end": None if flag.end_s is None else iso(flag.end_s),
            "raised": iso(flag.raised_s),
            "score": flag.score,
            "state": str(flag.state),
            "version": flag.version,
            "summary": flag.summary,
            "reasons": [_reason(reason) for reason in flag.reasons],
            "pattern": {
                "name": flag.pattern,
                "version": flag.pattern_version,
                "parameters": dict(flag.parameters),
            },
            "area": None if flag.area is None else dict(flag.area),
            "force": list(forces),
        },
    }


def collection(flags: Iterable[Flag], forces: ForcesOf) -> dict[str, Any]:
    """The last version of each flag, as a FeatureCollection ordered by start, kind and id.

    Args:
        flags: any versions, in any order.
        forces: `(lat_deg, lon_deg) -> names of the forces at each place`.
    """
    last: dict[str, Flag] = {}
    for flag in flags:
        known = last.get(flag.id)
        if known is None or flag.version >= known.version:
            last[flag.id] = flag
    ordered = sorted(last.values(), key=lambda flag: (flag.start_s, flag.kind, flag.id))
    routed = zip(ordered, forces_of(ordered, forces), strict=True)
    return {"type": "FeatureCollection", "features": [feature(flag, names) for flag, names in routed]}


def canonical_json(document: Any) -> bytes:
    """The bytes of a JSON document that follow from its content alone; newline at the end.

    Keys sorted, no blanks, UTF-8, shortest decimal that reads back as the same
    double; -0.0 is 0 and 800.0 is 800, for Python holds them equal (as does
    RFC 8785, whose notation for very large and very small numbers differs).

    Raises:
        ValueError: NaN or an infinity, which JSON does not have.
        TypeError: what JSON has no form for.
    """
    text = json.dumps(
        _canonical(document), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    # A lone surrogate has no UTF-8; written as \udc80 it is still legal JSON.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "factor": reason.factor,
        "value": _finite(reason.value),
        "unit": reason.unit,
        "threshold": _finite(reason.threshold),
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _canonical(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, float) and abs(value) < EXACT_INTEGERS and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {str(key): _canonical(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_canonical(inner) for inner in value]
    return value
