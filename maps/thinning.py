"""Which positions of a line matter: Douglas-Peucker measured in time as well as place.

A position's weight is the tolerance, in metres, at which it stops being
needed. Keep the rows whose weight exceeds t, and every row left out lies
within t of where the kept line is *at that row's time*, so that a replay of
the thinned line puts nobody further than t from where they were.

Source: top-down time ratio, Meratnia and de By, EDBT 2004. Weights rather
than a run at one tolerance let the page choose the tolerance that fits its
size, in one pass.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numba import njit

from geo.batch import Bools, Floats, Ints

LONGEST_PIECE = 4096
"""Rows a piece: bounds the worst case of the recursion, which is quadratic."""


@njit(cache=True)
def _furthest(x_m: Floats, y_m: Floats, time_s: Floats, low: int, high: int) -> tuple[int, float]:
    """The row between two others that strays most from steady motion between them, and by how far."""
    span_s = time_s[high] - time_s[low]
    far, worst_m = low, -1.0
    for row in range(low + 1, high):
        share = (time_s[row] - time_s[low]) / span_s if span_s > 0.0 else 0.0
        east = x_m[row] - (x_m[low] + share * (x_m[high] - x_m[low]))
        north = y_m[row] - (y_m[low] + share * (y_m[high] - y_m[low]))
        off_m = np.sqrt(east * east + north * north)
        if off_m > worst_m:
            far, worst_m = row, off_m
    return far, worst_m


@njit(cache=True)
def _weigh(x_m: Floats, y_m: Floats, time_s: Floats, low: int, high: int, weights_m: Floats) -> None:
    """Fill `weights_m` for the rows of one piece, `low` to `high` inclusive."""
    # An explicit stack: recursion over a steady line would be as deep as the line is long.
    lows = np.empty(high - low + 2, np.int64)
    highs = np.empty(high - low + 2, np.int64)
    caps = np.empty(high - low + 2, np.float64)
    lows[0], highs[0], caps[0] = low, high, np.inf
    weights_m[low] = weights_m[high] = np.inf
    depth = 1
    while depth:
        depth -= 1
        low, high, cap = lows[depth], highs[depth], caps[depth]
        far, worst_m = _furthest(x_m, y_m, time_s, low, high)
        if worst_m < 0.0:
            continue
        # A row can matter no more than the split that brought it up: so weights nest.
        weight_m = min(worst_m, cap)
        weights_m[far] = weight_m
        lows[depth], highs[depth], caps[depth] = low, far, weight_m
        lows[depth + 1], highs[depth + 1], caps[depth + 1] = far, high, weight_m
        depth += 2


@njit(cache=True)
def _weigh_all(x_m: Floats, y_m: Floats, time_s: Floats, offsets: Ints, weights_m: Floats) -> None:
    """Fill `weights_m`, piece by piece."""
    for piece in range(len(offsets) - 1):
        if offsets[piece + 1] > offsets[piece]:
            _weigh(x_m, y_m, time_s, offsets[piece], offsets[piece + 1] - 1, weights_m)


def weights(x_m: Floats, y_m: Floats, time_s: Floats, offsets: Ints) -> Floats:
    """Metres of tolerance up to which each row is needed; ends of a line are needed for ever.

    Shapes: (n,) x3, offsets (lines + 1,) rising from 0 to n -> (n,). Times rise within a line.
    """
    out = np.zeros(len(time_s))
    _weigh_all(x_m, y_m, time_s, pieces(offsets), out)
    return out


def pieces(offsets: Ints) -> Ints:
    """The offsets with lines longer than `LONGEST_PIECE` cut, one row shared with nobody."""
    extra = [
        np.arange(low + LONGEST_PIECE, high, LONGEST_PIECE)
        for low, high in pairwise(offsets)
        if high - low > LONGEST_PIECE
    ]
    return np.unique(np.concatenate([offsets, *extra])).astype(np.int64)


def kept(weights_m: Floats, budget: int, finest_m: float) -> tuple[Bools, float]:
    """Rows to keep so that no more than `budget` remain, and the tolerance this took, in metres.

    Ends of lines are kept even past the budget: they bound it from below.
    """
    tolerance_m = finest_m
    if np.count_nonzero(weights_m > finest_m) > budget:
        needed = np.sort(weights_m[np.isfinite(weights_m)])[::-1]
        inner = max(0, int(budget - np.count_nonzero(np.isinf(weights_m))))
        tolerance_m = max(finest_m, float(needed[inner])) if inner < len(needed) else finest_m
    return weights_m > tolerance_m, tolerance_m
