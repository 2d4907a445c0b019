"""Raw Mode S as CSV: header `time,station,frame`, one frame a line.

Time is Unix seconds, station an id, frame 14 or 28 hexadecimal digits. More
columns may follow; they are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from feeds.format import Reading
from feeds.lines import LINE_TOO_LONG, blocks
from feeds.modes.csv_scan import Cells, cells_of
from feeds.modes.gather import Gather
from feeds.nmea_block import Block, block_of
from feeds.nmea_scan import distinct
from geo.batch import Bools, Ints
from hardware.frames import Frames, Kind

HEADER = [b"time", b"station", b"frame"]
BLOCK_BYTES = 1 << 21
"""Some 36,000 lines: fewer cost more for each, more outgrow the caches (2.2, 2.4 and 2.1 million lines a second at 1, 2 and 4 MB)."""
_MARK = b"\xef\xbb\xbf"


class _ModesCsv:
    name = "modes-csv"

    def recognises(self, head: bytes) -> bool:
        first = head.removeprefix(_MARK).lstrip().split(b"\n", 1)[0]
        return [cell.lower() for cell in _columns(first)[:3]] == HEADER

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Frames]:
        for data in blocks(source, reading.rejects, BLOCK_BYTES):
            block, long = block_of(data)
            for row in np.flatnonzero(long).tolist():
                reading.rejects.add(LINE_TOO_LONG, block.line(row))
            frames = _frames(block, long, reading)
            if len(frames):
                yield frames


def _frames(block: Block, long: Bools, reading: Reading) -> Frames:
    """The frames of a block of lines, in line order."""
    cells = cells_of(block.text, block.first, block.past)
    station = _stations(block, cells, reading)
    taken = cells.known & (station >= 0)
    rows = np.flatnonzero(taken)
    plain = _of_cells(cells, station, rows)
    odd = np.flatnonzero(~taken & (block.past > block.first) & ~long)
    if not len(odd):
        return plain
    others, lines = _one_by_one(block, odd, reading)
    if not len(others):
        return plain
    order = np.argsort(np.concatenate([rows, lines]), kind="stable")
    return Frames.concat([plain, others]).take(order)


def _stations(block: Block, cells: Cells, reading: Reading) -> Ints:
    """The number of each known line's station; -1 of one that may have none."""
    which, rows = distinct(block.text, cells.name_first, cells.name_past)
    numbers = []
    for row in rows.tolist():
        name = block.data[cells.name_first[row] : cells.name_past[row]].decode("ascii")
        numbers.append(_number(name, reading))
    # The last is that of lines whose cell is empty.
    return np.array([*numbers, _number(reading.station, reading)], np.int64)[which]


def _number(name: str, reading: Reading) -> int:
    try:
        return reading.names.number(name)
    except ValueError:
        return -1


def _of_cells(cells: Cells, station: Ints, rows: Ints) -> Frames:
    """Frames of the rows taken among those known."""
    known = np.flatnonzero(cells.known)
    payload = cells.payload if len(known) == len(rows) else cells.payload.take(np.isin(known, rows))
    return Frames.of(
        len(rows),
        time_s=cells.time_s[rows],
        station=station[rows].astype(np.uint32),
        kind=np.full(len(rows), Kind.MODE_S, np.uint8),
        payload=payload,
    )


def _one_by_one(block: Block, rows: Ints, reading: Reading) -> tuple[Frames, Ints]:
    """Frames of lines that need a closer look, and the lines they stand in; the rest is refused."""
    gather, lines = Gather(reading), []
    for row in rows.tolist():
        line = block.line(row)
        cells = _columns(line.removeprefix(_MARK))
        before = len(gather)
        if len(cells) < len(HEADER):
            reading.rejects.add("fewer than three columns", line)
        elif cells[0].lower() != HEADER[0]:
            gather.add(cells[0], cells[1].decode("utf-8", "replace"), cells[2], line)
        lines += [row] * (len(gather) - before)
    return gather.taken(), np.array(lines, np.int64)


def _columns(line: bytes) -> list[bytes]:
    return [cell.strip().strip(b'"') for cell in line.split(b",")]


FORMAT = _ModesCsv()
