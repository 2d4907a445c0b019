"""The nearest side against a search of all of them, and against shapely."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.sides import Sides, nearest_m

seeds, counts = st.integers(0, 2**32 - 1), st.integers(1, 300)


def some(count: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Short sides and sides of no length, on a few lines and anywhere, and points on and off them."""
    rng = np.random.default_rng(seed)
    start = rng.uniform(-1000, 1000, (count, 3)).round(rng.integers(-3, 3))
    end = start + rng.normal(0, 1, (count, 3)) * rng.choice([0.0, 1.0, 500.0], (count, 1))
    point = np.concatenate([rng.uniform(-1500, 1500, (40, 3)), start[:5], (start[:5] + end[:5]) / 2])
    return start, end, point


def of_all(start: np.ndarray, end: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Metres from each point to the nearest side, all of them measured. Shapes: (m, 3) x2, (n, 3) -> (n,)."""
    side, away = end - start, point[:, None] - start
    share = np.clip((away * side).sum(-1) / np.maximum((side**2).sum(-1), 1e-12), 0, 1)
    return np.linalg.norm(away - share[..., None] * side, axis=-1).min(axis=1)


@given(counts, seeds)
def test_no_box_hides_the_nearest_side(count: int, seed: int) -> None:
    start, end, point = some(count, seed)

    assert Sides(start, end).distance_m(point) == pytest.approx(of_all(start, end, point), rel=1e-9, abs=1e-6)


@given(counts, seeds, st.floats(0, 2000))
def test_what_may_be_taken_for_nearest_and_what_is_too_far_are_told_from_the_rest(
    count: int, seed: int, limit_m: float
) -> None:
    start, end, point = some(count, seed)
    sides, nearest = Sides(start, end), of_all(start, end, point)

    enough, cut = sides.distance_m(point, enough_m=limit_m), sides.distance_m(point, most_m=limit_m)

    clear = np.abs(nearest - limit_m) > 1e-6
    assert np.array_equal((enough <= limit_m)[clear], (nearest <= limit_m)[clear])
    assert np.array_equal(np.isfinite(cut)[clear], (nearest < limit_m)[clear])
    found = np.isfinite(cut)
    assert cut[found] == pytest.approx(nearest[found], rel=1e-9, abs=1e-6)


@settings(max_examples=10)
@given(counts, seeds)
def test_the_compiled_search_is_the_plain_one(count: int, seed: int) -> None:
    start, end, point = some(count, seed)
    sides = Sides(start, end)

    plain = nearest_m.py_func(sides._sides, sides._boxes, point, -1.0, np.inf)

    assert sides.distance_m(point).tobytes() == plain.tobytes()


def test_in_a_plane_it_is_shapely_s_distance() -> None:
    start, end, point = some(2000, 7)
    start[:, 2] = end[:, 2] = point[:, 2] = 0.0
    lines = shapely.linestrings(np.stack([start, end], axis=1)[..., :2])
    at, expected = shapely.STRtree(lines).query_nearest(
        shapely.points(point[:, :2]), return_distance=True, all_matches=False
    )

    assert len(at[0]) == len(point)
    assert Sides(start, end).distance_m(point) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(st.integers(0, 60), seeds)
def test_a_batch_cut_in_two_gives_the_same_bits(cut: int, seed: int) -> None:
    start, end, point = some(100, seed)
    sides = Sides(start, end)

    parts = sides.distance_m(point[:cut]), sides.distance_m(point[cut:])

    assert np.concatenate(parts).tobytes() == sides.distance_m(point).tobytes()
