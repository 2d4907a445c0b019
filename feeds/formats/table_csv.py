"""Position tables as CSV: one header line, then one row a position.

    # Timestamp,Type of mobile,MMSI,Latitude,Longitude,...      Danish Maritime Authority
    MMSI,BaseDateTime,LAT,LON,SOG,COG,...                       MarineCadastre
    time,icao24,lat,lon,velocity,heading,...                    OpenSky

The separator is whichever of comma, semicolon, tab and bar stands most often
in the header; cells may be quoted (RFC 4180) but hold no line end. Columns
are mapped by the dialects of `feeds.tables` and by `--columns`. Any header
with a latitude and a longitude in it is recognised, so that what is not
mapped is told by name.

Lines that are no row are counted: for each line of the file there is one
report, or one refusal.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv as pacsv

from feeds.format import Reading
from feeds.reports import Said
from feeds.tables.chunks import first_line, whole_lines
from feeds.tables.dialect import recognised
from feeds.tables.reader import chosen, converted, looks_like_positions

BOM = b"\xef\xbb\xbf"
SEPARATORS = ",;\t|"


class TableCsv:
    """A position table in CSV."""

    name = "table-csv"

    def recognises(self, head: bytes) -> bool:
        """Whether the first line names a latitude and a longitude, or the columns of a known table."""
        first = head.removeprefix(BOM).lstrip()
        if first.startswith((b"{", b"[")):
            return False  # JSON without blanks reads as quoted cells
        columns, _ = header(first.partition(b"\n")[0])
        return looks_like_positions(columns) or recognised(columns) is not None

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Said]:
        """Batches in file order; bad lines are counted in `reading.rejects`.

        Raises:
            InputError: the columns are of no known table and no mapping fits them.
        """

        def refuse(reason: str, line: bytes) -> None:
            reading.rejects.add(reason, line, reading.station)

        line, rest = first_line(source)
        columns, separator = header(line)
        dialect = chosen(columns, reading)
        wanted = dialect.source_columns() & set(columns)
        for chunk in whole_lines(source, rest, separator, refuse):
            parser = _Parser(columns, separator, wanted, reading)
            found = parser.columns(chunk)
            said = converted(found, dialect, reading, parser.row_text)
            if len(said.reports):
                yield said


def header(line: bytes) -> tuple[list[str], str]:
    """Names of columns in lower case, and the separator; no names where it is no text."""
    try:
        text = line.removeprefix(BOM).decode("utf-8").strip("\r\n")
        separator = max(SEPARATORS, key=text.count)
        cells = next(csv.reader([text], delimiter=separator), [])
    except (UnicodeDecodeError, csv.Error):
        return [], ","
    return [cell.strip().lower() for cell in cells], separator


class _Parser:
    """Cells of one chunk as text columns, and the text of its rows for samples."""

    def __init__(self, names: Sequence[str], separator: str, wanted: set[str], reading: Reading) -> None:
        # Names may stand twice; numbers do not, and the first of a name counts.
        self._numbers = [str(number) for number in range(len(names))]
        self._wanted = {name: str(names.index(name)) for name in sorted(wanted)}
        self._separator = separator
        self._reading = reading
        self._refused: set[int] = set()
        self._chunk = b""

    def columns(self, chunk: bytes) -> dict[str, pa.Array]:
        """Text columns by name; rows of another number of cells are refused."""
        self._chunk = chunk
        if not chunk.strip(b"\n"):
            return {name: pa.array([], pa.string()) for name in self._wanted}
        table = pacsv.read_csv(
            pa.BufferReader(chunk),
            # One thread: rows are then numbered, and samples do not depend on the machine.
            pacsv.ReadOptions(use_threads=False, block_size=len(chunk) + 1, column_names=self._numbers),
            pacsv.ParseOptions(delimiter=self._separator, invalid_row_handler=self._refuse),
            pacsv.ConvertOptions(
                include_columns=list(self._wanted.values()),
                column_types=dict.fromkeys(self._numbers, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        return {name: table.column(number).combine_chunks() for name, number in self._wanted.items()}

    def row_text(self, rows: Sequence[int]) -> list[bytes]:
        """The lines of these rows, counted without the refused ones."""
        if not rows:
            return []
        lines = (line for line in self._chunk.split(b"\n") if line)
        kept = [line for number, line in enumerate(lines, 1) if number not in self._refused]
        return [kept[row] for row in rows]

    def _refuse(self, row: pacsv.InvalidRow) -> str:
        self._refused.add(row.number)
        reason = "another number of cells than the header"
        self._reading.rejects.add(reason, row.text.encode("utf-8", "replace"), self._reading.station)
        return "skip"


FORMAT = TableCsv()
