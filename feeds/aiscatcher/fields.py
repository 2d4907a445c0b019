"""AIS-catcher's fields written as the sentences they were decoded from, where the sentences are not given.

In: objects of types 1 to 5, 9, 18, 19, 21, 24 and 27. Out: sentences, so that
one decoder answers for all input, with its checks and doubts. What a field
does not say stands as "not available". Names are those of gpsd; values are
scaled (degrees, knots). Places come back to within a metre: AIS-catcher holds
them in single precision, which is coarser than the 0.2 m of AIS itself. All
else comes back to the bit.

Source: AIS-catcher's description of its JSON; ITU-R M.1371-5 annex 8.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from pyais.messages import MSG_CLASS, MessageType24PartA, MessageType24PartB, Payload

from feeds.ais.writing_bits import Field, fields_of, payloads, sentences
from feeds.json_objects import Told

NO_FIELDS = "neither sentence nor fields of a message that can be written"
BAD_FIELD = "a field that its message cannot hold"


class _Layout(NamedTuple):
    """How messages of one sort are written: pyais' class, length in bits, fields."""

    message: type[Payload]
    bits: int
    fields: tuple[Field, ...]


class Written(NamedTuple):
    """One message to be written: the sort, its fields in the message's own steps, the channel."""

    sort: str
    said: dict[str, Any]
    channel: str


_BITS = {"1": 168, "2": 168, "3": 168, "4": 168, "5": 424, "9": 168, "18": 168, "19": 312, "21": 272}
_BITS |= {"24A": 168, "24B": 168, "27": 96}
_CLASSES: dict[str, type[Payload]] = {"24A": MessageType24PartA, "24B": MessageType24PartB}
_NAMES = {
    "msg_type": "type",
    "ship_type": "shiptype",
    "turn": "turn_unscaled",
    "reserved_1": "reserved",
    "reserved_2": "regional",
}
"""pyais' field -> AIS-catcher's, where they differ."""
_MINUTE = 600_000
_STEPS = {"lat": _MINUTE, "lon": _MINUTE, "speed": 10, "course": 10, "draught": 10}
_WHOLE = {"9": {"speed": 1}, "27": {"lat": 600, "lon": 600, "speed": 1, "course": 1}}
_UNSAID = {
    "lat": 91 * _MINUTE,
    "lon": 181 * _MINUTE,
    "speed": 1023,
    "course": 3600,
    "heading": 511,
    "second": 60,
}
_UNSAID |= {"status": 15, "turn": -128, "alt": 4095}
_UNSAID_LONG = {"lat": 91 * 600, "lon": 181 * 600, "speed": 63, "course": 511, "status": 15}
"""In steps of the message: "not available"; 0 for all others."""
_ALTITUDE_SENSOR = 128


def written(told: Told) -> Written | str:
    """The message that an object's fields make up, or why there is none."""
    sort = _sort(told)
    if sort is None:
        return NO_FIELDS
    said: dict[str, Any] = {}
    for field in _layout(sort).fields:
        value = _value(sort, field, told)
        if value is None:
            return BAD_FIELD
        said[field.name] = value
    if sort == "9" and told.get("alt_sensor") is True:
        said["reserved_1"] |= _ALTITUDE_SENSOR
    return Written(sort, said, "B" if told.get("channel") == "B" else "A")


def sentences_of(messages: Sequence[Written]) -> list[list[bytes]]:
    """The sentences of each message, in their order; a sort at a time."""
    found: list[list[bytes]] = [[] for _ in messages]
    for sort in sorted({each.sort for each in messages}):
        rows = [row for row, each in enumerate(messages) if each.sort == sort]
        layout = _layout(sort)
        said = {field.name: [messages[row].said[field.name] for row in rows] for field in layout.fields}
        payload = payloads(layout.message, len(rows), layout.bits, said)
        channel = np.array([messages[row].channel for row in rows])
        lines = sentences(payload, layout.bits, channel, np.array(rows))
        for row, line in zip(rows, lines.reshape(len(rows), -1).tolist(), strict=True):
            found[row] = line
    return found


def _sort(told: Told) -> str | None:
    kind, part = told.get("type"), told.get("partno")
    if isinstance(kind, bool) or not isinstance(kind, int):
        return None
    sort = f"{kind}{ {0: 'A', 1: 'B'}.get(part, '') }" if kind == 24 and isinstance(part, int) else str(kind)
    return sort if sort in _BITS else None


@cache
def _layout(sort: str) -> _Layout:
    message = _CLASSES.get(sort) or MSG_CLASS[int(sort)]
    bits = _BITS[sort]
    return _Layout(message, bits, tuple(each for each in fields_of(message) if each.first < bits))


def _value(sort: str, field: Field, told: Told) -> int | str | None:
    """A field in the message's own steps; None where it cannot stand in it."""
    value = told.get(_NAMES.get(field.name, field.name))
    if field.text:
        return value if isinstance(value, str) else "" if value is None else None
    if value is None:
        return (_UNSAID_LONG if sort == "27" else _UNSAID).get(field.name, 0)
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    steps = round(value * _WHOLE.get(sort, {}).get(field.name, _STEPS.get(field.name, 1)))
    least = -(1 << field.width - 1) if field.signed else 0
    return steps if least <= steps < 1 << field.width - field.signed else None
