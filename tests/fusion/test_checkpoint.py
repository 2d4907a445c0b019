"""Run whole, or broken off anywhere and gone on from what was kept: the same bytes come out."""

import io
from functools import cache
from pathlib import Path

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
    points,
    ship,
    straight,
    traffic,
    vessel,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.features import canonical_json, collection
from feeds.format import Reading
from feeds.inputs import Input
from feeds.rejects import Rejects
from feeds.reports import Identities, Reports, Said
from fusion.checkpoint import kept, restore
from fusion.engine import Engine
from fusion.exclusions import Exclusions
from fusion.flags import State
from fusion.parameters import EngineParameters, FlagParameters
from fusion.patterns.dark_transponder import PATTERN as DARK
from fusion.patterns.loitering import PATTERN as LOITERING
from fusion.patterns.unscheduled_landing import PATTERN as LANDING
from fusion.tracks import Tracks
from geo.container import read, write
from geo.forces import forces
from geo.kept import MismatchError
from geo.stations import StationNames

SOLENT = Path(__file__).parents[2] / "headland/recordings/solent/SolentAIS_20160112_130211.csv.gz"
LATENESS_S = EngineParameters().lateness_s
LOITERER, SILENT, LANDER = 235_000_001, 235_000_002, 0x400003
EARS = (BEER, Ear("portland-bill", 0.8, late_s=0.7))
AIR_EARS = (Ear("aberporth", 0.1),)
SPAN = (0.0, 3300.0)
patient = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@cache
def scene() -> Said:
    """One that loiters, one that goes dark and is heard again, one that comes down in a field, and traffic."""
    down = points((0.0, -36000.0, -20000.0, 2500.0), (1200.0, 0.0, 0.0, 330.0))
    valley = points(
        (0.0, 0.0, -6000.0, 900.0),
        (60.0, 0.0, -2000.0, 140.0),
        (240.0, 0.0, 2000.0, 140.0),
        (400.0, 0.0, 9000.0, 1200.0),
    )
    parts = [
        *traffic(LYME_BAY, SPAN, EARS, count=8),
        vessel(LOITERER, LYME_BAY, drift(1000.0, 4000.0, 3000.0, 7000.0), SPAN, EARS),
        vessel(SILENT, LYME_BAY, straight(1.6, 80.0, -4000.0, -1500.0), (0.0, 1400.0), EARS),
        vessel(SILENT, LYME_BAY, straight(1.6, 80.0, -4000.0, -1500.0), (2900.0, 3300.0), EARS),
        aircraft(LANDER, MID_WALES, down, (0.0, 1200.0), AIR_EARS),
        aircraft(0x400310, MID_WALES, valley, (0.0, 400.0), AIR_EARS),
        aircraft(0x400301, MID_WALES, straight(40.0, 90.0, -70000.0, 0.0, 1200.0), (0.0, 2200.0), AIR_EARS),
    ]
    who = [
        named(ship(LOITERER), START_S + 60.0 * k, name="ADA", ship_type=kind)
        for k in range(20)
        for kind in (30, 70)
    ]
    reports = Reports.concat(parts)
    order = np.argsort(reports.time_s, kind="stable")
    return Said(reports.take(order), Identities.concat(who))


@cache
def solent() -> Said:
    """The real Solent, thinned to vessels that raise flags and a few that make the background."""
    said = Said.concat(list(Input(str(SOLENT)).read(Reading(StationNames(), Rejects()))))
    mmsi = said.reports.entity & np.uint64(0xFFFFFFFF)
    chosen = np.isin(mmsi, [235070762, 235072757, *np.unique(mmsi)[::20]])
    reports = said.reports.take(chosen)
    return Said(reports.take(np.argsort(reports.time_s, kind="stable")), Identities.empty())


def watcher(**options) -> Engine:
    # Among eight craft and within the hour little is known of what is usual: the prior makes up for it.
    return engine_of(
        LOITERING(slow_mps=3.0, drift_mps=2.5, day_weight=1.0), DARK(prior=0.2), LANDING(), **options
    )


def packed(tree) -> bytes:
    file = io.BytesIO()
    write(file, tree)
    return file.getvalue()


def resumed(engine: Engine, file: Path, **options) -> Engine:
    """What another process would have: a new engine, and nothing of the old one but the file."""
    file.write_bytes(packed(kept(engine)))
    fresh = watcher(**options)
    restore(fresh, read(file))
    return fresh


def batches(said: Said, size: int) -> list[tuple[Said, float]]:
    """Input in order of time, each batch with its watermark."""
    cuts, before_s = [], -np.inf
    for start in range(0, len(said.reports), size):
        part = said.reports.take(np.arange(start, min(start + size, len(said.reports))))
        until_s, names_s = float(part.time_s[-1]), said.identities.time_s
        names = said.identities.take((names_s > before_s) & (names_s <= until_s))
        cuts.append((Said(part, names), until_s - LATENESS_S))
        before_s = until_s
    return cuts


def run(said: Said, size: int = 10**9, cuts: frozenset[int] = frozenset(), file: Path | None = None) -> tuple:
    """Every version of every flag, the tracks, and what is remembered at last; restarted after the batches `cuts`."""
    engine, told, tracks = watcher(), [], []
    for number, (part, watermark_s) in enumerate(batches(said, size)):
        outcome = engine.step(part, watermark_s)
        told += outcome.flags
        tracks.append(outcome.tracks)
        if number in cuts:
            engine = resumed(engine, file)
    last = engine.finish()
    told += last.flags
    columns = Tracks.concat([*tracks, last.tracks]).columns().values()
    versions = b"".join(canonical_json(collection([flag], forces)) for flag in told)
    return versions, b"".join(np.ascontiguousarray(c).tobytes() for c in columns), told


@cache
def whole(of) -> tuple:
    return run(of())


def test_the_scene_has_every_kind_of_flag_and_every_end_of_one():
    told = whole(scene)[2]

    assert {flag.kind for flag in told} == {"loitering", "dark_transponder", "unscheduled_landing"}
    assert {flag.state for flag in told} >= {State.OPEN, State.CLOSED}
    assert max(flag.version for flag in told) >= 3
    assert {flag.kind for flag in whole(solent)[2]} == {"loitering"}


@settings(max_examples=4, **patient)
@given(data=st.data())
def test_broken_off_anywhere_and_as_often_as_one_likes_the_scene_gives_the_same_bytes(tmp_path, data):
    size = data.draw(st.sampled_from([97, 1000, 4000]))
    steps = -(-len(scene().reports) // size)
    cuts = data.draw(st.frozensets(st.integers(0, steps - 1), min_size=1, max_size=12))

    assert run(scene(), size, cuts, tmp_path / "kept")[:2] == whole(scene)[:2]


@settings(max_examples=4, **patient)
@given(data=st.data())
def test_broken_off_anywhere_the_real_solent_gives_the_same_bytes(tmp_path, data):
    size = data.draw(st.sampled_from([40, 700]))
    steps = -(-len(solent().reports) // size)
    cuts = data.draw(st.frozensets(st.integers(0, steps - 1), min_size=1, max_size=12))

    assert run(solent(), size, cuts, tmp_path / "kept")[:2] == whole(solent)[:2]


@cache
def midway() -> Engine:
    """An engine in the thick of it: reports wait, notes are unread, flags are open."""
    engine = watcher()
    ended = False
    for part, watermark_s in batches(scene(), 23):
        flags = engine.step(part, watermark_s).flags
        ended |= any(flag.state is not State.OPEN for flag in flags)
        if ended and engine.context._notes:
            return engine
    raise AssertionError("no flag has ended")


def test_an_engine_in_the_thick_of_it_has_something_of_everything_to_keep():
    memory = kept(midway())["memory"]

    assert len(memory["waiting"]["pending"]["time_s"])
    assert len(memory["context"]["notes"]) == 3
    assert memory["episodes"]["open"]
    assert memory["episodes"]["ended"]
    assert len(memory["names"]["settled"]["name"])
    assert all(len(tally["keys"]) for tally in memory["context"]["coverage"].values())
    assert len(memory["context"]["pressure"]["keys"])


def test_keeping_changes_nothing_and_gives_the_same_bytes_again(tmp_path):
    first, second = packed(kept(midway())), packed(kept(midway()))

    assert first == second
    assert packed(kept(resumed(midway(), tmp_path / "kept"))) == first


def test_an_engine_shares_no_memory_with_what_it_was_kept_in_or_went_on_from():
    tree = kept(midway())
    before = packed(tree)
    first, second = watcher(), watcher()
    restore(first, tree)
    restore(second, tree)

    first.step(Said(scene().reports, scene().identities), START_S + 4000.0)
    first.finish()

    assert packed(kept(first)) != before
    assert packed(tree) == packed(kept(second)) == packed(kept(midway())) == before


def test_what_was_excluded_and_what_came_late_is_still_counted(tmp_path):
    listed = Exclusions.of(1, subject=np.array([ship(LOITERER)], np.uint64), expires_s=np.array([9e9]))
    engine = watcher(exclusions=listed)
    engine.step(scene(), START_S + 3000.0)
    engine.step(Said(scene().reports.take(np.arange(7)), Identities.empty()), START_S + 3000.0)

    fresh = resumed(engine, tmp_path / "kept", exclusions=listed)

    assert fresh.excluded == engine.excluded
    assert engine.excluded["loitering", 0] > 0
    assert fresh.waiting.late == engine.waiting.late == 7


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (lambda: watcher(parameters=EngineParameters(tick_s=10.0)), r"fusion\.tick_s was 5\.0 and is 10\.0"),
        (lambda: watcher(flag_parameters=FlagParameters(linger_s=1.0)), r"flags\.linger_s was 300\.0 and is"),
        (lambda: engine_of(LOITERING(), DARK(), LANDING()), r"dark_transponder\.prior was 0\.2 and is"),
        (lambda: engine_of(LOITERING(), DARK(prior=0.2)), "unscheduled_landing was present and is absent"),
    ],
)
def test_what_was_kept_under_other_settings_is_refused_and_the_difference_named(other, says):
    with pytest.raises(MismatchError, match=says):
        restore(other(), kept(midway()))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda tree: tree["made_by"]["state"].update(lat="float32"),
            r"state\.lat was float32 and is float64",
        ),
        (lambda tree: tree["made_by"]["state"].update(mood="int8"), r"state\.mood was int8 and is absent"),
        (lambda tree: tree["made_by"].update(samples=128), "samples was 128 and is 256"),
        (lambda tree: tree.pop("made_by"), "another version"),
        (lambda tree: tree["memory"].pop("names"), "another version"),
        (lambda tree: tree["memory"]["table"].update(history=np.zeros(3)), "records are float64"),
        (lambda tree: tree["memory"]["waiting"]["pending"].pop("doubt"), "missing or unknown: doubt"),
    ],
)
def test_what_other_code_kept_is_refused_and_the_difference_named(change, says):
    tree = kept(midway())
    change(tree)

    with pytest.raises(MismatchError, match=says):
        restore(watcher(), tree)


def test_a_history_that_does_not_fit_its_tracks_is_refused():
    tree = kept(midway())
    tree["memory"]["table"]["history"] = tree["memory"]["table"]["history"][1:]

    with pytest.raises(MismatchError, match=r"samples of history; \d+ are expected"):
        restore(watcher(), tree)
