"""The page of measured quality: it says what its numbers say, names nobody, and is made the way a user replays."""

import importlib.util
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scoring_making import T0, claim, planted, trial

from headland.options import ReplayOptions
from headland.proving.scenario import load_scenario, shipped
from headland.proving.scoring.page import VERDICTS, page, plots, unknown_verdicts
from headland.proving.scoring.pseudonyms import digest_of, key_of, label, nameless
from headland.proving.scoring.reading import read_trial
from headland.proving.scoring.rules import Rules
from headland.proving.scoring.running import LOW_SCORE, judge_folder
from headland.proving.scoring.scores import TOGETHER, score
from headland.proving.simulate import simulate
from headland.replay import replay
from headland.settings import load_settings

DOCS = Path(__file__).parents[2] / "docs"
RULES = Rules()


@pytest.fixture(scope="module")
def make_quality():
    """The script that makes the page."""
    spec = importlib.util.spec_from_file_location("make_quality", DOCS / "make_quality.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def numbers():
    """What the page was made from."""
    return json.loads((DOCS / "quality.json").read_text())


def test_the_page_and_its_plots_are_what_the_numbers_and_judgements_make(make_quality, numbers):
    again = "run docs/make_quality.py --page"

    assert (DOCS / "quality.md").read_text() == page(numbers, make_quality.judgements()), again
    for name, svg in plots(numbers).items():
        assert (DOCS / name).read_text() == svg, again


def test_the_page_is_of_every_bundled_scenario_and_every_pattern_that_is_planted(numbers):
    assert set(numbers["scenarios"]) == set(shipped())
    assert sum(each["worlds"] for each in numbers["scenarios"].values()) == numbers["score"]["worlds"]
    kinds = numbers["score"]["kinds"]
    assert kinds[TOGETHER]["planted"] == sum(each["all"]["planted"] for each in numbers["scenarios"].values())
    assert kinds[TOGETHER]["planted"] == sum(
        each["planted"] for kind, each in kinds.items() if kind != TOGETHER
    )


def test_every_judgement_says_what_it_must_and_is_of_a_flag_on_the_page(make_quality, numbers):
    judged = make_quality.judgements()
    digests = {flag["digest"] for each in numbers["recordings"] for flag in each["flags"]}

    assert not unknown_verdicts(judged)
    assert set(judged) <= digests
    assert unknown_verdicts(
        {"x": {"verdict": "guilty", "likely": "a", "why": "b"}, "y": {"verdict": "open"}}
    ) == ["x", "y"]


def test_nobody_real_is_named_in_the_numbers_or_on_the_page(numbers):
    told = json.dumps(numbers["recordings"]) + (DOCS / "judgements.toml").read_text()

    assert not re.findall(r"mmsi|icao24:|(?<!\d)\d{9}(?!\d)", told)


SUBJECTS = st.one_of(
    st.integers(0, 999_999_999).map(lambda n: f"mmsi:{n:09d}"),
    st.integers(1, 0xFFFFFF).map(lambda n: f"icao24:{n:06x}"),
    st.integers(1, 0xFFFFFF).map(lambda n: f"icao24:~{n:06x}"),
)


@given(st.lists(SUBJECTS, min_size=1, max_size=2, unique=True), st.binary(min_size=1))
def test_a_published_flag_holds_no_number_of_its_subjects_whatever_its_summary_says(subjects, key):
    numbers = [each.partition(":")[2].lstrip("~") for each in subjects]
    summary = f"{numbers[0].upper()} met {numbers[-1]}."

    told = nameless(key, [feature(subjects, summary=summary)], T0)

    words = re.findall(
        r"[0-9a-f~]+", json.dumps({name: told[0][name] for name in ("who", "summary")}).lower()
    )
    assert not {word for word in words if word.strip("~") in numbers}


def feature(subjects, *, start="2026-06-17T06:00:00.000Z", summary="It drifts."):
    """A flag as it stands in `flags.geojson`."""
    return {
        "geometry": {"type": "Point", "coordinates": [-1.23456, 50.6789]},
        "properties": {
            "id": "0123456789abcdef",
            "kind": "loitering",
            "subjects": list(subjects),
            "start": start,
            "raised": "2026-06-17T06:30:00.000Z",
            "score": 0.7,
            "state": "closed",
            "summary": summary,
        },
    }


def test_a_label_is_the_same_for_one_recording_and_another_for_another(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"a recording")
    other.write_bytes(b"another one")
    subject = "mmsi:235000001"

    assert label(key_of([one]), subject) == label(key_of([one]), subject)
    assert label(key_of([one]), subject) != label(key_of([other]), subject)
    assert label(key_of([one]), subject).startswith("vessel ")
    assert label(key_of([one]), "icao24:400abc").startswith("aircraft ")


def test_a_flag_keeps_its_digest_when_its_start_moves_within_the_hour():
    first, moved, later = (
        feature(["mmsi:235000001"], start=f"2026-06-17T{at}.000Z")["properties"]
        for at in ("06:00:00", "06:59:59", "07:00:00")
    )

    assert digest_of(b"key", first) == digest_of(b"key", moved) != digest_of(b"key", later)


def test_a_flag_without_a_judgement_says_so_and_hostile_words_stay_words():
    told = nameless(b"key", [feature([], summary="<img src=x onerror=alert(1)>")], T0)
    scored = score([trial([claim()], [planted()])], RULES).as_json()
    data = {
        "made": {
            "date": "2026-06-17", "seconds": 1, "cpu_seconds": 1, "processes": 1, "stages": {}, "versions": {}, "patterns": {},
        },
        "score": scored,
        "worlds": [{"scenario": "made", "seed": 1}],
        "scenarios": {"made": {"worlds": 1, "all": scored["kinds"][TOGETHER]}},
        "textbook": {},
        "injected": [],
        "recordings": [{"what": "a recording", "followed": scored["followed"], "flags": told}],
    }  # fmt: skip

    bare = page(data, {})
    judged = page(data, {told[0]["digest"]: {"verdict": "open", "likely": "a test", "why": "It was made"}})

    assert "Not judged yet." in bare
    assert "1 not judged" in bare
    assert "an area, 90 min into *a recording*, near 50.7, -1.2" in bare
    assert "<img" not in bare
    assert "Judged **open**: a test. It was made" in judged
    assert "Not judged" not in judged
    assert all(f"**{verdict}**" in bare for verdict in VERDICTS)


def test_a_world_is_judged_by_the_flags_that_replay_gives_at_either_lowest_score(tmp_path):
    made, replayed, faint = (tmp_path / name for name in ("made", "replayed", "faint"))
    few = [
        "hours=2.5",
        "lives={trawlers=5, marina=8, dredgers=2}",
        "behaviours={loitering_drift=1, landing_field=1}",
    ]
    simulate(load_scenario("solent", few, seed=3), made, lambda _stage, _done: None)
    lists = {name: made / file for name, file in LISTS.items()}

    replay([str(made / "ais.nmea"), str(made / "modes.csv")], replayed, ReplayOptions(**lists))
    low = load_settings(None, [f"flags.min_score={LOW_SCORE}"])
    replay([str(made / "ais.nmea"), str(made / "modes.csv")], faint, ReplayOptions(**lists, settings=low))
    judged = judge_folder(made, ReplayOptions(), RULES)

    read = read_trial(replayed, made / "truth.json", RULES)
    assert judged.trial.claims == read.claims
    assert judged.trial.faint == read_trial(faint, made / "truth.json", RULES).claims
    assert len(judged.trial.faint) > len(judged.trial.claims)
    assert judged.trial.planted == read.planted
    assert judged.trial.followed.vessel_h == pytest.approx(read.followed.vessel_h, abs=1e-6)
    assert judged.trial.followed.flight_h == pytest.approx(read.followed.flight_h, abs=1e-6)
    assert score([judged.trial], RULES).kinds[TOGETHER].tally.planted == 2


LISTS = {"stations": "stations.json", "movements": "movements.csv", "exclusions": "exclusions.csv"}
