"""Laws for every life and every behaviour that is found: where craft are, how they move, and what is true of them."""

from functools import cache

import numpy as np
import pytest
from proving_worlds import solent

from feeds.mmsi import form_doubts
from feeds.reports import entity_of, subject
from fusion.pattern import patterns
from geo.airfields import ANY, OPEN, nearest
from geo.coast import coast
from geo.ports import nearest_port
from geo.sphere import distance_m, wrapped_deg
from geo.terrain import elevation_m
from headland.proving.mover_crafts import CRAFTS
from headland.proving.mover_jamming import jammed
from headland.proving.routes_air import CLEAR_M, NEAR_FIELD_M
from headland.proving.routes_water import between, is_land
from headland.proving.world import behaviours, lives, played

PLAYS = lives() | behaviours()
SEED, TIMES = 7, 2
KINDS = (
    *("loitering", "dark_transponder", "unscheduled_landing", "rendezvous"),
    *("drop_off", "air_sea_contact", "identity_conflict", "position_anomaly"),
)


@cache
def scenes(name):
    """Some playings of one play."""
    return tuple(played(solent(), PLAYS[name], SEED, count) for count in range(TIMES))


def cast(name):
    """Every mover of these playings with the bounds of its craft."""
    return [(m, CRAFTS[c]) for scene in scenes(name) for m, c in zip(scene.movers, scene.crafts, strict=True)]


every_play = pytest.mark.parametrize("name", sorted(PLAYS))
every_life = pytest.mark.parametrize("name", sorted(lives()))
every_behaviour = pytest.mark.parametrize("name", sorted(behaviours()))


def of_kind(kind):
    return pytest.mark.parametrize("name", sorted(n for n, p in behaviours().items() if p.kind == kind))


@every_play
def test_vessels_are_on_water_at_every_knot_and_between(name):
    for mover, _ in cast(name):
        if mover.kind == "vessel":
            assert not is_land(*between(mover.lat_deg, mover.lon_deg, 30.0)).any()
            assert np.isnan(mover.alt_m).all()


@every_play
def test_nobody_is_faster_or_turns_harder_than_such_a_craft_can(name):
    for mover, craft in cast(name):
        lasts_s = np.diff(mover.time_s)
        way_m = distance_m(mover.lat_deg[:-1], mover.lon_deg[:-1], mover.lat_deg[1:], mover.lon_deg[1:])
        assert (way_m / lasts_s).max() <= craft.top_mps * 1.01
        assert (np.abs(np.diff(mover.sog_mps)) / lasts_s).max() <= craft.accel_mps2 * 1.02
        moving = np.minimum(mover.sog_mps[1:], mover.sog_mps[:-1]) > 0.5
        turned = np.abs(wrapped_deg(np.diff(mover.cog_deg))) / lasts_s
        assert turned[moving].max(initial=0.0) <= craft.turn_deg_s * 1.15
        said_mps = (mover.sog_mps[1:] + mover.sog_mps[:-1]) / 2
        # A chord is shorter than its arc, by an eighth for the tightest of turns at one knot each.
        assert np.abs(way_m / lasts_s - said_mps).max() <= 0.06 * craft.top_mps


@every_play
def test_aircraft_keep_to_their_speeds_climbs_and_height_above_the_ground(name):
    for mover, craft in cast(name):
        if mover.kind != "aircraft":
            continue
        climb = np.diff(mover.alt_m) / np.diff(mover.time_s)
        assert climb.max() <= craft.climb_mps * 1.02
        assert -climb.min() <= craft.descent_mps * 1.02
        air = ~mover.on_ground
        high = air & (mover.alt_m > mover.alt_m[~air].max(initial=-1e9) + 30.0)
        assert mover.sog_mps[high].min(initial=99.0) >= craft.least_mps * 0.98
        down = np.column_stack([mover.lat_deg, mover.lon_deg])[mover.on_ground][::20]
        far = air.copy()
        for lat, lon in down:
            far &= distance_m(np.array(lat), np.array(lon), mover.lat_deg, mover.lon_deg) > NEAR_FIELD_M
        ground_m = np.nan_to_num(elevation_m(mover.lat_deg, mover.lon_deg))
        low = far & (mover.alt_m - ground_m < CLEAR_M) & coast().on_land(mover.lat_deg, mover.lon_deg)
        # Long low approaches, and a search along the shore, are what these three are for.
        if name not in {"airliners", "calibrations", "rescue_helicopters"}:
            assert not low.any()
        assert (mover.alt_m - ground_m)[low].min(initial=99.0) > -60.0


@every_play
def test_everybody_is_there_only_within_the_world_s_span_with_knots_close_enough(name):
    world = solent()
    for mover, craft in cast(name):
        assert world.start_s <= mover.time_s[0]
        assert mover.time_s[-1] <= world.end_s
        assert np.diff(mover.time_s).max() <= craft.calm_s + craft.step_s


@every_play
def test_the_same_seed_plays_the_same_and_another_another(name):
    first = scenes(name)[0]
    again, other = (played(solent(), PLAYS[name], seed, 0) for seed in (SEED, SEED + 1))

    assert [(m.entity, m.name) for m in again.movers] != [(m.entity, m.name) for m in other.movers]
    for mover, twin in zip(first.movers, again.movers, strict=True):
        assert mover.time_s.tobytes() == twin.time_s.tobytes()
        assert mover.lat_deg.tobytes() == twin.lat_deg.tobytes()


@every_life
def test_ordinary_life_raises_no_alarm_and_names_everybody_as_quiet(name):
    for scene in scenes(name):
        assert not scene.alarm
        assert {s for quiet in scene.quiet for s in quiet.subjects} == {m.entity for m in scene.movers}
        assert not form_doubts([m.number for m in scene.movers if m.kind == "vessel"]).any()


@every_behaviour
def test_the_truth_lies_within_the_times_and_at_a_place_of_its_subjects(name):
    world = solent()
    for scene in scenes(name):
        assert [event.kind for event in scene.alarm] == [PLAYS[name].kind]
        event = scene.alarm[0]
        assert world.start_s < event.start_s < event.end_s <= world.end_s
        assert set(event.subjects) <= {m.entity for m in scene.movers}
        for entity in event.subjects:
            there = [m for m in scene.movers if m.entity == entity]
            assert min(m.time_s[0] for m in there) < event.end_s
            assert max(m.time_s[-1] for m in there) >= event.start_s
        gaps_m = [
            distance_m(np.array(event.lat_deg), np.array(event.lon_deg), m.lat_deg, m.lon_deg).min()
            for m in scene.movers
            if m.entity in event.subjects
        ]
        assert min(gaps_m, default=0.0) < 2500.0
        assert entity_of(subject(event.subjects[0])) == event.subjects[0] if event.subjects else not gaps_m


def test_there_is_a_behaviour_for_every_pattern_of_the_house():
    planted = {play.kind for play in behaviours().values()}

    assert planted == set(KINDS)
    assert set(patterns()) <= planted


def during(mover, event):
    return (mover.time_s >= event.start_s) & (mover.time_s <= event.end_s)


@of_kind("loitering")
def test_one_that_loiters_stays_about_one_place_and_moves(name):
    for scene in scenes(name):
        (mover,), (event,) = scene.movers, scene.alarm
        act = during(mover, event)
        lat, lon = mover.lat_deg[act], mover.lon_deg[act]
        reach_m = distance_m(np.array(np.median(lat)), np.array(np.median(lon)), lat, lon).max()
        path_m = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]).sum()
        assert reach_m < 8000.0
        assert path_m > 1000.0
        if name == "loitering_box":
            assert mover.sog_mps[act][1:-1].min() > 2.0
        if name == "loitering_drift":
            assert np.quantile(mover.sog_mps[act], 0.9) < 2.0


@of_kind("dark_transponder")
def test_one_that_goes_dark_is_silent_under_way_where_it_would_be_heard(name):
    for scene in scenes(name):
        (mover,), (event,) = scene.movers, scene.alarm
        act = during(mover, event) & (mover.time_s < event.end_s)
        assert not mover.transmitting[act].any()
        assert mover.transmitting[mover.time_s < event.start_s].all()
        assert mover.sog_mps[act].min() > 3.0
        assert not mover.on_ground[act].any()


@of_kind("unscheduled_landing")
def test_one_that_lands_unscheduled_is_down_where_nobody_expects_it(name):
    for scene in scenes(name):
        (mover,), (event,) = scene.movers, scene.alarm
        down = mover.on_ground & during(mover, event)
        assert down.any()
        lat, lon = mover.lat_deg[down][-1:], mover.lon_deg[down][-1:]
        assert coast().distance_m(lat, lon)[0] < 300.0 or coast().on_land(lat, lon)[0]
        open_m, any_m = nearest(lat, lon, kinds=OPEN)[1][0], nearest(lat, lon, kinds=ANY)[1][0]
        if name == "landing_abroad":
            assert open_m < 2000.0
            assert not scene.arrivals
        elif name == "landing_closed":
            assert open_m > 2000.0 > any_m
        else:
            assert any_m > 2500.0


@of_kind("rendezvous")
def test_those_that_meet_are_close_together_for_long_and_apart_before(name):
    for scene in scenes(name):
        (one, other), (event,) = scene.movers, scene.alarm
        times = np.arange(event.start_s + 120.0, event.end_s - 120.0, 30.0)
        a, b = one.at(times), other.at(times)
        apart_m = distance_m(a["lat_deg"], a["lon_deg"], b["lat_deg"], b["lon_deg"])
        assert np.quantile(apart_m, 0.9) < 500.0
        assert nearest_port(a["lat_deg"], a["lon_deg"])[1].min() > 3000.0


@of_kind("drop_off")
def test_the_boat_goes_to_the_water_where_the_ship_was_slow_and_does_so_later(name):
    for scene in scenes(name):
        (ship, boat), (event,) = scene.movers, scene.alarm
        slow = during(ship, event) & (ship.sog_mps < 2.0)
        there = boat.at(np.array([event.end_s - 60.0]))
        away_m = distance_m(there["lat_deg"], there["lon_deg"], ship.lat_deg[slow], ship.lon_deg[slow])
        assert ship.time_s[slow].max() < event.end_s - 1800.0
        assert away_m.min() < 6000.0


@of_kind("air_sea_contact")
def test_the_aircraft_is_low_over_the_vessel_while_that_hardly_moves(name):
    for scene in scenes(name):
        (above, below), (event,) = scene.movers, scene.alarm
        times = np.arange(event.start_s + 60.0, event.end_s - 60.0, 10.0)
        a, b = above.at(times), below.at(times)
        assert a["alt_m"].max() < 260.0
        assert np.quantile(distance_m(a["lat_deg"], a["lon_deg"], b["lat_deg"], b["lon_deg"]), 0.8) < 3000.0
        assert b["sog_mps"].max() < 2.0


def test_one_number_in_two_places_is_never_near_to_itself():
    for scene in scenes("identity_two_places"):
        (one, other), (event,) = scene.movers, scene.alarm
        times = np.arange(event.start_s, event.end_s, 60.0)
        a, b = one.at(times), other.at(times)
        assert one.number == other.number
        assert distance_m(a["lat_deg"], a["lon_deg"], b["lat_deg"], b["lon_deg"]).min() > 5900.0


def test_an_impossible_number_is_one_that_our_own_rule_doubts():
    for scene in scenes("identity_impossible"):
        assert form_doubts([scene.movers[0].number]).all()


def test_a_changed_identity_goes_on_where_the_first_was_after_a_gap():
    for scene in scenes("identity_changed"):
        old, new = scene.movers
        gap_s = new.time_s[0] - old.time_s[-1]
        leap_m = distance_m(old.lat_deg[-1], old.lon_deg[-1], new.lat_deg[0], new.lon_deg[0])
        assert old.number != new.number
        assert 400.0 < gap_s < 3000.0
        assert leap_m <= 12.0 * gap_s


@pytest.mark.parametrize(("name", "least_m"), [("position_jump", 7900.0), ("position_beyond", 149_000.0)])
def test_a_false_position_is_said_far_from_the_true_one(name, least_m):
    for scene in scenes(name):
        (mover,), (event,) = scene.movers, scene.alarm
        told = mover.at(np.linspace(event.start_s + 1.0, min(event.end_s, mover.time_s[-1]) - 1.0, 20))
        away_m = distance_m(told["lat_deg"], told["lon_deg"], told["said_lat_deg"], told["said_lon_deg"])
        assert away_m.min() > least_m


def test_a_jammer_blinds_everybody_within_its_circle_while_it_works_and_nobody_else():
    for scene in scenes("position_interference"):
        (jam,) = scene.jams
        for plain in scene.movers:
            mover = jammed(plain, scene.jams)
            told = mover.at(np.arange(mover.time_s[0], mover.time_s[-1], 7.0))
            away_m = distance_m(
                np.array(jam.lat_deg), np.array(jam.lon_deg), told["lat_deg"], told["lon_deg"]
            )
            works = (told["time_s"] > jam.start_s + 60.0) & (told["time_s"] < jam.end_s - 60.0)
            inside = works & (away_m < jam.radius_m - 2000.0)
            outside = ~works & (np.abs(told["time_s"] - jam.start_s) > 120.0) & (told["time_s"] < jam.start_s)
            assert np.isinf(told["said_epu_m"][inside]).all()
            assert np.isnan(told["said_epu_m"][outside]).all()
            assert (told["said_lat_deg"][outside] == told["lat_deg"][outside]).all()
        assert any(
            np.isinf(jammed(m, scene.jams).said_epu_m).any()
            for m in scene.movers
            if jammed(m, scene.jams).said_epu_m is not None
        )


def test_arrivals_from_abroad_are_expected_near_their_time_and_place():
    for scene in scenes("arrivals"):
        (arrival,), (mover,) = scene.arrivals, scene.movers
        assert arrival.icao24 == mover.number
        assert abs(arrival.eta_s - mover.time_s[-1]) <= 1800.0


@pytest.mark.parametrize("name", ["ambulances", "police", "lifeboats", "rescue_helicopters"])
def test_the_listed_innocents_are_listed(name):
    for scene in scenes(name):
        assert {each.entity for each in scene.innocents} == {m.entity for m in scene.movers}
