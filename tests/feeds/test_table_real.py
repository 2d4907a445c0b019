"""Position tables from the air, row by row against pandas."""

import gzip
import io
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from feeds.format import Reading
from feeds.formats import table_csv, table_parquet
from feeds.inputs import Input
from feeds.rejects import Rejects
from feeds.reports import Said, Source
from geo.stations import StationNames, station_number

KNOT = 1852 / 3600


def read(data, form=table_csv.FORMAT):
    reading = Reading(StationNames(), Rejects())
    return Said.concat(list(form.read(io.BytesIO(data), reading))), reading.rejects


@pytest.fixture(scope="module")
def solent(recordings) -> Path:
    return recordings / "ais" / "SolentAIS_20160112_130211.csv"


@pytest.fixture(scope="module")
def opensky(recordings) -> Path:
    return recordings / "adsb" / "OpenSky_Plane_States.csv"


def unix(times):
    return (pd.to_datetime(times, format="ISO8601", utc=True) - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(
        "1s"
    )


def test_every_row_of_the_solent_is_what_pandas_reads(solent):
    frame = pd.read_csv(solent)

    said, rejects = read(solent.read_bytes())
    reports = said.reports

    assert rejects.total() == 0
    np.testing.assert_array_equal(reports.entity & np.uint64(0xFFFFFFFF), frame["MMSI"])
    np.testing.assert_allclose(reports.time_s, unix(frame["Time"]), rtol=0, atol=1e-6)
    np.testing.assert_array_equal(reports.lat_deg, frame["Latitude_degrees"])
    np.testing.assert_array_equal(reports.lon_deg, frame["Longitude_degrees"])
    np.testing.assert_allclose(reports.sog_mps, frame["SOG_knots"].replace(102.3, np.nan) * KNOT, rtol=1e-12)
    np.testing.assert_array_equal(reports.cog_deg, frame["COG_degrees"].replace(360.0, np.nan))
    assert set(reports.source) == {Source.AIS_TABLE}
    assert set(reports.stations.values) == {station_number("unnamed")}
    assert len(said.identities) == 0


def test_every_row_of_opensky_is_what_pandas_reads(opensky):
    frame = pd.read_csv(opensky, dtype={"icao24": str})

    said, rejects = read(opensky.read_bytes())
    reports = said.reports

    assert rejects.total() == 0
    assert [hex(number)[-6:] for number in reports.entity.tolist()] == frame["icao24"].tolist()
    np.testing.assert_array_equal(reports.time_s, frame["lastposupdate"].fillna(frame["time"]))
    for house, theirs in [
        *(("lat_deg", "lat"), ("lon_deg", "lon"), ("sog_mps", "velocity")),
        *(("cog_deg", "heading"), ("climb_mps", "vertrate")),
    ]:
        np.testing.assert_array_equal(getattr(reports, house), frame[theirs], house)
    np.testing.assert_array_equal(reports.alt_m, frame["baroaltitude"].fillna(frame["geoaltitude"]))
    np.testing.assert_array_equal(
        reports.alt_geometric, frame["baroaltitude"].isna() & frame["geoaltitude"].notna()
    )
    np.testing.assert_array_equal(reports.alt_diff_m, frame["geoaltitude"] - frame["baroaltitude"])
    np.testing.assert_array_equal(reports.on_ground == 1, frame["onground"])
    np.testing.assert_array_equal(reports.squawk, frame["squawk"].fillna(-1))
    assert set(reports.source) == {Source.ADSB_TABLE}


def test_opensky_names_each_aircraft_once(opensky):
    frame = pd.read_csv(opensky, dtype=str).drop_duplicates(["icao24", "callsign"])
    expected = (
        frame.dropna(subset="callsign").groupby("icao24")["callsign"].agg(lambda s: {*s.str.strip()} - {""})
    )

    said, _ = read(opensky.read_bytes())

    told: dict[str, set[str]] = {}
    for entity, callsign in zip(said.identities.entity.tolist(), said.identities.callsign, strict=True):
        told.setdefault(hex(entity)[-6:], set()).add(str(callsign))
    assert told == {address: signs for address, signs in expected.items() if signs}
    assert len(said.identities) == sum(map(len, told.values()))


@pytest.mark.parametrize("name", ["solent", "opensky"])
def test_parquet_says_what_csv_says(name, request):
    path = request.getfixturevalue(name)
    frame = pd.read_csv(path, dtype={"icao24": str})
    if name == "solent":
        frame["Time"] = pd.to_datetime(frame["Time"], format="ISO8601")
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), buffer)

    said, rejects = read(buffer.getvalue(), table_parquet.FORMAT)
    expected, _ = read(path.read_bytes())

    assert rejects.total() == 0
    np.testing.assert_allclose(said.reports.time_s, expected.reports.time_s, rtol=0, atol=1e-6)
    for column in set(expected.reports.columns()) - {"time_s", "stations"}:
        np.testing.assert_array_equal(
            getattr(said.reports, column), getattr(expected.reports, column), column
        )
    assert said.reports.stations.counts.tolist() == [1] * len(said.reports)
    for column, values in expected.identities.columns().items():
        np.testing.assert_array_equal(getattr(said.identities, column), values, column)


def test_a_row_that_stands_twice_has_one_message_and_others_have_their_own(solent):
    lines = solent.read_bytes().splitlines(keepends=True)

    said, _ = read(b"".join([*lines, *lines[1:]]))

    half = len(lines) - 1
    first = said.reports.message[:half]
    np.testing.assert_array_equal(first, said.reports.message[half:])
    content = pd.DataFrame(
        {
            name: getattr(said.reports, name)[:half]
            for name in ("entity", "lat_deg", "lon_deg", "sog_mps", "cog_deg")
        }
    )
    assert len(np.unique(first)) == len(content.drop_duplicates())


def test_a_compressed_file_that_was_cut_gives_every_line_before_the_cut(solent, tmp_path):
    packed = gzip.compress(solent.read_bytes(), mtime=0)
    cut = packed[: len(packed) * 7 // 10]
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(cut)
    whole_lines = zlib.decompressobj(wbits=31).decompress(cut).count(b"\n") - 1

    rejects = Rejects()
    parts = list(Input(str(path)).read(Reading(StationNames(), rejects)))

    # The line that the cut went through may still be a row, or not, as the packer had it.
    assert sum(len(part.reports) for part in parts) - whole_lines in {0, 1}
    assert "file ends early or is damaged" in rejects.by_reason()


def test_what_is_said_does_not_depend_on_how_much_a_stream_gives_at_a_time(opensky):
    class Trickle(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 5000))

    data = opensky.read_bytes()

    (said,) = table_csv.FORMAT.read(Trickle(data), Reading(StationNames(), Rejects()))

    assert len(said.identities) == len(read(data)[0].identities)
