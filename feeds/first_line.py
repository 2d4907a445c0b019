"""The first line of a station's batch: `#{"boot": ID, "seq": N}`, which batch of which start it is.

    #{"boot": "9f3c02d1a4b5e677", "seq": 8, "lost": [[2, 5]], "lost_of": {"03aa...": [[90, 97]]}}

`seq` begins at 1, so that an acknowledgement `through: 0` covers nothing.
`lost` names earlier batches of the same boot that a full spool had to drop,
`lost_of` those of earlier boots: they will never come. Other keys are passed
over, for stations may be newer than the server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

MARK = b"#"
FIRST_LINE_BYTES = 16384
"""200 lost ranges of long numbers, each of another boot, take 13 kB."""
LOST_RANGES = 256
"""Ranges of lost batches that one first line may name, over all boots."""
SEQ_AT_MOST = (1 << 63) - 1
_BOOT = re.compile(r"[A-Za-z0-9._-]{1,64}")

Pairs = tuple[tuple[int, int], ...]


class FirstLine(NamedTuple):
    """What a first line says; `lost` by boot, its ranges with both ends included."""

    boot: str
    seq: int
    lost: Mapping[str, Pairs]


def first_line(payload: bytes) -> FirstLine | None:
    """The first line of a payload, or None where it is none that can be believed."""
    line = payload[: FIRST_LINE_BYTES + 1].partition(b"\n")[0]
    if not line.startswith(MARK) or len(line) > FIRST_LINE_BYTES:
        return None
    try:
        said = orjson.loads(line[len(MARK) :])
    except orjson.JSONDecodeError:
        return None
    match said:
        case {"boot": str(boot), "seq": int(seq), **rest} if _BOOT.fullmatch(boot) and _is_seq(seq):
            lost = _lost(rest.get("lost_of", {}), {boot: rest["lost"]} if "lost" in rest else {})
            return None if lost is None else FirstLine(boot, seq, lost)
        case _:
            return None


def _lost(others: Any, own: dict[str, Any]) -> dict[str, Pairs] | None:
    """Ranges by boot, if all of it can be believed."""
    if not isinstance(others, dict):
        return None
    said = others | own
    if not all(_BOOT.fullmatch(boot) and isinstance(ranges, list) for boot, ranges in said.items()):
        return None
    if sum(map(len, said.values())) > LOST_RANGES:
        return None
    if not all(_is_range(each) for ranges in said.values() for each in ranges):
        return None
    return {boot: tuple((first, last) for first, last in ranges) for boot, ranges in said.items()}


def _is_seq(value: Any) -> bool:
    return type(value) is int and 1 <= value <= SEQ_AT_MOST


def _is_range(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_seq, value)) and value[0] <= value[1]
