"""The live demo: one command from nothing to a page on which recorded traffic moves, and nothing left behind."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from demo_hour import Standstill
from typer.testing import CliRunner

from feeds.journal import Journal
from feeds.journal_entries import Batch, Stream, batch_entry, mark_entry
from feeds.journal_reader import JournalReader
from feeds.rejects import Rejects
from feeds.steps import LiveSteps
from geo.stations import StationNames
from headland import bundle, demo
from headland.cli import app
from headland.demonstration.clock import DemoClock
from headland.demonstration.tapes import tapes
from headland.errors import UnreachableError

PATIENCE_S = 180.0
"""Until the past is filled in on a machine that is busy with other tests."""
PLANTED = {(each.flagged, each.subject) for each in bundle.planted() if each.flagged}
EARLY = {(kind, subject, True) for kind, subject in PLANTED if kind != "unscheduled_landing"}
"""Flagged within the hour that is filled in; the landing comes a minute after."""


@dataclass
class Seen:
    """What a whole demo showed, from its start to its end by SIGTERM.

    Attributes:
        before, shown: the page as it first answered, and when what was wanted had been flagged.
        folder: where it could have left something.
    """

    url: str
    before: dict
    shown: dict
    said: str
    complaints: str
    code: int
    folder: Path


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    process = subprocess.Popen(
        [sys.executable, "-m", "headland", "demo", "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(folder)},
    )
    try:
        said = ""
        while "The page is at " not in said:
            line = process.stdout.readline()
            assert line, (said, process.stderr.read())
            said += line
        url = said.rpartition("The page is at ")[2].partition(";")[0]
        before, by_s = snapshot(url), time.monotonic() + PATIENCE_S
        while not (flagged(shown := snapshot(url)) >= EARLY):
            assert time.monotonic() < by_s, flagged(shown)
            time.sleep(0.5)
        assert any(folder.iterdir())
        process.send_signal(signal.SIGTERM)
        rest, complaints = process.communicate(timeout=60)
    finally:
        process.kill()
    return Seen(url, before, shown, said + rest, complaints, process.returncode, folder)


def snapshot(url):
    with urllib.request.urlopen(f"{url}/api/snapshot", timeout=30) as answer:  # noqa: S310  the demo's own address
        return json.load(answer)


def flagged(shown):
    """Kind, subject and mark of every flag of a snapshot, once for each of two subjects."""
    features = [feature["properties"] for feature in shown["flags"]["put"]]
    return {(f["kind"], each, f.get("planted", False)) for f in features for each in f["subjects"]}


def test_the_demo_moves_and_marks_what_is_planted_and_nothing_else(seen):
    marked = {(kind, subject) for kind, subject, planted in flagged(seen.shown) if planted}

    assert seen.shown["at"] != seen.before["at"]
    # Who lies beside another, or waits to be flown over, loiters as well.
    assert {subject for _, subject in marked} <= {subject for _, subject in PLANTED}
    assert len(flagged(seen.shown)) > len(marked)
    assert all(subject in seen.said for _, subject in PLANTED)


def test_told_to_end_it_ends_with_0_and_leaves_nothing(seen):
    assert seen.code == 0
    assert seen.said.endswith("The demo has ended.\n")
    assert all(line.startswith(demo.FILLING) for line in seen.complaints.splitlines()), seen.complaints
    assert not any(seen.folder.iterdir())
    with pytest.raises(urllib.error.URLError):
        snapshot(seen.url)


def hour(folder, now_s):
    """The flags of the hour before `now_s`."""
    script = Path(__file__).parents[1] / "demo_hour.py"
    said = subprocess.run(
        [sys.executable, script, folder, str(now_s)],
        check=False,
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE_S,
    )
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


def seconds(text):
    return datetime.fromisoformat(text).timestamp()


def since_the_first(flags):
    """What was flagged and when: start and raised in seconds after the first start."""
    first_s = min(seconds(each["start"]) for each in flags)
    return {
        (
            each["kind"],
            *each["subjects"],
            round(seconds(each["start"]) - first_s, 3),
            round(seconds(each["raised"]) - first_s, 3),
        )
        for each in flags
    }


def test_a_flag_of_every_kind_comes_and_the_hour_gives_the_same_flags_whenever_it_is_played(seen, tmp_path):
    shown = since_the_first([feature["properties"] for feature in seen.shown["flags"]["put"]])
    at_another_time = hour(tmp_path / "hour", 1_790_000_040.0)

    assert {(f["kind"], each) for f in at_another_time for each in f["subjects"]} >= PLANTED
    # The page was left when it had shown what was wanted; that hour was watched for some minutes more.
    until_s = max(row[-1] for row in shown)
    assert shown == {row for row in since_the_first(at_another_time) if row[-1] <= until_s}


def test_a_taken_port_ends_with_3_before_any_work_is_done(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = CliRunner().invoke(app, ["demo", "--port", str(port), "--no-browser", "--out", str(tmp_path)])

    assert isinstance(ended.exception, UnreachableError)
    assert ended.exception.exit_code == 3
    assert f"port {port} on 127.0.0.1 is taken" in str(ended.exception)
    assert not any(tmp_path.iterdir())


def test_when_the_recordings_have_ended_a_new_day_begins_in_a_folder_of_its_own(
    tmp_path, monkeypatch, capsys
):
    folders = []

    async def quick(stage, folder, clock, told_to_end):
        folders.append(folder)
        clock.now_s += 3600.0
        if len(folders) == 2:
            told_to_end.set()

    monkeypatch.setattr(demo, "day", quick)

    asyncio.run(demo.days(None, tmp_path, Standstill(1_790_000_040.0)))

    assert len(set(folders)) == 2
    assert "begin again as a new day" in capsys.readouterr().out


def test_the_clock_lets_nothing_be_played_early_and_is_never_set_back():
    async def play(clock, times, played):
        for each in times:
            await clock.due(each)
            played.append(each)
        clock.ended()

    async def run():
        clock = DemoClock(Standstill(1100.0), 1000.0)
        played, seen = [], [clock.monotonic_s()]
        players = [asyncio.create_task(play(clock, times, played)) for times in ([1010.0, 1050.0], [1030.0])]
        for until_s in (1020.0, 1060.0):
            await clock.release(until_s, len(players))
            assert sorted(played) == [each for each in (1010.0, 1030.0, 1050.0) if each <= until_s]
            assert clock.utc_s() < until_s
            clock.step()
            assert clock.utc_s() == until_s
            seen.append(clock.monotonic_s())
        clock.join()
        seen.append(clock.monotonic_s())
        await asyncio.gather(*players)
        assert clock.utc_s() == 1100.0
        assert seen == sorted(seen)
        assert seen[-1] - seen[0] >= 60.0

    asyncio.run(run())


@pytest.mark.parametrize("tape", tapes(bundle.wires(), 300.0), ids=lambda tape: tape.station)
def test_what_a_tape_sends_is_read_by_the_server_as_the_frames_that_were_recorded(tape, tmp_path):
    begin_s = 1_790_000_040.0
    stream = Stream.AIS if tape.stream.name == "AIS" else Stream.MODES
    head = b'#{"boot": "0123456789abcdef", "seq": 1}\n'
    batch = Batch(stream, tape.station, "", head + b"\n".join(tape.lines(begin_s)))
    with Journal(tmp_path) as journal:
        journal.commit([batch_entry(batch, begin_s), mark_entry(begin_s)])

    rejects = Rejects()
    with JournalReader(tmp_path) as reader:
        (step,) = LiveSteps(reader, StationNames(), rejects).ready()

    assert not rejects.total()
    np.testing.assert_array_equal(step.frames.payload.values, tape.frames.payload.values)
    np.testing.assert_array_equal(step.frames.payload.offsets, tape.frames.payload.offsets)
    np.testing.assert_allclose(step.frames.time_s - begin_s, tape.frames.time_s, atol=1e-6)


@pytest.mark.skipif(sys.platform == "darwin", reason="a Mac always has a desktop")
def test_a_browser_is_opened_only_where_somebody_would_see_it(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not demo.has_desktop()

    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert demo.has_desktop()
