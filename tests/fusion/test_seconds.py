"""Two transmitters on one number are two tracks, each followed by itself, until one of them has gone."""

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
    drift,
    engine_of,
    plane,
    ship,
    straight,
    vessel,
    watch,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.reports import Doubt, Identities, Reports, Said, Source
from fusion.checkpoint import kept, restore
from fusion.patterns.loitering import PATTERN as LOITERING
from fusion.tracks import Tracks

SHARED = 235_000_009
EARS = (BEER, Ear("portland-bill", 0.9, late_s=0.3))
EAST, SOUTH = straight(6.0, 90.0, -9000.0, 0.0), straight(4.0, 180.0, 12000.0, 15000.0)


@cache
def scene():
    """One number borne by two ships: one under way eastward all along, another southward for half an hour."""
    return Reports.concat(
        [
            vessel(SHARED, LYME_BAY, EAST, (0.0, 3000.0), EARS),
            vessel(SHARED, LYME_BAY, SOUTH, (603.0, 2403.0), EARS),
        ]
    )


def followed(reports, cuts=()):
    engine, parts = engine_of("identity_conflict", "loitering"), []
    for from_s, until_s in zip([-np.inf, *cuts], [*cuts, np.inf], strict=True):
        part = reports.take((reports.time_s >= from_s) & (reports.time_s < until_s))
        mark_s = until_s - LATENESS_S if np.isfinite(until_s) else -np.inf
        parts.append(engine.step(Said(part, Identities.empty()), mark_s).tracks)
    return Tracks.concat([*parts, engine.finish().tracks]), engine


def as_bytes(tracks):
    return b"".join(np.ascontiguousarray(column).tobytes() for column in tracks.columns().values())


def split(tracks):
    """Positions of the first and of the second number, which there must be."""
    numbers, first = np.unique(tracks.track, return_index=True)
    one, two = numbers[np.argsort(first)]
    return tracks.take(tracks.track == one), tracks.take(tracks.track == two)


def test_each_of_two_ships_on_one_number_is_followed_on_her_own_way():
    one, two = split(followed(scene())[0])

    assert set(one.entity.tolist()) == set(two.entity.tolist()) == {ship(SHARED)}
    assert two.time_s.min() - START_S < 603.0 + 90.0
    assert len(two) > 160
    later = one.take(one.time_s > two.time_s.min() + 60.0)
    assert not ((later.doubt | 0) & int(Doubt.POSITION_JUMP)).any()
    assert later.cog_deg == pytest.approx(90.0, abs=8.0)
    settled = two.take(np.arange(6, len(two)))
    assert settled.cog_deg == pytest.approx(180.0, abs=12.0)
    assert settled.sog_mps == pytest.approx(4.0, abs=0.8)


def test_the_conflict_goes_on_being_told_once_they_are_apart():
    flag = watch("identity_conflict", reports=[scene()]).one("identity_conflict", ship(SHARED))

    assert flag.score > 0.9
    assert {reason.factor: reason.value for reason in flag.reasons}["changes_of_place"] > 100


def test_one_ship_whose_word_comes_late_by_one_station_is_one_track():
    late = Ear("slow-uplink", 0.9, late_s=40.0)
    craft = vessel(SHARED, LYME_BAY, straight(14.0, 90.0, -9000.0, 0.0), (0.0, 1800.0), (BEER, late))

    tracks, engine = followed(craft)

    assert engine.seconds.table.size == 0
    assert len(np.unique(tracks.track)) == 1


def test_one_ship_whose_set_is_wrong_now_and_then_is_one_track():
    craft = vessel(SHARED, LYME_BAY, EAST, (0.0, 1800.0), EARS)
    wrong = np.random.default_rng(4).random(len(craft)) < 0.1
    tracks, _ = followed(craft.replaced(lat_deg=np.where(wrong, craft.lat_deg + 0.3, craft.lat_deg)))

    assert len(np.unique(tracks.track)) == 1


def test_when_the_first_falls_silent_the_second_goes_on_under_its_own_number():
    parts = [
        vessel(SHARED, LYME_BAY, EAST, (0.0, 1500.0), EARS),
        vessel(SHARED, LYME_BAY, SOUTH, (603.0, 4200.0), EARS),
    ]

    tracks, engine = followed(Reports.concat(parts))

    one, two = split(tracks)
    assert engine.seconds.table.size == 0
    assert one.time_s.max() - START_S < 1510.0
    assert two.time_s.max() - START_S > 4150.0
    assert engine.table.live["track"].tolist() == [two.track[0]]
    assert engine.table.live["samples"][0] > 60


def test_when_the_second_falls_silent_it_is_forgotten_and_the_first_goes_on():
    parts = [
        vessel(SHARED, LYME_BAY, EAST, (0.0, 4500.0), EARS),
        vessel(SHARED, LYME_BAY, SOUTH, (603.0, 2403.0), EARS),
    ]

    tracks, engine = followed(Reports.concat(parts))

    one, _ = split(tracks)
    assert engine.seconds.table.size == 0
    assert one.time_s.max() - START_S > 4450.0


def test_two_aircraft_on_one_address_are_told_apart_by_place_and_by_velocity():
    ears = (Ear("beer-adsb", 0.8),)
    east = aircraft(0x400123, LYME_BAY, straight(60.0, 90.0, -40000.0, 0.0, 900.0), (0.0, 900.0), ears)
    north = aircraft(0x400123, LYME_BAY, straight(80.0, 0.0, -30000.0, 30000.0, 900.0), (0.13, 900.0), ears)

    one, two = split(followed(Reports.concat([east, north]))[0])

    later = [part.take(part.time_s > START_S + 120.0) for part in (one, two)]
    assert one.entity[0] == two.entity[0] == plane(0x400123)
    courses = sorted(float(np.median(part.cog_deg % 359.0)) for part in later)
    assert courses == pytest.approx([0.0, 90.0], abs=3.0)
    for part in later:
        assert part.cog_deg.std() < 5.0 or np.cos(np.radians(part.cog_deg)).min() > 0.98


def test_who_loiters_under_a_number_that_another_bears_is_judged():
    parts = [
        vessel(SHARED, LYME_BAY, straight(6.0, 90.0, -18000.0, -9000.0), (0.0, 5400.0), EARS),
        vessel(SHARED, LYME_BAY, drift(900.0, 4000.0, 3000.0, 7000.0), (603.0, 5400.0), EARS),
    ]

    run = watch(LOITERING(), reports=parts)

    assert run.of("loitering", ship(SHARED))


@pytest.mark.parametrize("step_s", [7.0, 61.0, 700.0])
def test_cut_anywhere_the_tracks_are_the_same_bytes(step_s):
    cuts = (START_S + np.arange(step_s, 3000.0, step_s)).tolist()

    assert as_bytes(followed(scene(), cuts)[0]) == as_bytes(followed(scene())[0])


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_shuffled_in_one_batch_the_tracks_are_the_same_bytes(seed):
    order = np.random.default_rng(seed).permutation(len(scene()))

    assert as_bytes(followed(scene().take(order))[0]) == as_bytes(followed(scene())[0])


@pytest.mark.parametrize("at_s", [630.0, 1500.0, 2900.0])
def test_broken_off_and_gone_on_from_a_checkpoint_the_tracks_are_the_same(at_s):
    cut_s = START_S + at_s
    first, second = (engine_of("identity_conflict", "loitering") for _ in range(2))
    early = scene().time_s < cut_s
    before = first.step(Said(scene().take(early), Identities.empty()), cut_s - LATENESS_S).tracks

    restore(second, kept(first))
    rest = second.step(Said(scene().take(~early), Identities.empty()), -np.inf).tracks

    every = Tracks.concat([before, rest, second.finish().tracks])
    assert as_bytes(every) == as_bytes(followed(scene())[0])


def test_a_table_of_positions_is_split_like_any_other_word():
    parts = [
        vessel(SHARED, LYME_BAY, way, span, EARS, Source.AIS_B)
        for way, span in ((EAST, (0.0, 3000.0)), (SOUTH, (603.0, 2403.0)))
    ]

    one, two = split(followed(Reports.concat(parts))[0])

    assert min(len(one), len(two)) > 30
