"""Our tracks of craft whose true way is known, beside Stone Soup's Kalman filter on the same reports and noise."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from fusion_scenes import LYME_BAY, START_S, aircraft, motion_of, points, ship, straight, vessel

from feeds.reports import Source
from fusion.filter import METRES_PER_DEGREE, SPEED_NOISE_MPS, START_SPEED_SIGMA_MPS
from fusion.ingest import CLOCK_NOISE_ADSB_S, CLOCK_NOISE_AIS_S, ingest, tuned
from fusion.parameters import EngineParameters
from fusion.records import FIX
from fusion.rows import packed
from fusion.state import Table

kalman = pytest.importorskip("stonesoup.updater.kalman", reason="Stone Soup is a peer of the benchmarks")
predictors = pytest.importorskip("stonesoup.predictor.kalman")
transitions = pytest.importorskip("stonesoup.models.transition.linear")
linear = pytest.importorskip("stonesoup.models.measurement.linear")
states = pytest.importorskip("stonesoup.types.state")
detections = pytest.importorskip("stonesoup.types.detection")
hypotheses = pytest.importorskip("stonesoup.types.hypothesis")

P = EngineParameters()
TURNS = points((0.0, 0.0, 0.0), (400.0, 2400.0, 300.0), (800.0, 2600.0, 2600.0), (1200.0, 5200.0, 2400.0))
CIRCLE_S = 120.0
EPOCH = datetime(2020, 1, 1)  # noqa: DTZ001  Stone Soup counts in times without a zone


def circling(t):
    """An aircraft in a standard turn, round and round at 300 m."""
    phase = 2.0 * np.pi * t / CIRCLE_S
    return 1300.0 * np.sin(phase), 1300.0 * np.cos(phase), np.full_like(t, 300.0)


CASES = {
    "a ship that turns": (vessel(235_000_031, LYME_BAY, TURNS, (0.0, 1200.0)), TURNS),
    "a yacht by class B": (
        vessel(235_000_032, LYME_BAY, straight(3.0, 200.0, 0.0, 0.0), (0.0, 1800.0), source=Source.AIS_B),
        straight(3.0, 200.0, 0.0, 0.0),
    ),
    "an aircraft that circles": (aircraft(0x400031, LYME_BAY, circling, (0.0, 240.0)), circling),
}


def in_plane(lat, lon):
    narrow = METRES_PER_DEGREE * np.cos(np.radians(LYME_BAY[0]))
    return (lon - LYME_BAY[1]) * narrow, (lat - LYME_BAY[0]) * METRES_PER_DEGREE


def ours(rows):
    """Places after each row by the engine's loop. Shape: (2, n)."""
    table, tuning = Table.empty(1), tuned(P)
    table.admit(np.array([ship(1)], np.uint64), rows.time_s[:1])
    after = np.zeros(len(rows.row), table.state.dtype)
    for k in range(len(after)):
        ingest(table.state, table.history, rows.row[k : k + 1], rows.stations, tuning, np.zeros(1, FIX))
        after[k] = table.state[0]
    return np.stack(in_plane(after["lat"], after["lon"]))


def theirs(rows):
    """The same by Stone Soup: constant velocity, the same noise, the same start. Shape: (2, n)."""
    row, tuning = rows.row, tuned(P)[0]
    flies = bool(row["airborne_kind"][0])
    density = float(tuning["aircraft_density"] if flies else tuning["vessel_density"])
    east, north = in_plane(row["lat"], row["lon"])
    course = np.radians(row["cog_deg"])
    wide = np.cos(np.radians(LYME_BAY[0])) / np.cos(
        np.radians(np.where(rows.placed, row["lat"], LYME_BAY[0]))
    )
    said = np.stack([east, row["sog_mps"] * np.sin(course) * wide, north, row["sog_mps"] * np.cos(course)], 1)
    clock_s = CLOCK_NOISE_ADSB_S if flies else CLOCK_NOISE_AIS_S
    noise = row["noise_m"] ** 2 + (np.nan_to_num(row["sog_mps"]) * clock_s) ** 2
    way = transitions.CombinedLinearGaussianTransitionModel([transitions.ConstantVelocity(density)] * 2)
    predictor, updater = predictors.KalmanPredictor(way), kalman.KalmanUpdater(None)
    out, state = np.full((2, len(row)), np.nan), None
    for k in range(len(row)):
        at = EPOCH + timedelta(seconds=float(row["time_s"][k] - row["time_s"][0]))
        measured = [] if state is None or not rows.placed[k] else [0, 2]
        measured += [1, 3] if np.isfinite(said[k, [1, 3]]).all() else []
        if state is None:
            if not rows.placed[k]:
                continue
            start = np.diag([noise[k], START_SPEED_SIGMA_MPS**2] * 2)
            state = states.GaussianState([said[k, 0], 0.0, said[k, 2], 0.0], start, timestamp=at)
        state = predictor.predict(state, timestamp=at)
        if measured:
            var = [noise[k] if each in (0, 2) else SPEED_NOISE_MPS**2 for each in measured]
            model = linear.LinearGaussian(4, measured, np.diag(var))
            heard = detections.Detection(said[k, measured], at, measurement_model=model)
            state = updater.update(hypotheses.SingleHypothesis(state, heard))
        out[:, k] = np.asarray(state.state_vector, float).ravel()[[0, 2]]
    return out


@pytest.mark.parametrize("name", CASES)
def test_our_tracks_lie_as_near_to_the_truth_as_those_of_stone_soup(name):
    reports, way = CASES[name]
    rows = packed(reports.take(np.argsort(reports.time_s, kind="stable")))
    there = motion_of(way, LYME_BAY, rows.time_s - START_S)
    truth = np.stack(in_plane(there["lat_deg"], there["lon_deg"]))

    mine, others = ours(rows), theirs(rows)

    known = np.isfinite(mine[0]) & np.isfinite(others[0]) & rows.placed
    assert known.sum() > 50
    off = [float(np.sqrt(np.mean(np.sum((x - truth)[:, known] ** 2, axis=0)))) for x in (mine, others)]
    assert off[0] <= 1.01 * off[1]
    assert off[0] < 15.0
    # They are one filter, but for the plane, which is laid anew at each of our places.
    assert np.abs(mine - others)[:, known].max() < 1.0
