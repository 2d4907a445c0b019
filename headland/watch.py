"""The watch: the journal followed, flags given to the desk, and what is believed shown to whoever shows it.

    journal ──▶ follower ──▶ shown (positions, names)
                    └──────▶ desk ──▶ store

What is shown does not wait: positions go out straight after decoding; flags
wait for ordered data. Flags are on the disk in the store before a checkpoint
says that they were taken, so a crash between the two gives them again, and
the store takes a version once.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import structlog

from alerts.desk import Desk
from feeds.journal_reader import journal_files
from feeds.reports import Identities, Said
from hardware.clock import Clock
from headland.follow import Advance, Follower
from headland.options import ReplayOptions
from headland.replay import names_of
from headland.settings import Settings
from headland.shown import Shown
from headland.state import CHECKPOINTS
from headland.stations_heard import StationsHeard

SAID = ("name", "callsign", "category", "destination", "ship_type")
"""What of an identity the page shows."""
LOOK_EVERY_S = 0.05
STEPS_AT_ONCE = 20
"""Of a long journal, before the clock and the end are looked at again: a step is a second of it."""

log = structlog.get_logger(__name__)


class Watch:
    """One follower and one desk.

    Attributes:
        through_s: up to when, in event time, everything has been considered; NaN before the first step.
        stations: how they are.
        shown: is called when positions were shown, from the thread that looks.
    """

    def __init__(self, follower: Follower, desk: Desk, shown: Shown) -> None:
        self.through_s = math.nan
        self.stations = StationsHeard()
        self.shown: Callable[[], object] = lambda: None
        self._follower, self._desk, self._shown = follower, desk, shown
        self._named = Identities.empty()
        self._going: Iterator[Advance] = iter(())
        follower.heard = self._show_at_once

    def look(self, now_s: float, most: float = math.inf) -> int:
        """Take the steps there are by now, `most` at the most; how many it took.

        Raises:
            StoreError: flags could not be kept; start again from the last checkpoint.
        """
        steps = 0
        while steps < most and (advance := self._next()) is not None:
            steps += 1
            self._show(advance)
            # No flag is taken before its step was over: a demo's steps are minutes, and a look takes several.
            taken_s = max(now_s, advance.step.mark_s)
            taken = self._desk.take(advance.outcome.flags, taken_s) if advance.outcome.flags else None
            for refused in taken.refused if taken else ():
                log.error("flag refused", flag=refused.flag.id, reason=refused.reason)
        if steps:
            self._tell_names()
        return steps

    def _next(self) -> Advance | None:
        """The next step; the reading is broken off nowhere but at a step's end."""
        advance = next(self._going, None)
        if advance is None:
            self._going = self._follower.advance()
            advance = next(self._going, None)
        return advance

    def _show_at_once(self, said: Said) -> None:
        if len(said.reports):
            self._shown.show_positions(said.reports, provisional=True)
            self.shown()

    def _show(self, advance: Advance) -> None:
        if len(advance.outcome.tracks):
            self._shown.show_positions(advance.outcome.tracks, provisional=False)
            self.shown()
        decoder = self._follower.decoder
        self.stations.hear(advance.step.health, decoder.names, decoder.faults_of)
        self.through_s = advance.step.mark_s - self._follower.in_force.settings.fusion.lateness_s

    def _tell_names(self) -> None:
        settled = self._follower.engine.names.settled
        if settled is not self._named:
            self._shown.show_names(names_of(renamed(self._named, settled)))
            self._named = settled


def make_follower(journal: Path, state: Path, settings: Settings) -> Follower:
    """The follower of a journal, its checkpoints in the folder of the state.

    Raises:
        CheckpointError, JournalError: it cannot be taken up where it was left.
    """
    return Follower(journal, state / CHECKPOINTS, ReplayOptions(settings=settings))


async def is_there(journal: Path, end: asyncio.Event) -> bool:
    """Wait until a journal has begun; whether it has, or the end was told before."""
    while not await asyncio.to_thread(_has_begun, journal):
        if end.is_set():
            return False
        await asyncio.sleep(LOOK_EVERY_S)
    return True


def _has_begun(journal: Path) -> bool:
    return journal.is_dir() and bool(journal_files(journal))


async def follow(
    watch: Watch,
    follower: Follower,
    clock: Clock,
    end: asyncio.Event,
    checkpoint_s: float,
    news: asyncio.Event,
) -> None:
    """Look and keep checkpoints until told to end; then keep a last one.

    Args:
        watch: which looks.
        follower: the watch's.
        clock: says when flags were taken.
        end: set by whoever started it.
        checkpoint_s: between two checkpoints. Pace is the loop's: the clock may stand still or run, as a demo's does.
        news: set when something was shown.

    Raises:
        StoreError, OSError: flags, or a checkpoint, could not be kept.
    """
    pace = asyncio.get_running_loop()
    kept_s = pace.time()
    watch.shown = lambda: pace.call_soon_threadsafe(news.set)
    while not end.is_set():
        steps = await asyncio.to_thread(watch.look, clock.utc_s(), STEPS_AT_ONCE)
        if pace.time() - kept_s >= checkpoint_s:
            kept_s = pace.time()
            await asyncio.to_thread(follower.checkpoint)
        if not steps:
            await asyncio.sleep(LOOK_EVERY_S)
    await asyncio.to_thread(follower.checkpoint)


def renamed(before: Identities, now: Identities) -> Identities:
    """The rows of `now` that say another thing than `before` did of the same entity; both sorted by entity."""
    if not len(before):
        return now
    row = np.minimum(np.searchsorted(before.entity, now.entity), len(before) - 1)
    same = before.entity[row] == now.entity
    for name in SAID:
        same &= getattr(before, name)[row] == getattr(now, name)
    return now.take(~same)
