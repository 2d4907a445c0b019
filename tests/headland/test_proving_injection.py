"""Behaviours planted into real recordings: the recording stands untouched beside them, and its own ears hear them."""

import gzip
import json
import re
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from proving_worlds import tiny
from typer.testing import CliRunner

import headland
from feeds.reports import Reports, entity_of
from geo.batch import Ragged
from geo.sphere import destination, distance_m
from geo.stations import StationNames, Stations
from headland.cli import app
from headland.errors import GivenFileError
from headland.options import ReplayOptions
from headland.proving.injection import inject
from headland.proving.injection_reach import LearnedReach, ears_of

RECORDINGS = Path(headland.__file__).parent / "recordings"
SOLENT = RECORDINGS / "solent" / "SolentAIS_20160112_130211.nmea.gz"
WANTED = {"loitering_drift": 1, "position_jump": 1, "identity_impossible": 1, "landing_field": 1}


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """The Solent of 2016 with behaviours in it: the folder, and what was told."""
    out = tmp_path_factory.mktemp("planted")
    return out, inject(tiny(behaviours=WANTED), [str(SOLENT)], out, None, ReplayOptions())


def sentences(text):
    """The bare sentences of NMEA lines, however they are prefixed."""
    return [line[line.index("!") :] for line in text.splitlines() if "!" in line]


def mmsis(lines):
    """The senders of single sentences."""
    found = set()
    for line in lines:
        cells = line.split(",")
        if cells[1] == "1":
            bits = 0
            for letter in cells[5][:7]:
                value = ord(letter) - 48
                bits = bits << 6 | (value - 8 if value > 40 else value)
            found.add(f"mmsi:{bits >> 4 & (2**30 - 1):09d}")
    return found


def test_every_sentence_of_the_recording_is_still_there_in_its_order(planted):
    before = sentences(gzip.decompress(SOLENT.read_bytes()).decode())
    after = sentences((planted[0] / "ais.nmea").read_text())

    assert len(after) > len(before)
    assert set(before) <= set(after)
    times = [int(t) for t in re.findall(r"c:(\d+)\*", (planted[0] / "ais.nmea").read_text())]
    assert times == sorted(times)


def test_what_is_planted_bears_numbers_that_the_recording_does_not_hold(planted):
    truth = json.loads((planted[0] / "truth.json").read_text())
    before = mmsis(sentences(gzip.decompress(SOLENT.read_bytes()).decode()))
    after = mmsis(sentences((planted[0] / "ais.nmea").read_text()))

    subjects = {s for entry in truth["alarm"] for s in entry["subjects"]}
    assert subjects
    assert after - before == subjects


def test_the_truth_lies_within_the_recording_and_on_its_water(planted):
    truth = json.loads((planted[0] / "truth.json").read_text())

    for entry in truth["alarm"]:
        start_s = datetime.fromisoformat(entry["start"]).timestamp()
        assert 1452603731 < start_s < 1452603731 + 84.5 * 60
        assert 50.4 < entry["lat"] < 51.0
        assert -1.8 < entry["lon"] < -0.5
    assert not truth["quiet"]


def test_what_the_recording_has_no_room_for_is_left_out_and_named(planted):
    assert planted[1]["left_out"] == {"landing_field": 'the recording has no "adsb"'}
    assert planted[1]["not_read"] == 0


def test_the_same_seed_plants_the_same_bytes(planted, tmp_path):
    inject(tiny(behaviours=WANTED), [str(SOLENT)], tmp_path, None, ReplayOptions())

    for file in planted[0].iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()


def test_planted_messages_come_from_the_recording_s_own_stations(planted):
    before = set(re.findall(r"\\s:([^,]+),", gzip.decompress(SOLENT.read_bytes()).decode()))
    after = set(re.findall(r"\\s:([^,]+),", (planted[0] / "ais.nmea").read_text()))

    assert after == (before or {"unnamed"})


def test_nothing_raw_to_plant_into_is_refused(tmp_path):
    table = RECORDINGS / "solent" / "SolentAIS_20160112_130211.csv.gz"

    with pytest.raises(GivenFileError, match="raw AIS or Mode S"):
        inject(tiny(behaviours=WANTED), [str(table)], tmp_path / "out", None, ReplayOptions())
    assert not (tmp_path / "out").exists()


def test_a_recording_is_not_played_over_mqtt(tmp_path):
    words = [
        "simulate",
        "solent",
        "--into",
        str(SOLENT),
        "--mqtt",
        "mqtt://127.0.0.1",
        "--out",
        str(tmp_path),
    ]

    assert CliRunner().invoke(app, words).exit_code == 2


def heard(bearing, metres, count=400):
    """Positions of one ship after another, on one bearing of a station off Selsey, at random distances."""
    rng = np.random.default_rng(5)
    lat, lon = destination(
        np.full(count, 50.6), np.full(count, -0.9), np.full(count, bearing), rng.uniform(500.0, metres, count)
    )
    return Reports.of(
        count,
        time_s=np.arange(count) * 10.0,
        entity=np.full(count, entity_of("mmsi:235000001"), np.uint64),
        lat_deg=lat,
        lon_deg=lon,
        source=np.ones(count),
        sog_mps=np.full(count, 5.0),
        stations=Ragged.singles(np.full(count, StationNames().number("cliff")), "u4"),
    )


def test_an_ear_is_learned_to_hear_as_far_as_it_was_seen_to_and_no_way_else():
    names = StationNames()
    number = names.number("cliff")
    reports = Reports.concat([heard(180.0, 30_000.0), heard(90.0, 10_000.0)])
    known = Stations.of(
        1,
        number=np.array([number], np.uint32),
        lat_deg=np.array([50.6]),
        lon_deg=np.array([-0.9]),
        antenna_m=np.array([40.0]),
        hears_ais=np.array([True]),
    )

    (ear,) = ears_of(reports, names, known)

    assert (ear.station.id, ear.station.kind, ear.station.antenna_m) == ("cliff", "ais", 40.0)
    assert ear.sector_m[18] == pytest.approx(28_500.0, rel=0.05)
    assert ear.sector_m[9] == pytest.approx(9500.0, rel=0.05)
    assert ear.sector_m[0] == 0.0
    south, north = (
        destination(np.array([50.6]), np.array([-0.9]), np.array([b]), np.array([9000.0]))
        for b in (180.0, 0.0)
    )
    reach = LearnedReach((ear,))
    assert (reach.hears_vessels(*south)[0], reach.hears_vessels(*north)[0]) == (True, False)


def test_an_ear_that_nobody_placed_stands_in_the_middle_of_what_it_heard():
    names = StationNames()
    names.number("cliff")

    (ear,) = ears_of(heard(180.0, 30_000.0), names, Stations.empty())

    assert (
        distance_m(np.array(ear.station.lat), np.array(ear.station.lon), np.array(50.6), np.array(-0.9))
        < 17_000.0
    )
    assert 0.9 < ear.quality <= 1.0


def test_ears_with_too_few_positions_are_not_judged():
    names = StationNames()
    names.number("cliff")

    assert ears_of(heard(180.0, 30_000.0, count=10), names, Stations.empty()) == ()


def test_an_ear_for_aircraft_is_put_as_high_as_the_horizon_to_its_lowest_demands():
    names = StationNames()
    number = names.number("cliff")
    away_m = np.repeat(np.arange(5000.0, 100_000.0, 5000.0), 40)
    lat, lon = destination(
        *(np.full(len(away_m), v) for v in (50.6, -0.9)), np.tile(np.arange(0.0, 360.0, 9.0), 19), away_m
    )
    antenna_m = 150.0
    alt_m = np.maximum(away_m / 4124.0 - np.sqrt(antenna_m), 0.0) ** 2 + 5.0
    reports = Reports.of(
        len(away_m),
        time_s=np.arange(len(away_m)) * 0.5,
        entity=np.full(len(away_m), entity_of("icao24:400abc"), np.uint64),
        lat_deg=lat,
        lon_deg=lon,
        alt_m=alt_m,
        source=np.full(len(away_m), 16),
        stations=Ragged.singles(np.full(len(away_m), number), "u4"),
    )

    (ear,) = ears_of(reports, names, Stations.empty())

    assert ear.station.kind == "adsb"
    assert 0.5 * antenna_m < ear.station.antenna_m < 1.5 * antenna_m
    nearer = destination(np.array([50.6]), np.array([-0.9]), np.array([90.0]), np.array([60_000.0]))
    assert LearnedReach((ear,)).hears_aircraft(*nearer, np.array([3000.0]))[0]
    assert not LearnedReach((ear,)).hears_aircraft(*nearer, np.array([5.0]))[0]
