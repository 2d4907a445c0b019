"""Position tables for the benchmark of feeds: real rows, written as two authorities write them.

In: rows of `feeds_material.vessels`. Out: files of as many rows as are asked
for, one repetition of the rows ten seconds after the one before.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path

from feeds.tables.dialect import Dialect, known_dialects

STEP_S = 10.0
DANISH = (
    "# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,ROT,SOG,COG,Heading,IMO,Callsign,Name,"
    "Ship type,Cargo type,Width,Length,Type of position fixing device,Draught,Destination,ETA,Data source type,A,B,C,D"
)
MARINE_CADASTRE = (
    "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo,"
    "TransceiverClass"
)
DANISH_TIME, MARINE_CADASTRE_TIME = "%d/%m/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S"
Row = tuple[object, ...]


def dialect(title: str) -> Dialect:
    """One of the known dialects."""
    return next(each for each in known_dialects() if each.title == title)


def write_danish(path: Path, rows: list[Row], wanted: int) -> None:
    """As the Danish Maritime Authority's daily files: 26 columns, codes as words."""
    known = dialect("Danish Maritime Authority").fields
    status = {int(code): word.capitalize() for word, code in known["status"].words.items()}
    kinds = {int(code): word.capitalize() for word, code in known["ship_type"].words.items()}

    def cells(row: Row, time_s: float) -> Row:
        _, mmsi, lat, lon, sog, cog, heading, state, name, kind, draught, destination = row
        when = _moment(time_s).strftime(DANISH_TIME)
        sides = _sides(mmsi)
        said = status.get(state, "Unknown value") if isinstance(state, int) else "Unknown value"
        sort = kinds.get(kind // 10 * 10, "Undefined") if isinstance(kind, int) else "Undefined"
        metres = draught / 10 if isinstance(draught, float) and draught else ""
        head = (when, "Class A", mmsi, lat, lon, said, "0.0", sog, cog, heading)
        who = ("Unknown", "Unknown", name or "", sort, "", sides[2] + sides[3], sides[0] + sides[1])
        return (*head, *who, "GPS", metres, destination or "Unknown", "", "AIS", *sides)

    _write(path, DANISH, cells, rows, wanted)


def write_marine_cadastre(path: Path, rows: list[Row], wanted: int) -> None:
    """As MarineCadastre's daily files: 17 columns, codes as numbers."""

    def cells(row: Row, time_s: float) -> Row:
        _, mmsi, lat, lon, sog, cog, heading, state, name, kind, draught, _ = row
        when = _moment(time_s).strftime(MARINE_CADASTRE_TIME)
        metres = draught / 10 if isinstance(draught, float) and draught else ""
        who = (name or "", "", "", kind, state, sum(_sides(mmsi)[:2]), sum(_sides(mmsi)[2:]))
        return (mmsi, when, lat, lon, sog, cog, heading, *who, metres, "", "A")

    _write(path, MARINE_CADASTRE, cells, rows, wanted)


def _sides(mmsi: object) -> tuple[int, int, int, int]:
    """Some hull that is this vessel's own: the recording has none. Metres to bow, stern, port and starboard."""
    tens, ones = divmod(int(str(mmsi)) % 100, 10)
    return 10 * tens + 5, ones + 3, tens + 1, ones + 2


def _moment(time_s: float) -> datetime:
    return datetime.fromtimestamp(time_s, UTC)


def _write(path: Path, header: str, cells: Callable[[Row, float], Row], rows: list[Row], wanted: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(header + "\n")
        csv.writer(file, lineterminator="\n").writerows(islice(_repeated(cells, rows), wanted))


def _repeated(cells: Callable[[Row, float], Row], rows: list[Row]) -> Iterator[Row]:
    for turn in count():
        for row in rows:
            yield cells(row, float(str(row[0])) + turn * STEP_S)
