"""Position tables kept in an SQLite file: the first table in it whose columns are those of a known one.

Recognised by the sixteen bytes with which every such file begins. Columns are
mapped as those of CSV are. The file may be anybody's: it is copied, opened for
reading only, and nothing that its schema says is run: views, virtual tables
and computed columns are not looked at.

Source: SQLite, "Defense Against The Dark Arts" (untrusted database files).
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from feeds.errors import InputError
from feeds.format import Reading
from feeds.lines import LINE_BYTES
from feeds.reports import Said
from feeds.tables.dialect import Dialect, recognised
from feeds.tables.reader import chosen, converted, looks_like_positions

MAGIC = b"SQLite format 3\x00"
BATCH_ROWS = 1 << 14
TABLES_LOOKED_AT = 100
"""Tables whose columns are read in search of positions."""
CELL_BYTES = 1 << 16
LEAST_ROW_BYTES = 2
"""A row cannot take less of a file: one that gives more rows counts pages twice, as a made one may do for ever."""


class TableSqlite:
    """A position table in an SQLite file."""

    name = "table-sqlite"

    def recognises(self, head: bytes) -> bool:
        """Whether it begins as every SQLite file does."""
        return head.startswith(MAGIC)

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Said]:
        """Batches in the order of rows; bad rows are counted in `reading.rejects`.

        Raises:
            InputError: damaged, cut short, or no table in it has columns that can be read.
        """
        with tempfile.NamedTemporaryFile(suffix=".sqlite") as spool:
            shutil.copyfileobj(source, spool)
            spool.flush()
            try:
                with closing(_opened(Path(spool.name))) as file:
                    yield from _read(file, spool.tell() // LEAST_ROW_BYTES, reading)
            except (sqlite3.Error, UnicodeDecodeError) as error:
                raise InputError("SQLite file", f"damaged or cut short: {error}") from error


def _opened(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    file.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, CELL_BYTES)
    file.execute("PRAGMA trusted_schema = OFF")
    file.execute("PRAGMA cell_size_check = ON")
    file.text_factory = _text
    return file


def _text(data: bytes) -> str:
    return data[:LINE_BYTES].decode("utf-8", "replace")


def _read(file: sqlite3.Connection, rows_at_most: int, reading: Reading) -> Iterator[Said]:
    table, names = _chosen_table(file)
    lower = [name.strip().lower() for name in names]
    dialect = chosen(lower, reading)
    wanted = {name: names[lower.index(name)] for name in sorted(dialect.source_columns() & set(lower))}
    chosen_columns = ", ".join(_quoted(name) for name in wanted.values())
    # Names cannot be parameters; quoted they are names, whatever is in them.
    query = f"SELECT {chosen_columns} FROM {_quoted(table)} LIMIT ?"  # noqa: S608  see the line above
    rows = file.execute(query, (rows_at_most,))
    while batch := rows.fetchmany(BATCH_ROWS):
        yield _said(batch, list(wanted), dialect, reading)


def _chosen_table(file: sqlite3.Connection) -> tuple[str, list[str]]:
    """Name and columns of the first table that is known, else of the first that looks like positions."""
    listed = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'create virtual%' LIMIT ?"
    found = {}
    for (table,) in file.execute(listed, (TABLES_LOOKED_AT,)).fetchall():
        # The last cell is not 0 for columns that are computed or hidden.
        columns = file.execute(f"PRAGMA table_xinfo({_quoted(table)})").fetchall()
        found[table] = [str(column[1]) for column in columns if column[-1] == 0]
    for fits in (recognised, looks_like_positions):
        for table, names in found.items():
            if fits([name.strip().lower() for name in names]):
                return table, names
    raise InputError("SQLite file", "no table in it has columns for latitude and longitude")


def _said(rows: list[tuple[Any, ...]], names: list[str], dialect: Dialect, reading: Reading) -> Said:
    columns = {name: pa.array([_cell(row[at]) for row in rows], pa.string()) for at, name in enumerate(names)}

    def row_text(numbers: Sequence[int]) -> list[bytes]:
        return [str(rows[number]).encode("utf-8", "replace") for number in numbers]

    return converted(columns, dialect, reading, row_text)


def _cell(value: Any) -> str | None:
    if isinstance(value, bytes):
        return None
    return None if value is None else str(value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


FORMAT = TableSqlite()
