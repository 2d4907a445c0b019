"""Would it be received here and now: counts, horizons and living stations joined, against plain Python."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from feeds.reports import Source
from fusion.coverage import SEA_BAND, Coverage, cells
from fusion.ears import Ears
from fusion.expectation import ALIVE_S, Sent, expected
from fusion.horizon import Horizon
from fusion.parameters import EngineParameters
from geo.stations import Stations

NOW_S = 1_750_000_200.0
AT = (50.625, -2.95)
"""The middle of a cell."""
PARAMETERS = EngineParameters()
BEER, PORTLAND, FAR, UNLISTED = 11, 22, 33, 44
SITES = {BEER: (50.687, -3.094, 130.0), PORTLAND: (50.514, -2.456, 130.0), FAR: (57.1, -2.0, 30.0)}
SIGHT_M = math.sqrt(2.0 * 4.0 / 3.0 * 6_371_008.8)


def listed(*numbers):
    lat, lon, antenna_m = zip(*(SITES[number] for number in numbers), strict=True)
    return Horizon(
        Stations.of(
            len(numbers),
            number=np.array(numbers, np.uint32),
            lat_deg=lat,
            lon_deg=lon,
            antenna_m=antenna_m,
            hears_ais=np.ones(len(numbers), np.bool_),
        ),
        PARAMETERS,
    )


def hearing(*numbers, until_s=NOW_S):
    ears = Ears()
    for number in numbers:
        ears.hear(np.full(10, number, np.uint32), until_s - 9.0 + np.arange(10.0))
    return ears


def learned(network=(), **stations):
    """Counts in the cell of `AT`: rows of reports due, one heard of each; by station, (heard, due)."""
    coverage, cell = Coverage(), cells(np.array([AT[0]]), np.array([AT[1]]), np.array([SEA_BAND]))
    coverage.count(np.repeat(cell, len(network)), np.array(network, np.int64))
    for number, (heard, due) in stations.items():
        heard_of = np.arange(due) < heard
        station = np.full(due, int(number[1:]), np.uint32)
        coverage.count_stations(station, np.repeat(cell, due), heard_of, np.ones(due, np.int64))
    return coverage


def sent(source=Source.AIS_A, at=AT, alt_m=np.nan):
    return Sent(np.array([source], np.uint8), np.array([at[0]]), np.array([at[1]]), np.array([alt_m]))


def ask(coverage, horizon, ears, **asked):
    told = expected(coverage, horizon, ears, sent(**asked), NOW_S)
    return float(told.network[0]), dict(zip(told.number.tolist(), told.stations[0].tolist(), strict=True))


def part_of(number, antenna_m):
    """Distance over horizon, over the ellipsoid."""
    lat, lon, high_m = SITES[number]
    away_m = Geod(ellps="WGS84").inv(AT[1], AT[0], lon, lat)[2]
    return away_m / (SIGHT_M * (math.sqrt(high_m) + math.sqrt(antenna_m)))


def plain(network, stations, sites, living, antenna_m):
    """The query for one vessel at `AT`, spelt out: (network, {station: chance})."""
    p = PARAMETERS
    parts = {number: part_of(number, antenna_m) for number in sites}
    well = {n: min(max((1.0 - part) / (1.0 - p.horizon_well), 0.0), 1.0) for n, part in parts.items()}
    each, missed, all_missed = {}, 1.0, 1.0
    for number in {*stations, *sites, *living}:
        heard, due = stations.get(number, (0, 0))
        counted = heard > 0
        if number in living:
            missed *= 1.0 - (heard + counted) / max(due + 2 * counted, 1)
        all_missed *= 1.0 - (heard + counted) / max(due + 2 * counted, 1)
        prior = p.horizon_reports * well.get(number, 0.0)
        every = due + 2 * counted + prior
        hears = number in living and every
        each[number] = (heard + counted + prior * 0.5 * well.get(number, 0.0)) / every if hears else 0.0
    second = sorted((well[number] for number in sites), reverse=True)[1] if len(sites) > 1 else 0.0
    left = sorted((well[number] for number in sites if number in living), reverse=True)
    borne_out = left[1] if len(left) > 1 else 0.0
    heard, due = len(network), sum(network)
    counted = heard > 0
    every = due + 2 * counted + p.horizon_reports * second
    kept = (1.0 - missed) / (1.0 - all_missed) if all_missed < 1.0 else bool(living)
    supposed = p.horizon_reports * second * p.horizon_chance * borne_out
    total = ((heard + counted) * kept + supposed) / every if every else 0.0
    return total, each


counts = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: (min(pair), max(pair)))
everybody = st.sets(st.sampled_from([BEER, PORTLAND, FAR, UNLISTED]))
networks = st.lists(st.integers(1, 4), max_size=40)
by_station = st.dictionaries(st.sampled_from([BEER, PORTLAND, FAR, UNLISTED]), counts, max_size=4)
lists = st.sets(st.sampled_from([BEER, PORTLAND, FAR]), max_size=3)


def counted(network, stations):
    return learned(network, **{f"_{number}": pair for number, pair in stations.items()})


@given(networks, by_station, lists, everybody, st.sampled_from([(Source.AIS_A, 10.0), (Source.AIS_B, 3.0)]))
def test_the_query_is_what_it_says_step_by_step(network, stations, sites, living, kind):
    horizon = listed(*sorted(sites)) if sites else None
    source, antenna_m = kind

    told = ask(counted(network, stations), horizon, hearing(*living), source=source)

    # A station that was counted but never heard through, as only a test can make it, is not asked.
    stations = {number: pair for number, pair in stations.items() if number in living | sites}
    expectation, each = plain(network, stations, sites, living, antenna_m)
    assert told[0] == pytest.approx(expectation, abs=1e-4)
    assert told[1] == pytest.approx(each, abs=1e-4)


@given(networks, by_station, lists, everybody, everybody)
def test_it_is_a_probability_and_one_more_living_station_never_lowers_it(
    network, stations, sites, living, more
):
    coverage, horizon = counted(network, stations), listed(*sorted(sites)) if sites else None

    def of(alive):
        ears = hearing(*alive)
        ears.hear(np.array(sorted(stations), np.uint32), np.full(len(stations), NOW_S - 7200.0))
        return ask(coverage, horizon, ears)

    fewer, every = of(living), of(living | more)

    assert all(0.0 <= chance <= 1.0 for chance in (fewer[0], every[0], *every[1].values()))
    assert every[0] >= fewer[0] - 1e-12
    assert all(every[1][number] >= chance for number, chance in fewer[1].items())


@given(everybody)
def test_where_nobody_was_ever_heard_and_no_station_is_listed_nothing_is_expected(living):
    network, each = ask(Coverage(), None, hearing(*living))

    assert network == 0.0
    assert set(each.values()) <= {0.0}


@given(networks, lists)
def test_with_every_station_alive_it_is_the_number_by_which_a_silence_is_judged(network, sites):
    sites = sites - {FAR} | {BEER}
    coverage, horizon = counted(network, {}), listed(*sorted(sites))
    place = (np.array([[AT[0]]]), np.array([[AT[1]]]), np.array([[0.0]]))
    well = horizon.within(horizon._ships.parts(*place[:2], np.array([[10.0]]))[:, 0], 2)
    cell = cells(*(each[:, 0] for each in place[:2]), np.array([SEA_BAND]))

    judged = coverage.probability(cell, *horizon.supposed(well, well))

    assert ask(coverage, horizon, hearing(*sites))[0] == pytest.approx(judged[0], abs=1e-12)


def test_a_station_that_fell_silent_or_fails_is_not_listening():
    coverage = learned([1] * 50, _44=(40, 50), _11=(20, 50))
    both, one = hearing(UNLISTED, BEER), hearing(UNLISTED)
    one.hear(np.array([BEER], np.uint32), np.array([NOW_S - ALIVE_S - 1.0]))

    whole, part = ask(coverage, None, both), ask(coverage, None, one)

    assert part[1] == {BEER: 0.0, UNLISTED: whole[1][UNLISTED]}
    # 41 of 52 and 21 of 52, each by itself: the living one keeps so much of what both heard.
    missed = (11 / 52, 31 / 52)
    assert part[0] == pytest.approx(51 / 52 * (1 - missed[0]) / (1 - missed[0] * missed[1]))


def test_an_aircraft_is_asked_about_in_its_own_band_and_without_a_height_horizons_say_nothing():
    coverage = Coverage()
    high = cells(np.array([AT[0]]), np.array([AT[1]]), np.array([8]))
    coverage.count(np.repeat(high, 30), np.ones(30, np.int64))
    ears = hearing(UNLISTED)

    heard = [ask(coverage, None, ears, source=Source.ADSB, alt_m=alt_m)[0] for alt_m in (10_000.0, 500.0)]

    assert heard == [pytest.approx(31 / 32), 0.0]
    assert ask(Coverage(), listed(BEER, PORTLAND), hearing(BEER, PORTLAND), source=Source.ADSB)[0] == 0.0


def test_a_place_that_is_none_is_never_heard_and_no_question_has_no_answer():
    coverage = learned([1] * 9, _44=(9, 9))
    nowhere = ask(coverage, listed(BEER), hearing(UNLISTED), at=(np.nan, np.nan))
    none = expected(coverage, None, Ears(), Sent(np.empty(0, np.uint8), *np.empty((3, 0))), NOW_S)

    assert nowhere == (0.0, {BEER: 0.0, UNLISTED: 0.0})
    assert none.network.shape == (0,)
    assert none.stations.shape == (0, 0)
