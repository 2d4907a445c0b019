"""Stone Soup on the linear problem: its Kalman predictor and updater, each track's looks one after another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from fusion_filter import DENSITY, EVERY_S, NOISE_M, START_S, START_VARIANCES, Problem
from stonesoup.models.measurement.linear import LinearGaussian
from stonesoup.models.transition.linear import CombinedLinearGaussianTransitionModel, ConstantVelocity
from stonesoup.predictor.kalman import KalmanPredictor
from stonesoup.types.detection import Detection
from stonesoup.types.hypothesis import SingleHypothesis
from stonesoup.types.state import GaussianState
from stonesoup.updater.kalman import KalmanUpdater

from geo.batch import Floats

BEGAN = datetime.fromtimestamp(START_S, UTC)


NAME = "Stone Soup"


def states(problem: Problem) -> Floats:
    """Of every track after its last look, as `fusion_filter.STATES`. Shape: (tracks, 7)."""
    go = CombinedLinearGaussianTransitionModel([ConstantVelocity(DENSITY), ConstantVelocity(DENSITY)])
    look = LinearGaussian(ndim_state=4, mapping=(0, 2), noise_covar=np.eye(2) * NOISE_M**2)
    predictor, updater = KalmanPredictor(go), KalmanUpdater(look)
    return np.array([_state(seen, predictor, updater) for seen in problem.seen_m])


def _state(seen: Floats, predictor: KalmanPredictor, updater: KalmanUpdater) -> list[float]:
    state = GaussianState([seen[0, 0], 0.0, seen[0, 1], 0.0], np.diag(START_VARIANCES * 2), timestamp=BEGAN)
    for i, (east, north) in enumerate(seen[1:], 1):
        at = BEGAN + timedelta(seconds=EVERY_S * i)
        detection = Detection([east, north], timestamp=at)
        state = updater.update(SingleHypothesis(predictor.predict(state, timestamp=at), detection))
    return [*state.state_vector.ravel(), *np.asarray(state.covar)[[0, 0, 1], [0, 1, 1]]]
