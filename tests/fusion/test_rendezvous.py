"""Who meets at sea and who only passes, works, or lies there: in three waters, with every claim."""

from functools import cache

import numpy as np
import pytest
from fusion_scenes import (
    CARDIGAN_BAY,
    LYME_BAY,
    OFF_SUFFOLK,
    START_S,
    named,
    points,
    ship,
    straight,
    vessel,
    watch,
)

from feeds.reports import Source
from fusion.flags import State
from fusion.parameters import as_numbers
from fusion.patterns.rendezvous import PATTERN
from fusion.view import ramp
from geo.ports import nearest_port, ports

SHIP, BOAT = 235_000_011, 235_000_022
SPAN = (0.0, 4800.0)
MEETS_S, PARTS_S = 1200.0, 3600.0
KINDS = {"pilot": 50, "rescue": 51, "tug": 52, "tender": 53, "police": 55, "dredger": 33, "military": 35}


def comes(east_m, meets=(0.0, 0.0), drift_m=1200.0):
    """In from the side, adrift from the meeting on to the north-east, and back out."""
    e, n = meets
    return points(
        (0.0, east_m, n),
        (MEETS_S, e, n),
        (PARTS_S, e + 0.7 * drift_m, n + 0.7 * drift_m),
        (PARTS_S + 1200.0, east_m, n + drift_m),
    )


def pair(place, apart_m=150.0, span=SPAN, **options):
    """A coaster and a boat that come from either side and lie side by side for forty minutes."""
    return [
        vessel(SHIP, place, comes(-8000.0), span, **options),
        vessel(BOAT, place, comes(9000.0, (apart_m, 0.0)), span, **options),
    ]


def abreast(place, speed_mps, apart_m=120.0, until_s=3600.0, north_m=0.0):
    """A ship that goes on, and a boat that comes up from astern, keeps with her, and turns away."""
    ahead = [(t, speed_mps * t - 9000.0) for t in (0.0, MEETS_S, until_s, SPAN[1])]
    (_, _), (_, meets_e), (_, parts_e), _ = ahead
    return [
        vessel(SHIP, place, points(*[(t, e, north_m) for t, e in ahead]), SPAN),
        vessel(
            BOAT,
            place,
            points(
                (0.0, meets_e - 7000.0, north_m - 5000.0),
                (MEETS_S, meets_e, north_m - apart_m),
                (until_s, parts_e, north_m - apart_m),
                (SPAN[1], parts_e - 6000.0, north_m - 9000.0),
            ),
            SPAN,
            source=Source.AIS_B,
        ),
    ]


def says(mmsi, **identity):
    return named(ship(mmsi), START_S + 1.0, **identity)


def flags_of(*reports, identities=()):
    return watch("rendezvous", reports=reports, identities=identities)


@cache
def in_lyme_bay():
    return flags_of(*pair(LYME_BAY))


def off_a_port(metres):
    """A place so far from the nearest port, in Lyme Bay: on the line from Brixham out to sea."""
    (row,) = np.flatnonzero(ports().code == "GBBRX")
    port = float(ports().lat_deg[row]), float(ports().lon_deg[row])
    part = np.linspace(0.0, 1.0, 400)
    lat, lon = (here + part * (there - here) for here, there in zip(port, LYME_BAY, strict=True))
    at = int(np.argmin(np.abs(nearest_port(lat, lon)[1] - metres)))
    return float(lat[at]), float(lon[at])


@pytest.mark.parametrize("place", [LYME_BAY, OFF_SUFFOLK, CARDIGAN_BAY])
@pytest.mark.parametrize("apart_m", [60.0, 350.0])
def test_two_that_come_together_and_drift_side_by_side_are_flagged_within_twenty_minutes(place, apart_m):
    flag = flags_of(*pair(place, apart_m)).one("rendezvous", ship(SHIP))

    assert flag.subjects == (ship(SHIP), ship(BOAT))
    assert flag.raised_s - (START_S + MEETS_S) <= 1200.0
    assert abs(flag.start_s - (START_S + MEETS_S)) <= 120.0
    assert flag.score >= 0.9


@pytest.mark.parametrize("speed_mps", [3.0, 5.0, 8.0])
def test_a_boat_that_keeps_alongside_a_ship_under_way_is_flagged_within_twenty_minutes(speed_mps):
    flag = flags_of(*abreast(OFF_SUFFOLK, speed_mps)).one("rendezvous", ship(SHIP))

    assert flag.raised_s - (START_S + MEETS_S) <= 1200.0
    assert "under way" in flag.summary


def test_the_flag_closes_when_they_part():
    flag = in_lyme_bay().one("rendezvous", ship(BOAT))

    assert flag.state is State.CLOSED
    assert abs(flag.end_s - (START_S + PARTS_S)) <= 240.0


def test_the_score_is_what_its_reasons_make():
    flag = in_lyme_bay().one("rendezvous", ship(SHIP))
    said, p = {r.factor: r.value for r in flag.reasons}, PATTERN()

    def part(value, none, full):
        return float(ramp(np.array([value]), none, full)[0])

    made = (
        p.most
        * part(said["time_together"], 0.4 * p.together_s, p.together_s)
        * part(said["distance"] / said["distance_allowed_at_that_speed"], 1.5, 1.0)
        * part(said["apart_before"], 0.4 * p.apart_m, p.apart_m)
        * part(said["distance_to_port"], 0.5 * p.port_m, 1.3 * p.port_m)
        * part(said["distance_to_shore"], 0.5 * p.inshore_m, p.inshore_m)
        * (1.0 - 0.8 * part(said["vessels_about"], 1.0, p.crowd_count))
    )
    assert flag.score == pytest.approx(made, abs=0.011)
    assert said["distance"] == pytest.approx(150.0, abs=25.0)
    assert said["apart_before"] == pytest.approx(17_150.0, rel=0.1)
    assert {"trade_that_explains_it", "trade_at_its_work", "two_at_anchor_apart"}.isdisjoint(said)
    parameters = as_numbers(p)
    for factor in PATTERN.factors:
        for reason in flag.reasons:
            if reason.factor == factor.name and factor.threshold:
                assert reason.threshold == parameters[factor.threshold]


@pytest.mark.parametrize(("kind", "of"), [(k, who) for k in KINDS for who in (SHIP, BOAT)])
def test_what_either_claims_to_be_lowers_the_score_and_never_silences_it(kind, of):
    plain = in_lyme_bay().one("rendezvous", ship(SHIP))

    claimed = flags_of(*pair(LYME_BAY), identities=[says(of, ship_type=KINDS[kind])])

    flag = claimed.one("rendezvous", ship(SHIP))
    assert 0.5 <= flag.score < plain.score
    assert "trade_that_explains_it" in {r.factor for r in flag.reasons}


def test_two_that_claim_to_fish_and_lie_stopped_together_are_flagged_all_the_same():
    who = [says(mmsi, ship_type=30) for mmsi in (SHIP, BOAT)]

    assert flags_of(*pair(LYME_BAY, status=7), identities=who).one("rendezvous", ship(SHIP)).score >= 0.5


def test_one_who_calls_himself_a_pilot_and_stays_for_forty_minutes_is_flagged_even_off_a_port():
    place = off_a_port(9000.0)

    run = flags_of(*abreast(place, 3.0), identities=[says(BOAT, ship_type=50)])

    assert run.one("rendezvous", ship(BOAT)).score >= 0.5


def test_a_claim_that_changes_nothing_elsewhere_is_not_needed_to_be_flagged():
    assert flags_of(*abreast(LYME_BAY, 3.0)).one("rendezvous", ship(SHIP)).score >= 0.9


def test_a_pilot_who_boards_and_leaves_is_not_flagged():
    run = flags_of(
        *abreast(off_a_port(9000.0), 4.0, until_s=MEETS_S + 600.0), identities=[says(BOAT, ship_type=50)]
    )

    assert not run.told


def test_a_tug_that_brings_a_ship_in_is_not_flagged():
    run = flags_of(*abreast(off_a_port(9000.0), 2.5), identities=[says(BOAT, ship_type=52)])

    assert not run.told


def test_two_trawlers_that_tow_side_by_side_are_not_flagged():
    who = [says(mmsi, ship_type=30) for mmsi in (SHIP, BOAT)]

    assert not flags_of(*abreast(LYME_BAY, 1.8, 180.0), identities=who).told


@pytest.mark.parametrize("slower_mps", [0.6, 2.0, 6.0])
def test_one_ship_that_overtakes_another_is_not_flagged(slower_mps):
    first = vessel(SHIP, OFF_SUFFOLK, straight(7.0, 10.0, 0.0, -20_000.0), SPAN)
    second = vessel(
        BOAT, OFF_SUFFOLK, straight(7.0 - slower_mps, 10.0, 180.0, -20_000.0 + 1400.0 * slower_mps), SPAN
    )

    assert not flags_of(first, second).told


def test_two_that_pass_are_not_flagged():
    east = vessel(SHIP, LYME_BAY, straight(3.0, 90.0, -7000.0), SPAN)
    west = vessel(BOAT, LYME_BAY, straight(3.0, 270.0, 7000.0, 100.0), SPAN)

    assert not flags_of(east, west).told


def test_two_yachts_that_sail_in_company_from_the_first_are_not_flagged():
    run = flags_of(
        *[
            vessel(mmsi, LYME_BAY, straight(2.8, 60.0, 0.0, north_m), SPAN)
            for mmsi, north_m in ((SHIP, 0), (BOAT, 150))
        ]
    )

    assert not run.told


def test_two_that_lie_together_in_a_port_are_not_flagged():
    assert not flags_of(*pair(off_a_port(1000.0))).told


def test_two_at_anchor_with_water_between_them_are_not_flagged():
    run = flags_of(
        *[
            vessel(mmsi, LYME_BAY, comes(east_m, (at_m, 0.0), 0.0), SPAN)
            for mmsi, east_m, at_m in ((SHIP, -8000.0, 0.0), (BOAT, 8000.0, 300.0))
        ]
    )

    assert not run.told


def test_two_among_a_crowd_are_not_flagged():
    crowd = [
        vessel(235_100_000 + k, LYME_BAY, comes(-8000.0, (200.0 * k - 900.0, 700.0)), SPAN) for k in range(9)
    ]

    assert not {s for f in flags_of(*pair(LYME_BAY), *crowd).flags.values() for s in f.subjects} & {
        ship(SHIP)
    }


def test_two_that_meet_where_others_are_known_to_stop_are_not_flagged():
    def caller(k):
        """Comes, lies twelve minutes, goes: one after another, and all gone before the two meet."""
        at, here = 1200.0 * k, (90.0 * k, 60.0 * k)
        way = points(
            (at, -6000.0, here[1]), (at + 1000, *here), (at + 1900, *here), (at + 2900, 9000.0, here[1])
        )
        return vessel(235_100_000 + k, LYME_BAY, way, (at, at + 2900))

    later = [r.replaced(time_s=r.time_s + 7200.0) for r in pair(LYME_BAY)]

    assert flags_of(*later).of("rendezvous", ship(SHIP))
    assert not flags_of(*[caller(k) for k in range(5)], *later).of("rendezvous", ship(SHIP))


def test_far_out_of_the_contiguous_zone_nothing_is_flagged():
    assert not flags_of(*pair((49.0, -7.9))).told


@pytest.mark.parametrize("number", [111_232_501, 992_351_000, 2_320_001, 970_123_456])
def test_what_is_no_vessel_meets_nobody(number):
    """An aircraft's, an aid's, a base station's and a beacon's number (ITU-R M.585)."""
    reports = pair(LYME_BAY)
    other = vessel(number, LYME_BAY, comes(9000.0, (150.0, 0.0)), SPAN)

    assert not flags_of(reports[0], other).told
