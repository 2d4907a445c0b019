"""The textbook rules: each fires on what its book says, and on nothing short of it."""

import csv
import doctest
import gzip
from datetime import datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scoring_making import T0, planted, trial

from alerts.features import collection
from geo.sphere import destination
from geo.units import KNOT_MPS
from headland.bundle import recordings
from headland.errors import GivenFileError
from headland.outputs import write_flags
from headland.proving import baseline
from headland.proving.baseline import baseline_trials, flags_of, positions_of, read_positions, rules
from headland.proving.baselines import encounter, jump, last_seen_low, orbit, silence, slow_hours, two_places
from headland.proving.scoring.reading import read_trial
from headland.proving.scoring.rules import Rules
from headland.proving.scoring.trials import Followed

BOAT, SHIP, PLANE = "mmsi:235000001", "mmsi:636000002", "icao24:400abc"
OFFSHORE, MOOR = (50.45, -1.3), (51.2, -2.6)
"""In the Channel, 12 km south of the Isle of Wight; on the Mendips."""


def run(word, *, at=OFFSHORE, minutes=180, every_s=60.0, mps=0.0, course=90.0, alt_m=np.nan, from_s=0.0):
    """Rows of one that holds its course and speed."""
    t = np.arange(0.0, minutes * 60.0 + 1e-9, every_s)
    n = len(t)
    lat, lon = destination(np.full(n, at[0]), np.full(n, at[1]), np.full(n, course), mps * t)
    return [word] * n, T0 + from_s + t, lat, lon, np.full(n, alt_m), np.full(n, mps), np.full(n, course)


def together(*parts):
    """Positions of several runs."""
    words, *columns = zip(*parts, strict=True)
    return positions_of([w for part in words for w in part], *(np.concatenate(c) for c in columns))


def test_the_examples_of_baselines_hold():
    assert doctest.testmod(baseline).failed == 0


def test_every_rule_is_found_and_stands_beside_a_pattern():
    found = rules()

    assert len({rule.name for rule in found}) == len(found) == 9
    assert {rule.kind for rule in found} == {
        "loitering", "dark_transponder", "rendezvous", "unscheduled_landing", "position_anomaly", "identity_conflict",
    }  # fmt: skip


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_nobody_and_one_position_are_nothing_to_any_rule(rule):
    nobody = positions_of([], *(np.empty(0),) * 6)
    once = together(run(BOAT, minutes=0), run(PLANE, minutes=0, alt_m=900.0))

    assert rule.find(nobody) == rule.find(once) == []


@pytest.mark.parametrize(
    ("knots", "at", "marks"), [(1.5, OFFSHORE, 1), (2.5, OFFSHORE, 0), (0.0, (50.76, -1.29), 0)]
)
def test_slow_hours_are_below_two_knots_and_off_the_shore(knots, at, marks):
    found = slow_hours.RULES[0].find(together(run(BOAT, at=at, mps=knots * KNOT_MPS)))

    assert len(found) == marks
    assert all(mark.raised_s == T0 + 3600.0 and mark.subjects == (BOAT,) for mark in found)


def test_a_fast_hour_parts_two_slow_ones():
    slow, fast = run(BOAT, minutes=59), run(BOAT, minutes=59, mps=5.0, from_s=3600)
    again = run(BOAT, minutes=59, from_s=7200, at=(float(fast[2][-1]), float(fast[3][-1])))

    found = slow_hours.RULES[0].find(together(slow, fast, again))

    assert [mark.start_s - T0 for mark in found] == [0.0, 7200.0]


@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=20, unique=True))
def test_gaps_are_those_counted_one_by_one(times):
    times = sorted(times)
    rows = [BOAT] * len(times), T0 + np.array(times, float), *(np.zeros(len(times)),) * 5
    watch = run(SHIP, minutes=340, every_s=600.0)

    found = [mark for mark in silence.RULES[0].find(together(rows, watch)) if mark.subjects == (BOAT,)]

    expected = [(a, b) for a, b in pairwise([*times, max(20_400, times[-1])]) if b - a > 1800]
    assert [(mark.start_s - T0, mark.end_s - T0) for mark in found] == expected
    assert all(mark.raised_s == mark.start_s + 1800.0 for mark in found)


@pytest.mark.parametrize(
    ("apart_m", "knots", "minutes", "marks"),
    [
        (400, 1.0, 150, (1, 0)),
        (600, 1.0, 150, (0, 0)),
        (200, 3.0, 150, (0, 1)),
        (200, 1.0, 100, (0, 1)),
        (200, 1.0, 20, (0, 0)),
    ],
)
def test_an_encounter_is_near_and_long_and_to_one_of_the_rules_slow(apart_m, knots, minutes, marks):
    lat, lon = destination(*(np.array([x]) for x in (*OFFSHORE, 0.0, apart_m)))
    pair = [
        run(word, at=at, minutes=minutes, mps=knots * KNOT_MPS)
        for word, at in ((BOAT, OFFSHORE), (SHIP, (lat[0], lon[0])))
    ]

    found = [rule.find(together(*pair)) for rule in encounter.RULES]

    assert tuple(map(len, found)) == marks
    assert all(mark.subjects == (BOAT, SHIP) for each in found for mark in each)


def test_two_who_pass_each_other_have_not_met():
    other = destination(
        np.array([OFFSHORE[0]]), np.array([OFFSHORE[1]]), np.array([90.0]), np.array([10_000.0])
    )
    passing = together(run(BOAT, mps=5.0), run(SHIP, at=(other[0][0], other[1][0]), mps=5.0, course=270.0))

    assert [rule.find(passing) for rule in encounter.RULES] == [[], []]


@pytest.mark.parametrize(
    ("at", "alt_m", "marks"),
    [(MOOR, 400.0, 1), (MOOR, 900.0, 0), (MOOR, np.nan, 1), ((51.47, -0.46), 60.0, 0)],
)
def test_a_landing_is_a_last_contact_that_is_low_and_off_any_aerodrome(at, alt_m, marks):
    watch = run(BOAT, minutes=60)

    found = last_seen_low.RULES[0].find(together(run(PLANE, at=at, minutes=10, alt_m=alt_m), watch))

    assert [mark.start_s - T0 for mark in found] == [600.0] * marks


def circling(turns, minutes=40):
    """An aircraft that turns evenly, so many times in half an hour."""
    t = np.arange(0.0, minutes * 60.0, 5.0)
    course = (360.0 * turns * t / 1800.0) % 360.0
    n = len(t)
    lat, lon = destination(
        np.full(n, OFFSHORE[0]), np.full(n, OFFSHORE[1]), course - 90.0, np.full(n, 1000.0)
    )
    return [PLANE] * n, T0 + t, lat, lon, np.full(n, 300.0), np.full(n, 40.0), course


@pytest.mark.parametrize(("turns", "marks"), [(0.0, 0), (1.9, 0), (-2.2, 1), (6.0, 1)])
def test_an_orbit_is_more_than_twice_round_in_half_an_hour(turns, marks):
    assert len(orbit.RULES[0].find(together(circling(turns)))) == marks


def jumping(times, *, far_m=20_000.0):
    """A vessel that is elsewhere at the numbered positions."""
    words, t, lat, lon, *rest = run(BOAT, minutes=60, mps=4.0)
    y, _ = destination(lat, lon, np.zeros(len(lat)), np.full(len(lat), far_m))
    away = np.isin(np.arange(len(t)), times)
    return words, t, np.where(away, y, lat), lon, *rest


@pytest.mark.parametrize(
    ("times", "marks", "double"), [([], 0, 0), ([5], 1, 0), ([5, 40], 2, 0), ([5, 7, 9], 1, 1)]
)
def test_one_jump_is_an_anomaly_and_going_to_and_fro_is_two_places(times, marks, double):
    positions = together(jumping(times))

    assert len(jump.RULES[0].find(positions)) == marks
    assert len(two_places.RULES[0].find(positions)) == double
    assert jump.RULES[0].find(together(jumping(times, far_m=100.0))) == []


def test_rules_count_in_the_solent_what_an_independent_prototype_counted():
    solent = next(each for each in recordings() if "Solent" in each.what)
    with gzip.open(solent.path, "rt") as file:
        rows = list(csv.DictReader(file))
    columns = [
        np.array([float(r[name] or "nan") for r in rows])
        for name in ("Latitude_degrees", "Longitude_degrees")
    ]
    time_s = np.array([datetime.fromisoformat(r["Time"] + "+00:00").timestamp() for r in rows])
    nothing = np.full(len(rows), np.nan)
    positions = positions_of([f"mmsi:{r['MMSI']}" for r in rows], time_s, *columns, nothing, nothing, nothing)

    gaps = [m for m in silence.Silence("10 min", 600.0).find(positions) if m.end_s < positions.end_s]
    meetings = encounter.RULES[1].find(positions)
    jumps = {word for mark in jump.RULES[0].find(positions) for word in mark.subjects}

    assert len(gaps) == 24
    assert len(meetings) == pytest.approx(111, abs=2)  # the grid begins elsewhere
    assert "mmsi:245188000" in jumps  # the one position that was garbled before it was published


def test_what_a_rule_marks_is_written_and_read_as_flags_are(tmp_path):
    positions = together(jumping([5]))
    nobody = collection(flags_of(jump.RULES[0], positions), lambda lat, _: [()] * len(lat))

    write_flags(tmp_path / "flags.geojson", nobody)
    (tmp_path / "truth.json").write_text('{"alarm": [], "quiet": []}')
    read = read_trial(tmp_path, tmp_path / "truth.json", Rules(), Followed())

    made = baseline_trials(positions, trial(truths=[planted("position_anomaly"), planted()]))
    same = made["position_anomaly: jump at an impossible speed"]
    assert [(c.kind, c.subjects, c.raised_s) for c in read.claims] == [
        (c.kind, c.subjects, c.raised_s) for c in same.claims
    ]
    assert [each.kind for each in same.planted] == ["position_anomaly"]


def test_tracks_that_are_none_are_refused_by_name(tmp_path):
    (tmp_path / "tracks.parquet").write_bytes(b"no table")

    with pytest.raises(GivenFileError, match=r"tracks\.parquet: not the tracks"):
        read_positions(tmp_path / "tracks.parquet")
