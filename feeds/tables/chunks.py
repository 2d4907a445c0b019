"""A CSV file in chunks of whole, sound lines that no parser can read as more or fewer rows.

In: a byte stream. Out: chunks of some megabytes that end with a line end.
Refused and counted on the way: lines longer than `LINE_BYTES`, and lines
whose quotes do not pair: to a CSV parser such a quote runs on into the lines
that follow, and one hostile name would swallow them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

import numpy as np

from feeds.lines import LINE_BYTES
from geo.batch import Bools, Ints

CHUNK_BYTES = 4 << 20
"""About 40,000 rows of the Danish 26 columns; peak memory is some ten times this."""
QUOTE, NEWLINE = 34, 10

Refuse = Callable[[str, bytes], None]
"""Called with a reason and the line."""


def block(source: BinaryIO) -> bytes:
    """The next `CHUNK_BYTES`, less only at the end: a stream gives what it has at hand, often little."""
    pieces, size = [], 0
    while size < CHUNK_BYTES and (piece := source.read(CHUNK_BYTES - size)):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def first_line(source: BinaryIO) -> tuple[bytes, bytes]:
    """The first line that is not empty, without its end, and what was read beyond it."""
    rest = b""
    while b"\n" not in rest and len(rest) <= LINE_BYTES and (data := block(source)):
        rest = (rest + data).lstrip()
    line, _, rest = rest.partition(b"\n")
    return line.rstrip(b"\r"), rest


def whole_lines(source: BinaryIO, rest: bytes, separator: str, refuse: Refuse) -> Iterator[bytes]:
    """Chunks of sound lines, in valid UTF-8; bytes that are none become U+FFFD.

    Args:
        source: what is still to be read.
        rest: what was read of it before.
        separator: one ASCII character.
        refuse: takes the lines that are left out.
    """
    skipping = False
    while data := block(source):
        if skipping:
            _, end, data = data.partition(b"\n")
            skipping = not end
        lines, end, rest = (rest + data).rpartition(b"\n")
        if lines + end:
            yield sound(lines + end, separator, refuse)
        if len(rest) > LINE_BYTES:
            refuse("line too long", rest)
            rest, skipping = b"", True
    if rest:
        yield sound(rest + b"\n", separator, refuse)


def sound(chunk: bytes, separator: str, refuse: Refuse) -> bytes:
    """The chunk without the lines that are too long or whose quotes do not pair."""
    if b"\r" in chunk:
        # A lone carriage return is a line end to some parsers and a blank to others.
        chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b" ")
    if not chunk.isascii():
        # The parser takes a byte order mark at the start of what it is given for none of the text,
        # and where a chunk starts must not matter.
        chunk = chunk.decode("utf-8", "replace").replace("\ufeff", "\ufffd").encode()
    text = np.frombuffer(chunk, np.uint8)
    ends: Ints = np.flatnonzero(text == NEWLINE)
    starts: Ints = np.concatenate([[0], ends[:-1] + 1])
    long = ends - starts > LINE_BYTES
    unpaired = ~long & unpaired_quotes(chunk, ends, separator)
    if not (long | unpaired).any():
        return chunk
    for reason, mask in (("line too long", long), ("quotes do not pair", unpaired)):
        for line in np.flatnonzero(mask).tolist():
            refuse(reason, chunk[starts[line] : ends[line]])
    keep = np.repeat(~(long | unpaired), ends + 1 - starts)
    return text[keep].tobytes()


def unpaired_quotes(chunk: bytes, ends: Ints, separator: str) -> Bools:
    """Which lines hold a quote that is not one of RFC 4180: a pair around a whole cell, or doubled in one.

    Counted along a line, an odd quote opens a cell (a separator or the line's
    start is before it) or follows an even one at once; an even quote closes a
    cell (a separator or the line's end is after it) or is followed by an odd
    one at once. Shapes: ends (n,), the places of the line ends -> (n,).
    """
    text = np.frombuffer(b"\n" + chunk, np.uint8)
    quotes = np.flatnonzero(text == QUOTE)
    if not len(quotes):
        return np.zeros(len(ends), np.bool_)
    line = np.searchsorted(ends, quotes - 1)
    odd = (np.arange(len(quotes)) - np.searchsorted(line, line)) % 2 == 0
    beside = np.where(odd, text[quotes - 1], text[(quotes + 1) % len(text)])
    wrong = ~np.isin(beside, [NEWLINE, QUOTE, ord(separator)])
    uneven: Bools = np.bincount(line, minlength=len(ends)) % 2 == 1
    return uneven | (np.bincount(line[wrong], minlength=len(ends)) > 0)
