"""Position tables as Parquet: the same columns as in CSV, as text or typed.

Recognised by the four bytes `PAR1` with which every Parquet file begins.
Times may be timestamps (without a zone they are local to `--tz`, else UTC),
numbers of any width, text as in CSV. A Parquet file names its columns at its
end: one that was cut short cannot be read at all. What its pages unpack to is
held to a size (`feeds.tables.parquet_pages`).
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from typing import IO, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from feeds.errors import InputError
from feeds.format import Reading
from feeds.reports import Said
from feeds.tables.parquet_pages import Chunk, PageError, held_to_size
from feeds.tables.reader import chosen, converted

MAGIC = b"PAR1"
BATCH_ROWS = 1 << 16
ROWS_PER_BYTE = 64
"""Equal rows take next to nothing, and a file of a kilobyte may claim to hold any number of them; places differ."""


class TableParquet:
    """A position table in Parquet."""

    name = "table-parquet"

    def recognises(self, head: bytes) -> bool:
        """Whether it begins as every Parquet file does."""
        return head.startswith(MAGIC)

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Said]:
        """Batches in file order; bad rows are counted in `reading.rejects`.

        Raises:
            InputError: damaged, cut short, or its columns are of no known table and no mapping fits them.
        """
        # Parquet is read from its end, and a stream has none until it is all there.
        with tempfile.TemporaryFile() as spool:
            shutil.copyfileobj(source, spool)
            spool.seek(0)
            try:
                size = spool.seek(0, io.SEEK_END)
                yield from _read(_opened(spool, ROWS_PER_BYTE * size), spool, size, reading)
            except PageError as error:
                raise InputError("Parquet table", str(error)) from error
            except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
                raise InputError("Parquet table", f"damaged or cut short: {error}") from error


def _opened(spool: IO[bytes], rows_at_most: int) -> pq.ParquetFile:
    table = pq.ParquetFile(spool)
    if table.metadata.num_rows > rows_at_most:
        raise InputError(
            "Parquet table", f"claims {table.metadata.num_rows} rows, more than its size can hold"
        )
    return table


def first_page(column: pq.ColumnChunkMetaData) -> int:
    """Where the pages of a column begin: with its dictionary, where it has one."""
    first: int = column.data_page_offset
    if column.has_dictionary_page and 0 < column.dictionary_page_offset < first:
        return int(column.dictionary_page_offset)
    return first


def _chunks(table: pq.ParquetFile, wanted: Collection[str]) -> list[Chunk]:
    """Where the columns of these names stand, with what is nested in them."""
    told = table.metadata
    columns = [
        told.row_group(group).column(at)
        for group in range(told.num_row_groups)
        for at in range(told.num_columns)
    ]
    prefixes = tuple(f"{name}." for name in wanted)
    return [
        Chunk(first_page(column), column.total_compressed_size)
        for column in columns
        if column.path_in_schema in wanted or column.path_in_schema.startswith(prefixes)
    ]


def _read(table: pq.ParquetFile, spool: IO[bytes], size: int, reading: Reading) -> Iterator[Said]:
    names = table.schema_arrow.names
    lower = [name.strip().lower() for name in names]
    dialect = chosen(lower, reading)
    wanted = {name: names[lower.index(name)] for name in sorted(dialect.source_columns() & set(lower))}
    held_to_size(spool, _chunks(table, {*wanted.values()}), size)
    for batch in table.iter_batches(BATCH_ROWS, columns=list(wanted.values())):

        def row_text(rows: Sequence[int], batch: pa.RecordBatch = batch) -> list[bytes]:
            return [str(batch.slice(row, 1).to_pylist()[0]).encode() for row in rows]

        found = {name: _plain(batch.column(column)) for name, column in wanted.items()}
        said = converted(found, dialect, reading, row_text)
        if len(said.reports):
            yield said


def _plain(array: pa.Array) -> pa.Array:
    """Without the dictionary: a column of few distinct texts is often kept as numbers of them."""
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


FORMAT = TableParquet()
