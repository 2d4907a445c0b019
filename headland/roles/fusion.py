"""The role fusion: the journal followed, alerts kept and told, and the web told what is where.

    journal ──▶ watch ──▶ store ──▶ outbox ──▶ channels
                  └────▶ teller ──▶ broker ──▶ web

Without the broker it goes on following: alerts wait in the outbox, and what
the web missed is in the next slices of the picture.
"""

from __future__ import annotations

import asyncio

import structlog

from alerts.desk import Desk
from feeds.bus import Broker
from geo.forces import forces
from hardware.clock import Clock
from headland.chores import every, whenever
from headland.deliveries import channels_of, deliver, lend
from headland.follow import Follower
from headland.live_options import LiveOptions
from headland.state import store_in
from headland.telling import Teller
from headland.watch import Watch, follow, is_there, make_follower

SILENCE_S = 1.0
"""Without a mark in the journal the web is told at least that somebody is there."""
LOG_EVERY_S = 60.0
CHECKPOINT_S = 60.0

log = structlog.get_logger(__name__)


async def fusion(options: LiveOptions, broker: Broker, clock: Clock, told_to_end: asyncio.Event) -> None:
    """Follow, decide, tell, until told to end; then keep a last checkpoint.

    Raises:
        SettingsError: no journal was named, or a channel cannot be set up as the settings want it.
        StoreError, CheckpointError, JournalError: it cannot be taken up where it was left.
        ExceptionGroup: of LinkError, StoreError or OSError: no broker at the start, a disk that refuses.
    """
    journal, state = options.journal_folder(), options.state_folder()
    teller = Teller(broker)
    channels = channels_of(options.settings, lend(teller.bus))
    if not await is_there(journal, told_to_end):
        return
    with store_in(state) as store:
        follower = make_follower(journal, state, options.settings)
        desk = Desk(store, channels, forces)
        watch = Watch(follower, desk, teller.outlet)
        news = asyncio.Event()
        log.info("fusion started", resumed=str(follower.resumed), channels=sorted(channels))
        try:
            async with asyncio.TaskGroup() as lines:
                hearing = lines.create_task(teller.run(options.wait_s))
                async with asyncio.TaskGroup() as parts:
                    parts.create_task(follow(watch, follower, clock, told_to_end, CHECKPOINT_S, news))
                    parts.create_task(deliver(store, channels, clock, told_to_end))
                    parts.create_task(
                        whenever(news, SILENCE_S, lambda: _tell(teller, watch, clock), told_to_end)
                    )
                    parts.create_task(
                        every(LOG_EVERY_S, lambda: _report(teller, watch, follower), told_to_end)
                    )
                hearing.cancel()
        finally:
            follower.close()
        log.info("fusion ended", position=str(follower.position))


async def _tell(teller: Teller, watch: Watch, clock: Clock) -> None:
    await teller.tell(clock.utc_s(), watch.through_s, watch.stations.known())


async def _report(teller: Teller, watch: Watch, follower: Follower) -> None:
    log.info(
        "minute",
        through_s=watch.through_s,
        position=str(follower.position),
        connected=teller.bus.connected,
        missed=teller.missed,
        rejected=follower.decoder.rejects.by_reason(),
        clocks_off=follower.decoder.clocks_off(),
    )


ROLE = fusion
