r"""What goes between a station and the server, word for word: topics, first lines, acknowledgements.

    headland/v1/station/STATION/ais      #{"boot": "9f3c...", "seq": 7}
                                         \c:1733782034123*hh\!AIVDM,...
    headland/v1/station/STATION/modes    #{"boot": "9f3c...", "seq": 8, "lost": [[2, 5]]}
                                         1733782034.201,8d400abc...,-21.4
    headland/v1/station/STATION/ack      {"boots": {"9f3c...": {"through": 6, "also": [[8, 9]]}}}

One `seq` spans the three streams of a boot and begins at 1, so that a server
that says `through: 0` has covered nothing. `lost` names batches of the same
boot that a full spool had to drop; `lost_of` the same of earlier boots, by
their ids, which say no first line any more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from hardware.ranges import Ranges, ranges_of

STATION = re.compile(r"[a-z0-9-]{3,32}")
BOOT = re.compile(r"[0-9a-f]{16}")
FIRST_SEQ = 1
ALSO_AT_MOST = 10_000
"""Ranges read from one acknowledgement: the broker may be hostile, and memory is small on a Pi."""


class Stream(IntEnum):
    """The three streams of a station; the name in lower case is the last word of the topic."""

    AIS = 1
    MODES = 2
    HEALTH = 3


def topic(station: str, last: str) -> str:
    """A topic of a station: `ais`, `modes`, `health`, `status` or `ack`."""
    return f"headland/v1/station/{station}/{last}"


@dataclass(frozen=True, slots=True)
class Head:
    """What a first line says.

    Attributes:
        lost: ranges of dropped batches, by boot; the line's own boot among them.
    """

    boot: str
    seq: int
    lost: Mapping[str, Ranges] = field(default_factory=dict)


def first_line(boot: str, seq: int, lost: Mapping[str, list[list[int]]] | None = None) -> bytes:
    r"""The first line of a batch, without its end.

    >>> first_line("0123456789abcdef", 7, {"0123456789abcdef": [[2, 5]]})
    b'#{"boot": "0123456789abcdef", "seq": 7, "lost": [[2, 5]]}'
    """
    said: dict[str, Any] = {"boot": boot, "seq": seq}
    others = {name: ranges for name, ranges in (lost or {}).items() if ranges and name != boot}
    if lost and lost.get(boot):
        said["lost"] = lost[boot]
    if others:
        said["lost_of"] = others
    return b"#" + json.dumps(said).encode()


def parse_first_line(line: bytes) -> Head:
    """Read a first line.

    Raises:
        ValueError: it is none.
    """
    if not line.startswith(b"#"):
        raise ValueError("a first line begins with #")
    match json.loads(line[1:]):
        case {"boot": str(boot), "seq": int(seq), **rest} if BOOT.fullmatch(boot) and seq >= 0:
            others = rest.get("lost_of", {})
            if not isinstance(others, dict):
                raise ValueError("lost_of names boots")  # noqa: TRY004  one error for what came from outside
            lost = others | ({boot: rest["lost"]} if "lost" in rest else {})
            return Head(boot, seq, {name: ranges_of(told) for name, told in lost.items()})
        case _:
            raise ValueError("a first line names boot and seq")


def parse_ack(payload: bytes) -> dict[str, Ranges]:
    """What the server has on its disk: the numbers of the batches by boot.

    Raises:
        ValueError: it is no acknowledgement.
    """
    match json.loads(payload):
        case {"boots": dict(boots)}:
            return {boot: _covered(told) for boot, told in boots.items() if BOOT.fullmatch(boot)}
        case _:
            raise ValueError("an acknowledgement names boots")


def _covered(told: Any) -> Ranges:
    match told:
        case {"through": int(through), **rest}:
            also = rest.get("also", [])
            if isinstance(also, list) and len(also) > ALSO_AT_MOST:
                raise ValueError("an acknowledgement of too many ranges")
            covered = ranges_of(also)
            if through >= 0:
                covered.add(0, through)
            return covered
        case _:
            raise ValueError("an acknowledgement of a boot says through which seq")
