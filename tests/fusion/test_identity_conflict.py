"""Whose number is not one craft's; and whose only looks so."""

from functools import cache

import numpy as np
import pytest
import rs1090
from fusion_laws import cut_late, spoiled, told
from fusion_scenes import (
    BEER,
    LYME_BAY,
    START_S,
    Ear,
    aircraft,
    drift,
    named,
    plane,
    points,
    ship,
    straight,
    swing,
    traffic,
    vessel,
    watch,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.mmsi import form_doubts
from feeds.reports import Doubt, Reports, Source
from fusion.engine import Engine
from fusion.flags import State
from fusion.numbers import kept_back, wrong_imo
from fusion.patterns.identity_conflict import PATTERN
from fusion.patterns.position_anomaly import PATTERN as POSITION
from geo.ports import nearest_port, ports

KIND = "identity_conflict"
SUBJECT, OTHER, FLYER = 235_000_004, 636_000_004, 0x400004
SPAN = (0.0, 3600.0)
WAY, AWAY = straight(4.0, 70.0, -9000.0, -5000.0), straight(3.5, 20.0, 6000.0, 9000.0)


@cache
def background(span=SPAN):
    return traffic(LYME_BAY, span, count=6)


def flags_of(*reports, **options):
    return watch(KIND, reports=[*background(), *reports], **options)


def doubted(reports):
    """What the feeds say of the number of each."""
    number = (reports.entity & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return reports.replaced(doubt=reports.doubt | form_doubts(number))


def borrowed(mmsi, *args, **options):
    """Another vessel, under that number: her own messages, at her own times."""
    reports = vessel(mmsi + 1, *args, **options)
    return reports.replaced(entity=np.full(len(reports), ship(mmsi), np.uint64))


def numbers_of(flag):
    return {each.factor: each.value for each in flag.reasons}


def adds_up(flag):
    odds = sum(each.value for each in flag.reasons if each.unit == "log odds")
    return flag.score == pytest.approx(1.0 / (1.0 + np.exp(-min(odds, 4.6))), abs=0.006)


# One number in two places.


@cache
def twice(source=Source.AIS_A):
    first = vessel(SUBJECT, LYME_BAY, WAY, SPAN, source=source)
    return flags_of(first, borrowed(SUBJECT, LYME_BAY, AWAY, (1204.0, 3600.0), source=source))


@pytest.mark.parametrize("source", [Source.AIS_A, Source.AIS_B])
def test_two_vessels_under_one_number_are_flagged_soon_after_the_second_is_heard(source):
    flag = twice(source).one(KIND, ship(SUBJECT))

    assert flag.start_s == pytest.approx(START_S + 1204.0, abs=60.0)
    assert flag.raised_s - START_S - 1204.0 <= 120.0
    assert flag.state is State.OPEN
    assert adds_up(flag)
    assert {s for each in twice(source).told for s in each.subjects} == {ship(SUBJECT)}


def test_two_aircraft_under_one_address_are_flagged():
    east = aircraft(FLYER, LYME_BAY, straight(60.0, 90.0, -30000.0, 0.0, 1500.0), (0.0, 600.0))
    west = aircraft(FLYER + 1, LYME_BAY, straight(60.0, 270.0, 30000.0, 25000.0, 1500.0), (200.0, 600.0))
    west = west.replaced(entity=np.full(len(west), plane(FLYER), np.uint64))

    assert watch(KIND, reports=[east, west]).one(KIND, plane(FLYER)).raised_s <= START_S + 320.0


def test_one_that_leaps_and_comes_back_is_not_two():
    def leaping(t):
        east, north, up = WAY(t)
        return east + 9000.0 * ((t > 1500.0) & (t < 2100.0)), north, up

    assert not flags_of(vessel(SUBJECT, LYME_BAY, leaping, SPAN)).told


def test_one_receiver_that_goes_to_and_fro_at_the_pace_of_one_set_is_not_two_for_long():
    def flickering(t):
        east, north, up = WAY(t)
        return east + 9000.0 * ((t > 1500.0) & (np.floor(t / 60.0) % 2 == 0)), north, up

    flag = flags_of(vessel(SUBJECT, LYME_BAY, flickering, (0.0, 3600.0))).flags.values()

    assert all(each.state is not State.OPEN for each in flag)


@pytest.mark.parametrize("late_s", [60.0, 200.0, 500.0])
def test_late_word_of_a_fast_ferry_is_an_echo(late_s):
    ears = (BEER, Ear("portland-bill", 0.9, late_s=late_s))

    assert not watch(
        KIND, reports=[vessel(SUBJECT, LYME_BAY, straight(19.0, 70.0, -30000.0, -9000.0), SPAN, ears)]
    ).told


def test_many_sets_under_a_number_that_nobody_owns_are_no_borrowed_number():
    sets = [
        vessel(
            232_000_400 + k, LYME_BAY, drift(300.0, 4000.0, 5000.0 * k, 4000.0 * k), SPAN, source=Source.AIS_B
        )
        for k in range(3)
    ]
    sets = [each.replaced(entity=np.full(len(each), ship(123_456_789), np.uint64)) for each in sets]

    assert not flags_of(*map(doubted, sets)).told


@pytest.mark.parametrize("source", [Source.AIS_BASE, Source.AIS_ATON])
def test_one_mark_told_of_from_two_places_is_not_weighed(source):
    at = [points((0.0, x, x)) for x in (-8000.0, 8000.0)]
    marks = [make(992_351_000, LYME_BAY, way, SPAN) for make, way in zip((vessel, borrowed), at, strict=True)]
    marks = [each.replaced(source=np.full(len(each), int(source), np.uint8)) for each in marks]

    assert not flags_of(*marks).told


def test_a_single_wrong_bit_in_a_number_is_no_flag():
    stray = borrowed(SUBJECT, LYME_BAY, AWAY, (1500.0, 1600.0)).take([0])

    assert not flags_of(vessel(SUBJECT, LYME_BAY, WAY, SPAN), stray).told


# Numbers that nobody issues.


@cache
def nobody(mmsi=123_456_789, way=WAY, source=Source.AIS_A, claims=()):
    who = [named(ship(mmsi), START_S + 20.0, **dict(claims))] if claims else []
    return flags_of(doubted(vessel(mmsi, LYME_BAY, way, SPAN, source=source)), identities=who)


@pytest.mark.parametrize("mmsi", [123_456_789, 1_193_046, 111_111_111, 888_888_888, 290_123_456])
def test_class_a_under_way_under_a_number_that_nobody_issues_is_flagged_within_two_minutes(mmsi):
    flag = nobody(mmsi).one(KIND, ship(mmsi))

    assert flag.raised_s - START_S <= 120.0
    assert adds_up(flag)
    assert numbers_of(flag)["number_that_nobody_issues"] == 1.0


@pytest.mark.parametrize(
    "claims",
    [(("ship_type", 36),), (("ship_type", 37),), (("bow_m", 6.0), ("stern_m", 5.0))],
    ids=["sailing", "pleasure craft", "eleven metres"],
)
def test_claiming_to_be_small_lowers_the_score_and_does_not_silence_it(claims):
    mmsi = 123_456_789

    flag = nobody(claims=claims).one(KIND, ship(mmsi))

    assert 0.5 <= flag.score < nobody().one(KIND, ship(mmsi)).score


@pytest.mark.parametrize(
    ("way", "source"),
    [
        (swing(), Source.AIS_A),
        (points((0.0, 0.0, 0.0)), Source.AIS_A),
        (drift(150.0), Source.AIS_A),
        (straight(0.4, 90.0), Source.AIS_A),
        (WAY, Source.AIS_B),
        (drift(600.0, 3000.0), Source.AIS_B),
    ],
    ids=["at anchor", "on a bench", "a float", "adrift", "class B under way", "class B adrift"],
)
def test_sets_that_nobody_has_set_up_are_ordinary(way, source):
    assert not nobody(way=way, source=source).told


@pytest.mark.parametrize("mmsi", [970_123_456, 972_123_456, 974_123_456, 111_232_001, 982_350_001])
def test_beacons_under_test_and_rescue_aircraft_have_numbers_of_their_own(mmsi):
    assert not nobody(mmsi).told


@pytest.mark.parametrize("count", [1, 2, 3])
def test_so_few_reports_under_such_a_number_may_be_wrong_bits(count):
    few = doubted(vessel(123_456_789, LYME_BAY, WAY, SPAN)).take(np.arange(count) * 9)

    assert not flags_of(few).told


def flight(address, source=Source.ADSB):
    said = aircraft(address, LYME_BAY, straight(70.0, 90.0, -20000.0, 0.0, 900.0), (0.0, 400.0))
    return said.replaced(source=np.full(len(said), int(source), np.uint8))


def test_an_address_that_no_state_has_is_flagged_on_a_transponder_and_not_on_a_set_of_the_owner():
    assert watch(KIND, reports=[flight(0xB12345)]).one(KIND, plane(0xB12345)).raised_s <= START_S + 120.0
    for source in (Source.ADSB_NT, Source.ADSB_TABLE, Source.TISB, Source.MLAT):
        assert not watch(KIND, reports=[flight(0xB12345, source)]).told
    assert not watch(KIND, reports=[flight(0x400ABC)]).told


def test_blocks_that_are_kept_back_hold_no_address_that_another_decoder_gives_to_a_state():
    every = np.arange(0, 1 << 24, 0x3FD)

    held = every[kept_back(every)]

    assert len(held) > 5000
    countries = {rs1090.aircraft_information(f"{each:06x}")["country"] for each in held.tolist()}
    assert all(each.startswith("Unassigned") for each in countries), countries


def test_a_wrong_imo_number_alone_is_no_flag():
    wrong = named(ship(SUBJECT), START_S + 20.0, imo=9074728)

    assert not flags_of(vessel(SUBJECT, LYME_BAY, WAY, SPAN), identities=[wrong]).told


@given(st.integers(100_000, 999_999))
def test_of_ten_last_digits_one_is_the_check_digit(first_six):
    assert wrong_imo(first_six * 10 + np.arange(10)).sum() == 9


# Another number on the same hull.

EARLY = (-3600.0, 3600.0)


def under_way(mmsi, span, way=WAY):
    return vessel(mmsi, LYME_BAY, way, span)


@cache
def renamed(silence_s=600.0, way=None):
    again = under_way(OTHER, (1800.0 + silence_s, 3600.0), way or WAY)
    return watch(KIND, reports=[*background(EARLY), under_way(SUBJECT, (0.0, 1800.0)), again])


@pytest.mark.parametrize("silence_s", [15.0, 300.0, 900.0])
def test_who_goes_on_where_another_fell_silent_is_linked_to_her(silence_s):
    flag = renamed(silence_s).one(KIND, ship(OTHER))

    assert set(flag.subjects) == {ship(SUBJECT), ship(OTHER)}
    assert flag.start_s == pytest.approx(START_S + 1800.0, abs=30.0)
    assert flag.raised_s - START_S - 1800.0 - silence_s <= 180.0
    assert adds_up(flag)
    assert numbers_of(flag)["silence_between"] == pytest.approx(silence_s, abs=40.0)


@pytest.mark.parametrize(
    "way",
    [straight(4.0, 250.0, 4000.0, -2000.0), straight(11.0, 70.0, -20000.0, -3000.0), AWAY],
    ids=["the other way", "at another speed", "elsewhere"],
)
def test_who_is_first_heard_otherwise_is_a_stranger(way):
    assert not renamed(600.0, way).told


def test_while_stations_are_new_everybody_is_and_nobody_is_linked():
    reports = [under_way(SUBJECT, (0.0, 400.0)), under_way(OTHER, (700.0, 1500.0))]

    assert not watch(KIND, reports=[*traffic(LYME_BAY, (0.0, 1500.0), count=6), *reports]).told


def test_one_that_is_still_heard_has_not_become_another():
    reports = [
        under_way(SUBJECT, (0.0, 3600.0)),
        under_way(OTHER, (1800.0, 3600.0), straight(4.0, 70.0, -8000.0, -4500.0)),
    ]

    assert not watch(KIND, reports=[*background(EARLY), *reports]).told


def test_a_boat_that_switches_on_in_port_is_nobody_else():
    row, _ = nearest_port(np.array([50.60]), np.array([-2.45]))
    port = float(ports().lat_deg[row[0]]), float(ports().lon_deg[row[0]])
    way = straight(3.0, 90.0, -3000.0, 0.0)
    old, new = vessel(SUBJECT, port, way, (0.0, 900.0)), vessel(OTHER, port, way, (1100.0, 2400.0))

    assert not watch(KIND, reports=[*traffic(port, EARLY, count=6), old, new]).told


# Laws.


@cache
def scene():
    return Reports.concat(
        [
            *background(EARLY),
            under_way(SUBJECT, (0.0, 1800.0)),
            under_way(OTHER, (2400.0, 3600.0)),
            doubted(vessel(123_456_789, LYME_BAY, AWAY, SPAN)),
            vessel(235_000_009, LYME_BAY, straight(3.0, 10.0, 9000.0), SPAN),
            borrowed(235_000_009, LYME_BAY, straight(3.0, 10.0, -9000.0), (900.0, 3600.0)),
        ]
    )


def run(batches):
    return told(Engine([PATTERN(), POSITION()]), batches)


@cache
def expected():
    return run([(scene(), -np.inf)])


def test_the_scene_of_the_law_holds_all_three_kinds_and_no_leap():
    assert all(each in expected() for each in (b"distance_apart", b"nobodys_number", b"silence_between"))
    assert b"position_anomaly" not in expected()


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32 - 1), st.sampled_from([97, 1000, 9000]))
def test_cut_and_shuffled_within_the_lateness_every_version_is_the_same_bytes(seed, size):
    assert run(cut_late(scene(), seed, size)) == expected()


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32 - 1))
def test_whatever_is_no_number_makes_no_conflict(seed):
    reports = vessel(SUBJECT, LYME_BAY, WAY, SPAN)

    assert not flags_of(reports.replaced(**spoiled(reports, seed))).told


def test_what_the_feeds_doubt_of_a_message_alone_is_weighed_less_than_a_number_of_nobody():
    odd = vessel(SUBJECT, LYME_BAY, WAY, SPAN)
    odd = odd.replaced(doubt=np.full(len(odd), int(Doubt.IDENTITY_MESSAGE), np.uint32))

    flag = flags_of(odd).one(KIND, ship(SUBJECT))

    assert flag.score < nobody().one(KIND, ship(123_456_789)).score
