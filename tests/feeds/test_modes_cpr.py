"""Places coded by the standard's formulas and decoded again, and published pairs."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from modes_making import encoded, zones

from feeds.modes.cpr import apart_m, followed, paired, zone_count

CODE = (1 << 34) - 1
lats = st.floats(-89.9, 89.9)
lons = st.floats(-180, 180, exclude_max=True)
offsets = st.floats(-1, 1)


def _halves(lat: float, lon: float, *, surface: bool) -> tuple[int, int]:
    return encoded(lat, lon, 0, surface=surface) & CODE, encoded(lat, lon, 1, surface=surface) & CODE


def _resolution_deg(span: float, lat: float, odd: int) -> tuple[float, float]:
    """Half a step of each code, and a little for floats."""
    return span / (60 - odd) / 2**18 + 1e-9, span / max(zones(lat) - odd, 1) / 2**18 + 1e-9


@given(lats)
def test_the_table_of_zones_follows_the_arc_cosine(lat: float) -> None:
    near = [zones(lat - 1e-9), zones(lat), zones(lat + 1e-9)]

    assert zone_count(lat) in near


@pytest.mark.parametrize(
    ("lat", "count"), [(0, 59), (10.47, 59), (10.48, 58), (52, 36), (86.9, 2), (87, 2), (87.1, 1), (-52, 36)]
)
def test_zones_at_known_latitudes(lat: float, count: int) -> None:
    assert zone_count(float(lat)) == count


@given(lats, lons, st.sampled_from([0, 1]), st.booleans())
def test_a_pair_names_the_place_it_was_made_from(lat: float, lon: float, odd: int, surface: bool) -> None:
    span = 90.0 if surface else 360.0
    even_code, odd_code = _halves(lat, lon, surface=surface)
    found_lat, found_lon = paired(even_code, odd_code, odd, span, lat, lon)
    dlat, dlon = _resolution_deg(span, lat, odd)
    # Where a change of zones lies between the rounded latitudes of the two, none is the right answer.
    split = zone_count(lat - 2 * dlat) != zone_count(lat + 2 * dlat)
    assume(not split)

    assert abs(found_lat - lat) <= dlat
    assert abs((found_lon - lon + 180) % 360 - 180) <= dlon


@given(lats, lons, st.sampled_from([0, 1]), offsets, offsets, st.booleans())
def test_one_message_names_the_place_within_half_a_zone_of_an_earlier_one(
    lat: float, lon: float, odd: int, north: float, east: float, surface: bool
) -> None:
    span = 90.0 if surface else 360.0
    dlat, dlon = _resolution_deg(span, lat, odd)
    assume(zone_count(lat - 2 * dlat) == zone_count(lat + 2 * dlat))
    near_lat = lat + north * 0.49 * span / (60 - odd)
    near_lon = lon + east * 0.49 * span / max(zones(lat) - odd, 1)
    assume(abs(near_lat) <= 90)
    found_lat, found_lon = followed(
        encoded(lat, lon, odd, surface=surface) & CODE, odd, span, near_lat, near_lon
    )

    assert abs(found_lat - lat) <= dlat
    assert abs((found_lon - lon + 180) % 360 - 180) <= dlon


@given(lats, lons, st.integers(0, 3))
def test_a_surface_pair_is_placed_in_the_quarter_of_the_place_given(
    lat: float, lon: float, quarter: int
) -> None:
    dlat, _ = _resolution_deg(90.0, lat, 0)
    assume(zone_count(lat - 2 * dlat) == zone_count(lat + 2 * dlat))
    elsewhere = (lon + 90 * quarter + 180) % 360 - 180
    _, found_lon = paired(*_halves(lat, lon, surface=True), 0, 90.0, lat, elsewhere)

    assert abs((found_lon - elsewhere + 180) % 360 - 180) <= _resolution_deg(90.0, lat, 0)[1]


@given(
    st.integers(0, CODE),
    st.integers(0, CODE),
    st.sampled_from([0, 1]),
    st.sampled_from([90.0, 360.0]),
    lats,
    lons,
)
def test_no_pair_of_codes_leaves_the_earth(
    even: int, odd: int, newest: int, span: float, lat: float, lon: float
) -> None:
    for place in (paired(even, odd, newest, span, lat, lon), followed(even, 0, span, lat, lon)):
        assert np.isnan(place).all() or (abs(place[0]) <= 90 and -180 <= place[1] < 180)


def test_the_published_airborne_pair() -> None:
    even, odd = 0xC382D690C8AC & CODE, 0xC386435CC412 & CODE

    assert paired(even, odd, 0, 360.0, 0.0, 0.0) == pytest.approx((52.25720, 3.91937), abs=1e-5)
    assert paired(even, odd, 1, 360.0, 0.0, 0.0) == pytest.approx((52.26578, 3.93891), abs=1e-5)
    assert followed(even, 0, 360.0, 52.258, 3.918) == pytest.approx((52.25720, 3.91937), abs=1e-5)


def test_the_published_surface_message() -> None:
    # 8C4841753A9A153237AEF0F275BE, KLM at Schiphol, against the aerodrome.
    assert followed(0x9A153237AEF0 & CODE, 1, 90.0, 51.990, 4.375) == pytest.approx(
        (52.320561, 4.735735), abs=1e-6
    )


# Half of the earth, even latitude and longitude codes, odd ones, then the places of the even and of the odd message in 2**32 parts
# of a circle (on the surface, of a quarter of it): from the test results of the formally
# verified CPR implementation of NASA, github.com/nasa/cpr, benchmarks/global-decoding.
GOLD = {
    360.0: """S F595 8753 14FA9 5CFF D31CF99A 15780E39 D31DA2B6 157B0EC5
N EEC1 6148 76D4 13485 3DB91333 98520000 3DC0B63D 9A428000
S A2B8 10000 1226A 19C44 C15B2222 80000000 C1605B1E CE220000
S 1856D 1F673 1D6EF 1F79A D8941BBC FFDC0B4B D899E3CC FFDF6C9B""",
    90.0: """S 114BC 145AB 154D4 6CB8 380B0EEF 1B2F43DD 380B4BEF 1B2F8FB8
N C45E 1D73D A071 14508 4ACFEEF 125AB49C 4ADCC79 125B0D3E
N 2D66 1B1E4 3DB8 8DFA 3DF61444 363C8000 3DF615B2 11BF4000
S E541 15819 6CBE 102D2 F6933BC AAEB000 F6AB527 AAEF6DB""",
}


@pytest.mark.parametrize(
    ("span", "row"), [(span, row) for span, rows in GOLD.items() for row in rows.splitlines()]
)
def test_verified_pairs(span: float, row: str) -> None:
    half, *words = row.split()
    even_y, even_x, odd_y, odd_x, *places = (int(word, 16) for word in words)
    near = 45.0 if half == "N" else -45.0
    quarter = int(2**32 * span / 360)
    for odd, (lat, lon) in enumerate([places[:2], places[2:]]):
        found = paired(even_y << 17 | even_x, odd_y << 17 | odd_x, odd, span, near, 0.0)

        for value, expected in zip(found, (lat, lon), strict=True):
            error = (round(value / 360 * 2**32) - expected + quarter // 2) % quarter - quarter // 2
            assert abs(error) <= 1


@given(lats, lons, st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_short_distances_are_good_to_a_hundredth(lat: float, lon: float, north: float, east: float) -> None:
    assume(abs(lat) < 80 and math.hypot(north, east) > 0.01)
    phi1, phi2 = math.radians(lat), math.radians(lat + north)
    h = (
        math.sin((phi2 - phi1) / 2) ** 2
        + math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(east) / 2) ** 2
    )

    assert apart_m(lat, lon, lat + north, lon + east) == pytest.approx(
        2 * 6_371_000 * math.asin(math.sqrt(h)), rel=0.01
    )
