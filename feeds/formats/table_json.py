"""Position tables as JSON: a list of objects, or one object a line, with the same columns as in CSV.

    [{"timestamp": 1558612204000, "icao24": "4b43ac", "latitude": 47.43, "longitude": 9.38, ...}, ...]
    {"MMSI": 219001234, "BaseDateTime": "2024-01-01T00:00:00", "LAT": 55.7, ...}

So pandas writes a table, and with it the Python library traffic its flights.
JSON has no times: where a dialect expects a written one, a whole number counts
milliseconds since 1970, as pandas' does. What is no text, number, true or false
(a list within an object) is not said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import pyarrow as pa

from feeds.format import Reading
from feeds.json_objects import Found, objects
from feeds.reports import Said
from feeds.tables.dialect import Dialect, recognised
from feeds.tables.reader import chosen, converted, looks_like_positions
from feeds.tables.times import SCALES

BATCH_ROWS = 1 << 14
_DECODER = json.JSONDecoder()


class TableJson:
    """A position table in JSON."""

    name = "table-json"

    def recognises(self, head: bytes) -> bool:
        """Whether the first object names a latitude and a longitude, or the columns of a known table."""
        text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n[")
        if not text.startswith("{"):
            return False
        try:
            first, _ = _DECODER.raw_decode(text)
        except (ValueError, RecursionError):
            return False
        names = [name.strip().lower() for name in first]
        return looks_like_positions(names) or recognised(names) is not None

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Said]:
        """Batches in file order; bad rows are counted in `reading.rejects`.

        Raises:
            InputError: the columns are of no known table and no mapping fits them.
        """
        rows: list[Found] = []
        dialect: Dialect | None = None
        for found in objects(source, reading.rejects, reading.station):
            # A table that pandas writes has every column in every row: the first tells of all.
            dialect = dialect or chosen([name.strip().lower() for name in found.told], reading)
            rows.append(found)
            if len(rows) >= BATCH_ROWS:
                yield _said(rows, dialect, reading)
                rows = []
        if dialect is not None and rows:
            yield _said(rows, dialect, reading)


def _said(rows: Sequence[Found], dialect: Dialect, reading: Reading) -> Said:
    told = [{name.strip().lower(): value for name, value in row.told.items()} for row in rows]
    # A column that the dialect does not read is not made; one that no row has says nothing.
    columns = {name: _column([row.get(name) for row in told]) for name in sorted(dialect.source_columns())}
    if dialect.fields["time_s"].format not in SCALES:
        for name in dialect.fields["time_s"].columns:
            columns[name] = _times([row.get(name) for row in told], columns[name])

    def row_text(numbers: Sequence[int]) -> list[bytes]:
        return [rows[number].sample() for number in numbers]

    return converted(columns, dialect, reading, row_text)


def _column(values: Sequence[Any]) -> pa.Array:
    """The cells as text, from which every column can be read."""
    return pa.array([_cell(value) for value in values], pa.string())


def _cell(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()  # half of a surrogate pair is no text
    return repr(value) if isinstance(value, int | float) and abs(value) < 1e300 else None


def _times(values: Sequence[Any], written: pa.Array) -> pa.Array:
    """Milliseconds where all that is said are whole numbers, else the cells as they were."""
    said = [value for value in values if value is not None]
    if not said or any(isinstance(value, bool) or not isinstance(value, int) for value in said):
        return written
    fit = [value if value is not None and abs(value) < 1 << 53 else None for value in values]
    return pa.array(fit, pa.int64()).cast(pa.timestamp("ms", "UTC"))


FORMAT = TableJson()
