"""A set of whole numbers kept as ranges: which sequence numbers were taken, in little memory."""

from __future__ import annotations

from bisect import bisect_left, bisect_right


class Ranges:
    """Numbers from 1 on, as ranges from first to last, both included; neighbours are one range.

    >>> taken = Ranges()
    >>> for first, last in [(1, 3), (7, 9), (4, 4)]:
    ...     taken.add(first, last)
    >>> taken.through, taken.also, 8 in taken, 5 in taken
    (4, [[7, 9]], True, False)
    """

    __slots__ = ("_firsts", "_lasts")

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []

    def __len__(self) -> int:
        """How many ranges there are."""
        return len(self._firsts)

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self._firsts, number) - 1
        return at >= 0 and number <= self._lasts[at]

    def add(self, first: int, last: int) -> None:
        """Take all numbers from `first` to `last`, both included."""
        low, high = self._touched(first, last)
        if low < high:  # all of these become one with the new one
            first, last = min(first, self._firsts[low]), max(last, self._lasts[high - 1])
        self._firsts[low:high] = [first]
        self._lasts[low:high] = [last]

    def touches(self, first: int, last: int) -> bool:
        """Whether taking these would make no range more."""
        low, high = self._touched(first, last)
        return low < high

    @property
    def through(self) -> int:
        """The number up to which all are taken, from 1; 0 where 1 is not."""
        return self._lasts[0] if self._firsts and self._firsts[0] == 1 else 0

    @property
    def also(self) -> list[list[int]]:
        """The ranges beyond `through`, as pairs, rising."""
        return self.pairs()[1 if self.through else 0 :]

    def pairs(self) -> list[list[int]]:
        """Every range as a pair, rising."""
        return [list(pair) for pair in zip(self._firsts, self._lasts, strict=True)]

    def _touched(self, first: int, last: int) -> tuple[int, int]:
        """Where the ranges that overlap or touch these begin and end."""
        return bisect_left(self._lasts, first - 1), bisect_right(self._firsts, last + 1)
