"""The land that pages draw is the land that is measured."""

import gzip

import numpy as np
import shapely

from geo.basemap import coast_bytes, coast_geojson, coast_gzip
from geo.coast import coast


def test_the_drawn_land_is_the_measured_land_to_within_its_simplification() -> None:
    land = shapely.get_parts(shapely.get_parts(shapely.from_geojson(coast_bytes())))
    drawn = shapely.union_all(land)
    shapely.prepare(drawn)
    rng = np.random.default_rng(1)
    lat, lon = rng.uniform(50, 60, 20_000), rng.uniform(-10, 1.5, 20_000)
    clear = ~coast().within_m(lat, lon, 400.0) & ~coast("neighbours").on_land(lat, lon)

    assert shapely.is_valid(land).all()
    assert np.array_equal(shapely.contains_xy(drawn, lon, lat)[clear], coast().on_land(lat, lon)[clear])


def test_a_page_may_have_it_packed_or_parsed_and_nobody_shares_a_copy() -> None:
    one, other = coast_geojson(), coast_geojson()
    one["features"].clear()

    assert gzip.decompress(coast_gzip()) == coast_bytes()
    assert other["features"][0]["geometry"]["type"] == "MultiPolygon"
    assert len(coast_gzip()) < 250_000
