"""A ship that halts on her way, and a boat that comes for what she left; and all those who only stop, or only come."""

from functools import cache

import numpy as np
import pytest
from fusion_scenes import LYME_BAY, START_S, named, points, ship, straight, vessel, watch

from feeds.reports import Source
from fusion.flags import State
from fusion.parameters import as_numbers
from fusion.patterns.drop_off import PATTERN
from fusion.view import ramp
from geo.ports import nearest_port, ports

SHIP, BOAT = 235_000_031, 235_000_042
WATERS = {"Lyme Bay": LYME_BAY, "off Suffolk": (52.20, 1.90), "Cardigan Bay": (52.30, -4.75)}
HALTS_S, GOES_S = 1500.0, 2700.0
KINDS = {"fishing": 30, "pilot": 50, "rescue": 51, "tug": 52, "police": 55, "dredger": 33, "diving": 34}


def passer(place, drift_mps=0.5, on_deg=90.0, lasts_s=GOES_S - HALTS_S, **options):
    """From the west at 14 kn, adrift for a while, and on."""
    drift_m, until_s = drift_mps * lasts_s, HALTS_S + lasts_s
    on_e, on_n = np.sin(np.radians(on_deg)), np.cos(np.radians(on_deg))
    way = points(
        (0.0, -7.0 * HALTS_S, 0.0),
        (HALTS_S, 0.0, 0.0),
        (until_s, 0.0, drift_m),
        (until_s + 3000.0, 21_000.0 * on_e, drift_m + 21_000.0 * on_n),
    )
    return vessel(SHIP, place, way, (0.0, until_s + 3000.0), **options)


def fetcher(place, at_s=5400.0, off=(0.0, 1200.0), stays_s=600.0, mmsi=BOAT, from_north_m=14_000.0, back=1.0):
    """Out from the north at 18 kn to a water, about it at 3 kn, and back."""
    east, north = off
    run_s = (from_north_m - north) / 9.0
    legs = max(int(stays_s / 120.0), 1)
    about = [
        (at_s + 120.0 * k, east + 150.0 * np.sin(1.9 * k), north + 120.0 * np.sin(2.7 * k))
        for k in range(legs + 1)
    ]
    end_s = about[-1][0]
    way = points(
        (at_s - run_s, 0.0, from_north_m), *about, (end_s + run_s, 0.0, north + back * (from_north_m - north))
    )
    return vessel(mmsi, place, way, (max(at_s - run_s, 0.0), end_s + run_s), source=Source.AIS_B)


def says(mmsi, **identity):
    return named(ship(mmsi), START_S + 1.0, **identity)


def flags_of(*reports, identities=()):
    return watch("drop_off", reports=reports, identities=identities)


@cache
def in_lyme_bay():
    return flags_of(passer(LYME_BAY), fetcher(LYME_BAY))


@pytest.mark.parametrize("place", WATERS.values(), ids=WATERS)
def test_a_boat_that_comes_out_to_the_water_in_which_a_ship_halted_is_flagged_with_her(place):
    flag = flags_of(passer(place), fetcher(place)).one("drop_off", ship(SHIP))

    assert flag.subjects == (ship(SHIP), ship(BOAT))
    assert abs(flag.start_s - (START_S + HALTS_S)) <= 180.0
    assert 0.0 <= flag.raised_s - (START_S + 5400.0) <= 480.0
    assert "came out to that water" in flag.summary


@pytest.mark.parametrize(
    ("later_s", "off"), [(600.0, (0.0, 900.0)), (6000.0, (1500.0, 2000.0)), (9000.0, (-2500.0, 0.0))]
)
def test_the_water_moves_with_time_and_is_still_found(later_s, off):
    run = flags_of(passer(LYME_BAY), fetcher(LYME_BAY, GOES_S + later_s, off))

    assert run.one("drop_off", ship(BOAT)).score >= 0.5


def test_a_ship_that_only_slows_to_four_knots_is_seen_as_well():
    run = flags_of(passer(LYME_BAY, drift_mps=2.0), fetcher(LYME_BAY, off=(0.0, 2000.0)))

    assert run.one("drop_off", ship(SHIP)).score >= 0.5


def test_the_way_back_makes_it_surer_and_then_it_closes():
    told = [flag for flag in in_lyme_bay().told if ship(BOAT) in flag.subjects]

    back = [{r.factor: r.value for r in flag.reasons}.get("craft_on_its_way_back") for flag in told]
    assert back[0] is None
    assert told[-1].score >= told[0].score
    assert told[-1].state in {State.CLOSED, State.OPEN}


def test_the_score_is_what_its_reasons_make():
    flag = in_lyme_bay().told[0]
    said, p = {r.factor: r.value for r in flag.reasons}, PATTERN()

    def part(value, none, full):
        return float(ramp(np.array([value]), none, full)[0])

    made = (
        p.most
        * part(said["ship_slow_for"], 0.4 * p.slow_s, p.slow_s)
        * part(said["distance_between"] / said["distance_drift_allows"], 1.3, 0.6)
        * part(said["craft_stayed"], 0.5 * p.stay_s, p.stay_s)
        * part(said["craft_came_from"], 0.5 * p.out_m, p.out_m)
        * (0.85 + 0.15 * part(said["craft_nearest_to_shore"], 6000.0, 3000.0))
        * 0.9
    )
    assert flag.score == pytest.approx(made, abs=0.011)
    assert said["ship_speed_before"] == pytest.approx(7.0, rel=0.1)
    assert said["ship_slow_for"] == pytest.approx(GOES_S - HALTS_S, abs=120.0)
    assert said["time_between"] == pytest.approx(5400.0 - GOES_S, abs=180.0)
    assert said["distance_drift_allows"] == pytest.approx(
        p.near_m + p.drift_mps * said["time_between"], abs=2.0
    )
    parameters = as_numbers(p)
    thresholds = {f.name: f.threshold for f in PATTERN.factors if f.threshold}
    assert all(
        r.threshold == parameters[thresholds[r.factor]] for r in flag.reasons if r.factor in thresholds
    )


@pytest.mark.parametrize(("kind", "of"), [(k, who) for k in KINDS for who in (SHIP, BOAT)])
def test_what_either_claims_to_be_lowers_the_score_and_never_silences_it(kind, of):
    plain = in_lyme_bay().one("drop_off", ship(SHIP))

    run = flags_of(passer(LYME_BAY), fetcher(LYME_BAY), identities=[says(of, ship_type=KINDS[kind])])

    assert 0.5 <= run.one("drop_off", ship(SHIP)).score < plain.score


def test_a_craft_that_calls_itself_big_is_flagged_all_the_same():
    run = flags_of(passer(LYME_BAY), fetcher(LYME_BAY), identities=[says(BOAT, bow_m=60.0, stern_m=30.0)])

    assert 0.5 <= run.one("drop_off", ship(BOAT)).score < in_lyme_bay().one("drop_off", ship(BOAT)).score


def test_a_boat_that_passes_through_that_water_is_not_flagged():
    way = points((3600.0, -12_000.0, 1000.0), (6600.0, 12_000.0, 1000.0))

    assert not flags_of(
        passer(LYME_BAY), vessel(BOAT, LYME_BAY, way, (3600.0, 6600.0), source=Source.AIS_B)
    ).told


def test_a_boat_that_looks_about_elsewhere_is_not_flagged():
    assert not flags_of(passer(LYME_BAY), fetcher(LYME_BAY, off=(6000.0, 3000.0))).told


def test_a_boat_that_was_there_before_is_not_flagged():
    assert not flags_of(passer(LYME_BAY), fetcher(LYME_BAY, at_s=1800.0, stays_s=300.0)).told


def test_a_boat_that_comes_half_a_day_later_is_not_flagged():
    assert not flags_of(passer(LYME_BAY), fetcher(LYME_BAY, at_s=GOES_S + 16_000.0)).told


def test_a_ship_that_does_not_halt_draws_no_flag_on_whoever_comes():
    on = vessel(SHIP, LYME_BAY, straight(7.0, 90.0, -15_000.0), (0.0, 5000.0))

    assert not flags_of(on, fetcher(LYME_BAY)).told


def test_a_ship_that_lies_at_anchor_and_a_boat_that_comes_by_are_not_flagged():
    assert not flags_of(passer(LYME_BAY, drift_mps=0.0), fetcher(LYME_BAY)).told


def test_a_trawler_that_tows_for_hours_draws_no_flag():
    assert not flags_of(
        passer(LYME_BAY, drift_mps=1.5, lasts_s=10_800.0), fetcher(LYME_BAY, 13_500.0, off=(0.0, 9000.0))
    ).told


def test_an_angler_who_stays_for_hours_is_not_flagged_once_he_has():
    run = flags_of(passer(LYME_BAY), fetcher(LYME_BAY, stays_s=9000.0))

    assert all(flag.state is State.CLOSED for flag in run.flags.values())


def test_a_pilot_boat_that_halted_on_her_round_is_no_ship_on_passage():
    """Out of a harbour, about the boarding ground, and home: then another boat comes by."""
    (row,) = np.flatnonzero(ports().code == "GBBRX")
    port = float(ports().lat_deg[row]), float(ports().lon_deg[row])
    way = points((0.0, 900.0, 0.0), (900.0, 9900.0, 0.0), (1800.0, 10_300.0, 300.0), (2700.0, 900.0, 0.0))
    pilot = vessel(SHIP, port, way, (0.0, 2700.0))

    assert not flags_of(pilot, fetcher(port, 5400.0, off=(10_200.0, 200.0), from_north_m=9000.0)).told


def test_a_ship_that_halted_off_a_port_and_went_in_is_not_flagged():
    (row,) = np.flatnonzero(ports().code == "GBBRX")
    port = float(ports().lat_deg[row]), float(ports().lon_deg[row])
    way = points(
        (0.0, 22_000.0, 0.0),
        (1500.0, 10_000.0, 0.0),
        (2700.0, 10_000.0, 500.0),
        (4300.0, 1500.0, 0.0),
        (9000.0, 1500.0, 0.0),
    )
    caller = vessel(SHIP, port, way, (0.0, 9000.0))

    assert not flags_of(caller, fetcher(port, 6000.0, off=(10_000.0, 800.0), from_north_m=9000.0)).told


def test_near_a_port_nothing_is_flagged():
    (row,) = np.flatnonzero(ports().code == "GBBRX")
    place = float(ports().lat_deg[row]), float(ports().lon_deg[row]) + 0.02

    assert nearest_port(*(np.array([each]) for each in place))[1][0] < 2000.0
    assert not flags_of(passer(place), fetcher(place)).told


def test_among_many_who_go_to_that_water_nobody_is_flagged():
    crowd = [fetcher(LYME_BAY, 5000.0, (250.0 * k, 900.0), 1500.0, 235_100_000 + k) for k in range(9)]

    assert not flags_of(passer(LYME_BAY), fetcher(LYME_BAY), *crowd).of("drop_off", ship(BOAT))
