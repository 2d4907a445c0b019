"""The ellipsoid in space against PROJ."""

import numpy as np
import pyproj
import pytest

from geo.earth import NearestPlace, arc_m, in_space, on_earth

WGS84 = pyproj.Geod(ellps="WGS84")


def test_places_in_space_are_proj_s() -> None:
    rng = np.random.default_rng(1)
    lat, lon = rng.uniform(-90, 90, 1000), rng.uniform(-180, 180, 1000)
    xyz = pyproj.Transformer.from_crs(4979, 4978, always_xy=True).transform(lon, lat, np.zeros(1000))

    assert np.abs(in_space(lat, lon) - np.stack(xyz, axis=-1)).max() < 1e-6


@pytest.mark.parametrize(("run_m", "share"), [(1e4, 1e-6), (1e5, 1e-5), (3e6, 2e-3)])
def test_the_arc_over_a_chord_is_the_geodesic(run_m: float, share: float) -> None:
    rng = np.random.default_rng(2)
    lat, lon, azimuth = rng.uniform(45, 65, 1000), rng.uniform(-15, 5, 1000), rng.uniform(0, 360, 1000)
    lon_end, lat_end, _ = WGS84.fwd(lon, lat, azimuth, np.full(1000, run_m))
    chord = np.linalg.norm(in_space(lat, lon) - in_space(lat_end, lon_end), axis=1)

    assert np.abs(arc_m(chord) / run_m - 1).max() < share


def test_the_nearest_place_is_the_one_a_full_search_finds() -> None:
    rng = np.random.default_rng(3)
    lat, lon = rng.uniform(-90, 90, 300), rng.uniform(-180, 180, 300)
    at_lat, at_lon = rng.uniform(-90, 90, 500), rng.uniform(-180, 180, 500)
    row, metres = NearestPlace(lat, lon)(at_lat, at_lon)

    every = np.linalg.norm(in_space(at_lat, at_lon)[:, None] - in_space(lat, lon)[None], axis=2)

    assert np.array_equal(row, every.argmin(axis=1))
    assert metres == pytest.approx(arc_m(every.min(axis=1)))


@pytest.mark.parametrize("lat", [np.nan, np.inf, -np.inf, 91.0, 1e300])
def test_what_is_no_place_has_no_nearest_place(lat: float) -> None:
    row, metres = NearestPlace(np.array([50.0]), np.array([0.0]))(np.array([lat, 50.0]), np.array([0.0, 0.0]))

    assert not on_earth(np.array([lat]), np.array([0.0]))[0]
    assert row.tolist() == [-1, 0]
    assert np.isnan(metres[0])
    assert metres[1] == 0.0


def test_no_places_give_no_nearest_place() -> None:
    row, metres = NearestPlace(np.empty(0), np.empty(0))(np.array([50.0]), np.array([0.0]))

    assert row.tolist() == [-1]
    assert np.isnan(metres[0])
