"""Other places of a number, as the compiled loop keeps them: the same as plain Python, and the counts it should have."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from feeds.reports import Source
from fusion.ingest import ingest, tuned
from fusion.parameters import EngineParameters
from fusion.records import FIX, ROW, SAMPLE, SAMPLES, STATE

ROOT = Path(__file__).parents[2]
HOME, AWAY = (50.55, -2.90), (50.65, -2.70)
"""18 km apart."""
PLAIN = """
import sys
import numpy as np
from fusion.ingest import ingest
names = ("state", "history", "rows", "tuning", "fixes")
parts = [np.load(f"{sys.argv[1]}/{name}.npy").view(np.recarray) for name in names]
ingest(parts[0], parts[1], parts[2], np.zeros(0, np.int64), parts[3], parts[4])
np.save(f"{sys.argv[1]}/state.npy", np.asarray(parts[0]))
"""


def fresh():
    state = np.zeros(1, STATE)
    for name in STATE.names:
        if STATE[name] == np.float64:
            state[name] = np.nan
    state["station_s"], state["status"], state["squawk"], state["on_ground"] = np.nan, -1, -1, -1
    return state


def said(places, step_s=10.0, integrity=1):
    """A class A transmitter, every ten seconds at these places."""
    rows = np.zeros(len(places), ROW)
    for name in ROW.names:
        if ROW[name] == np.float64:
            rows[name] = np.nan
    rows["time_s"] = 1.75e9 + step_s * np.arange(len(places))
    rows["lat"], rows["lon"] = np.array(places).T
    rows["source"], rows["interval_s"], rows["noise_m"] = int(Source.AIS_A), 10.0, 20.0
    rows["status"], rows["squawk"], rows["on_ground"], rows["integrity"] = -1, -1, -1, integrity
    return rows


def kept(rows):
    state, history, fixes = fresh(), np.zeros((1, SAMPLES), SAMPLE), np.zeros(len(rows), FIX)
    ingest(state, history, rows, np.zeros(0, np.int64), tuned(EngineParameters()), fixes)
    return state[0]


def test_a_leap_is_kept_with_whence_and_how_far_and_its_way_back():
    s = kept(said([HOME] * 20 + [AWAY] * 20 + [HOME] * 10))

    assert s["leap_s"] == 1.75e9 + 200.0
    assert s["leap_back_s"] == 1.75e9 + 400.0
    assert (s["leap_lat"], s["leap_lon"]) == pytest.approx(HOME, abs=1e-4)
    assert s["leap_m"] == pytest.approx(18_000.0, rel=0.02)
    assert s["leap_heard"] == 20
    assert s["turns"] == 2


def test_word_from_two_places_in_turn_is_counted_and_how_often_it_came_too_soon():
    s = kept(said([HOME] * 20 + [HOME, AWAY] * 10, step_s=5.0))

    assert s["turns"] == 19
    assert s["overlaps"] == 19
    assert np.isnan(s["leap_s"])


def test_three_stray_places_leave_no_leap_that_lasts():
    s = kept(said([HOME] * 20 + [(10.0, 10.0), (-40.0, 100.0), (60.0, -30.0)] + [HOME] * 5))

    assert np.isnan(s["leap_s"])
    assert s["turns"] <= 2


def test_a_fix_is_lost_only_by_who_had_it():
    lost, never = said([HOME] * 40), said([HOME] * 40, integrity=0)
    lost["integrity"][20:] = 0

    assert kept(lost)["poor_since_s"] == 1.75e9 + 200.0
    assert np.isnan(kept(never)["poor_since_s"])


def test_the_compiled_loop_is_plain_python_in_every_field(tmp_path):
    rng = np.random.default_rng(7)
    which = np.cumsum(rng.random(300) < 0.15) % 2
    places = np.array([HOME, AWAY])[which] + rng.normal(0.0, 1e-4, (300, 2))
    rows = said(places.tolist(), step_s=7.0, integrity=1)
    rows["integrity"][rng.random(300) < 0.3] = 0
    rows["time_s"][150:] += 700.0  # a silence after which a track begins anew
    parts = {
        "state": fresh(),
        "history": np.zeros((1, SAMPLES), SAMPLE),
        "rows": rows,
        "tuning": tuned(EngineParameters()),
        "fixes": np.zeros(len(rows), FIX),
    }
    for name, part in parts.items():
        np.save(tmp_path / f"{name}.npy", part)

    subprocess.run(
        [sys.executable, "-c", PLAIN, tmp_path],
        check=True,
        cwd=ROOT,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
    )

    compiled, plain = kept(rows), np.load(tmp_path / "state.npy")[0]
    for name in STATE.names:
        np.testing.assert_array_equal(compiled[name], plain[name], err_msg=name)
