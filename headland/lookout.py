"""The service in one process: the journal followed, flags made into alerts, all of it on a live page.

journal ──▶ watch ──▶ board ──▶ browser
              └──▶ store ──▶ casebook ──▶ board
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from alerts.channel import Channel
from alerts.desk import Desk
from alerts.store import Store
from geo.forces import forces
from hardware.clock import Clock
from headland.casebook import Casebook
from headland.follow import Follower
from headland.options import ReplayOptions
from headland.page_desk import PageDesk
from headland.page_server import served
from headland.settings import Settings
from headland.watch import Watch
from maps.live.board import Board

LOOK_EVERY_S = 0.2
TICK_EVERY_S = 1.0
STEPS_AT_ONCE = 20
"""Of a long journal, before the page is told again: a step is a second of it."""
DATABASE = "alerts.db"


@dataclass(frozen=True, kw_only=True)
class LookoutOptions:
    """Where things lie, and where the page answers.

    Attributes:
        state: folder of checkpoints and of the store of alerts; made if need be.
        checkpoint_s: how often all is kept; a restart reads the journal on from there.
        planted: subjects that a simulation put there (`mmsi:235012345`): the page says so, the store does not.
    """

    journal: Path
    state: Path
    port: int = 8100
    checkpoint_s: float = 60.0
    settings: Settings = field(default_factory=Settings)
    planted: frozenset[str] = frozenset()


class Lookout:
    """One watch, one desk, one board.

    Attributes:
        board: what the page shows.
        desk: takes flags and decisions; page: the same as the page wants it.
        follower: reads the journal; watch: gives what it finds to the desk and the board.
        store: of the alerts.
    """

    def __init__(
        self, options: LookoutOptions, store: Store, channels: Mapping[str, Channel] | None = None
    ) -> None:
        self.board, self.store = Board(), store
        self.desk = Desk(store, channels or {}, forces)
        self.page = PageDesk(self.desk, store, options.planted)
        self.follower = make_follower(options.journal, options.state, options.settings)
        self.watch = Watch(self.follower, self.desk, self.board, options.settings.fusion.lateness_s)
        self._casebook = Casebook(store, self.page, self.board)

    def look(self, now_s: float, most: float = math.inf) -> int:
        """Take every step there is by now, `most` at the most; how many it took."""
        return self.watch.look(now_s, most)

    def tick(self, now_s: float) -> None:
        """Tell the page what has changed; to be called every second."""
        self._casebook.look()
        self.watch.tell(now_s)
        self.board.tick(now_s)


def make_follower(journal: Path, state: Path, settings: Settings) -> Follower:
    """The follower of a journal, its checkpoints beside the store.

    Raises:
        CheckpointError, JournalError: it cannot be taken up where it was left.
    """
    return Follower(journal, state / "checkpoints", ReplayOptions(settings=settings))


@contextmanager
def store_in(state: Path) -> Iterator[Store]:
    """The store of alerts in a folder, made if need be, closed at the end.

    Raises:
        StoreError: it cannot be opened.
    """
    state.mkdir(parents=True, exist_ok=True)
    store = Store.open(f"sqlite:///{(state / DATABASE).resolve()}")
    try:
        yield store
    finally:
        store.close()


@contextmanager
def opened(options: LookoutOptions, channels: Mapping[str, Channel] | None = None) -> Iterator[Lookout]:
    """A lookout on its store, closed at the end.

    Args:
        options: where things lie.
        channels: whom to lay messages in the outbox for; somebody else delivers them.

    Raises:
        StoreError, CheckpointError, JournalError: it cannot be taken up where it was left.
    """
    with store_in(options.state) as store:
        lookout = Lookout(options, store, channels)
        try:
            yield lookout
        finally:
            lookout.follower.close()


async def keep_lookout(lookout: Lookout, options: LookoutOptions, clock: Clock, end: asyncio.Event) -> None:
    """Follow, decide, show, until told to end; then keep a last checkpoint.

    Raises:
        UnreachableError: the port of the page cannot be had.
    """
    # Pace is the loop's: the clock that is shown may stand still or run, as a demo's does.
    pace = asyncio.get_running_loop()
    kept_s, ticked_s = pace.time(), -math.inf
    async with served(lookout.board, lookout.page, options.port) as serving:
        while not end.is_set() and not serving.done():
            steps = await asyncio.to_thread(lookout.look, clock.utc_s(), STEPS_AT_ONCE)
            if pace.time() - ticked_s >= TICK_EVERY_S:
                ticked_s = pace.time()
                await asyncio.to_thread(lookout.tick, clock.utc_s())
            if pace.time() - kept_s >= options.checkpoint_s:
                kept_s = pace.time()
                await asyncio.to_thread(lookout.follower.checkpoint)
            if not steps:
                await asyncio.sleep(LOOK_EVERY_S)
        await asyncio.to_thread(lookout.follower.checkpoint)
