"""How large the pages of a Parquet file say they are, before any of them is unpacked.

A page is unpacked whole, into as many bytes as its own head claims, and a page
of a few kilobytes may well claim gigabytes. So every head of the columns that
will be read is looked at first, and nothing is unpacked of a file in which one
claims more than `PAGE_BYTES`. Column chunks that claim more bytes together than
the file has lie upon each other, and would be unpacked again and again.

In: an open file and its columns' chunks. Out: nothing, or a refusal.

Source: Apache Parquet format, `parquet.thrift` (PageHeader); Apache Thrift,
compact protocol.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

PAGE_BYTES = 32 << 20
"""Largest page that is unpacked. Writers make pages of one megabyte, some one of all rows of a group: of 122,880 rows
that is 4 MB of text."""
HEAD_BYTES = 1 << 20
"""Longest head of a page; statistics may make it some kilobytes."""
_FIRST_READ = 1 << 10
_DEPTH = 8
_STOP, _TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 0, 1, 2, 3, 7, 8, 9, 10, 11, 12
_INT, _WHOLE = 5, (4, 5, 6)
_UNCOMPRESSED, _COMPRESSED = 2, 3


class Chunk(NamedTuple):
    """Where the pages of one column stand in a file."""

    first: int
    size: int


class Page(NamedTuple):
    """What the head of a page says: its own length, and the page's as it stands and unpacked, in bytes."""

    head: int
    compressed: int
    uncompressed: int


class PageError(ValueError):
    """The pages are not as they may be."""


def held_to_size(file: IO[bytes], chunks: Sequence[Chunk], size: int) -> None:
    """Look at every page of some columns.

    Args:
        file: the whole of it.
        chunks: of the columns that will be read.
        size: of the file.

    Raises:
        PageError: a page is too large, or the chunks cannot be where they claim to be.
    """
    if sum(chunk.size for chunk in chunks) > size or any(min(chunk) < 0 for chunk in chunks):
        raise PageError("its columns claim more than its size can hold")
    for chunk in chunks:
        for page in pages(file, chunk):
            if page.uncompressed > PAGE_BYTES:
                raise PageError(f"a page claims {page.uncompressed} bytes, more than {PAGE_BYTES}")


def pages(file: IO[bytes], chunk: Chunk) -> Iterator[Page]:
    """Every page of a chunk.

    Raises:
        PageError: what stands there is no head of a page.
    """
    at, past = chunk.first, chunk.first + chunk.size
    while at < past:
        page = _page(file, at, past - at)
        yield page
        at += page.head + page.compressed


def _page(file: IO[bytes], at: int, most: int) -> Page:
    count = _FIRST_READ
    while True:
        file.seek(at)
        data = file.read(min(count, most))
        head = _Head(data)
        try:
            head.struct(0)
        except IndexError:
            # Either there is more of it, or it was cut short.
            if len(data) < count or count > HEAD_BYTES:
                raise PageError("the head of a page is damaged") from None
            count *= 8
            continue
        compressed, uncompressed = head.found.get(_COMPRESSED, -1), head.found.get(_UNCOMPRESSED, -1)
        if min(compressed, uncompressed) < 0:
            raise PageError("the head of a page is damaged")
        return Page(head.at, compressed, uncompressed)


class _Head:
    """Reads a structure of Thrift's compact protocol, and keeps the whole numbers of its outermost fields."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0
        self.found: dict[int, int] = {}

    def struct(self, depth: int) -> None:
        """Read the fields of a structure."""
        if depth > _DEPTH:
            raise PageError("the head of a page is damaged")
        field = 0
        while (byte := self._byte()) != _STOP:
            field = field + (byte >> 4) if byte >> 4 else self._whole()
            kind = byte & 15
            if kind == _INT and depth == 0:
                self.found[field] = self._whole()
            elif kind not in {_TRUE, _FALSE}:  # of a field these are the value itself
                self._value(kind, depth)

    def _value(self, kind: int, depth: int) -> None:
        """Read over one value."""
        if kind in {_TRUE, _FALSE, _BYTE}:
            self.at += 1
        elif kind in _WHOLE:
            self._number()
        elif kind == _DOUBLE:
            self.at += 8
        elif kind == _BINARY:
            count = self._number()
            self.at += count
        elif kind in {_LIST, _SET}:
            self._list(depth)
        elif kind == _STRUCT:
            self.struct(depth + 1)
        else:
            raise PageError("the head of a page is damaged")

    def _list(self, depth: int) -> None:
        byte = self._byte()
        count = byte >> 4 if byte >> 4 < 15 else self._number()
        for _ in range(count):
            if self.at >= len(self._data):
                raise IndexError
            self._value(byte & 15, depth + 1)

    def _byte(self) -> int:
        self.at += 1
        return self._data[self.at - 1]

    def _number(self) -> int:
        """A number without a sign, seven bits a byte, the least first."""
        number, shift = 0, 0
        while (byte := self._byte()) > 127:
            number |= (byte & 127) << shift
            shift += 7
            if shift > 63:
                raise PageError("the head of a page is damaged")
        return number | byte << shift

    def _whole(self) -> int:
        """A number of 32 bits with a sign, which its lowest bit tells; what is above them is left away, as readers do."""
        number = self._number() & 0xFFFFFFFF
        return number >> 1 ^ -(number & 1)
