"""BaseStation messages, as dump1090, readsb and many others send them on port 30003: SBS-1, 22 cells a line.

    MSG,3,1,1,4D2023,1,2026/11/22,16:30:00.123,2026/11/22,16:30:00.151,,20575,,,36.99,13.84,,,0,0,0,0

    0 MSG; MLAT where a network computed it     11 altitude, ft         16 vertical rate, ft/min
    1 type, 1 to 8      4 address               12 ground speed, kn     17 squawk
    6, 7 date and time it was made              13 track                18-20 alert, emergency, identification
    8, 9 date and time it was written           14, 15 place            21 on the ground: -1 or 1, 0
    10 call sign

A line says what one message said, so each is a report of its own, with what
is in it and no more. Times bear no zone: dump1090-mutability writes the local
time of its machine (`--tz`), readsb UTC. Lines of other kinds (AIR, CLK, ID,
SEL, STA) tell of the screen of the program that BaseStation was.

Source: the description by the makers of BaseStation's port; dump1090-mutability and readsb as they write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from feeds.format import Reading
from feeds.lines import capped_lines
from feeds.reports import Said, Source
from feeds.tables.dialect import parse_dialect
from feeds.tables.reader import converted

CELLS = 22
BATCH_LINES = 1 << 14
NO_MESSAGE = "no BaseStation message"
OF_THE_SCREEN = "BaseStation line that is no message of an aircraft"
_FIRST = re.compile(
    rb"^(?:MSG,[1-8]|MLAT,[1-8]|(?:AIR|CLK|ID|SEL|STA),[^,\r\n]*)(?:,[^,\r\n]*){9,}", re.MULTILINE
)
_KINDS = {b"MSG": Source.ADSB_TABLE, b"MLAT": Source.MLAT}
_SCREEN = frozenset({b"AIR", b"CLK", b"ID", b"SEL", b"STA"})
_COLUMNS = {"made": 6, "written": 8, "hexident": 4, "callsign": 10, "altitude": 11, "speed": 12, "track": 13}
_COLUMNS |= {"lat": 14, "lon": 15, "rate": 16, "squawk": 17, "ground": 21}
_DIALECT = parse_dialect(
    """
    title = "BaseStation"
    time_s = { column = ["made", "written"], format = "iso" }
    entity = { column = "hexident", kind = "icao24" }
    lat_deg = { column = "lat" }
    lon_deg = { column = "lon" }
    alt_m = { column = "altitude", unit = "ft" }
    sog_mps = { column = "speed", unit = "kn" }
    cog_deg = { column = "track" }
    climb_mps = { column = "rate", unit = "fpm" }
    squawk = { column = "squawk" }
    on_ground = { column = "ground" }
    callsign = { column = "callsign" }
    """,
    "sbs",
)


class Sbs:
    """The format `sbs`."""

    name = "sbs"

    def recognises(self, head: bytes) -> bool:
        """A line is a message with its cells."""
        return _FIRST.search(head) is not None

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Said]:
        """Batches in file order, what a network computed after the rest; other lines are counted."""
        taken: dict[bytes, list[bytes]] = {kind: [] for kind in _KINDS}
        for line in capped_lines(source, reading.rejects):
            kind = line.partition(b",")[0]
            if kind not in taken:
                reading.rejects.add(OF_THE_SCREEN if kind in _SCREEN else NO_MESSAGE, line)
            elif line.count(b",") < CELLS - 1:
                reading.rejects.add("fewer cells than a BaseStation message has", line)
            else:
                taken[kind].append(line)
                if len(taken[kind]) >= BATCH_LINES:
                    yield _said(taken, kind, reading)
        for kind in taken:
            yield _said(taken, kind, reading)


def _said(taken: dict[bytes, list[bytes]], kind: bytes, reading: Reading) -> Said:
    """What the lines of one kind say, which are then forgotten."""
    lines, taken[kind] = taken[kind], []
    if not lines:
        return Said.nothing()
    cells = list(zip(*(line.decode("utf-8", "replace").split(",")[:CELLS] for line in lines), strict=True))
    columns = {name: pa.array(cells[at], pa.string()) for name, at in _COLUMNS.items()}
    for name in ("made", "written"):
        days, hours = cells[_COLUMNS[name]], cells[_COLUMNS[name] + 1]
        columns[name] = pa.array([f"{day} {hour}".strip() for day, hour in zip(days, hours, strict=True)])
    # True is -1 to BaseStation and 1 to some who write as it did.
    columns["ground"] = pa.array([cell.strip().removeprefix("-") for cell in cells[_COLUMNS["ground"]]])

    def row_text(rows: Sequence[int]) -> list[bytes]:
        return [lines[row] for row in rows]

    said = converted(columns, _DIALECT, reading, row_text)
    source = np.full(len(said.reports), _KINDS[kind], np.uint8)
    return Said(said.reports.replaced(source=source), said.identities)


FORMAT = Sbs()
