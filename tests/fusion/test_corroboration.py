"""Who bears a track's own word out: sites and not stations, and only those that could hear it."""

import numpy as np
import pytest
from fusion_scenes import BEER, LYME_BAY, Ear, ship, straight, vessel, watch
from hypothesis import assume, given
from hypothesis import strategies as st
from pyproj import Geod

from fusion.borne_out import FACTORS, numbers, unreal_weight
from fusion.corroboration import Heard, Witnesses, distinct, sites
from fusion.horizon import Horizon
from fusion.parameters import EngineParameters
from fusion.records import STATE
from geo.sphere import distance_m
from geo.stations import Stations, station_number

SUBJECT = 235_000_002
SHED, PORTLAND = Ear("beer-shed", 0.9, late_s=0.2), Ear("portland-bill", 0.9, late_s=0.4)
PLACES = {"beer-head": (50.687, -3.094), "beer-shed": (50.688, -3.095), "portland-bill": (50.514, -2.456)}
ALOFT = (52.0, 1.0)
"""270 km off: no horizon of a ship reaches so far."""
places = st.lists(st.tuples(st.floats(50.0, 50.05), st.floats(-3.05, -3.0)), min_size=1, max_size=12)


def listed(names, at=PLACES):
    return Stations.of(
        len(names),
        number=np.array([station_number(name) for name in names], np.uint32),
        lat_deg=[at[name][0] for name in names],
        lon_deg=[at[name][1] for name in names],
        antenna_m=np.full(len(names), 100.0),
        hears_ais=np.full(len(names), True),
        hears_adsb=np.full(len(names), True),
    )


def seen(ears, stations=None):
    craft = vessel(SUBJECT, LYME_BAY, straight(3.0, 80.0, -2000.0, 0.0), (0.0, 600.0), ears)
    run = watch("loitering", reports=[craft], stations=stations)
    last = run.tracks.take(run.tracks.time_s == run.tracks.time_s.max())
    return int(last.independent[0]), int(last.plausible[0]), run


def test_two_receivers_on_one_hill_are_one_witness_and_one_across_the_bay_is_another():
    ears = (BEER, SHED, PORTLAND)

    assert seen(ears, listed(PLACES))[:2] == (2, 2)
    assert seen((BEER, SHED), listed(PLACES))[:2] == (1, 1)
    assert seen((PORTLAND,), listed(PLACES))[:2] == (1, 1)


def test_without_a_list_each_station_is_a_witness_and_nothing_is_said_of_reach():
    assert seen((BEER, SHED, PORTLAND))[:2] == (3, -1)


def test_a_station_that_is_not_listed_is_a_witness_of_whom_nothing_is_known():
    assert seen((BEER, PORTLAND), listed(["beer-head"]))[:2] == (2, 1)
    assert seen((PORTLAND,), listed(["beer-head"]))[:2] == (1, -1)


def test_a_station_far_beyond_the_horizon_bears_nothing_out():
    off = PLACES | {"portland-bill": ALOFT}

    assert seen((BEER, PORTLAND), listed(PLACES, off))[:2] == (2, 1)
    assert seen((PORTLAND,), listed(PLACES, off))[:2] == (1, 0)


def test_who_heard_it_long_ago_is_no_witness_now():
    s = np.zeros(2, STATE)
    s["station"][:, :2] = [station_number("beer-head"), station_number("portland-bill")]
    s["station_s"] = np.nan
    s["station_s"][:, 0], s["station_s"][0, 1], s["station_s"][1, 1] = 1000.0, 990.0, 600.0

    heard = Witnesses(None, None, EngineParameters()).heard(s, 1000.0)

    assert heard.independent.tolist() == [2, 1]


def test_a_pattern_is_told_what_the_tracks_are_told():
    *_, run = seen((BEER, SHED, PORTLAND), listed(PLACES))
    engine = run.engine
    now_s = float(run.tracks.time_s.max())

    view = engine._view(now_s)
    heard = view.heard(np.array([0]))

    assert view.state["entity"][0] == ship(SUBJECT)
    assert (heard.independent[0], heard.plausible[0]) == (2, 2)


@given(places)
def test_sites_are_the_islands_of_those_within_reach_of_each_other(at):
    named = {f"s{k}": place for k, place in enumerate(at)}
    stations = listed(list(named), named)

    number, site = sites(stations, 1000.0)

    row = {int(each): k for k, each in enumerate(number)}
    order = [row[station_number(name)] for name in named]
    lat, lon = np.array(at).T
    every, other = np.indices((len(at), len(at)))
    metres = Geod(ellps="WGS84").inv(lon[every], lat[every], lon[other], lat[other])[2]
    assume((np.abs(metres - 1000.0) > 0.01).all())
    near = metres <= 1000.0
    for _ in at:
        near = (near.astype(int) @ near.astype(int)) > 0
    assert (near == (site[order][:, None] == site[order])).all()
    assert (site <= number).all()


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=4, max_size=4))
def test_the_different_values_of_a_row_are_counted_as_a_set_counts_them(row):
    value, counted = (np.array([column]) for column in zip(*row, strict=True))

    assert distinct(value, counted)[0] == len({v for v, c in row if c})


def test_more_witnesses_never_make_a_place_less_real_and_none_that_could_make_it_least():
    heard = Heard(np.array([1, 2, 3, 4, 2], np.int8), np.array([1, 2, 3, 4, 0], np.int8))

    weight = unreal_weight(heard)

    assert (np.diff(weight[:4]) <= 0).all()
    assert weight[0] == 0.0 < weight[4]
    assert set(numbers(heard)) == {factor.name for factor in FACTORS}


def test_what_the_horizon_says_of_a_pair_is_what_it_says_of_all():
    horizon = Horizon(listed(PLACES), EngineParameters())
    number = np.array([[station_number(name) for name in PLACES]], np.uint32)
    at = (np.array([50.6]), np.array([-3.0]), np.array([np.nan]))

    part = horizon.parts(np.array([True]), np.array([1], np.uint8), number, at)

    sight_m = np.sqrt(2.0 * 4.0 / 3.0 * 6_371_000.0) * (np.sqrt(100.0) + np.sqrt(10.0))
    expected = [distance_m(*at[:2], *np.array([[a], [b]]))[0] / sight_m for a, b in PLACES.values()]
    # A sphere and the ellipsoid differ by a third of a per cent.
    assert part[0] == pytest.approx(expected, rel=5e-3)
