"""Raw Mode S as CSV: header `time,station,frame`, one frame a line.

Time is Unix seconds, station an id, frame 14 or 28 hexadecimal digits. More
columns may follow; they are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from feeds.format import Reading
from feeds.lines import capped_lines
from feeds.modes.gather import Gather
from hardware.frames import Frames

HEADER = [b"time", b"station", b"frame"]


def _columns(line: bytes) -> list[bytes]:
    return [cell.strip().strip(b'"') for cell in line.split(b",")]


class _ModesCsv:
    name = "modes-csv"

    def recognises(self, head: bytes) -> bool:
        first = head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0]
        return [cell.lower() for cell in _columns(first)[:3]] == HEADER

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Frames]:
        gather = Gather(reading)
        for line in capped_lines(source, reading.rejects):
            cells = _columns(line)
            if len(cells) < len(HEADER):
                reading.rejects.add("fewer than three columns", line)
            elif cells[0].lower() != HEADER[0]:
                gather.add(cells[0], cells[1].decode("utf-8", "replace"), cells[2], line)
            if gather.full:
                yield gather.taken()
        yield gather.taken()


FORMAT = _ModesCsv()
