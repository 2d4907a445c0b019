"""What the fuzzers found, each shrunk to its cause."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fuzz_seeds import parquet
from fuzzing import exercised

from feeds.errors import InputError
from feeds.format import Reading, formats
from feeds.formats import table_parquet
from feeds.rejects import Rejects
from geo.stations import StationNames


def test_a_parquet_file_whose_columns_are_not_named_in_utf_8_is_told_as_damaged():
    damaged = parquet().replace(b"basedatetime", b"basedateti\x8e\x9a")

    assert exercised("table-parquet", damaged).unreadable


def test_a_parquet_file_that_claims_more_rows_than_it_can_hold_is_not_read(monkeypatch):
    monkeypatch.setattr(table_parquet, "ROWS_PER_BYTE", 1)
    claimed = 500_000
    places = {"mmsi": 235012345, "basedatetime": "2024-01-01T00:00:00", "lat": 50.5, "lon": -1.5,
              "sog": 10.2, "cog": 90.0, "heading": 511.0, "vesselname": "A"}  # fmt: skip
    file = io.BytesIO()
    table = pa.table(
        {
            name: pa.array([value]).dictionary_encode().take(pa.repeat(0, claimed))
            for name, value in places.items()
        }
    )
    pq.write_table(table, file, compression="zstd")
    assert file.tell() < claimed

    file.seek(0)
    with pytest.raises(InputError, match="claims 500000 rows, more than its size can hold"):
        list(formats()["table-parquet"].read(file, Reading(StationNames(), Rejects())))
