"""A small world simulated whole: the same bytes, read back to its truth by independent decoders, replayed."""

import json
import re
from datetime import datetime

import numpy as np
import pyais
import pytest
from proving_worlds import tiny, written
from pyModeS import decode as decode_frame
from typer.testing import CliRunner

from feeds.reports import subject
from fusion.exclusions import load_exclusions
from fusion.movements import load_movements
from geo.airfields import airfields
from geo.sphere import distance_m
from geo.stations import StationNames, load_stations
from headland.cli import app
from headland.options import silent
from headland.proving.scenario import load_scenario
from headland.proving.simulate import scene_of, simulate, world_of

LIVES = {
    "ferries": 1,
    "lanes": 2,
    "marina": 2,
    "circuits": 1,
    "arrivals": 1,
    "police": 1,
    "rescue_helicopters": 1,
}
BEHAVIOURS = {"loitering_drift": 1, "landing_helicopter": 1}
FILES = (
    "ais.nmea",
    "modes.csv",
    "stations.json",
    "movements.csv",
    "exclusions.csv",
    "truth.json",
    "scenario.toml",
)


@pytest.fixture(scope="module")
def scenario():
    return tiny(LIVES, BEHAVIOURS)


@pytest.fixture(scope="module")
def made(scenario, tmp_path_factory):
    """The folder of a simulated world."""
    out = tmp_path_factory.mktemp("made")
    simulate(scenario, out, silent)
    return out


@pytest.fixture(scope="module")
def scene(scenario):
    """Its truth, made anew."""
    return scene_of(world_of(scenario), scenario.lives | scenario.behaviours, scenario.seed, silent)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(scenario, made, tmp_path):
    simulate(load_scenario(str(made / "scenario.toml")), tmp_path / "again", silent)
    simulate(scenario.model_copy(update={"seed": scenario.seed + 1}), tmp_path / "other", silent)

    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (made / name).read_bytes()
    assert (tmp_path / "other" / "ais.nmea").read_bytes() != (made / "ais.nmea").read_bytes()
    assert (tmp_path / "other" / "truth.json").read_bytes() != (made / "truth.json").read_bytes()


def test_pyais_reads_the_ships_back_to_where_they_truly_were(made, scene):
    truth = {mover.number: mover for mover in scene.movers if mover.transponder in {"A", "B", "SAR"}}
    lines = (made / "ais.nmea").read_text().splitlines()
    read = 0
    for line in lines[:: max(len(lines) // 400, 1)]:
        time_s = int(re.match(r"\\s:[a-z-]+,c:(\d+)\*", line)[1]) / 1000.0
        sentence = line.split("\\")[2]
        if sentence.split(",")[1] != "1":
            continue
        said = pyais.decode(sentence).asdict()
        if "lat" not in said:
            continue
        told = truth[said["mmsi"]].at(np.array([time_s]))
        away_m = distance_m(
            told["lat_deg"], told["lon_deg"], np.array([said["lat"]]), np.array([said["lon"]])
        )[0]
        # Ten metres of GNSS, a tenth of a second of the station's clock, and AIS' own step.
        assert away_m < 60.0
        knots = told["sog_mps"][0] * 3600 / 1852
        assert abs(said["speed"] - knots) < 1.5
        read += 1
    assert read > 200


def test_pymodes_reads_the_aircraft_back_to_where_they_truly_were(made, scene):
    truth = {f"{mover.number:06X}": mover for mover in scene.movers if mover.transponder == "ADSB"}
    rows = [line.split(",")[:3] for line in (made / "modes.csv").read_text().splitlines()[1:]]
    read = 0
    for time_s, _, frame in rows[:: max(len(rows) // 1500, 1)]:
        said = decode_frame(frame.upper())
        if said.get("df") not in {17, 18} or not 9 <= (said.get("typecode") or 0) <= 18:
            continue
        told = truth[frame[2:8].upper()].at(np.array([float(time_s)]))
        there = decode_frame(frame.upper(), reference=(float(told["lat_deg"][0]), float(told["lon_deg"][0])))
        away_m = distance_m(
            told["lat_deg"], told["lon_deg"], np.array([there["latitude"]]), np.array([there["longitude"]])
        )[0]
        assert away_m < 150.0
        # The day's pressure moves barometric heights by some hundred metres, not by more.
        assert abs(there["altitude"] * 0.3048 - told["alt_m"][0]) < 500.0
        read += 1
    assert read > 100


def test_everybody_who_transmits_is_heard_and_nobody_else(made, scene):
    heard = {
        f"mmsi:{pyais.decode(line.split(chr(92))[2]).mmsi:09d}"
        for line in (made / "ais.nmea").read_text().splitlines()
        if line.split("\\")[2].split(",")[1] == "1"
    }
    told = {subject(mover.entity) for mover in scene.movers if mover.transponder in {"A", "B", "SAR"}}

    assert heard <= told
    assert len(heard) >= 0.7 * len(told)


def test_the_truth_is_as_the_contract_says(made, scene, scenario):
    truth = json.loads((made / "truth.json").read_text())

    assert set(truth) == {"alarm", "quiet"}
    assert len(truth["alarm"]) == sum(BEHAVIOURS.values())
    for entry in truth["alarm"]:
        assert set(entry) == {"kind", "subjects", "start", "end", "lat", "lon", "note"}
        start_s, end_s = (datetime.fromisoformat(entry[name]).timestamp() for name in ("start", "end"))
        assert scenario.start_s < start_s < end_s <= scenario.end_s
    assert all(set(entry) == {"subjects", "note"} for entry in truth["quiet"])
    named = {s for part in truth.values() for entry in part for s in entry["subjects"]}
    assert named == {subject(mover.entity) for mover in scene.movers}


def test_the_lists_are_those_that_replay_reads(made, scene):
    movements, exclusions = load_movements(made / "movements.csv"), load_exclusions(made / "exclusions.csv")
    stations = load_stations(made / "stations.json", StationNames())

    assert movements.aerodrome.tolist() == [airfields().ident[a.field] for a in scene.arrivals]
    assert set(exclusions.subject.tolist()) == {each.entity for each in scene.innocents}
    assert (stations.hears_ais.any(), stations.hears_adsb.any()) == (True, True)


def test_a_simulated_world_goes_through_replay(made, tmp_path):
    words = ["replay", str(made / "ais.nmea"), str(made / "modes.csv"), "--out", str(tmp_path)]
    for name in ("stations", "movements", "exclusions"):
        words += [f"--{name}", str(next(made.glob(f"{name}.*")))]

    ended = CliRunner().invoke(app, words)

    assert ended.exit_code == 0, ended.output
    report = json.loads((tmp_path / "report.json").read_text())
    truth = json.loads((made / "truth.json").read_text())
    flags = json.loads((tmp_path / "flags.geojson").read_text())["features"]
    assert report["rejected_total"] < 0.001 * report["in"]["frames"]
    helicopter = next(e["subjects"] for e in truth["alarm"] if e["kind"] == "unscheduled_landing")
    assert helicopter in [
        f["properties"]["subjects"] for f in flags if f["properties"]["kind"] == "unscheduled_landing"
    ]


def test_the_command_line_says_what_was_made_and_refuses_what_cannot_be(tmp_path):
    file = str(written(tiny({"overflights": 1}, hours=0.5), tmp_path / "mine.toml"))

    made = CliRunner().invoke(app, ["simulate", file, "--out", str(tmp_path / "out"), "--json"])
    folderless = CliRunner().invoke(app, ["simulate", file])
    impossible = CliRunner().invoke(
        app, ["simulate", file, "--out", str(tmp_path / "no"), "--set", "behaviours.loitering_orbit=1"]
    )

    assert json.loads(made.stdout)["movers"] == {"aircraft": 1}
    assert folderless.exit_code == 2
    assert "--out" in folderless.output
    assert "do not fit into the world's span" in str(impossible.exception)
    assert not (tmp_path / "no").exists()
