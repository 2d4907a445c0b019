"""Stone Soup beside ours: its Kalman filter on the same reports, and its metrics on what both believe."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
from accuracy_models import COAST_S, Craft
from stonesoup.dataassociator.tracktotrack import TrackIDbased
from stonesoup.measures import Euclidean
from stonesoup.metricgenerator.manager import MultiManager
from stonesoup.metricgenerator.ospametric import GOSPAMetric, OSPAMetric
from stonesoup.metricgenerator.tracktotruthmetrics import SIAPMetrics
from stonesoup.models.measurement.linear import LinearGaussian
from stonesoup.models.transition.linear import CombinedLinearGaussianTransitionModel, ConstantVelocity
from stonesoup.predictor.kalman import KalmanPredictor
from stonesoup.types.detection import Detection
from stonesoup.types.groundtruth import GroundTruthPath, GroundTruthState
from stonesoup.types.hypothesis import SingleHypothesis
from stonesoup.types.state import GaussianState, State
from stonesoup.types.track import Track
from stonesoup.updater.kalman import KalmanUpdater

from fusion.filter import SPEED_NOISE_MPS, START_SPEED_SIGMA_MPS
from geo.batch import Floats

EPOCH = datetime(2020, 1, 1)  # noqa: DTZ001  Stone Soup counts in times without a zone
CUT_M = 200.0
"""Farther off than this a track is of something else."""
Grid = Mapping[str, tuple[Floats, Floats]]
"""By craft: seconds, and east, its velocity, north, its velocity. Shapes: (k,), (k, 4)."""


def kalman(craft: Craft, *, velocities: bool) -> Floats:
    """Where each report was expected, and what was believed after it, by Stone Soup. Shape: (n, 2, 4)."""
    out = np.full((len(craft.time_s), 2, 4), np.nan)
    model = CombinedLinearGaussianTransitionModel([ConstantVelocity(craft.density)] * 2)
    predictor, updater = KalmanPredictor(model), KalmanUpdater(None)
    state = None
    for k in range(len(craft.time_s)):
        at = EPOCH + timedelta(seconds=float(craft.time_s[k] - craft.time_s[0]))
        said = np.array([craft.east[k], craft.east_mps[k], craft.north[k], craft.north_mps[k]])
        fresh = state is None or (at - state.timestamp).total_seconds() > COAST_S
        rows = [0, 2] if np.isfinite(said[0]) and not fresh else []
        rows += [1, 3] if velocities and np.isfinite(said[1]) and np.isfinite(said[3]) else []
        if fresh:
            if not craft.given[k] or np.isnan(said[0]):
                continue
            start = [craft.noise_var[k], START_SPEED_SIGMA_MPS**2]
            state = GaussianState([said[0], 0.0, said[2], 0.0], np.diag(start * 2), timestamp=at)
        ahead = predictor.predict(state, timestamp=at)
        if not fresh:
            out[k, 0] = np.asarray(ahead.state_vector, float).ravel()
        if not craft.given[k]:
            continue
        if rows:
            var = [craft.noise_var[k] if row in (0, 2) else SPEED_NOISE_MPS**2 for row in rows]
            heard = Detection(said[rows], at, measurement_model=LinearGaussian(4, rows, np.diag(var)))
            state = updater.update(SingleHypothesis(ahead, heard))
        out[k, 1] = np.asarray(state.state_vector, float).ravel()
    return out


def metrics(believed: Grid, truth: Grid) -> dict[str, float]:
    """OSPA and GOSPA (p 2, cut `CUT_M`), and SIAP, of what is believed on a grid of times, by Stone Soup."""
    tracks = {_path(Track, State, name, *each) for name, each in believed.items()}
    paths = {_path(GroundTruthPath, GroundTruthState, name, *each) for name, each in truth.items()}
    place, speed = Euclidean((0, 2)), Euclidean((1, 3))
    generators = [
        OSPAMetric(p=2, c=CUT_M, measure=place),
        GOSPAMetric(p=2, c=CUT_M, measure=place),
        SIAPMetrics(position_measure=place, velocity_measure=speed),
    ]
    manager = MultiManager(generators, TrackIDbased())
    manager.add_data({"tracks": tracks, "groundtruth_paths": paths})
    found = manager.generate_metrics()
    siap = found["siap_generator"]
    each = {
        "OSPA, m": np.mean([m.value for m in found["ospa_generator"]["OSPA distances"].value]),
        "GOSPA, m": np.mean([m.value["distance"] for m in found["gospa_generator"]["GOSPA Metrics"].value]),
    }
    wanted = ("Completeness", "Ambiguity", "Spuriousness", "Position Accuracy", "Velocity Accuracy")
    return {name: float(value) for name, value in each.items()} | {
        f"SIAP {name.lower()}": float(siap[f"SIAP {name}"].value) for name in wanted
    }


def _path(kind: type, state: type, name: str, time_s: Floats, x: Floats) -> Track | GroundTruthPath:
    states = [
        state(list(row), timestamp=EPOCH + timedelta(seconds=float(t)))
        for t, row in zip(time_s, x, strict=True)
    ]
    return kind(states, id=name)
