"""The role web: what fusion tells and what the store holds, on the live page.

    broker ──▶ inlet ──▶ board ──▶ browser
    store ──▶ casebook ──▶ board       people ──▶ desk ──▶ store

It touches no journal, and needs neither fusion nor the broker to run: alerts
are read and decided as long as the store is there, and the page says who is
away. Whom a decision is told is in the outbox, which fusion empties.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence

import structlog

from alerts.desk import Desk
from alerts.store import Store
from feeds.bus import Broker, Bus
from geo.batch import Floats
from hardware.clock import Clock
from headland.casebook import Casebook
from headland.chores import every, whenever
from headland.inlet import Inlet
from headland.live_options import LiveOptions
from headland.outlet import CHANGES, PICTURE
from headland.page_desk import PageDesk
from headland.page_server import served
from headland.state import store_in
from maps.live.board import Board

SILENCE_S = 1.0
"""Fusion tells something each second; where it does not, the page is told the time and who is away."""
LOG_EVERY_S = 60.0

log = structlog.get_logger(__name__)


class _Page:
    """The page of one process: board, desk, and what they are told by."""

    def __init__(self, store: Store, bus: Bus) -> None:
        self.board = Board()
        # Decisions are told to whoever was told before: that takes no channel, and so no secret of one.
        self.desk = PageDesk(Desk(store, {}, _nowhere), store)
        self.inlet = Inlet(self.board)
        self.news = asyncio.Event()
        self._bus = bus
        self._casebook = Casebook(store, self.desk, self.board)

    async def take(self, topic: str, payload: bytes) -> None:
        """Take what the broker hands over."""
        self.inlet.take(topic, payload, asyncio.get_running_loop().time())
        self.news.set()

    def tick(self, now_s: float, at_s: float) -> None:
        """Bring the board up to date, and tell the browsers."""
        self._casebook.look()
        broker = (
            "" if self._bus.connected else "The broker does not answer; alerts are still read and decided."
        )
        self.inlet.tell(now_s, at_s, self._casebook.trouble or broker)
        self.board.tick(now_s)


async def web(options: LiveOptions, broker: Broker, clock: Clock, told_to_end: asyncio.Event) -> None:
    """Show, until told to end.

    Raises:
        SettingsError: neither the folder of the store nor a journal was named.
        StoreError: the store cannot be opened.
        UnreachableError: the port of the page cannot be had.
    """
    pace = asyncio.get_running_loop()
    bus = Bus(broker, [CHANGES, f"{PICTURE}/#"], name="web", kept=False)
    with store_in(options.state_folder()) as store:
        page = _Page(store, bus)
        async with served(page.board, page.desk, options.port) as serving, asyncio.TaskGroup() as parts:
            serving.add_done_callback(lambda _: told_to_end.set())
            log.info("web started", page=f"http://127.0.0.1:{options.port}")
            hearing = parts.create_task(bus.run(page.take, _unmoved, math.inf))
            reporting = parts.create_task(every(LOG_EVERY_S, lambda: _report(page, bus)))
            await whenever(
                page.news,
                SILENCE_S,
                lambda: asyncio.to_thread(page.tick, clock.utc_s(), pace.time()),
                told_to_end,
            )
            hearing.cancel()
            reporting.cancel()
    log.info("web ended")


async def _report(page: _Page, bus: Bus) -> None:
    log.info(
        "minute",
        browsers=page.board.listeners,
        connected=bus.connected,
        discarded=bus.discarded,
        rejected=page.inlet.rejects.by_reason(),
    )


def _unmoved() -> None:
    """A line that is up again changes nothing: what was missed comes with the slices."""


def _nowhere(lat_deg: Floats, lon_deg: Floats) -> Sequence[tuple[str, ...]]:  # noqa: ARG001  a desk's lookup
    """The forces of places, for a desk that takes no flags."""
    return [()] * len(lat_deg)


ROLE = web
