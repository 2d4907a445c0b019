"""FilterPy on the linear problem: one `KalmanFilter` a track, each look a `predict` and an `update`."""

from __future__ import annotations

import numpy as np
from filterpy.kalman import KalmanFilter
from fusion_filter import NOISE_M, START_VARIANCES, Problem, step_matrices

from geo.batch import Floats

NAME = "FilterPy"


def states(problem: Problem) -> Floats:
    """Of every track after its last look, as `fusion_filter.STATES`. Shape: (tracks, 7)."""
    go, noise = step_matrices()
    return np.array([_state(seen, go, noise) for seen in problem.seen_m])


def _state(seen: Floats, go: Floats, noise: Floats) -> list[float]:
    track = KalmanFilter(dim_x=4, dim_z=2)
    track.F, track.Q = np.kron(np.eye(2), go), np.kron(np.eye(2), noise)
    track.H = np.kron(np.eye(2), [1.0, 0.0])
    track.R = np.eye(2) * NOISE_M**2
    track.P = np.diag(START_VARIANCES * 2)
    track.x = np.array([seen[0, 0], 0.0, seen[0, 1], 0.0])
    for look in seen[1:]:
        track.predict()
        track.update(look)
    return [*track.x, track.P[0, 0], track.P[0, 1], track.P[1, 1]]
