"""The page about formats says what the code does: its tables are the code's tables, its examples run."""

import io
import re
from pathlib import Path

import pytest

from alerts.features import feature
from feeds.format import Reading, formats
from feeds.formats.table_csv import FORMAT
from feeds.rejects import Rejects
from feeds.reports import Doubt
from feeds.tables.dialect import HOUSE, TIME_FORMATS, known_dialects
from fusion.exclusions import load_exclusions
from fusion.flags import Flag, State
from geo.stations import StationNames, stations_of
from headland.outputs import SCHEMA

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


def block(language):
    return re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[1]


def test_every_column_that_may_be_mapped_is_on_the_page_with_its_units():
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    for house, units in HOUSE.items():
        row = next(line for line in rows if f"`{house}`" in line.split("|")[1])
        assert re.findall(r"`(\w+)`", row.split("|")[3]) == [unit for unit in units if unit]


def test_every_known_table_is_on_the_page_with_the_marks_it_is_recognised_by():
    for dialect in known_dialects():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| {dialect.title} |"))
        assert dialect.marks <= {name.lower() for name in re.findall(r"`([^`]+)`", row)}


def test_every_way_to_write_a_time_is_on_the_page():
    assert all(f"`{each}`" in PAGE for each in TIME_FORMATS)


def test_every_mark_of_doubt_is_on_the_page_with_its_value():
    told = {
        name: int(value) for name, value in re.findall(r"^\| `([A-Z_]+)` \| (\d+) \|", PAGE, re.MULTILINE)
    }

    assert told == {doubt.name: doubt.value for doubt in Doubt}


def test_every_column_of_the_tracks_is_on_the_page():
    table = PAGE.partition("`tracks.parquet` is")[2].partition("| mark |")[0]

    assert [
        name
        for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    ] == (SCHEMA.names)


def test_the_mapping_on_the_page_reads_a_table(tmp_path):
    mapping = tmp_path / "harbour.toml"
    mapping.write_text(block("toml"), encoding="utf-8")
    table = "UTC;MMSI;Lat;Lon;Speed;Status\n12.7.2024 12:00:00;235012345;50,8;-1,1;10,0;moored\n"

    (said,) = FORMAT.read(
        io.BytesIO(table.encode()), Reading(StationNames(), Rejects(), columns_toml=mapping)
    )

    assert said.reports.time_s.tolist() == [1720782000.0]
    assert said.reports.sog_mps[0] == pytest.approx(5.1444, abs=1e-4)
    assert said.reports.status.tolist() == [5]


def test_the_exclusions_on_the_page_are_a_list_that_loads(tmp_path):
    path = tmp_path / "exclusions.csv"
    path.write_text(re.search(r"```\n(subject,kind.*?)```", PAGE, re.DOTALL)[1], encoding="utf-8")

    assert load_exclusions(path).author.tolist() == ["A. Watch", "A. Watch", "B. Desk"]


def test_the_stations_on_the_page_are_a_list_that_loads():
    names = StationNames()

    listed = stations_of(block("json").encode(), "page", names)

    assert names.known() == ["beer-head"]
    assert (listed.hears_ais.tolist(), listed.hears_adsb.tolist()) == ([True, False], [False, True])


def test_every_property_of_a_flag_is_on_the_page():
    flag = Flag(
        "0" * 16, "loitering", (), 0.0, None, 0.0, 0.0, 0.0, 0.5, State.OPEN, 1, "", (), "loitering", 1, {}
    )
    table = PAGE.partition("| property |")[2].partition("`tracks.parquet`")[0]
    told = [
        name
        for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    ]

    assert sorted(told) == sorted(feature(flag, [])["properties"])


def test_every_format_is_on_the_page_with_its_file_and_the_tests_that_hold_it():
    root = Path(__file__).parents[2]
    table = PAGE.partition("| rows a second |")[2].partition("\n\n")[0]
    rows = [re.findall(r"`([\w.-]+)`", row) for row in table.splitlines() if row.startswith("| `")]

    assert sorted(name for name, *_ in rows) == sorted(formats())
    for name, file, *tests in rows:
        assert file == name.replace("-", "_") + ".py"
        assert (root / "feeds" / "formats" / file).is_file()
        assert tests
        assert all((root / "tests" / "feeds" / each).is_file() for each in tests)
