"""The sphere against PROJ's geodesics, and the laws of going out and coming back."""

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.sphere import EARTH_RADIUS_M, bearing_deg, destination, distance_m, wrapped_deg

BALL = pyproj.Geod(a=EARTH_RADIUS_M, b=EARTH_RADIUS_M)
WGS84 = pyproj.Geod(ellps="WGS84")

lat = st.floats(-89.9, 89.9)
lon = st.floats(-180, 180, exclude_max=True)
course = st.floats(0, 360, exclude_max=True)
run = st.floats(0, 1e6)


def places(n: int, seed: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    return (
        rng.uniform(-89, 89, n),
        rng.uniform(-180, 180, n),
        rng.uniform(-89, 89, n),
        rng.uniform(-180, 180, n),
    )


def test_distance_and_bearing_are_those_of_proj_on_the_same_ball() -> None:
    lat1, lon1, lat2, lon2 = places(2000, 1)
    forward, _, metres = BALL.inv(lon1, lat1, lon2, lat2)

    assert distance_m(lat1, lon1, lat2, lon2) == pytest.approx(metres, rel=1e-9, abs=1e-3)
    assert np.abs(wrapped_deg(bearing_deg(lat1, lon1, lat2, lon2) - forward)).max() < 1e-6


def test_over_the_british_isles_the_ball_is_within_four_thousandths_of_the_ellipsoid() -> None:
    rng = np.random.default_rng(2)
    lat1, lat2 = rng.uniform(49, 61, (2, 2000))
    lon1, lon2 = rng.uniform(-11, 2, (2, 2000))
    _, _, metres = WGS84.inv(lon1, lat1, lon2, lat2)

    assert np.abs(distance_m(lat1, lon1, lat2, lon2) / metres - 1).max() < 0.004


@given(lat, lon, course, run)
def test_going_out_covers_the_distance_asked_for(lat: float, lon: float, course: float, run: float) -> None:
    start = np.array([lat]), np.array([lon])
    end = destination(*start, np.array([course]), np.array([run]))

    assert distance_m(*start, *end) == pytest.approx(run, rel=1e-6, abs=0.1)
    assert -180 <= end[1][0] < 180


@given(st.floats(-85, 85), lon, course, st.floats(1000, 1e6))
def test_going_out_on_a_bearing_is_seen_on_that_bearing(
    lat: float, lon: float, course: float, run: float
) -> None:
    start = np.array([lat]), np.array([lon])
    end = destination(*start, np.array([course]), np.array([run]))
    seen = bearing_deg(*start, *end)

    assert abs(wrapped_deg(seen - course)[0]) < 1e-4
    assert 0 <= seen[0] < 360


@given(lat, lon, lat, lon)
def test_a_distance_is_the_same_both_ways_and_never_more_than_half_way_round(
    lat1: float, lon1: float, lat2: float, lon2: float
) -> None:
    there = distance_m(np.array([lat1]), np.array([lon1]), np.array([lat2]), np.array([lon2]))
    back = distance_m(np.array([lat2]), np.array([lon2]), np.array([lat1]), np.array([lon1]))

    assert there == pytest.approx(back, abs=1e-3)
    assert 0 <= there[0] <= np.pi * EARTH_RADIUS_M + 1e-6


def test_one_against_many_makes_a_table() -> None:
    lat1, lon1, lat2, lon2 = places(5, 3)

    table = distance_m(lat1[:, None], lon1[:, None], lat2, lon2)

    assert table.shape == (5, 5)
    assert np.array_equal(np.diag(table), distance_m(lat1, lon1, lat2, lon2))


def test_nothing_said_gives_nothing() -> None:
    gap, there = np.array([np.nan]), np.array([1.0])

    assert np.isnan(distance_m(gap, there, there, there)[0])
    assert np.isnan(bearing_deg(there, there, there, gap)[0])
    assert np.isnan(destination(there, gap, there, there)).any()


@given(st.integers(0, 200))
def test_a_batch_cut_in_two_gives_the_same_bits(cut: int) -> None:
    columns = places(200, 4)
    head, tail = [c[:cut] for c in columns], [c[cut:] for c in columns]

    for kernel in (distance_m, bearing_deg):
        whole = kernel(*columns)
        assert np.array_equal(np.concatenate([kernel(*head), kernel(*tail)]), whole)


@given(st.floats(-1000, 1000))
def test_a_wrapped_angle_is_the_same_angle_in_range(angle: float) -> None:
    turned = wrapped_deg(np.array([angle]))[0]

    assert -180 <= turned < 180
    assert np.isclose(np.cos(np.radians(turned - angle)), 1.0)
