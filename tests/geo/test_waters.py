"""Our sea, France's sea, and nobody's."""

import numpy as np
import pyproj
import pytest

from geo.coast import coast
from geo.waters import TERRITORIAL_SEA_M, covered, in_territorial_sea


@pytest.mark.parametrize(
    ("place", "lat", "lon", "sea", "cover"),
    [
        ("Trafalgar Square", 51.508, -0.128, False, True),
        ("5 miles off Lowestoft", 52.48, 1.90, True, True),
        ("13 miles off Lowestoft", 52.48, 2.13, False, False),
        ("the English half of the Dover Strait", 51.06, 1.40, True, True),
        ("off Calais", 51.00, 1.80, False, False),
        ("Calais", 50.955, 1.86, False, False),
        ("the race between Alderney and Cap de la Hague, west", 49.71, -2.12, True, True),
        ("the race between Alderney and Cap de la Hague, east", 49.72, -1.98, False, False),
        ("Cherbourg", 49.63, -1.62, False, False),
        ("between Jersey and Carteret, west", 49.25, -1.95, True, True),
        ("Guernsey", 49.45, -2.58, False, True),
        ("the Irish Sea off Dublin", 53.33, -5.90, True, True),
        ("the middle of the Irish Sea west of Man", 53.75, -5.2, False, False),
        ("Lough Neagh, which counts as land", 54.62, -6.40, False, True),
        ("Rockall Bank, by the rock", 57.60, -13.70, True, True),
        ("the North Sea", 56.0, 3.0, False, False),
        ("nowhere", np.nan, 0.0, False, False),
    ],
)
def test_a_place_is_in_the_sea_it_is_in(place: str, lat: float, lon: float, sea: bool, cover: bool) -> None:
    here = np.array([lat]), np.array([lon])

    assert in_territorial_sea(*here)[0] == sea
    assert covered(*here)[0] == cover


def test_the_limit_lies_twelve_miles_off_by_geodesic() -> None:
    # Due east of Lowestoft Ness nothing else of the coast is nearer.
    lon, lat, _ = pyproj.Geod(ellps="WGS84").fwd([1.7632] * 2, [52.4811] * 2, [90, 90], [22_100, 22_400])

    assert in_territorial_sea(np.array(lat), np.array(lon)).tolist() == [True, False]


def test_the_sea_is_exactly_what_is_near_and_wet_and_not_france_s() -> None:
    rng = np.random.default_rng(1)
    lat, lon = rng.uniform(48.8, 51.6, 4000), rng.uniform(-3.8, 2.2, 4000)
    ours_m, theirs_m = coast().distance_m(lat, lon), coast("neighbours").distance_m(lat, lon)
    wet = ~coast().on_land(lat, lon) & ~coast("neighbours").on_land(lat, lon)

    expected = wet & (ours_m <= TERRITORIAL_SEA_M) & (ours_m <= theirs_m)

    assert np.array_equal(in_territorial_sea(lat, lon), expected)
    assert 0.1 < expected.mean() < 0.9
