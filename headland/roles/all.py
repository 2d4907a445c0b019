"""The role all: the whole service in one process, without a detour for its own page."""

from __future__ import annotations

import asyncio

import structlog

from feeds.bus import Broker
from feeds.journal_reader import journal_files
from hardware.clock import Clock
from headland.live_options import LiveOptions
from headland.lookout import LookoutOptions, keep_lookout, opened
from headland.roles.feeds import ear, feeds

LOOK_EVERY_S = 1.0

log = structlog.get_logger(__name__)


async def everything(options: LiveOptions, broker: Broker, clock: Clock, told_to_end: asyncio.Event) -> None:
    """Hear, follow, tell and show, until told to end.

    Raises:
        ExceptionGroup: of what the parts raise.
    """
    bus = ear(options, broker)
    async with asyncio.TaskGroup() as parts:
        parts.create_task(feeds(options, broker, clock, told_to_end, bus))
        parts.create_task(_lookout(options, clock, told_to_end))


async def _lookout(options: LiveOptions, clock: Clock, told_to_end: asyncio.Event) -> None:
    """Follow the journal as soon as there is one."""
    folder = options.journal_folder()
    while not (folder.is_dir() and journal_files(folder)):
        if told_to_end.is_set():
            return
        await asyncio.sleep(LOOK_EVERY_S)
    where = LookoutOptions(
        journal=folder,
        state=options.state_folder(),
        port=options.port,
        settings=options.settings,
    )
    with opened(where) as lookout:
        log.info("following", resumed=str(lookout.follower.resumed), page=f"http://127.0.0.1:{options.port}")
        await keep_lookout(lookout, where, clock, told_to_end)
        told_to_end.set()


ROLE = everything
