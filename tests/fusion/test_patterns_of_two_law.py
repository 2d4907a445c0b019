"""The law for patterns of two subjects: however the input is cut the flags are the same; and pairs as a plain loop has them."""

from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from fusion_scenes import (
    LYME_BAY,
    START_S,
    Ear,
    aircraft,
    engine_of,
    named,
    orbit,
    points,
    ship,
    straight,
    vessel,
    watch,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.features import canonical_json, collection
from feeds.reports import Domain, Identities, Reports, Said, Source, entities
from fusion.halts import Halts
from fusion.pairs import NORTHERNMOST_DEG, near_pairs, ships
from fusion.pattern import patterns
from fusion.records import SAMPLES, STATE
from fusion.state import Table
from fusion.whereabouts import walk, whereabouts
from geo.forces import forces
from geo.sphere import distance_m
from headland import bundle
from headland.options import ReplayOptions
from headland.replay import outcomes
from headland.run import begun
from headland.settings import Settings

KINDS = ("air_sea_contact", "drop_off", "rendezvous")
SPAN = (0.0, 3900.0)
NAN_COLUMNS = ("lat_deg", "lon_deg", "alt_m", "sog_mps", "cog_deg", "climb_mps")


def comes(east_m, at=(0.0, 0.0)):
    e, n = at
    return points((0.0, east_m, n), (900.0, e, n), (2000.0, e, n + 600.0), (3900.0, -1.5 * east_m, n + 600.0))


@cache
def scene():
    """All three kinds within an hour: a meeting, a halt and who comes for it, an aircraft over a boat."""
    circle = orbit(800.0, 40.0, 120.0, 20_000.0, -6000.0)
    parts = [
        vessel(235_000_001, LYME_BAY, comes(-7000.0), SPAN),
        vessel(235_000_002, LYME_BAY, comes(7000.0, (120.0, 0.0)), SPAN),
        vessel(
            235_000_003,
            LYME_BAY,
            points((0, -6000, -9000), (900, 0, -9000), (1700, 0, -8600), (3900, 15000, -8600)),
            SPAN,
        ),
        vessel(
            235_000_004,
            LYME_BAY,
            points((1200, 0, 2500), (2400, 200, -8500), (2700, 300, -8400), (3000, 100, -8600), (3900, 0, 0)),
            (1200.0, 3900.0),
            source=Source.AIS_B,
        ),
        vessel(235_000_005, LYME_BAY, straight(0.4, 60.0, 20_000.0, -6000.0), SPAN, source=Source.AIS_B),
        aircraft(0x400001, LYME_BAY, circle, (2400.0, 2800.0), (Ear("aberporth", 0.1),)),
    ]
    names = [named(ship(235_000_000 + k), START_S + 60.0 * k, ship_type=(70, 37)[k % 2]) for k in range(1, 6)]
    return Said(Reports.concat(parts), Identities.concat(names))


def flags_of(batches):
    engine, told = engine_of(*KINDS), []
    for said, watermark_s in batches:
        told += engine.step(said, watermark_s).flags
    told += engine.finish().flags
    return b"".join(canonical_json(collection([flag], forces)) for flag in told)


@cache
def whole():
    return flags_of([(scene(), -np.inf)])


def test_the_scene_raises_each_kind():
    run = watch(*KINDS, reports=[scene().reports], identities=[scene().identities])

    assert {flag.kind for flag in run.told} == set(KINDS)
    assert all(list(flag.subjects) == sorted(flag.subjects) and len(flag.subjects) == 2 for flag in run.told)


@given(st.lists(st.floats(0.0, 3900.0), max_size=6))
@settings(max_examples=8, deadline=None)
def test_however_the_input_is_cut_every_version_of_every_flag_is_the_same(cuts):
    time_s, names_s = scene().reports.time_s, scene().identities.time_s
    edges = [-np.inf, *sorted(START_S + cut for cut in cuts), np.inf]
    batches = []
    for low, high in pairwise(edges):
        rows, said = ((each >= low) & (each < high) for each in (time_s, names_s))
        mark = high if np.isfinite(high) else -np.inf
        batches.append((Said(scene().reports.take(rows), scene().identities.take(said)), mark))

    assert flags_of(batches) == whole()


@pytest.mark.parametrize("column", NAN_COLUMNS)
def test_rows_that_say_nothing_raise_nothing_and_break_nothing(column):
    reports = scene().reports
    blank = reports.replaced(**{column: np.full(len(reports), np.nan)})

    run = watch(*KINDS, reports=[blank], identities=[scene().identities])

    if column in {"lat_deg", "lon_deg"}:
        assert not run.told
    assert all(0.0 <= flag.score <= 1.0 for flag in run.told)


places = st.lists(
    st.tuples(st.floats(50.0, 50.1), st.one_of(st.floats(-180.0, -179.9), st.floats(179.9, 179.999))),
    max_size=30,
)


@given(places)
@settings(max_examples=60, deadline=None)
def test_pairs_are_those_of_a_plain_loop_also_across_the_antimeridian(chosen):
    lat, lon = np.array(chosen, np.float64).reshape(-1, 2).T
    entity = np.random.default_rng(len(chosen)).permutation(len(chosen)).astype(np.uint64) + 1

    first, second = near_pairs(entity, lat, lon, 2000.0, 1000)

    found = set(zip(entity[first].tolist(), entity[second].tolist(), strict=True))
    metres = {
        (int(entity[i]), int(entity[j])): float(distance_m(lat[i], lon[i], lat[j], lon[j]))
        for i in range(len(lat))
        for j in range(len(lat))
        if entity[i] < entity[j]
    }
    assert {pair for pair, away in metres.items() if away < 1990.0} <= found
    assert all(metres[pair] < 2010.0 for pair in found)


def test_a_crowd_yields_no_pairs_and_a_place_beyond_the_cells_none():
    many = np.full(200, 50.5), np.linspace(-2.9, -2.899, 200)
    ids = np.arange(1, 201, dtype=np.uint64)
    north = np.full(2, NORTHERNMOST_DEG + 1.0)

    assert not len(near_pairs(ids, *many, 500.0, 40)[0])
    assert not len(near_pairs(ids[:2], north, north, 500.0, 40)[0])
    assert not len(near_pairs(ids[:0], np.empty(0), np.empty(0), 500.0, 40)[0])


def test_twenty_thousand_ships_a_mile_apart_are_paired_without_squaring_them():
    lat, lon = (
        each.ravel() for each in np.meshgrid(48.0 + 0.02 * np.arange(200), -10.0 + 0.03 * np.arange(100))
    )

    first, _ = near_pairs(np.arange(1, len(lat) + 1, dtype=np.uint64), lat, lon, 2300.0, 60)

    assert 20_000 < len(first) < 80_000


def table_of(seed, count=6):
    """Tracks with random samples and a last belief after them."""
    rng, table = np.random.default_rng(seed), Table.empty()
    table.admit(np.arange(1, count + 1, dtype=np.uint64), np.zeros(count))
    for row in range(count):
        samples = int(rng.integers(0, 2 * SAMPLES))
        times = np.cumsum(rng.uniform(20.0, 200.0, samples))
        table.state["samples"][row] = samples
        for k in range(max(samples - SAMPLES, 0), samples):
            table.history[row, k % SAMPLES]["time_s"] = times[k]
            table.history[row, k % SAMPLES]["lat"] = 50.0 + 1e-5 * times[k]
            table.history[row, k % SAMPLES]["lon"] = -3.0 - 2e-5 * times[k]
        if samples:
            s = table.state[row]
            s["state_s"], s["lat"], s["lon"] = (
                times[-1] + 10.0,
                50.0 + 1e-5 * times[-1],
                -3.0 - 2e-5 * times[-1],
            )
            s["east_mps"], s["north_mps"] = 1.0, -2.0
    return table


@pytest.mark.parametrize("seed", range(4))
def test_whereabouts_are_those_of_the_plain_loop_and_lie_on_the_way(seed):
    table = table_of(seed)
    slots, time_s = np.array([5, 0, 3, 2]), np.arange(0.0, 40_000.0, 500.0)
    lat, lon = whereabouts(table.state, table.history, slots, time_s, 150.0, 600.0)
    plain = np.full(lat.shape, np.nan), np.full(lat.shape, np.nan)

    walk.py_func(
        table.state.view(np.recarray), table.history.view(np.recarray), slots, time_s, 150.0, 600.0, *plain
    )

    np.testing.assert_array_equal(lat, plain[0])
    np.testing.assert_array_equal(lon, plain[1])
    inside = np.isfinite(lat) & (time_s[None, :] < table.state["state_s"][slots][:, None] - 210.0)
    assert inside.any()
    np.testing.assert_allclose(
        lat[inside], (50.0 + 1e-5 * np.broadcast_to(time_s, lat.shape))[inside], atol=1e-9
    )


def test_what_is_a_ship_is_told_by_transmission_and_number():
    numbers = [235_000_001, 982_320_001, 111_232_501, 992_351_000, 2_320_001, 970_123_456, 123_456_789]
    state = np.zeros(len(numbers) + 1, STATE)
    state["entity"][:-1] = entities(Domain.AIS, numbers)
    state["source"] = int(Source.AIS_B)
    state["entity"][-1], state["source"][-1] = entities(Domain.ICAO, [0x400001])[0], int(Source.ADSB)

    assert ships(state).tolist() == [True, True, False, False, False, False, True, False]


def test_halts_are_kept_and_restored_and_do_not_depend_on_who_else_is_there():
    alone, together = (
        watch(*KINDS, reports=[part]).engine.context.halts
        for part in (scene().reports.take(scene().reports.entity == ship(235_000_003)), scene().reports)
    )
    mine = together.ended.take(together.ended.entity == ship(235_000_003))
    again = Halts()
    again.restore(together.state())

    assert len(mine) == 1
    assert 600.0 <= float(mine.to_s[0] - mine.from_s[0]) <= 1100.0
    for name, column in alone.ended.columns().items():
        np.testing.assert_array_equal(column, getattr(mine, name))
        np.testing.assert_array_equal(getattr(again.ended, name), getattr(together.ended, name))


def test_every_parameter_has_a_unit_a_reason_and_a_range():
    for name in KINDS:
        for each in patterns()[name].__dataclass_fields__.values():
            if each.metadata:
                assert each.metadata["why"], each.name
                assert each.metadata["low"] < each.default <= each.metadata["high"]


def test_nobody_in_the_real_solent_meets_drops_or_is_flown_over():
    """85 minutes of 91 vessels: pilots, tugs, ferries, boats that leave harbour in company."""
    (solent,) = [each for each in bundle.recordings() if "Solent" in each.what]
    chosen = {name: patterns()[name]() for name in KINDS}
    options = ReplayOptions(settings=replace(Settings(), patterns=chosen))

    told = [
        flag
        for each in outcomes(begun([str(solent.path)], options), options, Counter())
        for flag in each.flags
    ]

    assert not told
