"""An aircraft at work over a stopped or silent vessel; and all those who only pass, circle, or lie below."""

from functools import cache

import numpy as np
import pytest
from fusion_scenes import (
    BEER,
    CARDIGAN_BAY,
    LYME_BAY,
    OFF_SUFFOLK,
    START_S,
    Ear,
    aircraft,
    named,
    orbit,
    plane,
    points,
    racetrack,
    ship,
    straight,
    swing,
    vessel,
    watch,
)

from feeds.reports import Source
from fusion.flags import State
from fusion.parameters import as_numbers
from fusion.patterns.air_sea_contact import PATTERN
from fusion.view import ramp
from geo.airfields import airfields
from geo.ports import ports

BOAT, FLYER = 235_000_051, 0x400051
SQUITTERS = (Ear("aberporth", 0.3),)
LIES_S, OVER_S, LEAVES_S = 0.0, 1500.0, 2100.0
SHIP_TYPES = {"pilot": 50, "rescue": 51, "police": 55, "medical": 58}


def lying(place, until_s=3000.0, drift_mps=0.4, **options):
    """A boat adrift."""
    return vessel(BOAT, place, straight(drift_mps, 60.0), (LIES_S, until_s), source=Source.AIS_B, **options)


def over(place, radius_m=800.0, speed_mps=40.0, up_m=120.0, off_m=(500.0, 300.0)):
    """In from the north at 1,500 ft, down, round and round, and home."""
    circle = orbit(radius_m, speed_mps, up_m, *off_m)
    east, north, _ = circle(np.array([0.0]))
    gone_e, gone_n, _ = circle(np.array([LEAVES_S - OVER_S]))
    way_in = points(
        (OVER_S - 400.0, float(east[0]), float(north[0]) + 16_000.0, 450.0),
        (OVER_S - 60.0, float(east[0]) - 60.0 * speed_mps, float(north[0]), up_m),
        (OVER_S, float(east[0]), float(north[0]), up_m),
    )
    way_out = points(
        (LEAVES_S, float(gone_e[0]), float(gone_n[0]), up_m),
        (LEAVES_S + 400.0, float(gone_e[0]), float(gone_n[0]) + 16_000.0, 450.0),
    )

    def way(t):
        parts = way_in(t), circle(t - OVER_S), way_out(t)
        return tuple(np.select([t < OVER_S, t < LEAVES_S], [a, b], c) for a, b, c in zip(*parts, strict=True))

    return aircraft(FLYER, place, way, (OVER_S - 400.0, LEAVES_S + 400.0), SQUITTERS)


def flags_of(*reports, identities=()):
    return watch("air_sea_contact", reports=reports, identities=identities)


@cache
def in_lyme_bay():
    return flags_of(lying(LYME_BAY), over(LYME_BAY))


def field(ident):
    (row,) = np.flatnonzero(airfields().ident == ident)
    return float(airfields().lat_deg[row]), float(airfields().lon_deg[row])


@pytest.mark.parametrize("place", [LYME_BAY, OFF_SUFFOLK, CARDIGAN_BAY])
@pytest.mark.parametrize(("radius_m", "speed_mps"), [(500.0, 34.0), (1100.0, 45.0)])
def test_a_low_aircraft_going_round_over_a_stopped_boat_is_flagged_within_three_minutes(
    place, radius_m, speed_mps
):
    flag = flags_of(lying(place), over(place, radius_m, speed_mps)).one("air_sea_contact", plane(FLYER))

    assert flag.subjects == (ship(BOAT), plane(FLYER))
    assert flag.raised_s - (START_S + OVER_S) <= 180.0
    assert flag.state is State.CLOSED


def test_eights_are_seen_as_well_as_circles():
    radius_m, speed_mps = 600.0, 38.0
    turn_s = 2.0 * np.pi * radius_m / speed_mps

    def eights(t):
        lap, part = np.divmod(t - 1000.0, turn_s)
        side = np.where(lap % 2 == 0, 1.0, -1.0)
        angle = speed_mps * part / radius_m
        return side * radius_m * (1.0 - np.cos(angle)), radius_m * np.sin(angle), np.full_like(t, 120.0)

    run = flags_of(lying(LYME_BAY), aircraft(FLYER, LYME_BAY, eights, (1000.0, 1600.0), SQUITTERS))

    assert run.one("air_sea_contact", ship(BOAT)).score >= 0.5


def test_a_helicopter_that_hovers_beside_a_boat_is_flagged():
    way = points(
        (1000.0, 0.0, 9000.0, 300.0),
        (1250.0, 300.0, 300.0, 40.0),
        (1700.0, 500.0, 400.0, 40.0),
        (1900.0, 0.0, 9000.0, 300.0),
    )

    run = flags_of(lying(LYME_BAY), aircraft(FLYER, LYME_BAY, way, (1000.0, 1900.0), SQUITTERS))

    assert run.one("air_sea_contact", plane(FLYER)).score >= 0.5


def test_a_boat_that_fell_silent_half_an_hour_before_is_still_met():
    run = flags_of(lying(LYME_BAY, until_s=600.0), over(LYME_BAY))

    flag = run.one("air_sea_contact", plane(FLYER))
    silent = {r.factor: r.value for r in flag.reasons}["vessel_silent"]
    assert flag.score < in_lyme_bay().one("air_sea_contact", plane(FLYER)).score
    assert 900.0 <= silent <= 1800.0
    assert "silent for" in flag.summary


def test_the_score_is_what_its_reasons_make():
    flag = in_lyme_bay().told[0]
    said, p = {r.factor: r.value for r in flag.reasons}, PATTERN()

    def part(value, none, full):
        return float(ramp(np.array([value]), none, full)[0])

    made = (
        p.most
        * part(said["time_over_it"], 0.4 * p.near_s, p.near_s)
        * max(
            part(said["turned"], 0.45 * p.turn_deg, p.turn_deg),
            part(said["mean_speed"], 2 * p.hover_mps, p.hover_mps),
        )
        * part(said["height"] + 0.5 * said["height_uncertainty"], 1.5 * p.low_m, p.low_m)
        * part(said["vessel_speed"], 1.6 * p.stopped_mps, p.stopped_mps)
        * part(said["distance_to_aerodrome"], 0.6 * p.field_m, 1.2 * p.field_m)
        * part(said["distance_to_port"], 0.5 * p.port_m, 1.2 * p.port_m)
        * part(said["distance_to_shore"], 1.25 * p.offshore_m, p.offshore_m)
    )
    assert flag.score == pytest.approx(made, abs=0.011)
    assert said["mean_speed"] == pytest.approx(40.0, abs=1.0)
    assert said["height"] == pytest.approx(120.0, abs=40.0)
    parameters = as_numbers(p)
    thresholds = {f.name: f.threshold for f in PATTERN.factors if f.threshold}
    assert all(
        r.threshold == parameters[thresholds[r.factor]] for r in flag.reasons if r.factor in thresholds
    )


@pytest.mark.parametrize("kind", SHIP_TYPES)
def test_what_the_vessel_claims_to_be_lowers_the_score_and_never_silences_it(kind):
    said = [named(ship(BOAT), START_S + 1.0, ship_type=SHIP_TYPES[kind])]

    flag = flags_of(lying(LYME_BAY), over(LYME_BAY), identities=said).one("air_sea_contact", ship(BOAT))

    assert 0.5 <= flag.score < in_lyme_bay().one("air_sea_contact", ship(BOAT)).score


@pytest.mark.parametrize("squawk", [20, 23, 32])
def test_what_the_aircraft_squawks_lowers_the_score_and_never_silences_it(squawk):
    flown = over(LYME_BAY)
    flown = flown.replaced(squawk=np.full(len(flown), squawk, np.int16))

    flag = flags_of(lying(LYME_BAY), flown).one("air_sea_contact", plane(FLYER))

    assert 0.5 <= flag.score < in_lyme_bay().one("air_sea_contact", plane(FLYER)).score


def test_what_the_aircraft_claims_to_be_lowers_the_score_and_never_silences_it():
    said = [named(plane(FLYER), START_S + OVER_S - 300.0, category="B1")]

    flag = flags_of(lying(LYME_BAY), over(LYME_BAY), identities=said).one("air_sea_contact", plane(FLYER))

    assert 0.5 <= flag.score < in_lyme_bay().one("air_sea_contact", plane(FLYER)).score


def test_one_who_says_he_lies_at_anchor_and_does_is_flagged_all_the_same():
    at_anchor = vessel(BOAT, LYME_BAY, swing(), (LIES_S, 3000.0), status=1)

    assert flags_of(at_anchor, over(LYME_BAY)).one("air_sea_contact", ship(BOAT)).score >= 0.5


@pytest.mark.parametrize("speed_mps", [30.0, 60.0])
def test_an_aircraft_that_flies_low_over_a_boat_and_on_is_not_flagged(speed_mps):
    by = aircraft(
        FLYER, LYME_BAY, straight(speed_mps, 90.0, -600.0 * speed_mps, 100.0, 120.0), (0.0, 1200.0), SQUITTERS
    )

    assert not flags_of(lying(LYME_BAY), by).told


def test_an_aircraft_going_round_higher_up_is_not_flagged():
    assert not flags_of(lying(LYME_BAY), over(LYME_BAY, up_m=550.0)).told


def test_an_aircraft_that_sends_no_height_is_not_judged():
    flown = over(LYME_BAY)
    flown = flown.replaced(alt_m=np.full(len(flown), np.nan))

    assert not flags_of(lying(LYME_BAY), flown).told


def test_an_aircraft_going_round_where_nobody_lies_is_not_flagged():
    assert not flags_of(lying(LYME_BAY), over(LYME_BAY, off_m=(9000.0, 0.0))).told


def test_a_boat_under_way_below_it_is_not_flagged():
    assert not flags_of(
        lying(LYME_BAY, drift_mps=4.0), over(LYME_BAY, off_m=(1800.0 * 3.4, 1800.0 * 2.0))
    ).told


def test_a_glider_in_a_thermal_over_the_coast_is_not_flagged():
    thermal = aircraft(FLYER, LYME_BAY, orbit(130.0, 26.0, 700.0), (1000.0, 1600.0), SQUITTERS)

    assert not flags_of(lying(LYME_BAY), thermal).told


def test_a_circuit_at_an_aerodrome_beside_the_sea_is_not_flagged():
    place = field("EGHE")
    circuit = aircraft(
        FLYER, place, racetrack(2500.0, 1800.0, 45.0, 250.0, -1250.0, 900.0), (0.0, 1800.0), SQUITTERS
    )
    boat = vessel(BOAT, place, points((0.0, 0.0, 3000.0)), (0.0, 1800.0), (BEER,), Source.AIS_B)

    assert not flags_of(boat, circuit).told


def test_over_a_port_nothing_is_flagged():
    (row,) = np.flatnonzero(ports().code == "GBBRX")
    place = float(ports().lat_deg[row]), float(ports().lon_deg[row]) + 0.01

    assert not flags_of(lying(place), over(place)).told


def test_over_a_race_nothing_is_flagged():
    crowd = [
        vessel(
            235_100_000 + k,
            LYME_BAY,
            straight(0.4, 60.0, 150.0 * k - 600.0, 300.0),
            (0.0, 3000.0),
            source=Source.AIS_B,
        )
        for k in range(9)
    ]

    assert not flags_of(lying(LYME_BAY), over(LYME_BAY), *crowd).told


def test_of_two_boats_below_one_aircraft_one_is_named():
    second = vessel(
        235_000_099, LYME_BAY, straight(0.4, 60.0, 1800.0, 900.0), (0.0, 3000.0), source=Source.AIS_B
    )

    run = flags_of(lying(LYME_BAY), second, over(LYME_BAY, off_m=(0.0, 0.0)))

    assert len(run.of("air_sea_contact", plane(FLYER))) == 1
