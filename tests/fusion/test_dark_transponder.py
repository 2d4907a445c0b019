"""Who went dark, and whose silence has another cause."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from fusion_scenes import (
    BEER,
    CARDIGAN_BAY,
    LYME_BAY,
    START_S,
    Ear,
    aircraft,
    plane,
    points,
    racetrack,
    ship,
    straight,
    traffic,
    vessel,
    watch,
)

from feeds.reports import Source
from fusion.flags import State
from fusion.patterns.dark_transponder import PATTERN
from geo.ports import ports
from geo.sphere import distance_m

SUBJECT, FLYER = 235_000_002, 0x400002
SPAN = (0.0, 10800.0)
SILENT_S = 7200.0
FAR = Ear("lowestoft")
PORTLAND = Ear("portland-bill", 0.85, late_s=0.4)
CRAWL = straight(1.6, 80.0, -8500.0, -1500.0)
"""Three knots across the lanes: among them when it falls silent, and an hour later."""


def subject(ears=(BEER,), way=CRAWL, until_s=SILENT_S, again_s=None, place=LYME_BAY, **options):
    before = vessel(SUBJECT, place, way, (0.0, until_s), ears, **options)
    return [before] if again_s is None else [before, vessel(SUBJECT, place, way, (again_s, SPAN[1]), ears)]


@cache
def background(ears=(BEER,), place=LYME_BAY, span=SPAN):
    return traffic(place, span, ears)


def dark(*reports, pattern="dark_transponder"):
    return watch(pattern, reports=reports)


@cache
def switched_off():
    return dark(*background(), *subject())


@cache
def off_and_on():
    return dark(*background(), *subject(again_s=9600.0))


def last_heard_s(run, entity):
    return float(
        run.tracks.time_s[
            (run.tracks.entity == entity) & (run.tracks.time_s < START_S + SILENT_S + 500.0)
        ].max()
    )


def test_a_vessel_under_way_that_stops_transmitting_among_others_still_heard_is_flagged():
    flag = switched_off().one("dark_transponder", ship(SUBJECT))

    silence_s = flag.raised_s - last_heard_s(switched_off(), ship(SUBJECT))
    assert PATTERN().vessel_silence_s <= silence_s <= 2700.0
    assert flag.start_s == pytest.approx(last_heard_s(switched_off(), ship(SUBJECT)), abs=1e-3)
    assert flag.state is State.OPEN
    assert flag.score >= 0.5


def test_the_traffic_that_is_still_heard_is_not_flagged():
    assert {s for flag in switched_off().told for s in flag.subjects} == {ship(SUBJECT)}


def test_the_reasons_of_a_silence_add_up_to_its_score():
    flag = switched_off().one("dark_transponder", ship(SUBJECT))
    numbers = {reason.factor: reason.value for reason in flag.reasons}
    p = PATTERN()

    steady = numbers["steadiness_of_reception"]
    unlucky = (1.0 + numbers["reports_missed"] / p.burst) ** -(p.burst * steady)
    unlucky += numbers["tracks_that_end_here"]
    assert numbers["probability_of_silence_if_on"] == pytest.approx(unlucky, abs=1e-3)
    # One ear alone heard it, as well as its own record says.
    assert steady == pytest.approx(p.one_ear * numbers["own_reception_before"], abs=0.01)
    assert flag.score == pytest.approx(p.prior / (p.prior + (1 - p.prior) * unlucky), abs=0.01)
    # Class A at three knots is due every ten seconds.
    due = numbers["silence"] / 10.0
    assert numbers["reports_missed"] == pytest.approx(due * numbers["reception_on_its_way"], rel=0.02)
    assert numbers["own_reception_before"] == pytest.approx(BEER.part, abs=0.07)
    assert numbers["speed_at_loss"] == pytest.approx(1.6, abs=0.3)
    assert numbers["others_heard_about_it"] >= p.others_count


def test_the_area_is_as_far_as_it_could_have_come():
    flag = switched_off().one("dark_transponder", ship(SUBJECT))
    numbers = {reason.factor: reason.value for reason in flag.reasons}
    ring = np.array(flag.area["coordinates"][0])

    away_m = distance_m(
        np.full(len(ring), flag.lat_deg), np.full(len(ring), flag.lon_deg), ring[:, 1], ring[:, 0]
    )
    assert ring[0].tolist() == ring[-1].tolist()
    np.testing.assert_allclose(away_m, numbers["silence"] * numbers["speed_at_loss"], rtol=0.01)
    east, north = ring[:, 0] - flag.lon_deg, ring[:, 1] - flag.lat_deg
    assert np.sum(east[:-1] * north[1:] - east[1:] * north[:-1]) > 0.0  # RFC 7946: counterclockwise


def test_heard_again_the_flag_closes_when_it_was_found():
    flag = off_and_on().one("dark_transponder", ship(SUBJECT))
    fixes = off_and_on().tracks
    found_s = fixes.time_s[(fixes.entity == ship(SUBJECT)) & (fixes.time_s > flag.start_s)].min()

    assert flag.state is State.CLOSED
    assert flag.end_s == pytest.approx(found_s, abs=1e-3)
    assert [f.state for f in off_and_on().told].count(State.OPEN) == len(off_and_on().told) - 1


def test_the_only_station_dies_and_nobody_is_dark():
    dying = replace(BEER, until_s=SILENT_S)

    run = dark(*background((dying,)), *subject((dying,), until_s=SPAN[1]), *_heard_from_afar())

    assert not run.standing("dark_transponder")


def test_the_only_station_dies_just_after_a_vessel_fell_silent_and_nobody_is_dark():
    dying = replace(BEER, until_s=SILENT_S + 120.0)

    run = dark(*background((dying,)), *subject((dying,)), *_heard_from_afar())

    assert not run.standing("dark_transponder")


def test_a_station_that_fails_to_a_tenth_of_its_rate_makes_nobody_dark():
    failing = replace(BEER, fails_s=SILENT_S, failed_part=0.1)

    run = dark(*background((failing,)), *subject((failing,), until_s=SPAN[1]), *_heard_from_afar())

    assert not run.standing("dark_transponder")


def test_one_of_two_stations_dies_and_what_the_other_hears_too_is_not_dark():
    dying = replace(BEER, until_s=SILENT_S)

    run = dark(*background((dying, PORTLAND)), *subject((dying, PORTLAND), until_s=SPAN[1]))

    assert not run.told


def test_one_of_two_stations_dies_and_a_vessel_that_it_alone_heard_is_not_dark():
    dying = replace(BEER, until_s=SILENT_S)

    run = dark(*background((dying, PORTLAND)), *subject((dying,), until_s=SPAN[1]))

    assert not run.standing("dark_transponder")


def test_one_of_two_stations_dies_and_a_vessel_switched_off_is_dark_to_the_other():
    dying = replace(BEER, until_s=SILENT_S)

    run = dark(*background((dying, PORTLAND)), *subject((dying, PORTLAND)))

    assert run.one("dark_transponder", ship(SUBJECT)).state is State.OPEN


def test_a_station_that_dies_hours_later_does_not_take_back_what_was_seen():
    dying = replace(BEER, until_s=SILENT_S + 3000.0)

    run = dark(*background((dying,)), *subject((dying,)), *_heard_from_afar())

    flag = run.one("dark_transponder", ship(SUBJECT))
    assert flag.raised_s < START_S + SILENT_S + 3000.0
    assert flag.state is not State.WITHDRAWN


def test_a_vessel_that_steams_out_of_everyone_s_coverage_is_not_dark():
    # A headland hides all that is west of 2.95; craft that pass it are lost there and found again.
    hidden = replace(BEER, west_deg=-2.95)
    away = straight(2.5, 270.0, 14500.0, 100.0)

    run = dark(*background((hidden,)), *subject((hidden,), way=away, until_s=SPAN[1]))

    assert run.tracks.time_s[run.tracks.entity == ship(SUBJECT)].max() < START_S + SILENT_S + 300.0
    assert not run.standing("dark_transponder")


def test_a_vessel_that_comes_slowly_into_port_and_goes_quiet_is_not_dark():
    (row,) = np.flatnonzero(ports().code == "GBBRX")
    port = float(ports().lat_deg[row]), float(ports().lon_deg[row])
    arrival = points((0, 9000, 0), (6000, 2000, 0), (7200, 700, 0), (12000, 690, 0))

    run = dark(*background(place=port), *subject(way=arrival, place=port))

    assert not run.told


def test_where_nobody_else_is_heard_nobody_is_dark():
    assert not dark(*subject(), *_heard_from_afar((BEER,))).told


def test_base_stations_and_buoys_prove_nothing_about_ships():
    shore = [
        vessel(2_320_000 + k, LYME_BAY, straight(0.0, 0.0, 2000.0 * k, 600.0), SPAN, source=kind)
        for k, kind in enumerate([Source.AIS_BASE, Source.AIS_BASE, Source.AIS_ATON])
    ]

    assert not dark(*shore, *subject()).told


def test_a_vessel_heard_too_seldom_to_have_a_habit_is_not_dark():
    seldom = replace(BEER, part=0.03)

    assert not dark(*background(), *subject((seldom,))).told


@pytest.mark.parametrize(("height_m", "dark_there"), [(1200.0, True), (300.0, False)])
def test_an_aircraft_that_falls_silent_high_among_others_is_dark_and_low_it_may_have_landed(
    height_m, dark_there
):
    ears, until_s = (Ear("aberporth", 0.6),), 3000.0
    surveys = [racetrack(36000.0, 2000.0, 110.0, height_m, -18000.0, 1500.0 * k - 9000.0) for k in range(12)]
    others = [
        aircraft(0x400100 + k, CARDIGAN_BAY, way, (0.0, until_s), ears) for k, way in enumerate(surveys)
    ]
    way = straight(30.0, 90.0, -57000.0, 800.0, height_m)
    silent = aircraft(FLYER, CARDIGAN_BAY, way, (1300.0, 1900.0), ears)

    # With the prior of a ship an aircraft would have to be silent for half an hour.
    run = dark(*others, silent, pattern=PATTERN(prior=0.05))

    assert bool(run.of("dark_transponder", plane(FLYER))) == dark_there
    assert {s for flag in run.told for s in flag.subjects} <= {plane(FLYER)}


def _heard_from_afar(ears=(FAR,)):
    """Ships 400 km away, so that time goes on when the only station about has died."""
    return [vessel(232_000_900, (52.2, 1.85), straight(4.0, 10.0), SPAN, ears)]
