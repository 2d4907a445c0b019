"""Confidence intervals: what a count, a share, a rate or a median of so few may really be.

Everything at `LEVEL`, two-sided. Where nothing can be said both ends are NaN;
the reader of a table must see that, not a zero.

Sources: Wilson, "Probable Inference", JASA 22 (1927); Garwood, "Fiducial
Limits for the Poisson Distribution", Biometrika 28 (1936); Efron, "Bootstrap
Methods", Annals of Statistics 7 (1979), whole worlds being drawn, for what
happens within one world is not independent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import chi2, norm

from geo.batch import Floats

LEVEL = 0.95
DRAWS = 1000


class Estimate(NamedTuple):
    """A number and where it may lie; NaN where nothing is known."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float | None]:
        """Value and ends, rounded to what is meaningful; null where nothing is known."""
        return {name: rounded(number) for name, number in self._asdict().items()}

    @classmethod
    def of_json(cls, told: Mapping[str, float | None]) -> Estimate:
        """What `as_json` told."""
        return cls(*(math.nan if (end := told[name]) is None else end for name in cls._fields))


def rounded(number: float) -> float | None:
    """Four significant digits: more than any of these numbers deserves. None for NaN and infinities."""
    return float(f"{number:.4g}") if math.isfinite(number) else None


def share(count: int, among: int) -> Estimate:
    """A proportion with Wilson's interval.

    >>> share(0, 10).high.__round__(3)
    0.278
    """
    if among == 0:
        return Estimate(math.nan, math.nan, math.nan)
    z, p = float(norm.ppf(0.5 + LEVEL / 2)), count / among
    spread = z * math.sqrt(p * (1 - p) / among + z * z / (4 * among * among))
    middle, scale = p + z * z / (2 * among), 1 + z * z / among
    # At 0 and at 1 the formula's own end is the bound but for rounding.
    low = 0.0 if count == 0 else (middle - spread) / scale
    high = 1.0 if count == among else (middle + spread) / scale
    return Estimate(p, low, high)


def rate(count: int, exposure: float) -> Estimate:
    """Events per unit of exposure, with the exact interval of a Poisson count.

    >>> rate(0, 1.0).high.__round__(2)
    3.69
    """
    if not exposure > 0:
        return Estimate(math.nan, math.nan, math.nan)
    tail = (1 - LEVEL) / 2
    low = float(chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    high = float(chi2.ppf(1 - tail, 2 * count + 2)) / 2
    return Estimate(count / exposure, low / exposure, high / exposure)


def over_worlds(worlds: Sequence[Floats], statistic: Callable[[Floats], float], seed: int) -> Estimate:
    """A statistic of all worlds' rows together, with the percentile interval of drawn worlds.

    Args:
        worlds: rows of each world; in an order that follows from their content.
        statistic: of the rows of any worlds together; never given none.
        seed: of the draws; equal seeds give equal intervals.
    """
    filled = [rows for rows in worlds if len(rows)]
    if not filled:
        return Estimate(math.nan, math.nan, math.nan)
    value = statistic(np.concatenate(filled))
    if len(filled) == 1:
        return Estimate(value, math.nan, math.nan)
    rng = np.random.Generator(np.random.Philox(seed))
    drawn = rng.integers(len(filled), size=(DRAWS, len(filled)))
    values = [statistic(np.concatenate([filled[i] for i in row])) for row in drawn.tolist()]
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value, float(low), float(high))
