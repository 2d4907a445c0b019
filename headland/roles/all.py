"""The role all: the whole service in one process, without a detour for its own page."""

from __future__ import annotations

import asyncio

import structlog

from alerts.channel import Channel
from feeds.bus import Broker
from hardware.clock import Clock
from headland.deliveries import channels_of, deliver, lend
from headland.live_options import LiveOptions
from headland.lookout import LookoutOptions, keep_lookout, opened
from headland.roles.feeds import ear, feeds
from headland.watch import is_there

log = structlog.get_logger(__name__)


async def everything(options: LiveOptions, broker: Broker, clock: Clock, told_to_end: asyncio.Event) -> None:
    """Hear, follow, tell and show, until told to end.

    Raises:
        SettingsError: no journal was named, or a channel cannot be set up as the settings want it.
        ExceptionGroup: of what the parts raise.
    """
    bus = ear(options, broker)
    channels = channels_of(options.settings, lend(bus))
    async with asyncio.TaskGroup() as parts:
        parts.create_task(feeds(options, broker, clock, told_to_end, bus))
        parts.create_task(_lookout(options, channels, clock, told_to_end))


async def _lookout(
    options: LiveOptions, channels: dict[str, Channel], clock: Clock, told_to_end: asyncio.Event
) -> None:
    """Follow the journal as soon as there is one."""
    journal = options.journal_folder()
    if not await is_there(journal, told_to_end):
        return
    where = LookoutOptions(
        journal=journal, state=options.state_folder(), port=options.port, settings=options.settings
    )
    with opened(where, channels) as lookout:
        log.info("following", resumed=str(lookout.follower.resumed), page=f"http://127.0.0.1:{options.port}")
        async with asyncio.TaskGroup() as parts:
            parts.create_task(keep_lookout(lookout, where, clock, told_to_end))
            parts.create_task(deliver(lookout.store, channels, clock, told_to_end))


ROLE = everything
