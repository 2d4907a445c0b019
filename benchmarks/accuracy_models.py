"""Motion models beside ours: one constant velocity, and several weighed against each other (IMM), in plain matrices.

A craft's reports go in; its state before and after each comes out. Places are
metres in a plane about the craft's middle, velocities fit that plane. The
interacting multiple model estimator: Bar-Shalom, Li and Kirubarajan, Estimation
with Applications to Tracking and Navigation, 2001, 11.6.6; turns of known rate: 11.7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fusion.filter import METRES_PER_DEGREE, SPEED_NOISE_MPS, START_SPEED_SIGMA_MPS
from fusion.parameters import EngineParameters
from geo.batch import Floats

COAST_S = EngineParameters().coast_s


@dataclass(frozen=True)
class Model:
    """Constant velocity, or a turn of constant rate; `share` of our noise."""

    share: float = 1.0
    turn_deg_s: float = 0.0

    def steps(self, dt: float, density: float) -> tuple[Floats, Floats]:
        """Transition and noise over some seconds; state is east, its velocity, north, its velocity. Shapes: (4, 4) x2."""
        one = np.array([[dt**3 / 3.0, dt**2 / 2.0], [dt**2 / 2.0, dt]])
        noise = self.share * density * np.kron(np.eye(2), one)
        w = np.radians(self.turn_deg_s)
        if w == 0.0:
            return np.kron(np.eye(2), [[1.0, dt], [0.0, 1.0]]), noise
        s, c = np.sin(w * dt), np.cos(w * dt)
        turn = [[1, s / w, 0, (1 - c) / w], [0, c, 0, s], [0, -(1 - c) / w, 1, s / w], [0, -s, 0, c]]
        return np.array(turn), noise


CONSTANT = (Model(),)
QUIET_AND_LIVELY = (Model(0.1), Model(4.0))
TURNING = {
    "vessel": (Model(0.3), Model(0.3, 1.0), Model(0.3, -1.0)),
    "aircraft": (Model(0.3), Model(0.3, 3.0), Model(0.3, -3.0)),
}
"""A ship's rate of turn under helm, and the standard turn of an aircraft."""
STAY_S = 60.0
"""A way of moving lasts about a minute."""


@dataclass(frozen=True)
class Craft:
    """Reports of one craft in its own plane. Shapes: (n,); `given` False where held out."""

    time_s: Floats
    east: Floats
    north: Floats
    east_mps: Floats
    north_mps: Floats
    noise_var: Floats
    density: float
    given: np.ndarray


def plane(lat: Floats, lon: Floats, middle: tuple[float, float]) -> tuple[Floats, Floats]:
    """Metres east and north of the middle."""
    narrow = METRES_PER_DEGREE * np.cos(np.radians(middle[0]))
    return ((lon - middle[1] + 540.0) % 360.0 - 180.0) * narrow, (lat - middle[0]) * METRES_PER_DEGREE


def ahead(craft: Craft, models: Sequence[Model]) -> Floats:
    """Where each report was expected before it was heard, and what was believed after. Shape: (n, 2, 4)."""
    n = len(models)
    out = np.full((len(craft.time_s), 2, 4), np.nan)
    x = cov = weight = last_s = None
    for k in range(len(craft.time_s)):
        z = np.array([craft.east[k], craft.east_mps[k], craft.north[k], craft.north_mps[k]])
        if last_s is None or craft.time_s[k] - last_s > COAST_S:
            if craft.given[k] and np.isfinite(z[0]):
                x, cov, weight = _begun(z, craft.noise_var[k], n)
                x, cov, weight = _corrected(x, cov, weight, z, craft.noise_var[k], first=True)
                last_s, out[k, 1] = craft.time_s[k], _mean(x, weight)
            continue
        mixed = _moved(x, cov, weight, models, craft.time_s[k] - last_s, craft.density)
        out[k, 0] = _mean(mixed[0], mixed[2])
        if craft.given[k]:
            x, cov, weight = _corrected(*mixed, z, craft.noise_var[k])
            last_s, out[k, 1] = craft.time_s[k], _mean(x, weight)
    return out


def _begun(z: Floats, noise_var: float, n: int) -> tuple[Floats, Floats, Floats]:
    start = np.diag([noise_var, START_SPEED_SIGMA_MPS**2, noise_var, START_SPEED_SIGMA_MPS**2])
    x = np.array([z[0], 0.0, z[2], 0.0])
    return np.tile(x, (n, 1)), np.tile(start, (n, 1, 1)), np.full(n, 1.0 / n)


def _moved(
    x: Floats, cov: Floats, weight: Floats, models: Sequence[Model], dt: float, density: float
) -> tuple[Floats, Floats, Floats]:
    """Mix what the models believe, and move each on by its own way."""
    n = len(models)
    stay = np.exp(-dt / STAY_S) if n > 1 else 1.0
    change = np.full((n, n), (1.0 - stay) / max(n - 1, 1))
    np.fill_diagonal(change, stay)
    weight_ahead = change.T @ weight
    share = change * weight[:, None] / weight_ahead
    start = share.T @ x
    moved_x, moved_cov = np.empty_like(x), np.empty_like(cov)
    for j, model in enumerate(models):
        off = x - start[j]
        mixed = np.einsum("i,iab->ab", share[:, j], cov + off[:, :, None] * off[:, None, :])
        f, q = model.steps(dt, density)
        moved_x[j], moved_cov[j] = f @ start[j], f @ mixed @ f.T + q
    return moved_x, moved_cov, weight_ahead


def _corrected(
    x: Floats, cov: Floats, weight: Floats, z: Floats, noise_var: float, *, first: bool = False
) -> tuple[Floats, Floats, Floats]:
    """Weigh a report in: its place, and its velocity where it says one."""
    rows = [0, 2] if np.isfinite(z[0]) and not first else []
    rows += [1, 3] if np.isfinite(z[1]) and np.isfinite(z[3]) else []
    if not rows:
        return x, cov, weight
    r = np.diag([noise_var if row in (0, 2) else SPEED_NOISE_MPS**2 for row in rows])
    new_x, new_cov, likely = np.empty_like(x), np.empty_like(cov), np.empty(len(x))
    for j in range(len(x)):
        s = cov[j][np.ix_(rows, rows)] + r
        gain = cov[j][:, rows] @ np.linalg.inv(s)
        off = z[rows] - x[j][rows]
        new_x[j], new_cov[j] = x[j] + gain @ off, cov[j] - gain @ s @ gain.T
        likely[j] = -0.5 * (off @ np.linalg.solve(s, off) + np.linalg.slogdet(s)[1])
    weight = weight * np.exp(likely - likely.max())
    return new_x, new_cov, weight / weight.sum()


def _mean(x: Floats, weight: Floats) -> Floats:
    return weight @ x
