"""A bad day from the bus to the flags, at full speed: memory stays flat.

One minute here; `./run soak` sets HEADLAND_SOAK_S to 600. The bounds that
take hours to reach at their real size (six hours until a track is forgotten,
a week for a name, millions of cells) are set small, so that all of them are
reached before the measuring begins: it sees what a server that has run for a
month would show. What is compiled and loaded once is there by then, too.

What must be flat is what the process holds (resident memory) and how many
objects Python counts. From the second quarter to the last it may grow by 6 MB
in either length of the run: the allocator's own swing is 2 to 4 MB, while 100
bytes kept of each line would be 20 MB in a minute and 200 in ten.
"""

import gc
import math
import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from soak_traffic import FOREIGN, SHIPS, Day

from feeds.decoder import SAID_EARLY, TOO_MANY_ENTITIES, Decoder
from feeds.intake import BAD_FIRST_LINE, TOO_MANY_GAPS, TOO_MANY_STATIONS, Intake
from feeds.journal import Journal
from feeds.journal_entries import mark_entry
from feeds.journal_reader import JournalReader
from feeds.parameters import FeedsParameters, Foreign
from feeds.rejects import Rejects
from feeds.steps import LiveSteps
from fusion.engine import Engine
from fusion.parameters import EngineParameters
from fusion.pattern import patterns
from geo.stations import StationNames

SOAK_S = float(os.environ.get("HEADLAND_SOAK_S", "60"))
START_S = 1_795_000_000.0
STEP_S = 40.0
"""Of event time: hours of forgetting pass in a minute."""
WARM_STEPS = 110
"""Longer than tracks, names and cells are kept here; every pattern has looked more than once."""
SAMPLES = 24
MOST_BYTES = 6_000_000
MOST_OBJECTS = 3000
ENTITIES, STATIONS = 150, 20
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def held() -> tuple[int, int]:
    """Bytes resident, and objects alive."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES, len(gc.get_objects())


def growth(samples: list[tuple[int, int]]) -> tuple[int, int]:
    """How much more is held in the last quarter than in the second: medians, so that no one peak decides."""
    quarter = len(samples) // 4
    before, after = samples[quarter : 2 * quarter], samples[-quarter:]
    grown = np.median(after, axis=0) - np.median(before, axis=0)
    return int(grown[0]), int(grown[1])


class Server:
    """Everything between the bus and the flags, in one process: intake, journal, decoder, engine."""

    def __init__(self, folder: Path) -> None:
        foreign = {topic: Foreign(**told) for topic, told in FOREIGN.items()}
        feeds = FeedsParameters(
            stations_count=STATIONS, entities_per_station=ENTITIES, quota_mb_per_h=1e4, topics=foreign
        )
        self.intake = Intake(feeds, Rejects())
        self.journal = Journal(folder, self.intake.preface)
        self.journal.commit([mark_entry(START_S)])
        self.reader = JournalReader(folder)
        self.decoder = Decoder(Rejects(), StationNames(), feeds.skew_s, feeds.entities_per_station)
        self.steps = LiveSteps(self.reader, self.decoder.names, self.decoder.rejects)
        numbers = EngineParameters(forget_s=600.0, forget_name_s=3600.0)
        self.engine = Engine([kind() for kind in patterns().values()], numbers)
        self.lines = self.positions = 0

    def take(self, published: list[tuple[str, bytes]], now_s: float) -> None:
        """Bring to the disk what came in a step, then judge it."""
        offered = [self.intake.offer(topic, payload, now_s) for topic, payload in published]
        kept = [each for each in offered if each is not None]
        self.lines += sum(payload.count(b"\n") for _, payload in published)
        self.journal.commit([*(each.entry for each in kept), mark_entry(now_s)])
        self.intake.kept(kept)
        for station in self.intake.due():
            self.intake.ack(station)
        for step in self.steps.ready():
            outcome = self.engine.step(self.decoder.step(step.frames, step.said), step.mark_s - 10.0)
            self.positions += len(outcome.tracks)

    def close(self) -> None:
        """Let the journal go."""
        self.reader.__exit__()
        self.journal.close()


@pytest.fixture
def small_bounds(monkeypatch):
    """The bounds that would be reached after hours, within reach of a minute."""
    monkeypatch.setattr("fusion.cells.KEYS_MOST", 5000)
    monkeypatch.setattr("fusion.episodes.REMEMBER_S", 900.0)
    monkeypatch.setattr("feeds.modes.memory.FRAMES_KEPT", 5000)
    monkeypatch.setattr("feeds.modes.memory._SWEEP_FRAMES", 1000)


def test_a_bad_day_leaves_memory_flat_and_the_honest_ships_on_the_map(small_bounds, tmp_path):
    server, day, samples, now_s = Server(tmp_path), Day(1), [], START_S
    begun = math.inf
    while (spent := time.monotonic() - begun) < SOAK_S:
        now_s += STEP_S
        server.take(day.published(now_s), now_s)
        if now_s % 600 < STEP_S:
            server.journal.prune(now_s - 7200)
        if begun == math.inf and now_s >= START_S + WARM_STEPS * STEP_S:
            begun = time.monotonic()
        if spent >= len(samples) * SOAK_S / SAMPLES:
            samples.append(held())

    server.close()
    more_bytes, more_objects = growth(samples)
    megabytes = [round(each[0] / 1e6, 1) for each in samples]
    sys.stdout.write(
        f"{server.lines} lines in {(now_s - START_S) / STEP_S:.0f} steps; MB resident: {megabytes}\n"
    )
    assert more_bytes < MOST_BYTES, megabytes
    assert more_objects < MOST_OBJECTS, [each[1] for each in samples]
    tracked = (server.engine.table.live["entity"] & np.uint64(0xFFFFFFFF)).tolist()
    assert set(range(235_100_000, 235_100_000 + SHIPS)) <= set(tracked)
    assert server.positions > 5 * SHIPS
    refused = server.decoder.rejects.by_station()
    assert all(TOO_MANY_ENTITIES in refused[station] for station in ("liar", "namer", "ghost"))
    assert SAID_EARLY in refused["ahead"]
    assert {"cliff", "field"}.isdisjoint(each for each in refused if TOO_MANY_ENTITIES in refused[each])
    assert {BAD_FIRST_LINE, TOO_MANY_STATIONS, TOO_MANY_GAPS} <= set(server.intake.rejects.by_reason())
    assert server.intake.duplicates > 0
    assert min(server.engine.waiting.early, server.engine.waiting.late) > 0
    off = server.decoder.clocks_off()
    assert off["ahead"]["ahead"] > 0 < off["behind"]["behind"]


def test_what_leaks_a_little_with_every_step_is_found_out():
    leaking = [(10**8 + 10**6 * k, 5000 + 200 * k) for k in range(60)]
    swinging = [(10**8 + 3 * 10**6 * (k % 2), 5000 + 1000 * (k % 3 == 0)) for k in range(60)]
    filling = [(10**7 * min(k, 12), 10_000 * min(k, 12)) for k in range(60)]

    assert growth(leaking)[0] > MOST_BYTES
    assert growth(leaking)[1] > MOST_OBJECTS
    for sound in (swinging, filling):
        assert growth(sound)[0] < MOST_BYTES
        assert growth(sound)[1] < MOST_OBJECTS
