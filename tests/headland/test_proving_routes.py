"""Ways, waters and runways of the proving ground, held to the laws of motion and to the coast itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from proving_worlds import solent

from geo.airfields import airfields, runway_ends
from geo.coast import coast
from geo.sphere import destination, distance_m, wrapped_deg
from headland.proving.mover_crafts import CRAFTS
from headland.proving.routes import RouteError, Way, envelope, motion
from headland.proving.routes_air import strip_of
from headland.proving.routes_water import Area, Waters, on_water

turn = st.floats(-140.0, 140.0)
legs = st.lists(st.tuples(turn, st.floats(1500.0, 20_000.0)), min_size=2, max_size=8)


def way_of(corners, speed):
    """From off the Lizard, turning at each corner."""
    places, course = [(np.array([49.5]), np.array([-5.5]))], 0.0
    for turned, metres in corners:
        course += turned
        places.append(destination(*places[-1], np.array([course]), np.array([metres])))
    lat, lon = np.concatenate(places, axis=1)
    return Way.through(lat, lon, speed_mps=speed, stay_s=0.0)


def rates(moved):
    """Speed over the ground between knots, turn, and change of speed, each a second."""
    lasts_s = np.diff(moved.time_s)
    way_m = distance_m(moved.lat_deg[:-1], moved.lon_deg[:-1], moved.lat_deg[1:], moved.lon_deg[1:])
    return (
        way_m / lasts_s,
        np.abs(wrapped_deg(np.diff(moved.cog_deg))) / lasts_s,
        np.diff(moved.sog_mps) / lasts_s,
    )


@settings(max_examples=40)
@given(legs, st.sampled_from(["ship", "trawler", "motorboat"]), st.floats(1.0, 12.0))
def test_a_craft_keeps_to_what_it_can_do_and_comes_where_it_was_going(corners, name, speed):
    craft, way = CRAFTS[name], way_of(corners, speed)
    try:
        moved = motion(way, craft, 1000.0)
    except RouteError:
        return

    mps, turned, gained = rates(moved)
    assert mps.max() <= min(speed, craft.top_mps) * 1.01
    assert turned.max() <= craft.turn_deg_s * 1.1
    assert np.abs(gained).max() <= craft.accel_mps2 * 1.01
    assert np.abs(mps - (moved.sog_mps[1:] + moved.sog_mps[:-1]) / 2).max() < 0.05 * craft.top_mps
    assert distance_m(moved.lat_deg[-1:], moved.lon_deg[-1:], way.lat_deg[-1:], way.lon_deg[-1:])[0] < 1.0


@given(st.lists(st.tuples(st.floats(0.0, 100.0), st.floats(0.01, 10.0)), min_size=2, max_size=30))
def test_the_envelope_is_the_highest_curve_that_keeps_to_wish_and_slopes(rows):
    wish, steps = np.array(rows).T
    up, down = np.cumsum(steps), 0.7 * np.cumsum(steps)

    found = envelope(wish, up, down)

    cone_up = np.where(up[:, None] >= up[None, :], wish[None, :] + up[:, None] - up[None, :], np.inf)
    cone_down = np.where(
        down[:, None] <= down[None, :], wish[None, :] + down[None, :] - down[:, None], np.inf
    )
    plain = np.minimum(cone_up.min(axis=1), cone_down.min(axis=1))
    assert found == pytest.approx(plain, abs=1e-9)


def test_a_stay_lasts_as_long_as_it_should_and_at_rest():
    way = Way.through([50.0, 50.02, 50.05], [-5.5] * 3, speed_mps=[0.0, 5.0, 5.0], stay_s=[0.0, 600.0, 0.0])

    moved = motion(way, CRAFTS["trawler"], 0.0)

    still = (moved.sog_mps < 0.01) & (moved.time_s > 10.0)
    assert np.ptp(moved.time_s[still]) == pytest.approx(600.0, abs=11.0)
    assert np.ptp(moved.lat_deg[still]) < 1e-6
    assert moved.sog_mps[[0, -1]].tolist() == pytest.approx([0.0, 5.0])


def test_a_turn_tighter_than_a_craft_can_make_is_refused():
    zigzag = Way.through([49.5, 49.501, 49.5005], [-5.5, -5.5, -5.5005], speed_mps=60.0, alt_m=300.0)

    with pytest.raises(RouteError, match="too tight for a jet"):
        motion(zigzag, CRAFTS["jet"], 0.0)


def test_two_corners_on_one_spot_are_refused():
    with pytest.raises(RouteError, match="one spot"):
        motion(Way.through([49.5, 49.5], [-5.5, -5.5], speed_mps=5.0), CRAFTS["ship"], 0.0)


def test_an_aircraft_climbs_and_descends_as_it_can_between_the_heights_wished():
    way = Way.through(
        [50.0, 50.1, 50.4, 50.5], [-5.0] * 4, speed_mps=50.0, alt_m=[100.0, 1500.0, 1500.0, 200.0]
    )
    craft = CRAFTS["light"]

    moved = motion(way, craft, 0.0)

    rate = np.diff(moved.alt_m) / np.diff(moved.time_s)
    assert rate.max() <= craft.climb_mps * 1.01
    assert -rate.min() <= craft.descent_mps * 1.01
    assert moved.alt_m[[0, -1]].tolist() == pytest.approx([100.0, 200.0])
    assert moved.alt_m.max() == pytest.approx(1500.0)


@pytest.mark.parametrize("a", range(0, 24, 6))
def test_a_route_goes_over_water_from_gate_to_gate(a):
    waters = solent().waters
    lat, lon = waters.place(waters.gates)
    here, there = ((float(lat[i]), float(lon[i])) for i in (a, (a + 11) % len(lat)))

    way = waters.route(here, there)

    assert on_water(*way)
    assert (way[0][0], way[1][0]) == here
    assert (way[0][-1], way[1][-1]) == there


def test_a_route_is_no_shorter_than_the_straight_line_and_not_much_longer_where_the_sea_is_open():
    waters = solent().waters
    ends = (50.45, -2.0), (50.45, -0.7)

    lat, lon = waters.route(*ends)

    gone_m = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]).sum()
    direct_m = distance_m(*(np.array([value]) for value in (*ends[0], *ends[1])))[0]
    assert direct_m * 0.999 <= gone_m <= direct_m * 1.05


def test_the_sea_of_the_grid_is_clear_of_the_coast():
    waters = solent().waters
    some = waters.sea[:: len(waters.sea) // 2000]

    assert coast().distance_m(*waters.place(some)).min() >= 99.0
    assert not coast().on_land(*waters.place(some)).any()


def test_a_line_across_the_isle_of_wight_is_not_on_water():
    assert not on_water(np.array([50.55, 50.80]), np.array([-1.30, -1.30]))
    assert on_water(np.array([50.50, 50.50]), np.array([-2.0, -0.8]))


@pytest.mark.parametrize("area", [Area(50.0, -2.0, 50.01, -1.0), Area(45.0, -12.0, 60.0, 4.0)])
def test_an_area_too_small_or_too_large_is_refused(area):
    with pytest.raises(ValueError, match="too small or too large"):
        Waters(area)


def test_a_runway_whose_ends_are_known_is_used_into_the_wind():
    world = solent()
    known = np.flatnonzero(world.area.holds(airfields().lat_deg, airfields().lon_deg))
    for row in np.intersect1d(known, runway_ends().airfield).tolist():
        strip = strip_of(world, row)

        ends = runway_ends()
        courses = ends.course_deg[(ends.airfield == row) & ~ends.closed]
        off = np.abs(wrapped_deg(courses - world.weather.wind_from_deg))
        assert (
            np.abs(wrapped_deg(np.array([strip.course_deg]) - world.weather.wind_from_deg))[0]
            <= off.min() + 30.0
        )
        assert np.isclose(courses, strip.course_deg).any()
