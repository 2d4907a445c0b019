"""How far stations of known place see, and what that says of silences before anything was learned."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from fusion_scenes import (
    BEER,
    LYME_BAY,
    START_S,
    Ear,
    aircraft,
    engine_of,
    plane,
    ship,
    straight,
    traffic,
    vessel,
    watch,
)
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from alerts.features import canonical_json, collection
from feeds.reports import Doubt, Identities, Reports, Said, Source
from fusion.ears import Ears
from fusion.flags import State
from fusion.horizon import Antennas, Horizon
from fusion.parameters import EngineParameters
from fusion.records import STATE
from fusion.tracks import Tracks
from geo.batch import Ragged
from geo.forces import forces
from geo.sphere import EARTH_RADIUS_M
from geo.stations import Stations, station_number

SUBJECT = 235_000_002
PORTLAND, BERRY = Ear("portland-bill", 0.85, late_s=0.4), Ear("berry-head", 0.9)
BEER_AT, PORTLAND_AT = ("beer-head", 50.687, -3.094), ("portland-bill", 50.514, -2.456)
SPAN = (0.0, 7200.0)
SILENT_S = 1800.0
CRAWL = straight(1.6, 80.0, -8500.0, -1500.0)


def listed(*antennas, ais=True):
    """Stations of name, latitude, longitude, and height of the antenna."""
    names, lat, lon, antenna_m = zip(*antennas, strict=True)
    return Stations.of(
        len(antennas),
        number=np.array([station_number(name) for name in names], np.uint32),
        lat_deg=lat,
        lon_deg=lon,
        antenna_m=antenna_m,
        hears_ais=np.full(len(antennas), ais),
        hears_adsb=np.full(len(antennas), not ais),
    )


BOTH = listed((*BEER_AT, 130.0), (*PORTLAND_AT, 130.0))


@cache
def first_hours(ears=(BEER, PORTLAND), until_s=SILENT_S):
    """Four small craft and a vessel that is switched off, in the first half hour of a network."""
    return [*traffic(LYME_BAY, SPAN, ears, count=4), vessel(SUBJECT, LYME_BAY, CRAWL, (0.0, until_s), ears)]


def dark(stations, reports=None, **options):
    return watch("dark_transponder", reports=reports or first_hours(), stations=stations, **options)


@given(
    lat=st.floats(-80, 80),
    lon=st.floats(-180, 179),
    bearing=st.floats(0, 360),
    antenna_m=st.floats(1, 400),
    height_m=st.floats(0, 12000),
)
def test_the_horizon_is_where_two_antennas_see_each_other_over_an_earth_a_third_larger(
    lat, lon, bearing, antenna_m, height_m
):
    # 4.12 km for each root of a metre, as the handbooks round it.
    sight_m = 4121.0 * (math.sqrt(antenna_m) + math.sqrt(height_m))
    one = listed(("cliff", lat, lon, antenna_m))
    antennas = Antennas(one, 4.0 / 3.0 * EARTH_RADIUS_M)
    to_lon, to_lat, _ = Geod(ellps="WGS84").fwd(
        [lon] * 2, [lat] * 2, [bearing] * 2, [0.995 * sight_m, 1.005 * sight_m]
    )

    near, far = antennas.parts(np.array([to_lat]), np.array([to_lon]), np.full((1, 2), height_m))[0, :, 0]

    assert near < 1.0 < far


def silent(source, heard_by, lat, lon):
    """A vessel's state when last heard by stations, as the engine keeps it."""
    s = np.zeros(1, STATE)
    s["entity"], s["source"], s["heard_s"] = ship(SUBJECT), source, START_S
    s["station_s"] = np.nan
    for k, name in enumerate(heard_by):
        s["station"][0, k], s["station_s"][0, k] = station_number(name), START_S
    return s, (np.array([[lat]]), np.array([[lon]]), np.array([[np.nan]]))


def ears_of(*names):
    """Each heard through every six seconds, for ten minutes before the silence and fifteen of it."""
    ears = Ears()
    for name in names:
        ears.hear(np.full(250, station_number(name), np.uint32), START_S - 599.0 + 6.0 * np.arange(250))
    return ears


def reach(stations, ears, source=Source.AIS_A, heard_by=("beer-head",), lat=50.55, lon=-2.9, **parameters):
    found = Horizon(stations, EngineParameters(**parameters)).reach(
        *silent(source, heard_by, lat, lon), ears, (np.array([START_S + 900.0]), START_S + 900.0), 300.0
    )
    return {
        name: float(getattr(found, name)[0, 0]) for name in ("beyond", "heard", "due", "visits", "stations")
    }


def test_well_within_two_living_stations_the_horizon_stands_for_reports_and_visits():
    p = EngineParameters()

    told = reach(BOTH, ears_of("beer-head", "portland-bill"))

    # Beer is 20 km off and Portland 32, of 60 each: the farther one is the one that counts.
    within = (1.0 - 31.6 / 60.0) / (1.0 - p.horizon_well)
    assert told["stations"] == 2
    assert told["beyond"] == 0
    assert told["visits"] == pytest.approx(p.horizon_visits * within, rel=0.03)
    assert told["due"] == pytest.approx(p.horizon_reports * within, rel=0.03)
    assert told["heard"] == pytest.approx(told["due"] * p.horizon_chance * within, rel=0.03)


@pytest.mark.parametrize(
    "living", [("beer-head",), (), ("beer-head", "some-other")], ids=["one", "none", "one and one unlisted"]
)
def test_a_station_that_is_not_heard_through_stands_for_nothing(living):
    told = reach(BOTH, ears_of(*living))

    assert (told["due"], told["visits"]) == (0, 0)


def test_a_station_that_came_after_the_silence_began_stands_for_nothing():
    ears = ears_of("beer-head")
    ears.hear(np.full(50, station_number("portland-bill"), np.uint32), START_S + 300.0 + 12.0 * np.arange(50))

    assert reach(BOTH, ears)["stations"] == 1


@pytest.mark.parametrize(
    ("lon", "source", "heard_by", "beyond"),
    [
        (-2.9, Source.AIS_A, ("beer-head",), False),
        (-1.9, Source.AIS_A, ("beer-head",), True),
        (-1.9, Source.AIS_A, ("beer-head", "unlisted"), False),
        (-1.9, Source.AIS_A, (), False),
        (-1.9, Source.AIS_SAR, ("beer-head",), False),
        (-2.3, Source.AIS_A, ("beer-head",), False),
        (-2.3, Source.AIS_B, ("beer-head",), True),
    ],
)
def test_beyond_is_beyond_the_horizon_of_every_station_for_a_height_that_is_known(
    lon, source, heard_by, beyond
):
    # From 130 m: 60 km to a ship, 54 to a small craft; the places are 20, 57.5 and 86 km off.
    told = reach(listed((*BEER_AT, 130.0)), ears_of("beer-head"), source, heard_by, lon=lon)

    assert told["beyond"] == beyond


def first_word(run):
    """Score and numbers of what was said first of the one that was switched off, and of nobody else."""
    assert {subject for flag in run.told for subject in flag.subjects} == {ship(SUBJECT)}
    flag = run.told[0]
    assert flag.state is State.OPEN
    return flag.score, {reason.factor: reason.value for reason in flag.reasons}


def test_in_the_first_hour_of_a_network_a_silence_is_the_stranger_where_horizons_are_known():
    (unknown, learned), (known, numbers) = first_word(dark(None)), first_word(dark(BOTH))

    assert known > unknown
    assert numbers["stations_in_reach"] == 2
    # Visits that the horizons stand for outweigh the few that were.
    assert numbers["tracks_that_end_here"] < 0.3 * learned["tracks_that_end_here"]


def test_one_station_may_stand_behind_a_hill_and_says_nothing():
    assert first_word(dark(listed((*BEER_AT, 130.0))))[0] == first_word(dark(None))[0]


def test_of_one_that_was_slow_enough_to_come_to_a_berth_the_horizons_say_nothing():
    slow = vessel(SUBJECT, LYME_BAY, straight(1.2, 80.0, -2000.0, -1500.0), (0.0, SILENT_S), (BEER, PORTLAND))
    reports = [*first_hours()[:-1], slow]

    ends = [first_word(dark(stations, reports))[1]["tracks_that_end_here"] for stations in (None, BOTH)]

    assert ends[0] == ends[1]


def test_beyond_the_horizon_of_all_stations_a_silence_never_counts():
    reports = [
        *traffic(LYME_BAY, (0.0, 10800.0)),
        vessel(SUBJECT, LYME_BAY, CRAWL, (0.0, 7200.0), (BEER,)),
    ]

    low, high, other = (
        listed((*at, up)) for at, up in ((BEER_AT, 0.0), (BEER_AT, 130.0), (PORTLAND_AT, 0.0))
    )
    assert dark(None, reports).one("dark_transponder", ship(SUBJECT))
    assert dark(high, reports).one("dark_transponder", ship(SUBJECT))
    assert not dark(low, reports).told
    # The one that heard them all is not listed: nobody knows how far it sees.
    assert dark(other, reports).one("dark_transponder", ship(SUBJECT))


@pytest.mark.parametrize("failing", ["dead", "failing"])
def test_a_station_that_dies_or_fails_makes_nobody_dark_however_well_its_horizon_is_known(failing):
    ends = {"until_s": SILENT_S} if failing == "dead" else {"fails_s": SILENT_S, "failed_part": 0.1}
    ears = (replace(BEER, **ends), replace(PORTLAND, **ends))
    afar = vessel(232_000_900, (52.2, 1.85), straight(4.0, 10.0), SPAN, (Ear("lowestoft"),))

    run = dark(BOTH, [*first_hours(ears, SPAN[1]), afar])

    assert not run.standing("dark_transponder")


@cache
def told(stations=BOTH, size=None, seed=None):
    """Every version told and every track, of the first hours cut into batches that arrive shuffled."""
    engine, reports = engine_of("dark_transponder", stations=stations), Reports.concat(first_hours())
    delay_s = (
        np.zeros(len(reports)) if seed is None else np.random.default_rng(seed).uniform(0, 10, len(reports))
    )
    order = np.argsort(reports.time_s + delay_s, kind="stable")
    outcomes = []
    for start in range(0, len(order), size or len(order)):
        part = order[start : start + (size or len(order))]
        until_s = float((reports.time_s + delay_s)[part[-1]]) - 10.0
        outcomes.append(engine.step(Said(reports.take(part), Identities.empty()), until_s))
    outcomes.append(engine.finish())
    flags = [flag for outcome in outcomes for flag in outcome.flags]
    tracks = Tracks.concat([outcome.tracks for outcome in outcomes])
    columns = b"".join(np.ascontiguousarray(c).tobytes() for c in tracks.columns().values())
    return b"".join(canonical_json(collection([flag], forces)) for flag in flags), columns


@pytest.mark.parametrize(("size", "seed"), [(50, None), (333, 1)])
def test_however_the_input_is_cut_and_shuffled_the_flags_under_horizons_are_the_same_bytes(size, seed):
    assert told()[0]
    assert told(size=size, seed=seed) == told()


def test_in_whatever_order_stations_are_listed_the_flags_are_the_same_bytes():
    assert told(stations=BOTH.take([1, 0])) == told()


def heard(entity, lat, source, stations, alt_m=np.nan):
    n = len(lat)
    return Reports.of(
        n,
        time_s=START_S + 10.0 * np.arange(n),
        entity=np.full(n, entity, np.uint64),
        message=np.arange(n, dtype=np.uint64) + np.uint64(entity),
        lat_deg=lat,
        lon_deg=np.full(n, -3.0),
        alt_m=np.full(n, alt_m),
        source=np.full(n, int(source)),
        stations=Ragged.of_rows([[station_number(name) for name in stations]] * n, "u4"),
    )


@pytest.mark.parametrize(
    ("stations", "lat", "doubted"),
    [
        (["beer-head"], 50.5, False),
        (["beer-head"], 49.2, True),  # 165 km off, of 60
        (["beer-head"], 49.8, False),  # 100 km off: a duct may do that
        (["beer-head", "portland-bill"], 49.2, True),
        (["beer-head", "brest"], 49.2, False),
        (["brest"], 49.2, False),
        ([], 49.2, False),
    ],
)
def test_a_position_far_beyond_the_horizon_of_all_that_heard_it_is_doubted_and_kept(stations, lat, doubted):
    reports = [heard(ship(SUBJECT), [lat] * 3, Source.AIS_A, stations)]

    tracks = watch(reports=reports, stations=BOTH).tracks

    assert len(tracks) == 3
    assert ((tracks.doubt & int(Doubt.POSITION_RANGE)) != 0).tolist() == [doubted] * 3
    assert not (watch(reports=reports).tracks.doubt & int(Doubt.POSITION_RANGE)).any()


@pytest.mark.parametrize(("alt_m", "doubted"), [(10_000.0, False), (300.0, True), (np.nan, False)])
def test_an_aircraft_is_seen_as_far_as_its_height_allows(alt_m, doubted):
    field = listed(("field", 50.6, -3.0, 20.0), ais=False)
    reports = [heard(plane(0x400001), [48.0] * 3, Source.ADSB, ["field"], alt_m)]

    tracks = watch(reports=reports, stations=field).tracks

    assert ((tracks.doubt & int(Doubt.POSITION_RANGE)) != 0).tolist() == [doubted] * 3


def test_aircraft_and_ships_are_each_judged_by_the_antennas_that_hear_their_kind():
    both = Stations.concat([BOTH, listed((*BEER_AT, 130.0), ais=False)])
    flying = aircraft(0x400001, LYME_BAY, straight(60.0, 90.0, 0.0, 0.0, 1000.0), (0.0, 120.0), (BEER,))

    run = watch(reports=[flying, *first_hours()], stations=both)

    assert not (run.tracks.doubt & int(Doubt.POSITION_RANGE)).any()
    assert run.of("dark_transponder", ship(SUBJECT))
