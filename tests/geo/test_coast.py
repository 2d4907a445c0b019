"""The coast against shapely's exact geometry, an independent shore, and places one can visit."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coast import Coast, coast
from geo.plane import displaced
from geo.shore import Shore, ring_vertices

WGS84 = pyproj.Geod(ellps="WGS84")


def near_the_coast(n: int, reach_m: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Places around randomly chosen shore vertices, on land and at sea."""
    rng = np.random.default_rng(seed)
    lat, lon, _ = ring_vertices(coast().land)
    at = rng.integers(0, len(lat), n)
    return displaced(lat[at], lon[at], *rng.normal(0, reach_m / 2, (2, n)))


@pytest.fixture(scope="module")
def sides() -> shapely.STRtree:
    """Every side of every ring, as lines in degrees."""
    return shapely.STRtree(shapely.get_rings(coast().land))


def exact_m(sides: shapely.STRtree, lat: float, lon: float) -> float:
    """Distance in a map of its own around one place, to all rings that could be nearest."""
    local = pyproj.Transformer.from_crs(
        4326, f"+proj=aeqd +lat_0={lat} +lon_0={lon} +ellps=WGS84", always_xy=True
    )
    rings = sides.geometries[sides.query(shapely.Point(lon, lat).buffer(0.4))]
    flat = shapely.transform(
        shapely.clip_by_rect(rings, lon - 0.4, lat - 0.4, lon + 0.4, lat + 0.4),
        local.transform,
        interleaved=False,
    )
    return float(shapely.distance(shapely.Point(0, 0), flat[~shapely.is_empty(flat)]).min())


def test_within_ten_kilometres_the_distance_is_shapely_s_in_a_map_around_each_place(
    sides: shapely.STRtree,
) -> None:
    lat, lon = near_the_coast(200, 8000.0, 1)
    expected = np.array([exact_m(sides, *place) for place in zip(lat, lon, strict=True)])
    near = expected < 10_000

    error_m = np.abs(coast().distance_m(lat, lon) - expected)[near]

    assert near.sum() > 150
    assert error_m.max() < 1e-3


def test_far_out_the_distance_is_the_geodesic_to_the_nearest_vertex() -> None:
    lat, lon, _ = ring_vertices(coast().land)
    for place in [(50.0, -20.0), (62.0, -20.0), (35.0, 10.0), (-33.9, 18.4)]:
        _, _, metres = WGS84.inv(np.full(len(lat), place[1]), np.full(len(lat), place[0]), lon, lat)
        assert coast().distance_m(*np.array(place)[:, None]) == pytest.approx(metres.min(), rel=3e-3)


@pytest.mark.parametrize(
    ("name", "lat", "lon", "least_m", "most_m"),
    [
        ("Lowestoft Ness, the easternmost sea wall", 52.48105, 1.76289, 0, 100),
        ("Portland Bill lighthouse", 50.51420, -2.45640, 30, 150),
        ("Blackpool Tower", 53.81590, -3.05510, 80, 200),
        ("Southend pier head", 51.51470, 0.72200, 1600, 2200),
        ("Mull of Galloway lighthouse", 54.63510, -4.85720, 30, 250),
        ("Meriden, the middle of England", 52.43800, -1.64800, 80_000, 150_000),
    ],
)
def test_known_places_are_as_far_from_the_sea_as_a_map_shows(
    name: str, lat: float, lon: float, least_m: float, most_m: float
) -> None:
    assert least_m <= coast().distance_m(np.array([lat]), np.array([lon]))[0] <= most_m


def test_the_shore_agrees_with_the_world_vector_shoreline() -> None:
    lat, lon, _ = ring_vertices(coast("wvs").land)

    apart_m = coast().distance_m(lat, lon)

    assert np.quantile(apart_m, [0.5, 0.9]) == pytest.approx([91, 269], rel=0.1)


def test_land_agrees_with_shapely_everywhere_and_with_the_world_vector_shoreline_nearly() -> None:
    lat, lon = near_the_coast(20_000, 4000.0, 2)
    whole = shapely.multipolygons(coast().land)
    shapely.prepare(whole)

    land = coast().on_land(lat, lon)

    assert np.array_equal(land, shapely.contains_xy(whole, lon, lat))
    rng = np.random.default_rng(3)
    lat, lon = rng.uniform(49.9, 60.9, 20_000), rng.uniform(-10.6, 1.7, 20_000)
    assert (coast().on_land(lat, lon) == coast("wvs").on_land(lat, lon)).mean() > 0.99


@pytest.mark.parametrize("limit_m", [0.0, 150.0, 1852.0, 5556.0, 22_224.0, 24_990.0, 25_400.0, 60_000.0])
def test_the_raster_never_changes_an_answer(limit_m: float) -> None:
    near, wide = (
        near_the_coast(3000, max(limit_m, 500.0), 4),
        np.random.default_rng(5).uniform([46, -20], [64, 6], (1000, 2)).T,
    )
    lat, lon = np.concatenate([near, wide], axis=1)

    assert np.array_equal(coast().within_m(lat, lon, limit_m), coast().distance_m(lat, lon) <= limit_m)


@given(st.floats(48.4, 61.5), st.floats(-14.4, 2.4), st.floats(0, 30_000))
def test_within_means_no_further_than(lat: float, lon: float, limit_m: float) -> None:
    place = np.array([lat]), np.array([lon])

    assert coast().within_m(*place, limit_m)[0] == (coast().distance_m(*place)[0] <= limit_m)


@pytest.mark.parametrize("place", [(np.nan, 0.0), (50.0, np.nan), (np.inf, 0.0), (95.0, 0.0), (50.0, 1e18)])
def test_what_is_no_place_is_neither_near_nor_land(place: tuple[float, float]) -> None:
    lat, lon = np.array(place)[:, None]

    for shore in (coast(), coast("wvs")):
        assert np.isnan(shore.distance_m(lat, lon)[0])
        assert not shore.within_m(lat, lon, 1e9)[0]
        assert not shore.on_land(lat, lon)[0]


@settings(max_examples=25)
@given(st.integers(0, 400))
def test_a_batch_cut_in_two_gives_the_same_bits(cut: int) -> None:
    lat, lon = near_the_coast(400, 4000.0, 6)
    parts = coast().distance_m(lat[:cut], lon[:cut]), coast().distance_m(lat[cut:], lon[cut:])

    assert np.array_equal(np.concatenate(parts), coast().distance_m(lat, lon))


def test_the_middle_of_a_round_island_is_measured_though_all_its_shore_is_equally_far() -> None:
    angle = np.linspace(0, 2 * np.pi, 20_000)
    lat, lon = displaced(
        np.full(20_000, 55.0), np.full(20_000, -30.0), 5000 * np.sin(angle), 5000 * np.cos(angle)
    )
    island = np.array([shapely.Polygon(np.column_stack([lon, lat])[:-1])])

    assert Shore(island).distance_m(np.array([55.0]), np.array([-30.0])) == pytest.approx(5000.0, abs=1.0)


def test_a_coast_without_its_raster_gives_the_same_answers() -> None:
    bare = Coast(coast()._polygons, None)
    lat, lon = near_the_coast(500, 3000.0, 7)

    assert np.array_equal(bare.on_land(lat, lon), coast().on_land(lat, lon))
    assert np.array_equal(bare.within_m(lat, lon, 1852.0), coast().within_m(lat, lon, 1852.0))
