"""Who says that it is where it cannot be; and who only looks so."""

from functools import cache

import numpy as np
import pytest
from fusion_laws import cut_late, spoiled, told
from fusion_scenes import (
    BEER,
    CARDIGAN_BAY,
    LYME_BAY,
    START_S,
    Ear,
    aircraft,
    plane,
    ship,
    straight,
    traffic,
    vessel,
    watch,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.reports import Doubt, Reports, Source
from fusion.engine import Engine
from fusion.flags import State
from fusion.patterns.position_anomaly import PATTERN
from geo.batch import Ragged
from geo.sphere import distance_m
from geo.stations import Stations, station_number

KIND = "position_anomaly"
SUBJECT, FLYER = 235_000_003, 0x400003
SPAN = (0.0, 3000.0)
OUT_S, BACK_S = 1200.0, 1900.0
BACKGROUND = traffic(LYME_BAY, SPAN, count=6)
EARS = (BEER, Ear("portland-bill", 0.8, late_s=0.4), Ear("berry-head", 0.7, late_s=-0.3))


def leaping(way, east_m=9000.0, north_m=8000.0, from_s=OUT_S, until_s=BACK_S):
    """The same way, said elsewhere for a while."""

    def at(t):
        east, north, up = way(t)
        false = (t >= from_s) & (t < until_s)
        return east + east_m * false, north + north_m * false, up

    return at


WAY = straight(6.0, 70.0, -9000.0, -5000.0)


def flags_of(*reports, **options):
    return watch(KIND, reports=[*BACKGROUND, *reports], **options)


@cache
def leapt():
    return flags_of(vessel(SUBJECT, LYME_BAY, leaping(WAY), SPAN))


def edited(reports, rows, **columns):
    """The same reports, with some columns set in some rows."""
    changed = {}
    for name, value in columns.items():
        column = np.array(getattr(reports, name))
        column[rows] = value
        changed[name] = column
    return reports.replaced(**changed)


def doubted(reports, rows, doubt):
    return edited(reports, rows, doubt=np.uint32(doubt))


def false_rows(reports):
    t = reports.time_s - START_S
    return (t >= OUT_S) & (t < BACK_S)


# What is flagged.


def test_a_ship_whose_place_leaps_is_flagged_within_two_minutes_and_closed_when_it_leaps_back():
    flag = leapt().one(KIND, ship(SUBJECT))

    assert START_S + OUT_S <= flag.start_s <= START_S + OUT_S + 30.0
    assert flag.raised_s - START_S - OUT_S <= 120.0
    assert flag.state is State.CLOSED
    assert flag.end_s == pytest.approx(START_S + BACK_S, abs=40.0)
    assert {s for each in leapt().told for s in each.subjects} == {ship(SUBJECT)}


def test_the_weights_of_a_leap_add_up_to_its_score():
    flag = leapt().one(KIND, ship(SUBJECT))
    odds = sum(each.value for each in flag.reasons if each.unit == "log odds")
    numbers = {each.factor: each.value for each in flag.reasons}

    assert flag.score == pytest.approx(1.0 / (1.0 + np.exp(-odds)), abs=0.006)
    assert numbers["distance_leapt"] == pytest.approx(np.hypot(9000.0, 8000.0), rel=0.02)
    assert numbers["time_for_it"] <= 60.0


def test_an_aircraft_whose_place_leaps_is_flagged():
    way = leaping(straight(120.0, 90.0, -60000.0, 0.0, 3000.0), 40000.0, 30000.0, 300.0, 700.0)

    run = watch(KIND, reports=[aircraft(FLYER, LYME_BAY, way, (0.0, 900.0))])

    assert run.one(KIND, plane(FLYER)).raised_s - START_S - 300.0 <= 120.0


def test_what_is_found_again_and_again_is_told_each_time_as_a_leap_of_its_own():
    way = leaping(leaping(WAY, until_s=1600.0), from_s=2200.0, until_s=2800.0)

    found = flags_of(vessel(SUBJECT, LYME_BAY, way, SPAN)).of(KIND, ship(SUBJECT))

    assert len(found) == 2


# What claims may do.

CLAIMS = [
    Doubt.POSITION_MANUAL,
    Doubt.POSITION_DEAD_RECKONED,
    Doubt.POSITION_SENSOR_OFF,
    Doubt.INTEGRITY_LOW,
]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda each: each.name)
def test_saying_that_its_fix_is_poor_lowers_the_score_of_a_leap_and_does_not_silence_it(claim):
    reports = vessel(SUBJECT, LYME_BAY, leaping(WAY), SPAN)

    flag = flags_of(doubted(reports, false_rows(reports), claim)).one(KIND, ship(SUBJECT))

    assert 0.5 <= flag.score < leapt().one(KIND, ship(SUBJECT)).score


# What is ordinary.


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_few_garbled_positions_are_no_flag(count):
    reports = vessel(SUBJECT, LYME_BAY, WAY, SPAN)
    rows = np.flatnonzero(reports.time_s >= START_S + OUT_S)[:count]

    run = flags_of(edited(reports, rows, lon_deg=54.8))

    assert not run.told


@pytest.mark.parametrize(
    "doubt", [Doubt.TIME_SKEW, Doubt.TIME_GUESSED, Doubt.POSITION_UNCONFIRMED], ids=lambda each: each.name
)
def test_what_was_said_at_no_certain_time_or_is_not_confirmed_is_not_weighed(doubt):
    reports = vessel(SUBJECT, LYME_BAY, leaping(WAY), SPAN)

    assert not flags_of(doubted(reports, false_rows(reports), doubt)).told


@pytest.mark.parametrize("source", [Source.TISB, Source.MLAT, Source.ADSR, Source.MODE_S])
def test_places_that_others_say_of_an_aircraft_are_not_weighed(source):
    way = leaping(straight(120.0, 90.0, -60000.0, 0.0, 3000.0), 40000.0, 30000.0, 300.0, 700.0)
    reports = aircraft(FLYER, LYME_BAY, way, (0.0, 900.0))
    later = reports.time_s >= START_S + 300.0

    assert not watch(KIND, reports=[edited(reports, later, source=int(source))]).told


def test_a_set_without_a_fix_that_says_zero_north_zero_east_has_not_leapt():
    reports = vessel(SUBJECT, LYME_BAY, WAY, SPAN)

    assert not flags_of(edited(reports, false_rows(reports), lat_deg=0.0, lon_deg=0.0)).told


@pytest.mark.parametrize("late_s", [3.0, 60.0, 240.0])
def test_a_station_whose_clock_is_late_makes_no_fast_ferry_leap(late_s):
    ears = (BEER, Ear("portland-bill", 0.8, late_s=late_s))
    ferry = vessel(SUBJECT, LYME_BAY, straight(19.0, 70.0, -20000.0, -5000.0), SPAN, ears)

    assert not watch(KIND, "identity_conflict", reports=[*traffic(LYME_BAY, SPAN, ears, 4), ferry]).told


def test_a_station_whose_clock_is_set_back_makes_nobody_leap():
    parts = []
    for k in range(4):
        whole = vessel(SUBJECT + k, LYME_BAY, straight(12.0, 70.0, -15000.0, 2000.0 * k), SPAN)
        time_s = np.where(whole.time_s >= START_S + OUT_S, whole.time_s + 400.0, whole.time_s)
        parts.append(whole.replaced(time_s=time_s))

    assert not watch(KIND, reports=parts).told


def test_a_silence_long_enough_to_have_come_there_is_no_leap():
    before = vessel(SUBJECT, LYME_BAY, straight(12.0, 70.0, -9000.0, 0.0), (0.0, 900.0))
    after = vessel(SUBJECT, LYME_BAY, straight(12.0, 70.0, -9000.0, 0.0), (2400.0, 3000.0))

    assert not flags_of(before, after).told


def test_two_vessels_under_one_number_are_no_leap():
    other = vessel(SUBJECT + 1, LYME_BAY, straight(4.0, 10.0, 9000.0, 0.0), (1203.0, 3000.0))
    other = other.replaced(entity=np.full(len(other), ship(SUBJECT), np.uint64))

    run = watch(KIND, reports=[*BACKGROUND, vessel(SUBJECT, LYME_BAY, WAY, SPAN), other])

    assert not run.standing(KIND)


def test_no_position_at_all_alarms_nobody():
    reports = Reports.concat([*BACKGROUND, vessel(SUBJECT, LYME_BAY, leaping(WAY), SPAN)])
    nan = np.full(len(reports), np.nan)

    assert not watch(KIND, reports=[reports.replaced(lat_deg=nan, lon_deg=nan)]).told


# Beyond the horizon.


def listed(*places):
    names = [ear.name for ear in EARS[: len(places)]]
    lat, lon = zip(*places, strict=True)
    return Stations.of(
        len(places),
        number=np.array([station_number(name) for name in names], np.uint32),
        lat_deg=lat,
        lon_deg=lon,
        antenna_m=np.full(len(places), 60.0),
        hears_ais=np.ones(len(places), bool),
        hears_adsb=np.ones(len(places), bool),
    )


COAST = listed((50.687, -3.094), (50.514, -2.456), (50.399, -3.483))
FAR = 48.0, -7.5
"""350 km from Lyme Bay, at sea."""


def far(mmsi=SUBJECT, ears=EARS, east_m=0.0, span=(0.0, 1200.0), **options):
    return vessel(mmsi, FAR, straight(6.0, 70.0, east_m, 0.0), span, ears, **options)


def test_a_ship_well_heard_from_far_beyond_the_horizon_is_flagged_within_two_minutes():
    flag = flags_of(far(), stations=COAST).one(KIND, ship(SUBJECT))

    assert flag.raised_s - START_S <= 120.0
    assert flag.start_s == pytest.approx(START_S, abs=15.0)
    off = {each.factor: each.value for each in flag.reasons}["horizons_off"]
    # By the curve of the earth alone: two antennas 60 and 40 m up see each other over 58 km.
    nearest_m = distance_m(COAST.lat_deg, COAST.lon_deg, np.full(3, FAR[0]), np.full(3, FAR[1])).min()
    assert off == pytest.approx(nearest_m / (4120.0 * (60.0**0.5 + 40.0**0.5)), rel=0.05)


def test_nothing_is_said_of_horizons_where_no_station_is_listed_or_one_that_hears_is_not():
    only_one = COAST.take([0])

    assert not flags_of(far()).told
    assert not flags_of(far(), stations=only_one).told


def test_ships_brought_in_together_by_a_lift_are_no_anomaly():
    distant = [far(SUBJECT + k, east_m=15000.0 * k) for k in range(3)]

    assert not flags_of(*distant, stations=COAST).told


def test_a_ship_that_is_heard_now_and_then_from_out_there_is_no_anomaly():
    faint = (Ear(BEER.name, 0.08),)

    assert not flags_of(far(ears=faint), stations=COAST).told


def test_a_tall_ship_just_over_the_horizon_is_no_anomaly():
    near = vessel(SUBJECT, (50.05, -2.90), straight(7.0, 90.0), SPAN, (BEER,))

    assert not flags_of(near, stations=COAST).told


def test_an_aircraft_at_its_height_is_heard_from_far_and_one_that_is_low_there_is_not():
    high = aircraft(
        FLYER, FAR, straight(200.0, 90.0, 0.0, 0.0, 11000.0), (0.0, 400.0), (Ear("beer-head", 0.5),)
    )
    low = aircraft(
        FLYER + 1, FAR, straight(60.0, 90.0, 0.0, 0.0, 300.0), (0.0, 400.0), (Ear("beer-head", 0.5),)
    )

    run = watch(KIND, reports=[high, low], stations=COAST)

    assert {s for flag in run.told for s in flag.subjects} == {plane(FLYER + 1)}


# Interference over an area.


def jammed(reports, from_s=600.0, until_s=1500.0, good=8, poor=0):
    """The same, with an integrity that is lost for a while."""
    t = reports.time_s - START_S
    said = reports.integrity >= 0
    integrity = np.where((t >= from_s) & (t < until_s), poor, good)
    return reports.replaced(integrity=np.where(said, integrity, -1).astype(np.int8))


@cache
def jets(count=4, ears=EARS, **lost):
    return [
        jammed(
            aircraft(
                FLYER + k, LYME_BAY, straight(60.0, 90.0, -40000.0, 6000.0 * k, 2500.0), (0.0, 1400.0), ears
            ),
            **lost,
        )
        for k in range(count)
    ]


@cache
def disturbed():
    return watch(KIND, reports=jets())


def test_aircraft_that_lose_their_fix_together_are_one_flag_about_the_area_and_nobody_in_it():
    (flag,) = disturbed().flags.values()

    assert flag.subjects == ()
    assert flag.raised_s - START_S - 600.0 <= 120.0
    away_m = distance_m(
        np.array(flag.lat_deg), np.array(flag.lon_deg), np.array(LYME_BAY[0]), np.array(LYME_BAY[1])
    )
    assert away_m < 40000.0
    odds = sum(each.value for each in flag.reasons if each.unit == "log odds")
    assert flag.score == pytest.approx(1.0 / (1.0 + np.exp(-min(odds, 4.6))), abs=0.006)


def test_the_area_is_a_closed_ring_that_goes_round_counterclockwise():
    (flag,) = disturbed().flags.values()
    ring = np.array(flag.area["coordinates"][0])
    east, north = ring[:, 0] - flag.lon_deg, ring[:, 1] - flag.lat_deg

    assert ring[0].tolist() == ring[-1].tolist()
    assert np.sum(east[:-1] * north[1:] - east[1:] * north[:-1]) > 0.0


def test_fewer_than_three_stations_say_nothing_about_an_area():
    assert not watch(KIND, reports=jets(ears=EARS[:2])).told


def test_one_or_two_aircraft_that_lose_their_fix_are_no_area():
    assert not watch(KIND, reports=jets(2)).told


def test_aircraft_that_never_knew_their_integrity_tell_nothing():
    assert not watch(KIND, reports=jets(from_s=-10.0, until_s=5000.0)).told


def test_as_many_whose_fix_stays_sound_speak_against_it():
    sound = [
        jammed(
            aircraft(
                FLYER + 50 + k, LYME_BAY, straight(60.0, 90.0, -40000.0, 500.0 + 4000.0 * k, 2600.0),
                (0.0, 1400.0), EARS,
            ),
            from_s=9000.0,
        )
        for k in range(5)
    ]  # fmt: skip

    assert not watch(KIND, reports=[*jets(3), *sound]).told


def test_many_vessels_that_leap_at_once_are_an_area_and_no_flags_of_their_own():
    fleet = [
        vessel(SUBJECT + k, LYME_BAY, leaping(straight(5.0, 80.0, -6000.0, 2500.0 * k)), SPAN, EARS)
        for k in range(4)
    ]

    standing = watch(KIND, reports=fleet).standing(KIND)

    assert [flag.subjects for flag in standing] == [()]


# Laws.


@cache
def scene():
    leap = vessel(SUBJECT, CARDIGAN_BAY, leaping(WAY), SPAN, (Ear("aberporth"),))
    return Reports.concat([*traffic(LYME_BAY, SPAN, count=3), leap, far(SUBJECT + 1), *jets()])


def run(batches):
    return told(Engine([PATTERN()], stations=COAST), batches)


@cache
def expected():
    return run([(scene(), -np.inf)])


def test_the_scene_of_the_law_holds_all_three_kinds():
    assert all(each in expected() for each in (b"distance_leapt", b"horizons_off", b"aircraft_affected"))


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32 - 1), st.sampled_from([997, 5000, 40000]))
def test_cut_and_shuffled_within_the_lateness_every_version_is_the_same_bytes(seed, size):
    assert run(cut_late(scene(), seed, size)) == expected()


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32 - 1))
def test_whatever_is_no_number_raises_no_flag_of_its_own(seed):
    reports = vessel(SUBJECT, LYME_BAY, WAY, SPAN)

    assert not watch(
        KIND,
        reports=[
            reports.replaced(stations=Ragged.singles(np.ones(len(reports)), "u4"), **spoiled(reports, seed))
        ],
    ).told
