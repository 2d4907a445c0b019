"""Which batches of which stations are on the server's disk: what acks say and duplicates meet.

For each station and boot the sequence numbers taken, as ranges. A station
may have many boots open (a Pi that restarts while the line is down), so the
ones used least lately are forgotten first, and what one station can make us
remember is bounded. The whole of it is a JSON object, which begins each file
of the journal (`EntryKind.TAKEN`): the batches after it are all that a
restart must read.

    {"cliff": {"3f2a": [[1, 812], [815, 815]], "90bc": [[1, 7]]}}
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from feeds.ranges import Ranges

BOOTS_KEPT = 64
"""Boots of one station that are remembered."""
RANGES_KEPT = 256
"""Ranges of one station, over all its boots: its ack stays under 20 kB, and a broker passes on 64."""


class Taken:
    """Sequence numbers by station and boot."""

    def __init__(self) -> None:
        # The boot that was used last is the last one of its station's dictionary.
        self._stations: dict[str, dict[str, Ranges]] = {}

    def __len__(self) -> int:
        """How many stations are known."""
        return len(self._stations)

    def __contains__(self, station: str) -> bool:
        return station in self._stations

    def stations(self) -> list[str]:
        """Every station that ever had a batch taken."""
        return list(self._stations)

    def holds(self, station: str, boot: str, seq: int) -> bool:
        """Whether this batch is taken, or declared lost."""
        ranges = self._stations.get(station, {}).get(boot)
        return ranges is not None and seq in ranges

    def add(self, station: str, boot: str, ranges: Iterable[tuple[int, int]]) -> None:
        """Note that these are taken; what was used least lately goes where there is too much."""
        boots = self._stations.setdefault(station, {})
        known = boots.pop(boot, None) or Ranges()
        boots[boot] = known
        for first, last in ranges:
            if len(known) < RANGES_KEPT or known.touches(first, last):
                known.add(first, last)
        while len(boots) > 1 and (len(boots) > BOOTS_KEPT or sum(map(len, boots.values())) > RANGES_KEPT):
            del boots[next(iter(boots))]

    def has_room(self, station: str, boot: str, seq: int) -> bool:
        """Whether this batch could be noted: one with too many gaps before it must wait until some are filled."""
        ranges = self._stations.get(station, {}).get(boot)
        return ranges is None or len(ranges) < RANGES_KEPT or ranges.touches(seq, seq)

    def ack(self, station: str) -> bytes:
        """What the station is told: `{"boots": {ID: {"through": N, "also": [[a, b], ...]}}}`."""
        boots = self._stations.get(station, {})
        return orjson.dumps(
            {"boots": {boot: {"through": each.through, "also": each.also} for boot, each in boots.items()}}
        )

    def as_json(self) -> bytes:
        """All of it."""
        return orjson.dumps(
            {
                station: {boot: each.pairs() for boot, each in boots.items()}
                for station, boots in self._stations.items()
            }
        )

    def load(self, data: bytes) -> None:
        """Forget everything, and know what `as_json` wrote."""
        said: dict[str, dict[str, Any]] = orjson.loads(data)
        self._stations = {}
        for station, boots in said.items():
            for boot, pairs in boots.items():
                self.add(station, boot, pairs)
