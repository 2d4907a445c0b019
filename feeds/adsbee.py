"""Raw frames as the ADSBee receiver publishes them over MQTT, one a payload.

    {"t":123456,"icao":"495066","band":"1090","df":17,"rssi":-42,"hex":"8D495066587F469BB826D21AD767"}

`t` is milliseconds since the receiver was switched on; nothing in it says when
that was. `rssi` is in decibels of a milliwatt and cannot be told of full scale.
The other band, UAT on 978 MHz, is not decoded. Frames as bare hexadecimal
digits, or as `*HEX;`, are taken too.

Source: ADSBee `docs/mqtt/README.md` and `mqtt_protocol.cc`.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

import orjson

NOT_A_FRAME = "no frame in the line"
OTHER_BAND = "UAT is not decoded"
_BARE = re.compile(rb"\*?([0-9a-fA-F]{14}(?:[0-9a-fA-F]{14})?);?")


class Raw(NamedTuple):
    """A frame in hexadecimal digits, and milliseconds by the receiver's own count; NaN where it tells none."""

    digits: str
    count_ms: float


def raw_of(line: bytes) -> Raw | str:
    """The frame of a line, or why there is none."""
    if bare := _BARE.fullmatch(line):
        return Raw(bare[1].decode(), math.nan)
    try:
        told = orjson.loads(line)
    except orjson.JSONDecodeError:
        return NOT_A_FRAME
    if not isinstance(told, dict) or not isinstance(told.get("hex"), str):
        return NOT_A_FRAME
    if told.get("band", "1090") != "1090":
        return OTHER_BAND
    count = told.get("t")
    if isinstance(count, bool) or not isinstance(count, int | float) or not 0 <= count < 1e15:
        return Raw(told["hex"], math.nan)
    return Raw(told["hex"], float(count))
