"""Are the scores probabilities? Brier's score, its parts after Murphy, and the table behind a reliability plot.

In: forecasts, each a score 0..1 and whether it came true. What comes true is
that the flag fits something planted; a repeat comes true as well, for what it
says is so. The parts add up exactly:

    Brier = reliability - resolution + uncertainty + within

`within` is what is lost by putting scores into bins of a tenth (Stephenson and
others call it the within-bin variance less covariance). Reliability is zero
where of the flags with score 0.7 seven in ten are true; resolution is large
where true flags and false ones have different scores.

Sources: Murphy, "A New Vector Partition of the Probability Score", Journal of
Applied Meteorology 12 (1973); Stephenson, Coelho and Jolliffe, "Two Extra
Components in the Brier Score Decomposition", Weather and Forecasting 23 (2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.batch import Floats
from headland.proving.scoring.intervals import Estimate, over_worlds, share

BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Forecasts of like score: `low` to below `high`, how many, their mean, and the share that came true."""

    low: float
    high: float
    count: int
    mean: float
    came: Estimate


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """How far scores are probabilities; NaN throughout where there is no forecast."""

    count: int
    brier: Estimate
    reliability: float
    resolution: float
    uncertainty: float
    within: float
    bins: tuple[Bin, ...]


def calibration(worlds: Sequence[Sequence[tuple[float, bool]]], seed: int) -> Calibration:
    """Judge forecasts, world by world, in an order that follows from their content."""
    tables = [np.array(world, np.float64).reshape(-1, 2) for world in worlds]
    every = np.concatenate([*tables, np.empty((0, 2))])
    score, came = every[:, 0], every[:, 1]
    number = np.minimum((score * BINS + 1e-9).astype(np.int64), BINS - 1)
    bins = tuple(_bin(n, score[number == n], came[number == n]) for n in np.unique(number).tolist())
    brier = over_worlds(tables, brier_of, seed)
    parts = _parts(score, came, number) if len(every) else (np.nan,) * 3
    return Calibration(
        count=len(every),
        brier=brier,
        reliability=parts[0],
        resolution=parts[1],
        uncertainty=parts[2],
        within=brier.value - parts[0] + parts[1] - parts[2],
        bins=bins,
    )


def brier_of(forecasts: Floats) -> float:
    """Mean squared difference of score and outcome. Shape: (n, 2)."""
    return float(((forecasts[:, 0] - forecasts[:, 1]) ** 2).mean())


def _bin(number: int, score: Floats, came: Floats) -> Bin:
    return Bin(
        low=number / BINS,
        high=(number + 1) / BINS,
        count=len(score),
        mean=float(score.mean()),
        came=share(int(came.sum()), len(came)),
    )


def _parts(score: Floats, came: Floats, number: Floats) -> tuple[float, float, float]:
    """Reliability, resolution and uncertainty of binned forecasts. Shapes: (n,) x3."""
    _, row, count = np.unique(number, return_inverse=True, return_counts=True)
    weight, base = count / len(score), came.mean()
    forecast = np.bincount(row, score) / count
    observed = np.bincount(row, came) / count
    reliability = (weight * (forecast - observed) ** 2).sum()
    resolution = (weight * (observed - base) ** 2).sum()
    return float(reliability), float(resolution), float(base * (1.0 - base))
