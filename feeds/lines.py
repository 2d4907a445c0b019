"""Lines of a stream, capped before any parser sees them.

A line longer than the cap is refused whole: pyais keeps what it is given in
caches of unlimited length (measured: 600 lines of 100 kB cost 98 MB), and no
format here has a line that long.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from feeds.rejects import Rejects

LINE_BYTES = 8192
"""Longest line read, in bytes; jet1090's longest is under 1,000, a grouped NMEA line under 300."""
CHUNK_BYTES = 1 << 20
LINE_TOO_LONG = "line too long"


def capped_lines(source: BinaryIO, rejects: Rejects) -> Iterator[bytes]:
    """Lines without their ends, empty ones left out, over-long ones counted as `line too long`."""
    rest = b""
    skipping = False
    while chunk := source.read(CHUNK_BYTES):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if skipping:
                skipping = False
            elif len(line) > LINE_BYTES:
                rejects.add(LINE_TOO_LONG, line)
            elif stripped := line.strip():
                yield stripped
        if len(rest) > LINE_BYTES:
            if not skipping:
                rejects.add(LINE_TOO_LONG, rest)
            rest, skipping = b"", True
    if not skipping and (stripped := rest.strip()):
        yield stripped


def blocks(source: BinaryIO, rejects: Rejects, size: int) -> Iterator[bytes]:
    """Pieces of whole lines, of about `size` bytes, for readers that take many lines at once.

    A line longer than any may be is counted, however long it is, and left out where no piece holds it whole.
    """
    rest, skipping, ended = b"", False, False
    while not ended:
        # At least a byte more than is held, or a line longer than a piece would never end.
        pieces, count, wanted = [rest], len(rest), max(size, len(rest) + 1)
        while count < wanted and not ended:
            pieces.append(source.read(size))
            count += len(pieces[-1])
            ended = not pieces[-1]
        if skipping or ended:
            data = b"".join(pieces)
            if skipping:
                _, found, data = data.partition(b"\n")
                skipping = not found
            cut = len(data) if ended else data.rfind(b"\n") + 1
            data, rest = data[:cut], data[cut:]
        else:
            data, rest = _whole_lines(pieces)
        if len(rest) > LINE_BYTES:
            rejects.add(LINE_TOO_LONG, rest)
            rest, skipping = b"", True
        if data:
            yield data


def _whole_lines(pieces: list[bytes]) -> tuple[bytes, bytes]:
    """The lines that are whole in some pieces, and the rest; each byte is copied once."""
    *before, last = pieces
    cut = last.rfind(b"\n") + 1
    if cut:
        return b"".join([*before, memoryview(last)[:cut]]), last[cut:]
    data = b"".join(pieces)
    cut = data.rfind(b"\n") + 1
    return data[:cut], data[cut:]
