"""Thinning promises a distance at every time, and a size."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import thinning
from maps.thinning import LONGEST_PIECE, kept, pieces, weights

seeds = st.integers(0, 2**32 - 1)


def wandered(seed: int, rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A random walk with random pauses, in metres and seconds."""
    rng = np.random.default_rng(seed)
    return (*(rng.normal(0, 40, (2, rows)).cumsum(axis=1)), rng.exponential(10, rows).round(1).cumsum())


@given(seeds, st.integers(2, 300), st.floats(1, 500))
def test_nobody_is_further_than_the_tolerance_from_where_they_were(
    seed: int, rows: int, tolerance_m: float
) -> None:
    x, y, time = wandered(seed, rows)
    keep = weights(x, y, time, np.array([0, rows])) > tolerance_m

    off = np.hypot(np.interp(time, time[keep], x[keep]) - x, np.interp(time, time[keep], y[keep]) - y)
    # Rows at one instant have no order in time; interpolation can only honour one of them.
    alone = np.append(np.diff(time) > 0, True) & np.append(True, np.diff(time) > 0)
    assert (off[alone] <= tolerance_m + 1e-6).all()


@given(seeds, st.integers(10, 300), st.integers(0, 300))
def test_no_more_than_the_budget_is_kept_save_for_the_ends(seed: int, rows: int, budget: int) -> None:
    x, y, time = wandered(seed, rows)
    offsets = np.array([0, rows // 3, rows])
    weight = weights(x, y, time, offsets)
    keep, tolerance_m = kept(weight, budget, 5.0)

    assert keep.sum() <= max(budget, np.isinf(weight).sum())
    assert keep[[0, rows // 3 - 1, rows // 3, rows - 1]].all()
    assert tolerance_m >= 5.0


def test_a_straight_and_steady_line_is_two_positions() -> None:
    time = np.arange(1000.0)
    keep, _ = kept(weights(7 * time, -3 * time, time, np.array([0, 1000])), 10_000, 5.0)

    assert np.flatnonzero(keep).tolist() == [0, 999]


def test_a_stop_on_a_straight_line_is_kept_though_its_shape_is_straight() -> None:
    time = np.arange(100.0)
    x = np.minimum(time, 50.0) * 20  # half the time under way, half the time still

    assert np.flatnonzero(weights(x, np.zeros(100), time, np.array([0, 100])) > 5.0).tolist() == [0, 50, 99]


def test_long_lines_are_cut_and_short_ones_are_not() -> None:
    offsets = np.array([0, 10, 10 + 2 * LONGEST_PIECE + 1])

    assert pieces(offsets).tolist() == [
        0,
        10,
        10 + LONGEST_PIECE,
        10 + 2 * LONGEST_PIECE,
        11 + 2 * LONGEST_PIECE,
    ]


@settings(max_examples=20)
@given(seeds, st.integers(1, 120))
def test_the_compiled_kernels_equal_plain_python(seed: int, rows: int) -> None:
    x, y, time = wandered(seed, rows)
    plain, compiled = np.zeros(rows), np.zeros(rows)
    thinning._weigh.py_func(x, y, time, 0, rows - 1, plain)
    thinning._weigh(x, y, time, 0, rows - 1, compiled)

    assert plain.tolist() == compiled.tolist()
    far = thinning._furthest.py_func(x, y, time, 0, rows - 1)
    assert far == thinning._furthest(x, y, time, 0, rows - 1)
