"""The flat maps against PROJ, and their way back."""

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.plane import displaced, offsets, project, scale, unproject

LCC = "+proj=lcc +lat_1=50.5 +lat_2=59.5 +lat_0=55 +lon_0=-4.5 +ellps=WGS84"
WGS84 = pyproj.Geod(ellps="WGS84")

isles_lat = st.floats(45, 65)
isles_lon = st.floats(-25, 15)
step = st.floats(-50_000, 50_000)


def isles(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(48, 62, n), rng.uniform(-12, 3, n)


def test_the_map_is_proj_s_to_a_micrometre() -> None:
    lat, lon = isles(5000, 1)
    x_m, y_m = pyproj.Transformer.from_crs(4326, LCC, always_xy=True).transform(lon, lat)

    ours = project(lat, lon)

    assert np.abs(ours[0] - x_m).max() < 1e-6
    assert np.abs(ours[1] - y_m).max() < 1e-6


def test_the_scale_is_proj_s() -> None:
    lat, lon = isles(500, 2)

    assert scale(lat) == pytest.approx(pyproj.Proj(LCC).get_factors(lon, lat).meridional_scale, abs=1e-9)


@given(isles_lat, isles_lon)
def test_the_map_and_back_is_where_one_began(lat: float, lon: float) -> None:
    back = unproject(*project(np.array([lat]), np.array([lon])))

    assert back[0][0] == pytest.approx(lat, abs=1e-11)
    assert back[1][0] == pytest.approx(lon, abs=1e-11)


@given(st.floats(-75, 75), st.floats(-180, 180, exclude_max=True), step, step)
def test_displaced_undoes_offsets_across_the_date_line_too(
    lat: float, lon: float, east: float, north: float
) -> None:
    there = displaced(np.array([lat]), np.array([lon]), np.array([east]), np.array([north]))

    back = offsets(np.array([lat]), np.array([lon]), *there)

    assert back[0][0] == pytest.approx(east, abs=1e-4)
    assert back[1][0] == pytest.approx(north, abs=1e-4)


@pytest.mark.parametrize(("run_m", "error_m"), [(1000.0, 0.01), (10_000.0, 0.1), (50_000.0, 2.5)])
def test_a_length_on_the_small_map_is_the_geodesic_s(run_m: float, error_m: float) -> None:
    lat, lon = isles(2000, 3)
    azimuth = np.random.default_rng(4).uniform(0, 360, len(lat))
    lon_end, lat_end, _ = WGS84.fwd(lon, lat, azimuth, np.full(len(lat), run_m))

    east, north = offsets(lat, lon, lat_end, lon_end)

    assert np.abs(np.hypot(east, north) - run_m).max() < error_m


def test_nothing_said_gives_nothing() -> None:
    gap, there = np.array([np.nan]), np.array([50.0])

    assert np.isnan(project(gap, there)).all()
    assert np.isnan(offsets(there, there, there, gap)[0]).all()
    assert np.isnan(displaced(there, there, there, gap)).all()


@given(st.integers(0, 300))
def test_a_batch_cut_in_two_gives_the_same_bits(cut: int) -> None:
    lat, lon = isles(300, 5)

    for kernel in (project, unproject):
        whole = kernel(lat, lon)
        parts = kernel(lat[:cut], lon[:cut]), kernel(lat[cut:], lon[cut:])
        assert np.array_equal(np.concatenate(parts, axis=1), np.stack(whole))
