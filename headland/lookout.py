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
from headland.chores import whenever
from headland.page_desk import PageDesk
from headland.page_server import served
from headland.settings import Settings
from headland.state import store_in
from headland.watch import Watch, follow, make_follower
from maps.layer import Bounds
from maps.live.board import Board

SILENCE_S = 1.0
"""Each second the journal has a mark, and the page what came before it; where none comes, it is told the time at least."""


@dataclass(frozen=True, kw_only=True)
class LookoutOptions:
    """Where things lie, and where the page answers.

    Attributes:
        state: folder of checkpoints and of the store of alerts; made if need be.
        checkpoint_s: how often all is kept; a restart reads the journal on from there.
        planted: subjects that a simulation put there (`mmsi:235012345`): the page says so, the store does not.
        credits: owed to the sources of what is shown.
        bounds: what the map opens on, (south, west), (north, east); None for what there is to see.
    """

    journal: Path
    state: Path
    port: int = 8100
    checkpoint_s: float = 60.0
    settings: Settings = field(default_factory=Settings)
    planted: frozenset[str] = frozenset()
    credits: tuple[str, ...] = ()
    bounds: Bounds | None = None


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
        self.watch = Watch(self.follower, self.desk, self.board)
        self._casebook = Casebook(store, self.page, self.board)

    def look(self, now_s: float, most: float = math.inf) -> int:
        """Take every step there is by now, `most` at the most; how many it took."""
        return self.watch.look(now_s, most)

    def tick(self, now_s: float) -> None:
        """Tell the page what has changed; to be called every second."""
        self._casebook.look()
        self.board.show_stations(self.watch.stations.shown(now_s))
        self.board.show_lost_together(self.watch.stations.lost_together(now_s))
        self.board.show_lag(now_s - self.watch.through_s)
        self.board.tick(now_s)


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
        ExceptionGroup: of StoreError or OSError: flags or a checkpoint could not be kept.
    """
    page = served(lookout.board, lookout.page, options.port, credits=options.credits, bounds=options.bounds)
    async with page as serving:
        # A page that cannot be served any more is no lookout.
        serving.add_done_callback(lambda _: end.set())
        async with asyncio.TaskGroup() as parts:
            news = asyncio.Event()
            parts.create_task(follow(lookout.watch, lookout.follower, clock, end, options.checkpoint_s, news))
            parts.create_task(
                whenever(news, SILENCE_S, lambda: asyncio.to_thread(lookout.tick, clock.utc_s()), end)
            )
