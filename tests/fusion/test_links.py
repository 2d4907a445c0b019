"""A search and rescue aircraft heard by AIS and by Mode S is one craft, and no two craft are."""

from functools import cache

import numpy as np
import pytest
from fusion_laws import LATENESS_S
from fusion_scenes import (
    BEER,
    LYME_BAY,
    START_S,
    Ear,
    aircraft,
    engine_of,
    plane,
    points,
    ship,
    straight,
    vessel,
    watch,
)
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from feeds.reports import Identities, Reports, Said, Source
from fusion.association import (
    HEIGHT_FLOOR_M,
    HEIGHT_SPAN_M,
    PLACE_FLOOR_M,
    SPEED_FLOOR_MPS,
    SPEED_MOST_MPS,
    _Belief,
    assigned,
    log_ratio,
)
from fusion.checkpoint import kept, restore
from fusion.parameters import EngineParameters
from fusion.tracks import Tracks
from geo.container import read, write

SAR, HELICOPTER, STRANGER = 111_232_501, 0x43C001, 0x400777
AIR = (Ear("beer-adsb", 0.9),)
SEARCH = points(
    (0.0, -20000.0, 0.0, 200.0),
    (300.0, -5000.0, 3000.0, 150.0),
    (600.0, 0.0, -4000.0, 100.0),
    (900.0, 5000.0, 2000.0, 200.0),
    (1500.0, 30000.0, 2000.0, 300.0),
)
PARTING = points(
    (0.0, -20000.0, 0.0, 200.0),
    (300.0, -5000.0, 3000.0, 150.0),
    (600.0, 0.0, -4000.0, 100.0),
    (900.0, -9000.0, 2000.0, 200.0),
    (1500.0, -30000.0, -9000.0, 300.0),
)


def moved(way, east_m, north_m):
    """The same way, so far beside it."""
    return lambda t: (way(t)[0] + east_m, way(t)[1] + north_m, way(t)[2])


def rescue(mmsi, way, span=(0.0, 1500.0)):
    """Message 9: a place, a speed and a height every ten seconds."""
    heard = vessel(mmsi, LYME_BAY, way, span, (BEER,), Source.AIS_SAR)
    return heard.replaced(alt_m=way(heard.time_s - START_S)[2])


@cache
def scene(sar_way=SEARCH):
    parts = [
        aircraft(HELICOPTER, LYME_BAY, SEARCH, (0.0, 1500.0), AIR),
        rescue(SAR, sar_way),
        aircraft(STRANGER, LYME_BAY, straight(60.0, 90.0, -30000.0, 1000.0, 600.0), (0.0, 1200.0), AIR),
    ]
    return Reports.concat(parts)


def followed(reports, cuts, engine=None):
    """All tracks as bytes, and every link told, of reports given up to each of some times."""
    engine = engine or engine_of("loitering")
    tracks, links = [], []
    for from_s, until_s in zip([-np.inf, *cuts], [*cuts, np.inf], strict=True):
        part = reports.take((reports.time_s >= from_s) & (reports.time_s < until_s))
        mark_s = until_s - LATENESS_S if np.isfinite(until_s) else -np.inf
        outcome = engine.step(Said(part, Identities.empty()), mark_s)
        tracks.append(outcome.tracks)
        links += outcome.links
    outcome = engine.finish()
    every = Tracks.concat([*tracks, outcome.tracks])
    columns = b"".join(np.ascontiguousarray(c).tobytes() for c in every.columns().values())
    return columns, [*links, *outcome.links], every


def numbers_of(tracks, entity, from_s):
    return set(tracks.track[(tracks.entity == entity) & (tracks.time_s > START_S + from_s)].tolist())


def test_one_aircraft_heard_by_both_is_linked_within_minutes_and_is_one_track():
    _, links, tracks = followed(scene(), [])

    (link,) = links
    assert (link.entity_a, link.entity_b, link.until_s) == (ship(SAR), plane(HELICOPTER), None)
    assert START_S <= link.since_s <= START_S + 120.0
    assert link.probability >= 0.9
    shared = numbers_of(tracks, ship(SAR), 300.0)
    assert shared == numbers_of(tracks, plane(HELICOPTER), 300.0)
    assert len(shared) == 1
    assert shared.isdisjoint(numbers_of(tracks, plane(STRANGER), 0.0))


def test_a_pattern_is_told_that_two_numbers_are_one_craft_and_counts_it_once():
    engine = watch("loitering", reports=[scene()]).engine
    view = engine._view(START_S + 1500.0)
    all_three = np.array([ship(SAR), plane(HELICOPTER), plane(STRANGER)], np.uint64)

    assert view.same(all_three[:1], all_three[1:2]).tolist() == [True]
    assert view.same(all_three, np.roll(all_three, 1)).tolist() == [False, True, False]
    slots = np.arange(len(view.state))
    assert sorted(view.state["entity"][view.counted_once(slots)].tolist()) == [
        plane(STRANGER),
        plane(HELICOPTER),
    ]


def test_when_they_part_the_link_is_undone_and_each_has_its_own_number_again():
    _, links, tracks = followed(scene(PARTING), [])

    made, undone = links
    assert made.until_s is None
    assert START_S + 600.0 < undone.until_s < START_S + 900.0
    assert undone.since_s == made.since_s
    assert numbers_of(tracks, ship(SAR), 1000.0).isdisjoint(numbers_of(tracks, plane(HELICOPTER), 1000.0))
    assert numbers_of(tracks, ship(SAR), 1000.0) == numbers_of(tracks, ship(SAR), 0.0) - numbers_of(
        tracks, plane(HELICOPTER), 0.0
    )


@pytest.mark.parametrize("beside_m", [2500.0, 4000.0])
def test_an_aircraft_that_flies_beside_it_for_a_quarter_of_an_hour_is_not_it(beside_m):
    parts = [
        aircraft(HELICOPTER, LYME_BAY, moved(SEARCH, 0.0, beside_m), (0.0, 900.0), AIR),
        rescue(SAR, SEARCH),
    ]

    assert not followed(Reports.concat(parts), [])[1]


def test_two_pairs_that_search_side_by_side_are_not_crossed():
    other_sar, other_plane, beside = 111_232_502, 0x43C002, moved(SEARCH, 0.0, 1500.0)
    parts = [
        aircraft(HELICOPTER, LYME_BAY, SEARCH, (0.0, 900.0), AIR),
        aircraft(other_plane, LYME_BAY, beside, (0.0, 900.0), AIR),
        rescue(SAR, beside, (0.0, 900.0)),
        rescue(other_sar, SEARCH, (0.0, 900.0)),
    ]

    _, links, _ = followed(Reports.concat(parts), [])

    told = {(link.entity_a, link.entity_b) for link in links}
    assert told == {(ship(SAR), plane(other_plane)), (ship(other_sar), plane(HELICOPTER))}


@pytest.mark.parametrize("step_s", [7.0, 61.0, 400.0])
def test_cut_anywhere_links_and_tracks_are_the_same_bytes(step_s):
    cuts = (START_S + np.arange(step_s, 1500.0, step_s)).tolist()

    columns, links, _ = followed(scene(PARTING), cuts)

    whole, whole_links, _ = followed(scene(PARTING), [])
    assert columns == whole
    assert links == whole_links


@pytest.mark.parametrize("at_s", [40.0, 450.0, 650.0, 1200.0])
def test_broken_off_and_gone_on_from_a_checkpoint_links_are_the_same(at_s, tmp_path):
    reports, cut_s = scene(PARTING), START_S + at_s
    first, second = engine_of("loitering"), engine_of("loitering")
    before = first.step(Said(reports.take(reports.time_s < cut_s), Identities.empty()), cut_s - LATENESS_S)

    with (tmp_path / "kept").open("wb") as file:
        write(file, kept(first))
    restore(second, read(tmp_path / "kept"))
    rest = second.step(Said(reports.take(reports.time_s >= cut_s), Identities.empty()), -np.inf)
    last = second.finish()

    every = Tracks.concat([before.tracks, rest.tracks, last.tracks])
    _, links, whole = followed(reports, [])
    assert [*before.links, *rest.links, *last.links] == links
    assert every.track.tobytes() == whole.track.tobytes()


spreads = st.floats(1.0, 300.0)


@given(
    *(st.floats(-400.0, 400.0) for _ in range(2)),
    *(st.floats(-8.0, 8.0) for _ in range(2)),
    st.floats(-100.0, 100.0),
    spreads,
    st.floats(0.1, 10.0),
    st.floats(-0.9, 0.9),
)
def test_the_fit_is_the_ratio_of_textbook_densities(east, north, du, dv, up, sigma_p, sigma_v, rho):
    cov = rho * sigma_p * sigma_v
    degree = np.radians(1.0) * 6_371_008.8
    beliefs = [
        _Belief(
            *(np.array([value]) for value in (0, lat, lon, u, v, sigma_p**2, cov, sigma_v**2, alt, 400.0))
        )
        for lat, lon, u, v, alt in ((0.0, 0.0, 0.0, 0.0, 0.0), (north / degree, east / degree, du, dv, up))
    ]
    p = EngineParameters(link_gate=200.0)

    fit = log_ratio(*beliefs, p)[0]

    axis = np.array(
        [
            [2 * sigma_p**2 + PLACE_FLOOR_M**2, 2 * cov],
            [2 * cov, 2 * sigma_v**2 + SPEED_FLOOR_MPS**2],
        ]
    )
    one = (
        multivariate_normal.logpdf([east, du], cov=axis)
        + multivariate_normal.logpdf([north, dv], cov=axis)
        + multivariate_normal.logpdf(up, cov=800.0 + HEIGHT_FLOOR_M**2)
    )
    strangers = -np.log(np.pi * p.link_near_m**2 * np.pi * SPEED_MOST_MPS**2 * HEIGHT_SPAN_M)
    assert fit == pytest.approx(one - strangers, abs=1e-4)


tables = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 20)), min_size=1, max_size=9)


@given(tables)
def test_no_other_assignment_gains_more(table):
    gain = {(a, b): float(g) for a, b, g in table}
    a, b = np.array(sorted(gain)).T

    chosen = assigned(a, b, np.array([gain[pair] for pair in zip(a, b, strict=True)]))

    pairs = [(a[k], b[k]) for k in chosen]
    assert len({x for x, _ in pairs}) == len({y for _, y in pairs}) == len(pairs)
    assert sum(gain[pair] for pair in pairs) == pytest.approx(best(gain), abs=1e-3)


def best(gain, used=frozenset()):
    """The greatest sum, by trying every row with every column and with none."""
    rows = sorted({a for a, _ in gain})
    if not rows:
        return 0.0
    rest = {pair: g for pair, g in gain.items() if pair[0] != rows[0]}
    options = [g + best(rest, used | {b}) for (a, b), g in gain.items() if a == rows[0] and b not in used]
    return max([best(rest, used), *options])


def test_of_equal_sums_low_numbers_go_with_low_ones():
    a, b = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])

    assert assigned(a, b, np.full(4, 3.0)).tolist() == [0, 3]
