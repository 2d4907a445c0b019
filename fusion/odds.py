"""Scores that are probabilities, and reasons that add up to them.

Each reason is a weight of evidence in log odds: the logarithm of how much
likelier what was heard is if the thing is so than if it is not. A prior and
the weights are summed, and the sum is turned into a probability: 0 is one half,
1 is 0.73, 2 is 0.88, 3 is 0.95. Weights are summed as they are quoted, so whoever reads a
flag can add them up. Source: Good, Probability and the Weighing of Evidence, 1950.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from fusion.pattern import Factor, Found, Verdict
from geo.batch import Bools, Floats

LOG_ODDS = "log odds"
DIGITS = 2
MOST = 4.6
"""A hundred to one: no flag is surer than that."""
FAINT = 0.3
"""What is less likely keeps no flag open by the rules of `FlagParameters`, and gives way to what has ended."""


def weight(name: str) -> Factor:
    """A factor that is a weight of evidence."""
    return Factor(f"weight_of_{name}", LOG_ODDS, None, DIGITS)


def weighed(
    factors: Sequence[Factor],
    count: int,
    numbers: Mapping[str, Floats],
    weights: Mapping[str, Floats | float],
) -> tuple[Floats, Floats]:
    """Score of each row, and its factors; what is not given is NaN, and weighs nothing.

    Args:
        factors: of the pattern, in their order.
        count: of rows, n.
        numbers: by the name of the factor. Shapes: (n,).
        weights: by the name given to `weight`. Shapes: (n,) or one.

    Returns:
        Probabilities, and the values of all factors. Shapes: (n,), (n, factors).
    """
    told = dict(numbers) | {
        f"weight_of_{name}": np.asarray(value).round(DIGITS) for name, value in weights.items()
    }
    table = np.full((count, len(factors)), np.nan)
    odds = np.zeros(count)
    for k, factor in enumerate(factors):
        if factor.name in told:
            table[:, k] = told[factor.name]
            if factor.unit == LOG_ODDS:
                odds = odds + table[:, k]
    return probability(odds), table


def probability(log_odds: Floats) -> Floats:
    """Log odds as a probability, no nearer to 0 or 1 than `MOST` allows; NaN as 0. Shape: (n,) -> (n,).

    >>> probability(np.array([0.0, 2.0, 9.0, np.nan])).round(2).tolist()
    [0.5, 0.88, 0.99, 0.0]
    """
    likely = 1.0 / (1.0 + np.exp(-log_odds.clip(-MOST, MOST)))
    return np.where(likely >= 0.0, likely, 0.0)


def strongest(found: Found) -> Found:
    """One finding of each subjects: what holds and is likely before what does not, then the highest score."""
    f = found.findings
    if len(f) < 2:
        return found
    holds = (f.verdict == Verdict.HOLDS) & (f.score >= FAINT)
    order = np.lexsort((-f.score, ~holds, f.subject_b, f.subject_a))
    first: Bools = np.ones(len(f), np.bool_)
    first[1:] = (np.diff(f.subject_a[order]) != 0) | (np.diff(f.subject_b[order]) != 0)
    return found.take(order[first])
