"""What a full or failing disk cost: batches that are gone, until a first line has declared them.

The station never hides a hole. A declaration leaves this memory when a batch
that bears it is on the disk, and comes back when that batch is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping

from hardware.ranges import Ranges

RANGES_DECLARED = 200
"""In one first line at the most: it must fit a packet of 64 KiB together with its lines."""

Declaration = dict[str, list[list[int]]]
"""Ranges by boot, as JSON takes them."""


class Losses:
    """Lost batches that no first line has declared yet.

    Attributes:
        total: how many were lost since the start, declared or not.
    """

    def __init__(self) -> None:
        self.total = 0
        self._ranges: dict[str, Ranges] = {}

    def note(self, boot: str, seq: int) -> None:
        """Take note of one more."""
        self.total += 1
        self._ranges.setdefault(boot, Ranges()).add(seq)

    def again(self, declared: Mapping[str, Ranges]) -> None:
        """Take back what a batch declared that never reached the server."""
        for boot, ranges in declared.items():
            for first, last in ranges:
                self._ranges.setdefault(boot, Ranges()).add(first, last)

    def declare(self) -> Declaration:
        """Hand out what the next first line shall say."""
        told: Declaration = {}
        room = RANGES_DECLARED
        for boot in list(self._ranges):
            if taken := self._ranges[boot].pop_first(room):
                told[boot] = taken
                room -= len(taken)
            if not len(self._ranges[boot]):
                del self._ranges[boot]
        return told

    def __bool__(self) -> bool:
        """Whether something is still to be declared."""
        return bool(self._ranges)
