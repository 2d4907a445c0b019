"""No page of a Parquet file is unpacked that claims more than it may: what its pages claim is read beforehand."""

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fuzz_seeds import parquet
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.errors import InputError
from feeds.format import Reading
from feeds.formats import table_parquet
from feeds.rejects import Rejects
from feeds.tables import parquet_pages
from feeds.tables.parquet_pages import Chunk, PageError, held_to_size, pages
from geo.stations import StationNames


def read(data):
    return list(table_parquet.FORMAT.read(io.BytesIO(data), Reading(StationNames(), Rejects())))


def written(rows, **options):
    table = pa.table({"number": np.arange(rows), "text": [f"SHIP {row % 7}" for row in range(rows)]})
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    return file


@pytest.mark.parametrize("compression", ["none", "snappy", "zstd", "gzip"])
@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("dictionary", [True, False])
def test_heads_of_pages_say_together_what_the_file_says_of_its_columns(compression, version, dictionary):
    file = written(
        20_000,
        compression=compression,
        data_page_version=version,
        use_dictionary=dictionary,
        data_page_size=4096,
        row_group_size=7000,
    )
    told = pq.ParquetFile(file).metadata

    counts = []
    for group in range(told.num_row_groups):
        for column in map(told.row_group(group).column, range(told.num_columns)):
            chunk = Chunk(table_parquet.first_page(column), column.total_compressed_size)
            found = list(pages(file, chunk))
            counts.append(len(found))
            assert sum(page.head + page.uncompressed for page in found) == column.total_uncompressed_size

    assert max(counts) > 3


def test_a_small_file_whose_page_unpacks_to_much_is_not_read(monkeypatch):
    small = pq.read_table(io.BytesIO(parquet()))
    file, rows = io.BytesIO(), np.zeros(9, np.int64)
    names = small.column_names.index("vesselname"), "vesselname"
    table = small.take(rows).set_column(*names, pa.array(["x" * 200_000] * 9))
    pq.write_table(table, file, compression="zstd", use_dictionary=False, data_page_size=1 << 30)
    assert len(file.getvalue()) < 20_000
    monkeypatch.setattr(parquet_pages, "PAGE_BYTES", 1_000_000)

    with pytest.raises(InputError, match="a page claims 18000"):
        read(file.getvalue())


def test_a_table_of_pages_as_writers_make_them_is_read():
    assert sum(len(said.reports) for said in read(parquet())) > 0


def test_columns_that_lie_upon_each_other_are_not_read():
    file = written(100)
    size = len(file.getvalue())

    with pytest.raises(PageError, match="more than its size"):
        held_to_size(file, [Chunk(4, size // 2), Chunk(4, size // 2 + 2)], size)


@given(st.binary(max_size=60), st.integers(1, 80))
@settings(max_examples=300)
def test_whatever_bytes_stand_there_pages_end_or_are_refused(data, size):
    try:
        found = list(pages(io.BytesIO(data), Chunk(0, size)))
    except PageError:
        return
    assert all(page.head > 0 and page.compressed >= 0 for page in found)
