"""The geoid and the ground against numbers from elsewhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.airfields import AirfieldKind, airfields
from geo.geoid import undulation_m
from geo.grid import Grid
from geo.terrain import elevation_m, sigma_m


@pytest.mark.parametrize(
    ("place", "lat", "lon", "metres"),
    # As PROJ 9 gives them: vgridshift with egm96_15.gtx whole.
    [
        ("London", 51.50, -0.125, 45.957184),
        ("Edinburgh", 55.95, -3.20, 52.752079),
        ("Valentia", 51.93, -10.30, 58.606338),
        ("Lerwick", 60.15, -1.15, 49.647983),
        ("St Helier", 49.19, -2.11, 49.135055),
    ],
)
def test_the_geoid_is_proj_s(place: str, lat: float, lon: float, metres: float) -> None:
    assert undulation_m(np.array([lat]), np.array([lon])) == pytest.approx(metres, abs=1e-5)


def test_at_aerodromes_the_ground_is_off_by_no_more_than_it_says() -> None:
    fields = airfields()
    known = ~np.isnan(fields.elevation_m) & (fields.kind != AirfieldKind.SEAPLANE)
    at = fields.lat_deg[known], fields.lon_deg[known]

    error_m = elevation_m(*at) - fields.elevation_m[known]
    sigmas = np.abs(error_m) / sigma_m(*at)

    assert known.sum() > 1000
    assert abs(error_m.mean()) < 5
    assert np.abs(error_m).mean() < 30
    assert 0.68 < (sigmas < 1).mean() < 0.85
    assert (sigmas < 2).mean() > 0.93


def test_hills_are_doubted_more_than_fens_and_the_sea_is_at_nought() -> None:
    ben_nevis, ely, north_sea = (56.797, -5.003), (52.4, 0.26), (56.0, 2.0)
    lat, lon = np.array([ben_nevis, ely, north_sea]).T

    assert sigma_m(lat, lon)[0] > 3 * sigma_m(lat, lon)[1]
    assert elevation_m(lat, lon)[2] == 0.0


@pytest.mark.parametrize("lookup", [undulation_m, elevation_m, sigma_m])
def test_outside_the_grid_nothing_is_known(lookup: object) -> None:
    lat = np.array([np.nan, 52.0, 47.9, 62.1, 52.0, 52.0, np.inf])
    lon = np.array([0.0, np.nan, 0.0, 0.0, -15.1, 4.1, 0.0])

    assert np.isnan(lookup(lat, lon)).all()


node = st.integers(0, 4)


@given(st.floats(-100, 100), st.floats(-10, 10), st.floats(-10, 10), st.floats(0, 4), st.floats(0, 4))
def test_between_nodes_a_slope_stays_a_slope(
    height: float, north: float, east: float, row: float, col: float
) -> None:
    rows, cols = np.mgrid[0:5, 0:5]
    grid = Grid(height - north * rows + east * cols, north_deg=54.0, west_deg=-3.0, step_deg=0.25)

    value = grid.between(np.array([54.0 - row * 0.25]), np.array([-3.0 + col * 0.25]))

    assert value[0] == pytest.approx(height - north * row + east * col, abs=1e-8)


@given(node, node)
def test_at_a_node_the_value_is_the_node_s(row: int, col: int) -> None:
    values = np.random.default_rng(1).normal(size=(5, 5))
    grid = Grid(values, north_deg=54.0, west_deg=-3.0, step_deg=0.25)

    assert grid.between(np.array([54.0 - row * 0.25]), np.array([-3.0 + col * 0.25]))[0] == pytest.approx(
        values[row, col]
    )
