"""The agent: sources into batches, batches into the spool, the spool to the broker; one loop of asyncio.

    sources ──Lines──▶ batches ──Batch──▶ spool ──Place──▶ publisher
                         drafts             ▲                  │
                                            └───── ack ────────┘

It ends when it is told to, or when every source has ended, which only
recordings do. Then it cuts what is open, gives the broker a few seconds to
take it, says goodbye and syncs the spool: what was not acknowledged goes out
at the next start.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from hardware.batches import AGE_S, Batches, new_boot
from hardware.clock import Clock
from hardware.drafts import Draft, found
from hardware.health import EVERY_S, Health
from hardware.publisher import Broker, Publisher
from hardware.source import Source
from hardware.spool import Batch, Spool, SpoolLimits
from hardware.turns import Patience, Turns
from hardware.wire import Stream

LOG_EVERY_S = 60.0
LAST_WORDS_S = 5.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Orders:
    """What an agent is told.

    Attributes:
        station: its id, `[a-z0-9-]{3,32}`.
        spool: folder of the spool.
        sync_s: the disk has everything but the last so many seconds; 0 syncs each batch.
        linger_s: how long to wait for acknowledgements when every source has ended.
    """

    station: str
    broker: Broker
    spool: Path
    version: str
    limits: SpoolLimits = field(default_factory=SpoolLimits)
    patience: Patience = field(default_factory=Patience)
    sync_s: float = 1.0
    linger_s: float = 30.0


class Agent:
    """One station at work."""

    def __init__(self, orders: Orders, sources: Sequence[Source], clock: Clock) -> None:
        """Open the spool and take up what an earlier process left.

        Raises:
            SpoolError: the spool's folder cannot be used.
        """
        self._orders = orders
        self._sources = sources
        self._spool = Spool(orders.spool, orders.limits)
        gathered = (Stream.AIS, Stream.MODES)
        for stream in gathered:
            left = found(orders.spool, stream)
            if left is not None and not self._spool.holds(left.boot, left.seq):
                self._spool.append(left)
        self._drafts = {stream: Draft(orders.spool, stream) for stream in gathered}
        self._publisher = Publisher(
            orders.broker, orders.station, self._spool, Turns(self._spool, orders.patience), clock
        )
        self._batches = Batches(new_boot(), self._drafts, self._store)
        self._health = Health(clock, sources, self._spool, orders.version)
        self._heard: Counter[str] = Counter()

    async def run(self, told_to_end: asyncio.Event) -> None:
        """Work until told to end, or until every source has ended."""
        hearing = asyncio.create_task(self._hear_all())
        ending = asyncio.create_task(told_to_end.wait())
        chores = (self._publisher.run(), self._tell_health(), self._sync(), self._log())
        work = [asyncio.create_task(chore) for chore in chores]
        try:
            futures: list[asyncio.Future[Any]] = [hearing, ending, *work]
            await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
            heard_out = hearing.done()
            await _ended(hearing)
            self._batches.flush()
            if not any(chore.done() for chore in work):  # a chore ends by a defect alone, told below
                await self._let_go(ending, heard_out=heard_out)
        finally:
            await _ended(ending, *work)
            for draft in self._drafts.values():
                draft.close()
            self._spool.close()
            log.info("receiver ended", waiting=len(self._spool))

    async def settled(self) -> None:
        """Cut what is open, and return when the server has acknowledged all that was heard so far."""
        self._batches.flush()
        await self._publisher.drained(wholly=True)

    def tell_health(self) -> None:
        """Say now how the station is, as it does every half minute by itself."""
        self._batches.whole(Stream.HEALTH, self._health.line())

    async def _let_go(self, ending: asyncio.Task[bool], *, heard_out: bool) -> None:
        """Give the broker, and after a recording the server, time to take what is left."""
        drained = asyncio.create_task(self._publisher.drained(wholly=heard_out))
        limit_s = self._orders.linger_s if heard_out else LAST_WORDS_S
        awaited: set[asyncio.Task[Any]] = {drained, ending} if heard_out else {drained}
        await asyncio.wait(awaited, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
        await _ended(drained)

    async def _hear_all(self) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                for source in self._sources:
                    tasks.create_task(self._hear(source))
        except ExceptionGroup as group:  # the first defect stops the rest, and is what the user is told
            raise group.exceptions[0] from group

    async def _hear(self, source: Source) -> None:
        loop = asyncio.get_running_loop()
        async with contextlib.aclosing(source.heard()) as heard:
            async for told in heard:
                self._health.heard(told.stream, len(told.lines))
                self._heard[source.account.name] += len(told.lines)
                begun = self._batches.add(told)
                if begun is not None:
                    loop.call_later(AGE_S, self._batches.cut, told.stream, begun)

    def _store(self, batch: Batch) -> None:
        place = self._spool.append(batch)
        if self._orders.sync_s == 0:
            self._spool.sync()()
        if place is not None:
            self._publisher.fresh(place)

    async def _tell_health(self) -> None:
        while True:
            self.tell_health()
            await asyncio.sleep(EVERY_S)

    async def _sync(self) -> None:
        while True:
            await asyncio.sleep(self._orders.sync_s or LOG_EVERY_S)
            await asyncio.to_thread(self._spool.sync())

    async def _log(self) -> None:
        while True:
            await asyncio.sleep(LOG_EVERY_S)
            log.info(
                "minute",
                heard=dict(self._heard),
                refused={each.account.name: dict(each.account.refusals.counts) for each in self._sources},
                published=self._publisher.published,
                waiting=len(self._spool),
                lost=self._spool.losses.total,
                connected=self._publisher.connected,
            )


async def _ended(*futures: asyncio.Future[Any]) -> None:
    """Cancel the futures, wait until they have ended, and raise what one of them died of."""
    for future in futures:
        future.cancel()
    await asyncio.wait(futures)
    for future in futures:
        if not future.cancelled() and (defect := future.exception()) is not None:
            raise defect
