"""Checkpoints in a folder: whole or not at all, and a new process goes on where the old one was killed."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.features import canonical_json, collection
from feeds.decoder import Decoder
from feeds.format import Reading
from feeds.inputs import Input
from feeds.rejects import Rejects
from fusion.parameters import EngineParameters
from geo.forces import forces
from geo.stations import StationNames
from hardware.frames import Frames
from headland import generations
from headland.checkpoints import load_latest, save, snapshot, write
from headland.errors import CheckpointError
from headland.in_force import make_engine
from headland.options import ReplayOptions
from headland.settings import Settings

ROOT = Path(__file__).parents[2]
BAW3AK = ROOT / "headland/recordings/baw3ak/tutorial.jsonl.gz"
OPTIONS = ReplayOptions()
STEP = 1000


@cache
def flight() -> Frames:
    frames = Frames.concat(list(Input(str(BAW3AK)).read(Reading(StationNames(), Rejects()))))
    return frames.take(np.argsort(frames.time_s, kind="stable")[:8_000])


def go_on(engine, decoder, start: int, until: int | None = None) -> bytes:
    """Flags and tracks of the frames from `start` on, a step at a time; to the end where `until` is not given."""
    digest, frames = hashlib.sha256(), flight()
    outcomes = []
    for first in range(start, len(frames) if until is None else until, STEP):
        part = frames.take(np.arange(first, min(first + STEP, len(frames))))
        outcomes.append(engine.step(decoder.step(part), float(part.time_s[-1]) - 10.0))
    if until is None:
        outcomes.append(engine.finish())
    for outcome in outcomes:
        for column in outcome.tracks.columns().values():
            digest.update(np.ascontiguousarray(column).tobytes())
        digest.update(canonical_json(collection(outcome.flags, forces)))
    return digest.digest()


def begun(until: int = 0):
    engine, decoder = make_engine(OPTIONS), Decoder(Rejects(), StationNames())
    go_on(engine, decoder, 0, until)
    return engine, decoder


@cache
def some():
    """An engine and decoder with something to remember."""
    return begun(3 * STEP)


@cache
def unbroken() -> bytes:
    """What an engine and decoder that were never broken off say after that."""
    return go_on(*begun(3 * STEP), 3 * STEP)


def loaded(folder: Path, damaged=None):
    return load_latest(folder, OPTIONS, *([damaged] if damaged else []))


def test_where_nothing_was_saved_nothing_is_loaded(tmp_path):
    assert loaded(tmp_path) is None
    assert loaded(tmp_path / "none") is None


def test_a_flight_goes_on_from_a_checkpoint_to_the_same_tracks_and_the_position_comes_back(tmp_path):
    save(tmp_path, *some(), {"file": 7, "byte": 3 * STEP})

    engine, decoder, position, _ = loaded(tmp_path)

    assert position == {"file": 7, "byte": 3 * STEP}
    assert go_on(engine, decoder, position["byte"]) == unbroken()


def test_a_new_process_says_what_the_old_one_would_have_said(tmp_path):
    save(tmp_path, *some(), 3 * STEP)
    script = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[1]); import test_checkpoints as t;"
        "e, d, at, _ = t.loaded(pathlib.Path(sys.argv[2])); print(t.go_on(e, d, at).hex())"
    )

    said = subprocess.run(
        [sys.executable, "-c", script, Path(__file__).parent, tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()

    assert said == unbroken().hex()


def test_saved_twice_in_a_row_the_bytes_are_the_same(tmp_path):
    first, second = save(tmp_path, *some(), 1), save(tmp_path, *some(), 1)
    engine, decoder, *_ = loaded(tmp_path)
    third = save(tmp_path, engine, decoder, 1)

    assert first != second
    assert first.read_bytes() == second.read_bytes() == third.read_bytes()


def test_a_picture_is_of_its_instant_though_it_is_written_later(tmp_path):
    engine, decoder = begun(STEP)
    at_once = save(tmp_path, engine, decoder, 1).read_bytes()
    picture = snapshot(engine, decoder, 1)

    go_on(engine, decoder, STEP, 3 * STEP)

    assert write(tmp_path, picture).read_bytes() == at_once
    assert save(tmp_path, engine, decoder, 1).read_bytes() != at_once


def test_the_newest_few_are_kept(tmp_path):
    engine, decoder = begun()
    for position in range(5):
        save(tmp_path, engine, decoder, position, keep=2)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["00000004.checkpoint", "00000005.checkpoint"]
    assert loaded(tmp_path).position == 4


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_killed_at_any_byte_of_a_write_the_checkpoint_before_is_loaded(tmp_path, data):
    """The worst a crash can leave: a torn file, under the name it was written as or, on a bad disk, its last."""
    for old in tmp_path.iterdir():
        old.unlink()
    save(tmp_path, *begun(), "before")
    newest = save(tmp_path, *begun(), "newest")
    whole = newest.read_bytes()
    length = data.draw(
        st.one_of(st.integers(0, len(whole) - 1), st.sampled_from([0, 8, 20, len(whole) - 32]))
    )
    renamed = data.draw(st.booleans())
    newest.write_bytes(whole[:length])
    if not renamed:
        newest.rename(newest.with_name(newest.name + generations.PARTIAL))
    told = []

    assert loaded(tmp_path, lambda path, _: told.append(path)).position == "before"
    assert told == ([newest] if renamed else [])

    save(tmp_path, *begun(), "after")
    assert loaded(tmp_path).position == "after"
    assert not list(tmp_path.glob("*" + generations.PARTIAL))


def test_where_every_checkpoint_is_damaged_each_is_named_and_nothing_is_loaded(tmp_path):
    for _ in range(2):
        save(tmp_path, *begun(), 0).write_bytes(b"")
    told = []

    assert loaded(tmp_path, lambda path, reason: told.append((path.name, reason))) is None
    assert [name for name, _ in told] == ["00000002.checkpoint", "00000001.checkpoint"]
    assert all("torn or damaged" in reason for _, reason in told)


def test_a_disk_that_is_full_leaves_the_checkpoints_as_they_were(tmp_path, monkeypatch):
    save(tmp_path, *begun(), "before")

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(generations.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save(tmp_path, *begun(), "after")

    assert [path.name for path in tmp_path.iterdir()] == ["00000001.checkpoint"]
    assert loaded(tmp_path).position == "before"


def test_a_process_killed_while_it_writes_leaves_a_checkpoint_that_loads(tmp_path):
    script = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[1]); import test_checkpoints as t;"
        "e, d = t.some()\n"
        "for n in range(10**9):\n    t.save(pathlib.Path(sys.argv[2]), e, d, n); print(n, flush=True)"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, Path(__file__).parent, tmp_path],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        written = [int(child.stdout.readline()) for _ in range(5)]
        child.kill()
        written += map(int, child.stdout)

    assert loaded(tmp_path, lambda _, reason: pytest.fail(reason)).position >= written[-1]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            replace(OPTIONS, settings=replace(Settings(), fusion=EngineParameters(tick_s=10.0))),
            r"checkpoint: kept under other settings \(fusion\.tick_s was 5\.0 and is 10\.0\)\. Start .* or move .* away",
        ),
        (replace(OPTIONS, settings=replace(Settings(), patterns={})), "loitering was present and is absent"),
    ],
)
def test_a_checkpoint_made_under_other_settings_is_refused_and_says_what_to_do(tmp_path, options, says):
    save(tmp_path, *begun(), 0)

    with pytest.raises(CheckpointError, match=says):
        load_latest(tmp_path, options)


def test_a_position_that_could_not_come_back_is_refused(tmp_path):
    with pytest.raises(TypeError, match="cannot be kept"):
        save(tmp_path, *begun(), object())

    assert not list(tmp_path.iterdir())
