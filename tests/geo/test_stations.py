"""Where antennas stand, by a file a stranger wrote."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import stations as module
from geo.stations import StationNames, load_stations, station_number

NESS = {"id": "ness-point", "lat": 52.481, "lon": 1.763, "antenna_m": 18, "kind": "ais"}


def written(tmp_path: Path, entries: object) -> Path:
    path = tmp_path / "stations.json"
    path.write_text(json.dumps(entries))
    return path


def test_a_stations_file_becomes_columns_and_names(tmp_path: Path) -> None:
    names = StationNames()

    found = load_stations(written(tmp_path, [NESS, NESS | {"id": "bawdsey", "kind": "adsb"}]), names)

    assert found.lat_deg.tolist() == [52.481, 52.481]
    assert found.antenna_m.dtype == np.float64
    assert found.hears_ais.tolist() == [True, False]
    assert found.hears_adsb.tolist() == [False, True]
    assert [names.name(number) for number in found.number.tolist()] == ["ness-point", "bawdsey"]


def test_an_empty_list_is_no_stations(tmp_path: Path) -> None:
    assert len(load_stations(written(tmp_path, []), StationNames())) == 0


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ({}, "a list"),
        ([[]], "entry 0: id"),
        ([NESS, {"id": "x"}], "entry 1: id"),
        ([NESS | {"lat": "52"}], "are numbers"),
        ([NESS | {"lat": 91}], "lat within 90"),
        ([NESS | {"lon": float("nan")}], "lon within 180"),
        ([NESS | {"antenna_m": -1}], "antenna_m from 0"),
        ([NESS | {"kind": "radar"}], 'kind is "ais" or "adsb"'),
        ([NESS | {"kind": ["ais"]}], 'kind is "ais" or "adsb"'),
        ([NESS | {"lat": True}], "are numbers"),
        ([NESS | {"lat": 10**400}], "lat within 90"),
        ([NESS | {"id": ["ness"]}], "id is the station's name"),
        ([NESS | {"id": "n" * 201}], "id is the station's name"),
        ([NESS, NESS | {"lat": 51}], "listed twice: 'ness-point' as ais"),
    ],
)
def test_a_wrong_file_is_refused_with_the_entry_and_the_reason(
    tmp_path: Path, entries: object, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        load_stations(written(tmp_path, entries), StationNames())


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe"])
def test_what_is_not_json_is_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "stations.json"
    path.write_bytes(raw)

    with pytest.raises(ValueError, match="not JSON"):
        load_stations(path, StationNames())


@given(st.text(max_size=40))
def test_a_number_fits_its_column_and_depends_on_the_name_alone(name: str) -> None:
    number = station_number(name)

    assert 0 <= number < 2**32
    assert StationNames().number(name) == number == station_number(name)


def test_the_numbers_are_those_that_older_journals_hold() -> None:
    assert station_number("ness-point") == 0xC5605B7D  # b2sum -l 32 says the same


def test_two_names_with_one_number_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "station_number", lambda _: 7)
    names = StationNames()
    names.number("one")

    with pytest.raises(ValueError, match="'other' and 'one' share a number"):
        names.number("other")


def test_a_number_never_named_is_told_by_its_digits() -> None:
    assert StationNames().name(42) == "station 42"
