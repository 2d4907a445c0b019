"""Blocks of lines, and what is understood of them: a line a row, and no object a line.

A compiled scan understands what is well made (`feeds.nmea_scan`); whatever it
leaves unknown is read by the line's own reader, which alone refuses. Both
fill the same columns, `Understood`, and what hangs on the lines before
(groups, stamps, the last time) is settled on the columns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

import numba
import numpy as np

from feeds.lines import LINE_BYTES
from feeds.nmea_bytes import Text, stripped
from feeds.nmea_scan import NOTHING, Places, Scan, distinct
from geo.batch import Bools, Floats, Ints

_LINE_END = ord("\n")
_T = TypeVar("_T", str, bytes)


class Block(NamedTuple):
    """Lines in a block of bytes. Shapes: (n,).

    Attributes:
        data: the bytes.
        text: the same as an array.
        first, past: each line without the blanks around it; a blank line ends where it begins.
    """

    data: bytes
    text: Text
    first: Ints
    past: Ints

    def line(self, row: int) -> bytes:
        """One line."""
        return self.data[self.first[row] : self.past[row]]


class Parsed(NamedTuple):
    """What one line says by itself; None where it does not."""

    sentence: bytes
    time_s: float | None = None
    station: str | None = None
    group: bytes | None = None


class Numbered(Generic[_T]):
    """Texts by number, in the order in which they were met."""

    def __init__(self) -> None:
        self._number: dict[_T, int] = {}

    def __len__(self) -> int:
        return len(self._number)

    def of(self, each: _T | None) -> int:
        """The number of a text; -1 of None."""
        return -1 if each is None else self._number.setdefault(each, len(self._number))

    def all(self) -> list[_T]:
        """Every text, by number."""
        return list(self._number)


class Understood:
    """What the lines of a block say. Shapes: (n,).

    Attributes:
        reason: 0 for a sentence, `NOTHING`, or k for the refusal `reasons[k - 1]`.
        first, past: the sentence, as places in the block.
        time_s: Unix seconds; NaN where not said.
        name: number of the station in `names`; -1 where not said.
        group: number of the group in `groups`; -1 where it has none.
    """

    def __init__(self, block: Block, scan: Scan, name_of: Callable[[bytes], str | None] | None) -> None:
        """Take over what a scan found; lines unknown to it say nothing yet.

        Args:
            block: the lines.
            scan: of the same lines.
            name_of: a station's name by the bytes that stand for it; None where none is to be believed.
        """
        self.reason = scan.reason
        self.first, self.past = scan.first, scan.past
        self.time_s: Floats = scan.time_s
        self.reasons, self.names = Numbered[str](), Numbered[str]()
        self.groups = Numbered[bytes]()
        self.name = np.full(len(scan.reason), -1, np.int64)
        if name_of is not None:
            self.name = self.numbered(block, scan.name_first, scan.name_past, name_of)
        # `2:7` of the older `1G2:7` is the group that `g:1-2-7` calls `2-7`.
        self.group = _numbers(
            block,
            scan.group_first,
            scan.group_past,
            lambda raw: self.groups.of(raw.replace(b":", b"-", 1)),
        )

    def numbered(
        self, block: Block, first: Places, past: Places, name_of: Callable[[bytes], str | None]
    ) -> Ints:
        """The number in `names` of each station that stands between these places. Shape: (n,) x2 -> (n,)."""
        return _numbers(block, first, past, lambda raw: self.names.of(name_of(raw)))

    def tell(self, block: Block, row: int, said: Parsed | str | None) -> None:
        """Note what the line's own reader makes of one line: a sentence, a refusal or nothing."""
        if said is None:
            self.reason[row] = NOTHING
        elif isinstance(said, str):
            self.reason[row] = self.reasons.of(said) + 1
        else:
            self.reason[row] = 0
            self.first[row] = block.first[row] + block.line(row).index(said.sentence)
            self.past[row] = self.first[row] + len(said.sentence)
            self.time_s[row] = np.nan if said.time_s is None else said.time_s
            self.name[row], self.group[row] = self.names.of(said.station), self.groups.of(said.group)


def _numbers(block: Block, first: Places, past: Places, number_of: Callable[[bytes], int]) -> Ints:
    """The number of each span's text. Shape: (n,) x2 -> (n,)."""
    which, rows = distinct(block.text, first, past)
    if not len(rows):
        return which
    numbers = [number_of(block.data[first[row] : past[row]]) for row in rows.tolist()]
    # The last is that of spans that are not there.
    return np.array([*numbers, -1], np.int64)[which]


def block_of(data: bytes) -> tuple[Block, Bools]:
    """The lines of some bytes, and which of them are too long, which are then blank to whoever reads them."""
    text = np.frombuffer(data, np.uint8)
    past = np.flatnonzero(text == _LINE_END)
    if len(text) and text[-1] != _LINE_END:
        past = np.append(past, len(text))
    first, past, long = _lines(text, past)
    return Block(data, text, first, past), long


@numba.njit(cache=True)
def _lines(text, ends):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    first, past, long = np.empty_like(ends), np.empty_like(ends), np.zeros(len(ends), np.bool_)
    begin = 0
    for row in range(len(ends)):
        end = ends[row]
        if end - begin > LINE_BYTES:
            long[row] = True
            first[row] = past[row] = begin
        else:
            first[row], past[row] = stripped(text, begin, end)
        begin = end + 1
    return first, past, long


@numba.njit(cache=True)
def gathered(text: Text, first: Places | Ints, past: Places | Ints, rows: Ints) -> tuple[Ints, Text]:
    """The bytes of some spans, one after another, and where each begins and the last ends.

    Shapes: (n,) x2, (k,) -> (k + 1,), (m,).
    """
    offsets = np.zeros(len(rows) + 1, np.int64)
    for at in range(len(rows)):
        offsets[at + 1] = offsets[at] + past[rows[at]] - first[rows[at]]
    values = np.empty(offsets[-1], np.uint8)
    for row in range(len(rows)):
        begin, to = np.uint64(first[rows[row]]), np.uint64(offsets[row])
        for at in range(np.uint64(offsets[row + 1] - offsets[row])):
            values[to + at] = text[begin + at]
    return offsets, values
