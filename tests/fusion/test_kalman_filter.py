"""The filter against plain Python, against a textbook matrix filter, and on the real Solent."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from feeds.reports import Doubt, Source
from fusion.filter import METRES_PER_DEGREE, SPEED_NOISE_MPS, START_SPEED_SIGMA_MPS
from fusion.ingest import CLOCK_NOISE_AIS_S, ingest, tuned
from fusion.parameters import EngineParameters
from fusion.records import FIX, ROW, SAMPLE, SAMPLES, STATE

PARAMETERS = EngineParameters()
ROOT = Path(__file__).parents[2]
NAN_FIELDS = [n for n in STATE.names if STATE.fields[n][0] == np.float64]


def fresh_state(n: int) -> np.ndarray:
    state = np.zeros(n, STATE)
    for name in NAN_FIELDS:
        state[name] = np.nan
    state["station_s"] = np.nan
    state["status"] = state["squawk"] = state["on_ground"] = -1
    return state


def rows_of(time_s, lat, lon, sog=np.nan, cog=np.nan, source=Source.AIS_A) -> np.ndarray:
    rows = np.zeros(len(time_s), ROW)
    for name in ("alt_m", "alt_diff_m", "geoid_m", "qnh_m", "climb_mps"):
        rows[name] = np.nan
    rows["time_s"], rows["lat"], rows["lon"] = time_s, lat, lon
    rows["sog_mps"], rows["cog_deg"], rows["source"] = sog, cog, source
    rows["interval_s"], rows["noise_m"] = 10.0, 20.0
    rows["status"] = rows["squawk"] = rows["on_ground"] = -1
    return rows


def run(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    state, history = fresh_state(1), np.zeros((1, SAMPLES), SAMPLE)
    fixes = np.zeros(len(rows), FIX)
    ingest(state, history, rows, np.zeros(0, np.int64), tuned(PARAMETERS), fixes)
    return state, history, fixes


PLAIN = """
import sys
import numpy as np
from fusion.ingest import ingest
folder = sys.argv[1]
parts = [np.load(f"{folder}/{name}.npy").view(np.recarray) for name in ("state", "history", "rows", "tuning", "fixes")]
state, history, rows, tuning, fixes = parts
ingest(state, history, rows, np.zeros(0, np.int64), tuning, fixes)
for name, part in (("state", state), ("history", history), ("fixes", fixes)):
    np.save(f"{folder}/{name}.npy", np.asarray(part))
"""


def run_plain(rows: np.ndarray, folder: Path) -> tuple[np.ndarray, ...]:
    """The same loop as plain Python: numba's compiler is switched off in a process of its own."""
    parts = {
        "state": fresh_state(1),
        "history": np.zeros((1, SAMPLES), SAMPLE),
        "rows": rows,
        "tuning": tuned(PARAMETERS),
        "fixes": np.zeros(len(rows), FIX),
    }
    for name, part in parts.items():
        np.save(folder / f"{name}.npy", part)
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    subprocess.run([sys.executable, "-c", PLAIN, str(folder)], check=True, env=environment, cwd=ROOT)
    return tuple(np.load(folder / f"{name}.npy") for name in ("state", "history", "fixes"))


def straight(
    n: int, speed_mps: float = 6.0, course_deg: float = 60.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    time_s = 1.4526e9 + 10.0 * np.arange(n)
    metres = speed_mps * 10.0 * np.arange(n)
    lat = 50.7 + metres * np.cos(np.radians(course_deg)) / METRES_PER_DEGREE
    lon = -1.1 + metres * np.sin(np.radians(course_deg)) / (METRES_PER_DEGREE * np.cos(np.radians(50.7)))
    return time_s, lat, lon


def textbook(time_s, lat, lon, sog, cog) -> np.ndarray:
    """Four states, full matrices, metres from the first place: Bar-Shalom 2001, 6.2.2."""
    east = (lon - lon[0]) * METRES_PER_DEGREE * np.cos(np.radians(lat[0]))
    north = (lat - lat[0]) * METRES_PER_DEGREE
    density = 2.0 * PARAMETERS.vessel_manoeuvre_s * PARAMETERS.vessel_acceleration_mps2**2
    noise = 20.0**2 + (sog * CLOCK_NOISE_AIS_S) ** 2
    x = np.array([east[0], north[0], 0.0, 0.0])
    p = np.diag([noise[0], noise[0], START_SPEED_SIGMA_MPS**2, START_SPEED_SIGMA_MPS**2])
    out = []
    for k in range(len(time_s)):
        dt = time_s[k] - time_s[k - 1] if k else 0.0
        f = np.eye(4)
        f[0, 2] = f[1, 3] = dt
        q = np.kron(np.array([[dt**3 / 3, dt**2 / 2], [dt**2 / 2, dt]]), np.eye(2)) * density
        x, p = f @ x, f @ p @ f.T + q
        z, h, r = np.array([east[k], north[k]]), np.eye(4)[:2], np.eye(2) * noise[k]
        if k:
            gain = p @ h.T @ np.linalg.inv(h @ p @ h.T + r)
            x, p = x + gain @ (z - h @ x), (np.eye(4) - gain @ h) @ p
        course = np.radians(cog[k])
        z, h, r = (
            sog[k] * np.array([np.sin(course), np.cos(course)]),
            np.eye(4)[2:],
            np.eye(2) * SPEED_NOISE_MPS**2,
        )
        gain = p @ h.T @ np.linalg.inv(h @ p @ h.T + r)
        x, p = x + gain @ (z - h @ x), (np.eye(4) - gain @ h) @ p
        out.append([*x, np.sqrt(p[0, 0])])
    return np.array(out)


def test_three_numbers_do_the_work_of_the_textbook_filter() -> None:
    rng = np.random.default_rng(7)
    time_s, lat, lon = straight(60)
    lat, lon = lat + rng.normal(0, 1e-4, 60), lon + rng.normal(0, 1e-4, 60)
    sog, cog = 6.0 + rng.normal(0, 0.3, 60), 60.0 + rng.normal(0, 3.0, 60)
    expected = textbook(time_s, lat, lon, sog, cog)

    _, _, fixes = run(rows_of(time_s, lat, lon, sog, cog))

    east = (fixes["lon"] - lon[0]) * METRES_PER_DEGREE * np.cos(np.radians(lat[0]))
    north = (fixes["lat"] - lat[0]) * METRES_PER_DEGREE
    # The planes differ: ours moves along, the textbook's stays; 3.6 km of way cost under a metre.
    np.testing.assert_allclose(east, expected[:, 0], atol=2.0)
    np.testing.assert_allclose(north, expected[:, 1], atol=0.5)
    np.testing.assert_allclose(fixes["sigma_m"], expected[:, 4], rtol=1e-6)


def test_the_compiled_loop_equals_plain_python(tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    n = 1500
    time_s = 1.4526e9 + np.cumsum(
        rng.choice([0.0, 2.0, 10.0, 90.0, 900.0], n, p=[0.05, 0.4, 0.5, 0.04, 0.01])
    )
    lat = 50.7 + np.cumsum(rng.normal(0, 3e-4, n)) + (rng.random(n) < 0.02) * 2.0
    lon = -1.1 + np.cumsum(rng.normal(0, 3e-4, n))
    rows = rows_of(time_s, lat, lon, rng.uniform(0, 20, n), rng.uniform(0, 360, n))
    rows["source"] = np.where(rng.random(n) < 0.5, Source.ADSB, Source.AIS_A)
    rows["airborne_kind"] = rows["source"] == Source.ADSB
    for name in ("lat", "sog_mps", "interval_s"):
        rows[name][rng.random(n) < 0.1] = np.nan
    rows["alt_m"], rows["alt_diff_m"] = rng.uniform(0, 900, n), rng.choice([np.nan, 80.0], n)
    rows["geoid_m"], rows["on_ground"] = 47.0, rng.choice([-1, 0, 1], n)
    rows["alt_geometric"] = rng.random(n) < 0.3

    for a, b in zip(run(rows), run_plain(rows, tmp_path), strict=True):
        for name in a.dtype.names:
            np.testing.assert_allclose(a[name], b[name], rtol=1e-9, atol=1e-7, err_msg=name)


def test_one_impossible_jump_is_marked_and_moves_nothing() -> None:
    time_s, lat, lon = straight(30)
    lat[20] += 4.0

    _, _, fixes = run(rows_of(time_s, lat, lon, 6.0, 60.0))

    assert np.flatnonzero(fixes["doubt"] & Doubt.POSITION_JUMP).tolist() == [20]
    assert abs(fixes["lat"][21] - lat[21]) < 1e-4
    assert fixes["lat"][20] == pytest.approx(lat[20])  # what was said is told, in doubt


def test_refused_positions_that_agree_with_each_other_become_the_truth() -> None:
    time_s, lat, lon = straight(30)
    lat[20:] += 0.5

    _, _, fixes = run(rows_of(time_s, lat, lon, 6.0, 60.0))

    doubted = np.flatnonzero(fixes["doubt"]).tolist()
    assert doubted == [20, 21]
    assert abs(fixes["lat"][-1] - lat[-1]) < 1e-4


def test_a_gap_remembers_how_it_was_before_and_where_it_was_found() -> None:
    time_s, lat, lon = straight(30)
    time_s[15:] += 400.0

    state, _, _ = run(rows_of(time_s, lat, lon, 6.0, 60.0))

    assert state["lost_s"][0] == time_s[14]
    assert state["found_s"][0] == time_s[15]
    assert state["found_lat"][0] == lat[15]
    assert state["lost_sog_mps"][0] == pytest.approx(6.0, abs=0.3)
