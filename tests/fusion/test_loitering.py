"""Who loiters and who does not, in three waters and over them."""

from functools import cache

import numpy as np
import pytest
from fusion_scenes import (
    CARDIGAN_BAY,
    LYME_BAY,
    OFF_SUFFOLK,
    START_S,
    Ear,
    aircraft,
    drift,
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
from fusion.patterns.loitering import PATTERN
from geo.airfields import airfields
from geo.ports import nearest_port, ports

SUBJECT, FLYER = 235_000_001, 0x400001
ADRIFT_S = (0.0, 2700.0)
SQUITTERS = (Ear("aberporth", 0.3),)


def drifting(place, mmsi=SUBJECT, span=ADRIFT_S, **options):
    return vessel(mmsi, place, drift(1000.0), span, **options)


def field(ident):
    """Place of an aerodrome."""
    (row,) = np.flatnonzero(airfields().ident == ident)
    return float(airfields().lat_deg[row]), float(airfields().lon_deg[row])


def flags_of(*reports, identities=()):
    return watch("loitering", reports=reports, identities=identities)


@cache
def in_lyme_bay():
    return flags_of(drifting(LYME_BAY))


@pytest.mark.parametrize("place", [LYME_BAY, OFF_SUFFOLK, CARDIGAN_BAY])
def test_a_vessel_adrift_in_a_kilometre_well_off_any_port_is_flagged_while_it_drifts(place):
    run = flags_of(drifting(place))

    flag = run.one("loitering", ship(SUBJECT))
    assert flag.score >= 0.8
    assert 900.0 <= flag.raised_s - START_S <= ADRIFT_S[1]
    assert flag.raised_s - flag.start_s <= PATTERN().window_s
    assert abs(flag.lat_deg - place[0]) < 0.01
    assert abs(flag.lon_deg - place[1]) < 0.02


def test_the_reasons_of_a_drifting_vessel_add_up():
    flag = in_lyme_bay().one("loitering", ship(SUBJECT))
    reasons = {reason.factor: reason for reason in flag.reasons}
    numbers = {name: reason.value for name, reason in reasons.items()}
    fixes = in_lyme_bay().tracks

    last = fixes.take(fixes.time_s >= fixes.time_s[-1] - numbers["time_observed"])
    truth_m = np.sum(last.sog_mps[1:] * np.diff(last.time_s))
    assert numbers["path"] == pytest.approx(truth_m, rel=0.15)
    assert numbers["mean_speed"] == pytest.approx(numbers["path"] / numbers["time_observed"], abs=0.1)
    assert numbers["reach"] <= 1000.0 * np.sqrt(2.0) / 2.0 + 50.0
    assert numbers["distance_made_good"] < numbers["path"] / 1.5
    assert -90.0 < numbers["sun_elevation"] < 90.0
    _, port_m = nearest_port(np.array([flag.lat_deg]), np.array([flag.lon_deg]))
    assert numbers["distance_to_port"] == pytest.approx(float(port_m[0]), abs=1000.0)
    assert numbers["vessels_about"] == 0.0
    assert {"turned", "height", "trade_that_explains_it", "trade_borne_out"}.isdisjoint(numbers)
    parameters = as_numbers(PATTERN())
    for factor in PATTERN.factors:
        if factor.name in reasons and factor.threshold:
            assert reasons[factor.name].threshold == parameters[factor.threshold]


def test_the_sentence_says_how_long_how_near_and_how_far_off():
    flag = in_lyme_bay().one("loitering", ship(SUBJECT))

    assert flag.summary.startswith("Vessel has stayed within 0.")
    assert "nm from the nearest port." in flag.summary
    assert str(SUBJECT) not in flag.summary  # the subject is a field of the flag, never free text


def test_a_flag_closes_when_the_vessel_has_gone_away():
    adrift = points(
        (0, 0, 0), (600, 400, 300), (1200, -300, 400), (1800, 300, -300), (2400, 0, 0), (6000, 22000, 0)
    )
    run = flags_of(vessel(SUBJECT, LYME_BAY, adrift, (0, 6000)))

    flag = run.one("loitering", ship(SUBJECT))
    assert flag.state is State.CLOSED
    assert 2400.0 <= flag.end_s - START_S <= 4200.0


def test_a_vessel_that_passes_is_not_flagged():
    assert not flags_of(vessel(SUBJECT, LYME_BAY, straight(5.0, 70.0, -6000, -3000), ADRIFT_S)).told


def test_a_slow_passage_is_not_flagged():
    assert not flags_of(vessel(SUBJECT, LYME_BAY, straight(1.2, 70.0), (0, 4000))).told


@pytest.mark.parametrize("status", [1, 0])
def test_a_vessel_at_anchor_is_not_flagged_whether_or_not_it_says_so(status):
    assert not flags_of(vessel(SUBJECT, LYME_BAY, swing(), (0, 5400), status=status)).told


def test_a_vessel_in_a_port_is_not_flagged():
    (row,) = np.flatnonzero(ports().code == "GBBRX")

    assert not flags_of(drifting((float(ports().lat_deg[row]), float(ports().lon_deg[row]) + 0.01))).told


def test_a_vessel_among_a_crowd_is_not_flagged():
    crowd = [
        vessel(235_100_000 + k, LYME_BAY, drift(700.0, 3000.0 + 170.0 * k, 60.0 * k - 200.0), ADRIFT_S)
        for k in range(9)
    ]

    assert not flags_of(drifting(LYME_BAY), *crowd).told


def test_a_vessel_where_ships_are_known_to_stop_is_not_flagged():
    def caller(k):
        """Comes, lies twelve minutes, goes: one after another, and all gone before the subject drifts."""
        at = 1200.0 * k
        here = (60.0 * k, 40.0 * k)
        way = points(
            (at, -6000.0, here[1]), (at + 1000, *here), (at + 1900, *here), (at + 2900, 9000.0, here[1])
        )
        return vessel(235_100_000 + k, LYME_BAY, way, (at, at + 2900))

    later = drifting(LYME_BAY, span=(6000.0, 8700.0))

    run = flags_of(*[caller(k) for k in range(4)], later)

    assert not run.of("loitering", ship(SUBJECT))
    assert flags_of(later).of("loitering", ship(SUBJECT))


BOX = racetrack(600.0, 400.0, 5.0, 0.0)


def test_round_and_round_a_small_box_at_a_steady_speed_is_flagged_though_never_slow():
    flag = flags_of(vessel(SUBJECT, LYME_BAY, BOX, (0.0, 3600.0))).one("loitering", ship(SUBJECT))

    numbers = {reason.factor: reason.value for reason in flag.reasons}
    assert flag.score >= 0.8
    assert flag.raised_s - START_S <= PATTERN().box_window_s
    assert numbers["mean_speed"] == pytest.approx(5.0, abs=0.5)
    assert numbers["path"] > PATTERN().wander_ratio * numbers["reach"]


def test_racing_round_a_small_box_among_others_is_not_flagged():
    race = [vessel(235_100_000 + k, LYME_BAY, BOX, (20.0 * k, 3600.0)) for k in range(8)]

    assert not flags_of(vessel(SUBJECT, LYME_BAY, BOX, (0.0, 3600.0)), *race).told


def test_a_yacht_that_tacks_about_the_bay_is_not_flagged():
    tacks = points(*[(600 * k, 1500.0 * (k % 3), 900.0 * k) for k in range(8)])

    assert not flags_of(vessel(SUBJECT, LYME_BAY, tacks, (0.0, 4200.0))).told


def test_a_hull_that_the_stream_carries_straight_is_flagged_when_it_is_slower_than_any_passage():
    assert flags_of(vessel(SUBJECT, LYME_BAY, straight(0.7, 70.0), (0, 4000))).of("loitering", ship(SUBJECT))


@pytest.mark.parametrize(
    ("identity", "status", "way"),
    [
        ({"ship_type": 30}, 7, racetrack(900.0, 250.0, 1.7, 0.0)),
        ({"ship_type": 33}, 3, racetrack(1400.0, 200.0, 1.1, 0.0)),
    ],
    ids=["trawler", "dredger"],
)
def test_a_trade_that_her_behaviour_bears_out_is_not_flagged(identity, status, way):
    claims = [named(ship(SUBJECT), START_S + 1.0, **identity)]
    told = flags_of(vessel(SUBJECT, LYME_BAY, way, (0, 7200), status=status), identities=claims)

    assert not told.of("loitering", ship(SUBJECT))
    assert flags_of(vessel(SUBJECT, LYME_BAY, way, (0, 7200))).of("loitering", ship(SUBJECT))


@pytest.mark.parametrize(
    ("identity", "status"),
    [({"ship_type": 50}, 0), ({"ship_type": 51}, 0), ({"ship_type": 30}, 0), ({}, 7)],
    ids=["pilot", "rescue", "fishing", "status-fishing"],
)
def test_what_a_vessel_claims_of_itself_lowers_the_score_and_never_silences_it(identity, status):
    plain = in_lyme_bay().one("loitering", ship(SUBJECT))
    claims = [named(ship(SUBJECT), START_S + 1.0, **identity)] if identity else []

    claimed = flags_of(drifting(LYME_BAY, status=status), identities=claims).one("loitering", ship(SUBJECT))

    assert 0.5 <= claimed.score < plain.score
    reason = {r.factor: r for r in claimed.reasons}["trade_that_explains_it"]
    assert (reason.value, reason.threshold) == (1.0, PATTERN().claim_weight)


def test_a_small_craft_that_reports_every_half_minute_is_seen_as_well():
    assert flags_of(drifting(LYME_BAY, source=Source.AIS_B)).of("loitering", ship(SUBJECT))


def test_an_aircraft_going_round_low_over_the_sea_is_flagged():
    run = flags_of(aircraft(FLYER, CARDIGAN_BAY, orbit(1500.0, 60.0, 400.0), (0, 1200), SQUITTERS))

    flag = run.one("loitering", plane(FLYER))
    numbers = {reason.factor: reason.value for reason in flag.reasons}
    assert flag.score >= 0.8
    assert flag.summary.startswith("Aircraft has turned ")
    assert numbers["turned"] == pytest.approx(np.degrees(numbers["time_observed"] * 60.0 / 1500.0), rel=0.03)
    assert numbers["height"] == pytest.approx(400.0, abs=60.0)
    assert numbers["distance_to_shore"] == 0.0


def test_a_circuit_at_an_open_aerodrome_beside_the_sea_is_not_flagged():
    circuit = racetrack(2500.0, 1800.0, 45.0, 300.0, -1250.0, 900.0)

    assert not flags_of(aircraft(FLYER, field("EGHE"), circuit, (0, 1800), SQUITTERS)).told


def test_a_hold_high_over_the_sea_is_not_flagged():
    hold = racetrack(8000.0, 4000.0, 110.0, 2500.0)

    assert not flags_of(aircraft(FLYER, CARDIGAN_BAY, hold, (0, 2400), SQUITTERS)).told


def test_an_aircraft_that_flies_along_the_coast_is_not_flagged():
    assert not flags_of(
        aircraft(FLYER, CARDIGAN_BAY, straight(60.0, 20.0, -9000, -9000, 300.0), (0, 900), SQUITTERS)
    ).told
