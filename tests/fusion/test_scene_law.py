"""The law over a scene that raises every kind of flag, and an engine that nothing hostile stops."""

from functools import cache
from typing import ClassVar

import numpy as np
import pytest
from fusion_scenes import (
    BEER,
    LYME_BAY,
    MID_WALES,
    START_S,
    Ear,
    aircraft,
    drift,
    engine_of,
    named,
    plane,
    points,
    ship,
    straight,
    traffic,
    vessel,
    watch,
)

from alerts.features import canonical_json, collection
from feeds.reports import Doubt, Identities, Reports, Said, Source
from fusion.engine import Engine
from fusion.exclusions import Exclusions
from fusion.flags import State
from fusion.parameters import EngineParameters
from fusion.pattern import Found
from fusion.patterns.dark_transponder import PATTERN as DARK
from fusion.patterns.loitering import PATTERN as LOITERING
from fusion.patterns.unscheduled_landing import PATTERN as LANDING
from fusion.tracks import Tracks
from geo.batch import Ragged
from geo.forces import forces

LOITERER, SILENT, LANDER = 235_000_001, 235_000_002, 0x400003
LATENESS_S = EngineParameters().lateness_s
SHIP_EARS = (BEER, Ear("portland-bill", 0.8, late_s=0.7))
AIR_EARS = (Ear("aberporth", 0.1), Ear("trawsfynydd", 0.05, late_s=0.1))
SPAN = (0.0, 3300.0)


@cache
def scene() -> Said:
    """Two stations each for ships and aircraft; a loiterer, one that goes dark, one that comes down in a field."""
    down = points((0.0, -36000.0, -20000.0, 2500.0), (1200.0, 0.0, 0.0, 330.0))
    valley = points(
        (0.0, 0.0, -6000.0, 900.0),
        (60.0, 0.0, -2000.0, 140.0),
        (240.0, 0.0, 2000.0, 140.0),
        (400.0, 0.0, 9000.0, 1200.0),
    )
    parts = [
        *traffic(LYME_BAY, SPAN, SHIP_EARS, count=8),
        vessel(LOITERER, LYME_BAY, drift(1000.0, 4000.0, 3000.0, 7000.0), SPAN, SHIP_EARS),
        vessel(SILENT, LYME_BAY, straight(1.6, 80.0, -4000.0, -1500.0), (0.0, 1400.0), SHIP_EARS),
        aircraft(LANDER, MID_WALES, down, (0.0, 1200.0), AIR_EARS),
        aircraft(0x400310, MID_WALES, valley, (0.0, 400.0), AIR_EARS),
        aircraft(0x400301, MID_WALES, straight(40.0, 90.0, -70000.0, 0.0, 1200.0), (0.0, 2200.0), AIR_EARS),
    ]
    who = [
        named(ship(LOITERER), START_S + 60.0 * k, name="ADA", ship_type=kind)
        for k in range(20)
        for kind in (30, 70)
    ]
    return Said(Reports.concat(parts), Identities.concat(who))


def engine() -> Engine:
    # Among eight craft and within the hour little is known of what is usual: the prior makes up for it.
    return Engine([LOITERING(), DARK(prior=0.2), LANDING()])


def run(batches: list[tuple[Said, float]]) -> tuple[bytes, bytes, bytes]:
    """The last flags, every version in the order of telling, and the tracks, as bytes."""
    fused, told, tracks = engine(), [], []
    for said, watermark_s in batches:
        outcome = fused.step(said, watermark_s)
        told += outcome.flags
        tracks.append(outcome.tracks)
    last = fused.finish()
    told += last.flags
    every = Tracks.concat([*tracks, last.tracks])
    assert fused.waiting.late == 0
    versions = b"".join(canonical_json(collection([flag], forces)) for flag in told)
    columns = b"".join(np.ascontiguousarray(c).tobytes() for c in every.columns().values())
    return canonical_json(collection(told, forces)), versions, columns


@cache
def expected() -> tuple[bytes, bytes, bytes]:
    return run([(scene(), -np.inf)])


def cut(said: Said, delay_s: np.ndarray, name_delay_s: np.ndarray, size: int) -> list[tuple[Said, float]]:
    """Batches by arrival; the server's clock at the last arrival, less the lateness, is the watermark."""
    arrival_s = said.reports.time_s + delay_s
    order, names_s = np.argsort(arrival_s, kind="stable"), said.identities.time_s + name_delay_s
    batches, before_s = [], -np.inf
    for start in range(0, len(order), size):
        part = order[start : start + size]
        until_s = float(arrival_s[part[-1]])
        names = np.flatnonzero((names_s > before_s) & (names_s <= until_s))
        names = names[np.argsort(names_s[names], kind="stable")]
        batches.append((Said(said.reports.take(part), said.identities.take(names)), until_s - LATENESS_S))
        before_s = until_s
    return batches


def test_the_scene_raises_each_kind_of_flag_about_whom_it_should():
    flags = watch(
        LOITERING(), DARK(prior=0.2), LANDING(), reports=[scene().reports], identities=[scene().identities]
    )

    standing = {
        (f.kind, s) for f in flags.flags.values() if f.state is not State.WITHDRAWN for s in f.subjects
    }
    assert standing == {
        ("loitering", ship(LOITERER)),
        ("dark_transponder", ship(SILENT)),
        ("unscheduled_landing", plane(LANDER)),
    }
    assert flags.tracks.stations.max() == 2


@pytest.mark.parametrize("size", [1, 7, 1000, 10**9])
def test_batches_of_any_size_give_the_same_flags_versions_and_tracks(size):
    nothing = np.zeros(len(scene().reports)), np.zeros(len(scene().identities))

    assert run(cut(scene(), *nothing, size)) == expected()


@pytest.mark.parametrize("seed", range(2))
def test_arrivals_shuffled_within_the_lateness_give_the_same_flags_versions_and_tracks(seed):
    rng = np.random.default_rng(seed)
    delays = [rng.uniform(0.0, LATENESS_S, len(part)) for part in (scene().reports, scene().identities)]

    assert run(cut(scene(), *delays, int(rng.choice([50, 400])))) == expected()


def test_entities_shuffled_among_the_rows_of_one_batch_give_the_same_bytes():
    order = np.random.default_rng(5).permutation(len(scene().reports))
    names = np.random.default_rng(6).permutation(len(scene().identities))

    assert run([(Said(scene().reports.take(order), scene().identities.take(names)), -np.inf)]) == expected()


def test_an_excluded_subject_raises_no_flag_and_is_counted():
    rule = Exclusions.of(
        1, subject=np.array([ship(LOITERER)], np.uint64), kind=["loitering"], expires_s=[START_S + 1e6]
    )

    kept = watch("loitering", reports=[scene().reports], exclusions=rule)

    assert not kept.told
    assert kept.engine.excluded[("loitering", 0)] > 0
    assert set(kept.engine.excluded) == {("loitering", 0)}


def test_the_rules_of_a_list_that_took_another_s_place_are_numbered_on():
    rule = Exclusions.of(1, subject=np.array([ship(LOITERER)], np.uint64), expires_s=[START_S + 1e6])
    engine, half_s = engine_of("loitering", exclusions=rule), START_S + 2400.0
    early = scene().reports.time_s < half_s

    engine.step(Said(scene().reports.take(early), Identities.empty()), half_s)
    engine.exclude(rule)
    engine.step(Said(scene().reports.take(~early), Identities.empty()), 0.0)
    engine.finish()

    assert set(engine.excluded) == {("loitering", 0), ("loitering", 1)}


def test_only_what_would_have_been_a_flag_is_counted_as_excluded():
    rule = Exclusions.of(
        1, kind=["loitering"], lat_deg=[50.55], lon_deg=[-2.9], radius_m=[60000.0], expires_s=[np.inf]
    )
    # A drift that has only begun is a finding of the least score.
    begun = scene().reports.take(scene().reports.time_s < START_S + 1260.0)

    assert not watch("loitering", reports=[begun]).told
    assert not watch("loitering", reports=[begun], exclusions=rule).engine.excluded


def test_an_exclusion_that_has_expired_excludes_nothing():
    rule = Exclusions.of(1, subject=np.array([ship(LOITERER)], np.uint64), expires_s=[START_S])

    assert watch("loitering", reports=[scene().reports], exclusions=rule).of("loitering", ship(LOITERER))


HOSTILE = (
    "lat_deg",
    "lon_deg",
    "alt_m",
    "alt_diff_m",
    "sog_mps",
    "cog_deg",
    "climb_mps",
    "heading_deg",
    "signal_dbfs",
)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e308])
def test_numbers_that_are_no_numbers_stop_nothing_and_spoil_nobody_else(value):
    rng, reports = np.random.default_rng(3), scene().reports
    mine = reports.entity == ship(LOITERER)
    spoilt = {}
    for name in HOSTILE:
        column = np.array(getattr(reports, name))
        column[(rng.random(len(reports)) < 0.2) & ~mine] = value
        spoilt[name] = column

    flags = watch(reports=[reports.replaced(**spoilt)])

    assert flags.of("loitering", ship(LOITERER))
    canonical_json(collection(flags.told, forces))  # raises where a number is none
    live = flags.engine.table.live
    assert np.isfinite(live["lat"][np.isfinite(live["fixed_s"])]).all()
    assert np.isfinite(live["east_mps"][np.isfinite(live["fixed_s"])]).all()


def test_a_drifter_on_the_date_line_is_tracked_across_it_without_a_jump():
    line = vessel(LOITERER, (-16.8, 179.9995), drift(1000.0), (0.0, 2700.0))

    flags = watch(reports=[line])

    assert not (flags.tracks.doubt & int(Doubt.POSITION_JUMP)).any()
    assert set(np.sign(flags.tracks.lon_deg)) == {-1.0, 1.0}
    assert flags.tracks.sog_mps.max() < 3.0


@pytest.mark.parametrize("lat", [90.0, -90.0, 89.99, -89.99])
def test_positions_at_a_pole_stop_nothing(lat):
    n = 300
    polar = Reports.of(
        n,
        time_s=START_S + 10.0 * np.arange(n),
        entity=np.full(n, ship(LOITERER), np.uint64),
        message=np.arange(n, dtype=np.uint64),
        lat_deg=np.full(n, lat),
        lon_deg=np.linspace(-180.0, 180.0, n),
        sog_mps=np.full(n, 3.0),
        cog_deg=np.linspace(0.0, 359.0, n),
        source=np.full(n, int(Source.AIS_A)),
        stations=Ragged.singles(np.ones(n), "u4"),
    )

    fixes = watch(reports=[polar]).tracks

    assert np.isfinite(fixes.lat_deg).all()
    assert (np.abs(fixes.lat_deg) <= 90.0).all()
    assert (np.abs(fixes.lon_deg) <= 180.0).all()


def flood(n, time_s):
    """Reports of `n` entities never heard of, all at one time."""
    rng = np.random.default_rng(1)
    return Reports.of(
        n,
        time_s=np.full(n, time_s),
        entity=np.arange(n, dtype=np.uint64) + np.uint64(ship(200_000_000)),
        message=np.arange(n, dtype=np.uint64),
        lat_deg=rng.uniform(50.0, 51.0, n),
        lon_deg=rng.uniform(-3.0, -1.0, n),
        source=np.full(n, int(Source.AIS_A)),
        stations=Ragged.singles(np.full(n, 77), "u4"),
    )


def test_ten_thousand_strangers_in_one_tick_are_tracked_and_flag_nobody():
    strangers = flood(10_000, START_S + 1000.0)

    flags = watch(reports=[strangers, vessel(LOITERER, LYME_BAY, drift(1000.0), (0.0, 2700.0))])

    assert flags.engine.table.size == 10_001
    assert {s for flag in flags.told for s in flag.subjects} <= {ship(LOITERER)}


def test_a_thousand_rows_of_one_ship_at_one_time_are_one_moment():
    n = 1000
    at_once = flood(n, START_S).replaced(entity=np.full(n, ship(LOITERER), np.uint64))

    flags = watch(reports=[at_once])

    assert flags.engine.table.size == 1
    assert np.isfinite(flags.tracks.lat_deg).all()
    assert not flags.told


class Counting:
    """A pattern that finds nothing and counts how often it was asked."""

    name: ClassVar[str] = "counting"
    version: ClassVar[int] = 1
    every_s: ClassVar[float] = 5.0
    factors: ClassVar[tuple] = ()

    def __init__(self):
        self.asked_s = []

    def find(self, view):
        self.asked_s.append(view.now_s)
        return Found.nothing(0)


YEARS_S = 20.0 * 365.25 * 86400.0


@pytest.mark.parametrize("heard", [True, False], ids=["by a station", "by none that is named"])
@pytest.mark.parametrize("live", [True, False], ids=["live", "recorded"])
def test_time_that_jumps_by_years_is_slept_through(heard, live):
    """At most an hour of ticks runs after the last word, wherever it falls and however it is cut."""
    early = vessel(LOITERER, LYME_BAY, drift(1000.0), (0.0, 60.0))
    later = early.replaced(time_s=early.time_s + YEARS_S)
    if not heard:
        nobody = Reports.of(len(early)).stations
        early, later = early.replaced(stations=nobody), later.replaced(stations=nobody)
    pattern = Counting()
    engine = engine_of(pattern)

    if live:
        engine.step(Said(early, Identities.empty()), START_S + 60.0)
        engine.step(Said(later, Identities.empty()), START_S + YEARS_S + 60.0)
        engine.step(Said.nothing(), START_S + 2 * YEARS_S)
    else:
        engine.step(Said(Reports.concat([early, later]), Identities.empty()), -np.inf)
        engine.finish()

    assert len(pattern.asked_s) <= 2 * (3700.0 / 5.0)
    assert pattern.asked_s == sorted(set(pattern.asked_s))
    assert any(s > START_S + YEARS_S for s in pattern.asked_s)


def test_reports_of_no_named_station_are_cut_as_any_others():
    nobody = Reports.of(len(scene().reports)).stations
    silent = Said(scene().reports.replaced(stations=nobody), scene().identities)
    nothing = np.zeros(len(silent.reports)), np.zeros(len(silent.identities))

    assert run(cut(silent, *nothing, 40)) == run([(silent, -np.inf)])


@pytest.mark.parametrize("watermark_s", [np.inf, -np.inf, np.nan])
def test_a_watermark_that_is_no_time_releases_nothing_and_loses_nothing(watermark_s):
    pattern = Counting()
    engine = engine_of(pattern)

    before = engine.step(
        Said(vessel(LOITERER, LYME_BAY, drift(1000.0), (0.0, 60.0)), Identities.empty()), watermark_s
    )
    after = engine.finish()

    assert (len(before.tracks), before.flags) == (0, ())
    assert len(after.tracks) == 6
    assert 0 < len(pattern.asked_s) <= 60.0 / 5.0 + 1


@pytest.mark.parametrize("tick_s", [1.0, 5.0, 7.0, 60.0])
def test_patterns_are_asked_as_often_as_they_wish_whatever_the_tick(tick_s):
    pattern = LOITERING()
    asked = Counting()

    reports = vessel(LOITERER, LYME_BAY, drift(1000.0), (0.0, 2700.0))
    flags = watch(pattern, asked, reports=[reports], parameters=EngineParameters(tick_s=tick_s))

    assert flags.of("loitering", ship(LOITERER))
    assert len(asked.asked_s) >= 2600.0 / max(tick_s, Counting.every_s)
