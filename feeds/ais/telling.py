"""One decoded message as one JSON object, for `headland decode`.

Field names are pyais'; values are in the standard's units: degrees, knots,
metres, minutes of time. What the standard calls "not available" is null
(`NOT_AVAILABLE`, per message type), enumerations are their numbers, binary
data is base64, text ends at its first `@`. Latitudes and longitudes are
degrees in every message, also in types 17, 22 and 23, where pyais leaves
minutes and, in 17, loses the sign.

Application-specific data (types 6 and 8) is as pyais has it: each
application has its own "not available", and only positions are cleared.
"""

from __future__ import annotations

import base64
from enum import Enum
from typing import Any

from feeds.ais.positions import Message
from feeds.ais.statics import ais_text

_PLACE = {"lat": 91.0, "lon": 181.0}
_MOTION = {**_PLACE, "speed": 102.3, "course": 360.0, "second": 60}
_CLOCK = {"year": 0, "month": 0, "day": 0, "hour": 24, "minute": 60, "second": 60}
_BOX = {"ne_lat": 91.0, "sw_lat": 91.0, "ne_lon": 181.0, "sw_lon": 181.0}

_CLASS_A: dict[str, float] = {**_MOTION, "heading": 511, "turn": -128.0}
_CLOCKED: dict[str, float] = {**_PLACE, **_CLOCK}
_AID: dict[str, float] = {**_PLACE, "second": 60}

NOT_AVAILABLE: dict[int, dict[str, float]] = {
    1: _CLASS_A,
    2: _CLASS_A,
    3: _CLASS_A,
    4: _CLOCKED,
    11: _CLOCKED,
    5: {"imo": 0, "ship_type": 0, "draught": 0.0, "month": 0, "day": 0, "hour": 24, "minute": 60},
    9: {**_MOTION, "speed": 1023.0, "alt": 4095},
    6: _PLACE,
    8: _PLACE,
    17: _PLACE,
    18: {**_MOTION, "heading": 511},
    19: {**_MOTION, "heading": 511, "ship_type": 0},
    21: _AID,
    28: _AID,
    22: _BOX,
    23: _BOX,
    24: {"ship_type": 0},
    27: {**_PLACE, "speed": 63.0, "course": 511.0},
}
"""By message type and field, the value that says "not available"."""

_SIDES = ("to_bow", "to_stern", "to_port", "to_starboard")
_MINUTES_PER_DEGREE = 60.0
_MINUTE_FIELDS = {17: ("lat", "lon"), 22: tuple(_BOX), 23: tuple(_BOX)}
_TENTHS_WRAP = {"lat": 1 << 17, "lon": 1 << 18}


def told(message: Message) -> dict[str, Any]:
    """The fields of a message, fit for JSON."""
    fields = message.body.asdict()
    absent = NOT_AVAILABLE.get(message.kind, {})
    for name in _MINUTE_FIELDS.get(message.kind, ()):
        if fields.get(name) is not None:
            fields[name] = _degrees(name, fields[name])
    plain = {name: _plain(value, absent.get(name)) for name, value in fields.items()}
    if not any(plain.get(side) for side in _SIDES):
        plain.update({side: None for side in _SIDES if side in plain})
    return plain


def _plain(value: Any, absent: float | None) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return ais_text(value) or None
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return None if absent is not None and value == absent else value


def _degrees(name: str, minutes: float) -> float:
    """Degrees of the minutes pyais gives; those of type 17 it reads without their sign."""
    tenths = round(minutes * 10)
    wrap = _TENTHS_WRAP.get(name, 0)
    if wrap and tenths >= wrap // 2:
        tenths -= wrap
    return round(tenths / 10 / _MINUTES_PER_DEGREE, 6)
