"""Sets of whole numbers as closed ranges: which batches are on the server's disk, which were lost.

`[[1, 250], [252, 252]]` is how they travel in acknowledgements and first
lines. Ranges are kept sorted, disjoint and not touching.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

LARGEST = 2**63 - 1
"""The largest number that any store of ours holds; a hostile JSON may hold any."""


class Ranges:
    """A set of whole numbers >= 0, small however large it is as long as it has few gaps.

    >>> list(Ranges([(1, 3), (4, 6), (9, 9)]))
    [(1, 6), (9, 9)]
    """

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self._first: list[int] = []
        self._last: list[int] = []
        for first, last in ranges:
            self.add(first, last)

    def add(self, first: int, last: int | None = None) -> None:
        """Take in the numbers from `first` to `last`, both included; alone, `first` is one number."""
        last = first if last is None else last
        if not 0 <= first <= last <= LARGEST:
            raise ValueError(f"no range of whole numbers: {first} to {last}")
        # All ranges that overlap or touch the new one become one with it.
        low = bisect_left(self._last, first - 1)
        high = bisect_right(self._first, last + 1)
        if low < high:
            first, last = min(first, self._first[low]), max(last, self._last[high - 1])
        self._first[low:high] = [first]
        self._last[low:high] = [last]

    def __contains__(self, number: int) -> bool:
        place = bisect_right(self._first, number) - 1
        return place >= 0 and number <= self._last[place]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._first, self._last, strict=True)

    def __len__(self) -> int:
        """How many ranges there are."""
        return len(self._first)

    def count(self) -> int:
        """How many numbers there are."""
        return sum(last - first + 1 for first, last in self)

    def pop_first(self, most: int) -> list[list[int]]:
        """Take out the first ranges, `most` at the most, as JSON takes them."""
        taken = [[first, last] for first, last in zip(self._first[:most], self._last[:most], strict=True)]
        del self._first[:most], self._last[:most]
        return taken


def ranges_of(told: Any) -> Ranges:
    """The ranges that a JSON value `[[a, b], ...]` stands for.

    Raises:
        ValueError: it is no such list.
    """
    if not isinstance(told, list):
        raise ValueError("a list of ranges is expected")  # noqa: TRY004  one error for what came from outside
    found = Ranges()
    for each in told:
        match each:
            case [int(first), int(last)]:
                found.add(first, last)
            case _:
                raise ValueError(f"no range: {str(each)[:40]}")
    return found
