"""One linear problem for every Kalman filter: things that go straight on, about the equator, placed to within so many metres.

There a degree of longitude is as long as one of latitude, to a part in ten million over the way that they go, so a filter
on the sphere and one in a plane have the same to do. `Problem` holds it in metres for the peers and in degrees for ours;
`filtered` is a compiled loop over the product's own filter (`fusion.filter`), report by report, every track in its turn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numba
import numpy as np

from fusion.filter import METRES_PER_DEGREE, START_SPEED_SIGMA_MPS, correct_place, predict, start
from fusion.records import ROW, STATE, Records
from geo.batch import Floats

EVERY_S = 10.0
LOOKS = 20
NOISE_M = 20.0
DENSITY = 0.01
"""Of the white acceleration, m2/s3."""
GO_MPS = 5.0
START_S = 1.75e9
START_VARIANCES = (NOISE_M**2, START_SPEED_SIGMA_MPS**2)
FILTER_ERROR = 1e-6
"""Of a state's size: the equator's part in ten million, and rounding."""
STATES = ("x", "vx", "y", "vy", "var_p", "cov_pv", "var_v")


@dataclass(frozen=True)
class Problem:
    """So many tracks, each seen so often.

    Attributes:
        seen_m: metres east and north of where each began. Shape: (tracks, LOOKS, 2).
    """

    seen_m: Floats

    @classmethod
    def of(cls, tracks: int) -> Problem:
        """The same for the same number."""
        rng = np.random.default_rng(20_261_122)
        go = rng.uniform(-GO_MPS, GO_MPS, (tracks, 1, 2))
        way = go * (EVERY_S * np.arange(LOOKS))[:, None]
        return cls(way + rng.normal(0.0, NOISE_M, (tracks, LOOKS, 2)))

    def first(self, tracks: int) -> Problem:
        """The first few of it."""
        return Problem(self.seen_m[:tracks])

    @property
    def looks(self) -> int:
        """Predictions and updates in all: the first look only begins a track."""
        return len(self.seen_m) * (LOOKS - 1)

    @cached_property
    def rows(self) -> Records:
        """As the product's loop takes it: in order of time, as a live stream has it."""
        rows = np.zeros(self.seen_m.shape[:2][::-1], ROW)
        rows["slot"] = np.arange(len(self.seen_m))
        rows["time_s"] = (START_S + EVERY_S * np.arange(LOOKS))[:, None]
        rows["lon"], rows["lat"] = np.moveaxis(self.seen_m, (0, 1, 2), (2, 1, 0)) / METRES_PER_DEGREE
        return rows.reshape(-1)


def ours(problem: Problem) -> Records:
    """The state of each track after its last look. Shape: (tracks,) `STATE`."""
    state = np.zeros(len(problem.seen_m), STATE)
    state["state_s"] = np.nan
    filtered(state, problem.rows, DENSITY, NOISE_M**2)
    return state


@numba.njit(cache=True)
def filtered(state: Records, rows: Records, density: float, noise_var: float) -> None:
    """Every row into the state of its track."""
    for i in range(len(rows)):
        row, s = rows[i], state[rows[i].slot]
        if math.isnan(s.state_s):
            start(s, row, noise_var)
        else:
            predict(s, row.time_s, density)
            correct_place(s, row, noise_var, math.inf)


def states_of(state: Records) -> Floats:
    """`STATES` of every track, metres and seconds. Shape: (tracks, 7)."""
    columns = (
        state["lon"] * METRES_PER_DEGREE,
        state["east_mps"],
        state["lat"] * METRES_PER_DEGREE,
        state["north_mps"],
        *(state[name] for name in STATES[4:]),
    )
    return np.stack(columns, axis=-1)


def step_matrices() -> tuple[Floats, Floats]:
    """How a place and a velocity go on, and the noise that comes with it. Shapes: (2, 2) x2."""
    dt = EVERY_S
    return np.array([[1.0, dt], [0.0, 1.0]]), DENSITY * np.array([[dt**3 / 3, dt**2 / 2], [dt**2 / 2, dt]])


def furthest_apart(one: Floats, other: Floats) -> float:
    """The largest difference between states, as a share of the largest value of each kind. Shapes: (n, 7) x2."""
    return float((np.abs(one - other).max(axis=0) / np.abs(other).max(axis=0)).max())
