"""Who came down where no landing was to be expected, and who landed like everybody else."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from fusion_scenes import MID_WALES, START_S, Ear, aircraft, named, plane, points, straight, watch

from fusion.flags import State
from fusion.movements import Movements
from fusion.patterns.unscheduled_landing import PATTERN
from geo.airfields import OPEN, airfields, nearest
from geo.terrain import elevation_m, sigma_m

FLYER = 0x400003
EAR = Ear("aberporth", 0.4)
DOWN_S = 900.0
END_S = 1800.0


def ground_m(place):
    return float(elevation_m(np.array([place[0]]), np.array([place[1]]))[0])


def field(ident):
    """Place and elevation of an aerodrome or disused field."""
    (row,) = np.flatnonzero(airfields().ident == ident)
    fields = airfields()
    return (float(fields.lat_deg[row]), float(fields.lon_deg[row])), float(fields.elevation_m[row])


def descent(end_m, from_m=2200.0, speed_mps=35.0, course_deg=60.0, short_m=0.0):
    """Comes down steadily along a course to a height over the place itself, or short of it."""
    sin, cos = np.sin(np.radians(course_deg)), np.cos(np.radians(course_deg))
    far_m = short_m + speed_mps * DOWN_S
    return points((0.0, -far_m * sin, -far_m * cos, from_m), (DOWN_S, -short_m * sin, -short_m * cos, end_m))


def others(place, ears=(EAR,), low_m=None):
    """Traffic overhead all the time, and a helicopter in the valley earlier, so low as is asked for."""
    over = [
        aircraft(
            0x400300 + k,
            place,
            straight(60.0, 90.0 * k, *start, 1200.0),
            (0.0, END_S),
            (replace(e, part=0.1) for e in ears),
        )
        for k, start in enumerate([(0.0, -70000.0), (-70000.0, 0.0)])
    ]
    if low_m is None:
        return over
    valley = points(
        (0.0, 0.0, -6000.0, 900.0),
        (60.0, 0.0, -2000.0, low_m),
        (240.0, 0.0, 2000.0, low_m),
        (400.0, 0.0, 9000.0, 1200.0),
    )
    return [*over, aircraft(0x400310, place, valley, (0.0, 400.0), ears)]


def coming_down(place=MID_WALES, end_m=None, ears=(EAR,), **options):
    """An aircraft that is last heard at the end of its descent."""
    height_m = ground_m(place) + 80.0 if end_m is None else end_m
    return aircraft(FLYER, place, descent(height_m), (0.0, DOWN_S), ears, **options)


def landings(*reports, **options):
    return watch("unscheduled_landing", reports=reports, **options)


@cache
def in_mid_wales():
    return landings(coming_down(), *others(MID_WALES, low_m=140.0))


def numbers_of(flag):
    return {reason.factor: reason.value for reason in flag.reasons}


def test_an_aircraft_that_falls_silent_low_and_coming_down_over_mid_wales_is_flagged_with_its_probability():
    flag = in_mid_wales().one("unscheduled_landing", plane(FLYER))
    numbers = numbers_of(flag)
    assert flag.state is not State.WITHDRAWN
    assert 0.5 <= flag.score < 1.0
    assert flag.score == pytest.approx(0.95 * numbers["probability_of_landing"], abs=0.02)
    assert numbers["height_above_ground"] == pytest.approx(80.0, abs=60.0)
    assert numbers["height_uncertainty"] >= float(sigma_m(*(np.array([x]) for x in MID_WALES))[0]) - 1.0
    assert numbers["climb_rate"] < 0.0
    assert numbers["heard_lower_here"] > 0.0
    assert "said_on_the_ground" not in numbers
    _, open_m = nearest(np.array([flag.lat_deg]), np.array([flag.lon_deg]), kinds=OPEN)
    assert numbers["distance_to_open_aerodrome"] == pytest.approx(float(open_m[0]), abs=2.0)
    assert "probably landed off any aerodrome" in flag.summary


def test_it_is_told_within_minutes_of_its_last_word():
    flag = in_mid_wales().one("unscheduled_landing", plane(FLYER))
    assert flag.start_s == pytest.approx(START_S + DOWN_S, abs=10.0)
    assert PATTERN().silence_s <= flag.raised_s - flag.start_s <= PATTERN().silence_s + 2 * PATTERN.every_s


def test_where_nobody_is_ever_heard_lower_a_horizon_may_explain_it_and_the_chance_is_less():
    low = in_mid_wales().one("unscheduled_landing", plane(FLYER))
    high = landings(coming_down(), *others(MID_WALES)).of("unscheduled_landing", plane(FLYER))

    assert all(flag.score < low.score for flag in high)


def test_one_that_was_heard_lower_still_is_no_less_likely_to_have_landed():
    """The lowest band has none below it; being in it must not count against a landing."""
    place = (54.72, -4.46)  # the Machars of Galloway: low ground, 15 km from an aerodrome

    def score(end_m):
        run = landings(coming_down(place, end_m), *others(place, low_m=130.0))
        return max((f.score for f in run.of("unscheduled_landing", plane(FLYER))), default=0.0)

    assert score(ground_m(place) + 50.0) >= score(ground_m(place) + 130.0) > 0.0


def test_one_that_falls_silent_high_or_climbing_is_not_flagged():
    climbing = points((0.0, -42000.0, 0.0, 200.0), (DOWN_S, 0.0, 0.0, ground_m(MID_WALES) + 400.0))

    assert not landings(coming_down(end_m=1400.0), *others(MID_WALES, low_m=140.0)).told
    assert not landings(
        aircraft(FLYER, MID_WALES, climbing, (0.0, DOWN_S), (EAR,)), *others(MID_WALES, low_m=140.0)
    ).told


def test_one_that_says_it_is_on_the_ground_off_any_aerodrome_is_flagged():
    stays = points(
        (0.0, -42000.0, 0.0, 1500.0),
        (DOWN_S, 0.0, 0.0, ground_m(MID_WALES)),
        (END_S, 0.0, 0.0, ground_m(MID_WALES)),
    )
    down = aircraft(FLYER, MID_WALES, stays, (0.0, DOWN_S + 90.0), (EAR,), ground_s=DOWN_S)

    flag = landings(down, *others(MID_WALES)).one("unscheduled_landing", plane(FLYER))

    assert flag.score >= 0.9
    assert numbers_of(flag)["said_on_the_ground"] == 1.0
    assert "says it is on the ground off any aerodrome" in flag.summary


def test_one_wrong_bit_in_flight_is_no_landing():
    """A single report in a thousand says ground; the aircraft flies on at 400 m."""
    flight = aircraft(FLYER, MID_WALES, straight(50.0, 60.0, -9000.0, -5000.0, 400.0), (0.0, 900.0), (EAR,))
    fixes = np.flatnonzero(np.isfinite(flight.lat_deg))
    on_ground = np.array(flight.on_ground)
    on_ground[fixes[len(fixes) // 2]] = 1

    assert not landings(flight.replaced(on_ground=on_ground), *others(MID_WALES)).standing(
        "unscheduled_landing"
    )


@pytest.mark.parametrize("short_m", [0.0, 5000.0], ids=["over it", "on final"])
def test_one_that_lands_at_an_open_aerodrome_or_is_on_final_to_it_is_not_flagged(short_m):
    place, elevation = field("EGHR")
    landing = aircraft(
        FLYER, place, descent(elevation + 30.0 + 0.05 * short_m, short_m=short_m), (0.0, DOWN_S), (EAR,)
    )

    assert not landings(landing, *others(place, low_m=60.0)).told


def test_one_that_says_it_is_on_the_ground_at_an_open_aerodrome_is_not_flagged():
    place, elevation = field("EGLL")
    arrives = points(
        (0.0, 84000.0, 0.0, 3000.0), (DOWN_S, 0.0, 0.0, elevation), (END_S, 200.0, 0.0, elevation)
    )

    assert not landings(
        aircraft(FLYER, place, arrives, (0.0, END_S), (Ear("hayes", 0.1),), ground_s=DOWN_S), *others(place)
    ).told


def test_one_that_comes_down_at_a_closed_raf_field_is_flagged_and_the_sentence_says_closed():
    place, elevation = field("GB-0020")

    flag = landings(coming_down(place, elevation + 40.0), *others(place, low_m=130.0)).one(
        "unscheduled_landing", plane(FLYER)
    )

    assert "at a closed aerodrome" in flag.summary
    assert numbers_of(flag)["distance_to_closed_aerodrome"] <= PATTERN().closed_m


def test_found_again_in_the_air_the_flag_is_withdrawn_under_its_own_id():
    on = straight(40.0, 60.0, 6000.0, 4000.0, 600.0)
    run = landings(
        coming_down(),
        aircraft(FLYER, MID_WALES, on, (DOWN_S + 360.0, END_S), (EAR,)),
        *others(MID_WALES, low_m=140.0),
    )

    versions = [flag for flag in run.told if plane(FLYER) in flag.subjects]
    assert versions[0].state is State.OPEN
    assert versions[-1].state is State.WITHDRAWN
    assert len({flag.id for flag in versions}) == 1
    assert [flag.version for flag in versions] == list(range(1, len(versions) + 1))


def test_when_the_station_that_heard_it_dies_nobody_has_landed():
    """Another station hears others all the while; it never heard this aircraft."""
    dying, other = replace(EAR, until_s=DOWN_S), Ear("trawsfynydd", 0.4)

    assert not landings(
        coming_down(ears=(dying,)), *others(MID_WALES, (dying,), low_m=140.0), *others(MID_WALES, (other,))
    ).standing("unscheduled_landing")


GOODWOOD = "EGHR"


def from_france(category="A1", movements=None):
    """From the middle of the Channel to Goodwood, on the ground at the end."""
    place, elevation = field(GOODWOOD)
    way = points((0.0, 0.0, -70000.0, 900.0), (DOWN_S, 0.0, 0.0, elevation), (END_S, 0.0, 0.0, elevation))
    arrival = aircraft(FLYER, place, way, (0.0, DOWN_S + 120.0), (EAR,), ground_s=DOWN_S)
    identity = named(plane(FLYER), START_S + 5.0, category=category, callsign="GABCD")
    return landings(arrival, *others(place), identities=[identity], movements=movements)


def movement(**columns):
    listed = {"callsign": "GABCD", "aerodrome": GOODWOOD, "eta_s": START_S + DOWN_S} | columns
    return Movements.of(1, **{name: [value] for name, value in listed.items()})


def test_a_light_aircraft_from_abroad_that_no_loaded_movement_expects_is_flagged():
    flag = from_france(movements=movement(callsign="GZZZZ")).one("unscheduled_landing", plane(FLYER))

    assert "no expected movement loaded" in flag.summary
    assert flag.score == pytest.approx(PATTERN().abroad_score, abs=0.01)
    assert numbers_of(flag)["arrival_without_expected_movement"] == 1.0


@pytest.mark.parametrize(
    ("off_s", "expected"), [(0.0, True), (3000.0, True), (-3000.0, True), (4500.0, False)]
)
def test_a_movement_expected_within_the_hour_accounts_for_it(off_s, expected):
    run = from_france(movements=movement(eta_s=START_S + DOWN_S + off_s))

    assert bool(run.told) != expected


def test_a_movement_at_another_aerodrome_does_not_account_for_it():
    assert from_france(movements=movement(aerodrome="EGHI")).told


def test_an_airliner_needs_no_expected_movement():
    assert not from_france(category="A3", movements=movement(callsign="GZZZZ")).told


def test_where_no_list_is_loaded_nobody_is_unexpected():
    assert not from_france().told


def test_an_empty_list_that_is_loaded_expects_nobody():
    assert from_france(movements=Movements.empty()).told


def test_one_wrong_first_position_abroad_makes_no_arrival_from_abroad():
    """A first pair of position messages may decode to a place hundreds of kilometres away."""
    place, elevation = field(GOODWOOD)
    way = points((0.0, 0.0, 30000.0, 900.0), (DOWN_S, 0.0, 0.0, elevation), (END_S, 0.0, 0.0, elevation))
    arrival = aircraft(FLYER, place, way, (0.0, DOWN_S + 120.0), (EAR,), ground_s=DOWN_S)
    lat = np.array(arrival.lat_deg)
    lat[np.flatnonzero(np.isfinite(lat))[0]] -= 2.5
    identity = named(plane(FLYER), START_S + 5.0, category="A1", callsign="GABCD")

    run = landings(
        arrival.replaced(lat_deg=lat), *others(place), identities=[identity], movements=Movements.empty()
    )

    assert not run.told


def test_no_word_speaks_of_a_filing_that_headland_cannot_see():
    place, elevation = field("GB-0020")
    told = [
        *in_mid_wales().told,
        *landings(coming_down(place, elevation + 40.0), *others(place, low_m=130.0)).told,
        *from_france(movements=movement(callsign="GZZZZ")).told,
    ]

    assert len(told) >= 3
    words = " ".join(
        " ".join([flag.summary, *(reason.factor for reason in flag.reasons)]) for flag in told
    ).upper()
    assert "GAR" not in words
    assert "FILED" not in words
