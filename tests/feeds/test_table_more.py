"""Position tables in JSON and SQLite: real ones against plain readings, and files that somebody made."""

import contextlib
import gzip
import io
import json
import sqlite3

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.errors import InputError
from feeds.format import Reading, formats
from feeds.formats import table_json, table_sqlite
from feeds.rejects import Rejects
from feeds.reports import Said, subject
from geo.stations import StationNames

KNOT, FOOT = 1852 / 3600, 0.3048
FLIGHTS = ["rega_helicopter", "gliders_oxford_cambridge", "border_control_loiter"]


def read(data, form=table_json.FORMAT, **options):
    reading = Reading(StationNames(), Rejects(), **options)
    return Said.concat(list(form.read(io.BytesIO(data), reading))), reading.rejects


@pytest.mark.recording
@pytest.mark.parametrize("name", FLIGHTS)
def test_a_flight_of_the_library_traffic_is_what_plain_python_reads(recordings, name):
    data = gzip.decompress((recordings / "adsb" / f"traffic_{name}.json.gz").read_bytes())
    rows = json.loads(data)

    said, rejects = read(data)
    reports = said.reports

    assert rejects.total() == 0
    np.testing.assert_array_equal(reports.time_s, [row["timestamp"] / 1000 for row in rows])
    assert [subject(each) for each in reports.entity.tolist()] == [f"icao24:{row['icao24']}" for row in rows]
    np.testing.assert_array_equal(reports.lat_deg, [row["latitude"] for row in rows])
    np.testing.assert_array_equal(reports.lon_deg, [row["longitude"] for row in rows])
    np.testing.assert_allclose(reports.alt_m, [row["altitude"] * FOOT for row in rows])
    np.testing.assert_allclose(reports.sog_mps, [row["groundspeed"] * KNOT for row in rows])
    np.testing.assert_allclose(reports.climb_mps, [row["vertical_rate"] * FOOT / 60 for row in rows])
    np.testing.assert_array_equal(reports.cog_deg, [row["track"] % 360 for row in rows])
    expected = {None: -1, False: 0, True: 1}
    assert reports.on_ground.tolist() == [expected[row.get("onground")] for row in rows]
    assert set(said.identities.callsign) == {row["callsign"] for row in rows}


@pytest.mark.recording
def test_the_baltic_snapshot_is_what_its_database_says(recordings, tmp_path):
    data = gzip.decompress(
        (recordings / "ais" / "baltic_digitraffic_2025-12-11T2044Z.sqlite.gz").read_bytes()
    )
    (tmp_path / "baltic.sqlite").write_bytes(data)
    with sqlite3.connect(tmp_path / "baltic.sqlite") as file:
        rows = file.execute(
            "SELECT mmsi, latitude, longitude, sog, cog, heading, nav_stat, ship_type, draught, name, destination"
            " FROM vessel_positions ORDER BY id"
        ).fetchall()
    file.close()
    mmsi, lat, lon, sog, cog, heading, status, kind, draught, name, _ = map(np.array, zip(*rows, strict=True))

    said, rejects = read(data, table_sqlite.FORMAT)
    reports = said.reports

    assert rejects.total() == 0
    assert len(reports) == 9735
    np.testing.assert_array_equal(reports.entity & np.uint64(0xFFFFFFFF), mmsi)
    np.testing.assert_array_equal(reports.lat_deg, lat)
    np.testing.assert_array_equal(reports.lon_deg, lon)
    np.testing.assert_allclose(reports.sog_mps, np.where(sog == 102.3, np.nan, sog * KNOT))
    np.testing.assert_array_equal(reports.cog_deg, np.where(cog == 360, np.nan, cog))
    np.testing.assert_array_equal(reports.heading_deg, np.where(heading == 511, np.nan, heading % 360))
    np.testing.assert_array_equal(reports.status, status)
    np.testing.assert_allclose(reports.time_s, 1765485890.102399, atol=1e-6)
    who = said.identities
    at = {number: row for row, number in enumerate(mmsi.tolist())}
    rows_named = [at[number] for number in (who.entity & np.uint64(0xFFFFFFFF)).tolist()]
    assert who.name.tolist() == [each.strip() for each in name[rows_named].tolist()]
    np.testing.assert_array_equal(who.ship_type, np.where((kind > 0) & (kind <= 99), kind, -1)[rows_named])
    np.testing.assert_allclose(
        who.draught_m, np.where(draught > 0, draught / 10, np.nan)[rows_named], atol=1e-9
    )


def ships(**more):
    row = {
        "MMSI": 235070762,
        "Time": "2016-01-12 13:02:11",
        "Latitude_degrees": 50.7,
        "Longitude_degrees": -1.0,
    }
    return row | more


def test_lines_and_lists_say_the_same():
    rows = [ships(), ships(MMSI=235013375, SOG_knots=19.8)]
    lines = "\n".join(map(json.dumps, rows)).encode()

    (listed, _), (lined, _) = read(json.dumps(rows).encode()), read(lines)

    assert listed.reports.time_s.tolist() == [1452603731.0] * 2
    np.testing.assert_array_equal(listed.reports.sog_mps, lined.reports.sog_mps)
    assert listed.reports.message.tolist() == lined.reports.message.tolist()


cells = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
    | st.just("\ud800") | st.lists(st.integers(), max_size=2) | st.just(1452603731000)
)  # fmt: skip


@settings(max_examples=60)
@given(
    st.lists(
        st.builds(lambda key, cell: ships(**{key: cell}), st.sampled_from([*ships(), "COG_degrees"]), cells)
    )
)
def test_every_row_is_a_report_or_a_refusal_whatever_stands_in_it(rows):
    data = json.dumps([ships(), *rows]).encode()

    said, rejects = read(data)

    assert len(said.reports) + rejects.total() == len(rows) + 1


def database(path, *statements):
    with sqlite3.connect(path) as file:
        for each in statements:
            file.execute(each)
    file.close()
    return path.read_bytes()


TABLE = 'CREATE TABLE "ships of; the ""bay" (MMSI, Time TEXT, Latitude_degrees, Longitude_degrees, SOG_knots)'
ROW = 'INSERT INTO "ships of; the ""bay" VALUES '


def test_the_first_table_that_is_known_is_read_whatever_its_name(tmp_path):
    data = database(
        tmp_path / "a.sqlite",
        "CREATE TABLE places (lat, lon)",
        TABLE,
        ROW + "(235070762, '2016-01-12 13:02:11', 50.7, -1.0, 5.5)",
        ROW + "('x', x'00ff', 91, NULL, 'fast')",
    )

    said, rejects = read(data, table_sqlite.FORMAT)

    assert said.reports.sog_mps.tolist() == pytest.approx([5.5 * KNOT])
    assert rejects.total() == 1


def test_nothing_that_a_schema_says_is_run(tmp_path):
    data = database(
        tmp_path / "a.sqlite",
        "CREATE TABLE hidden (a)",
        "CREATE VIEW ships AS SELECT 1 AS MMSI, 2 AS Time, 3 AS Latitude_degrees, 4 AS Longitude_degrees FROM hidden",
        "CREATE TABLE made (MMSI, Time, Latitude_degrees, Longitude_degrees AS (abs(-9223372036854775808)))",
    )

    with pytest.raises(InputError, match="no table"):
        read(data, table_sqlite.FORMAT)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 8191), st.binary(min_size=1, max_size=40), st.integers(100, 8192))
def test_a_damaged_database_is_read_or_refused_and_nothing_else(at, put, length):
    file = sqlite3.connect(":memory:")
    file.execute(TABLE)
    file.executemany(
        ROW + "(?, '2016-01-12 13:02:11', 50.7, -1.0, 5.5)", [(235070762 + n,) for n in range(60)]
    )
    file.commit()
    whole = file.serialize()
    file.close()
    damaged = (whole[:at] + put + whole[at + len(put) :])[:length]

    with contextlib.suppress(InputError):
        said, rejects = read(damaged, table_sqlite.FORMAT)
        assert len(said.reports) + rejects.total() <= len(damaged) // 2


@pytest.mark.parametrize(
    "data", [b'{"lat":1,"lon":2,"x":3}\n', b'[\n {"lat": 1, "lon": 2}]', b"SQLite format 3\x00abc"]
)
def test_each_is_recognised_by_one_format_alone(data):
    assert [name for name, form in formats().items() if form.recognises(data)] in (
        ["table-json"],
        ["table-sqlite"],
    )
