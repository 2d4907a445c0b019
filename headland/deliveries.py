"""Alerts on their way to people: the channels that the settings want, and the outbox emptied as it fills."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from operator import eq
from typing import Any

import structlog

from alerts.channel import Channel, ChannelSettingError, Publish, Wires, open_channels
from alerts.errors import StoreError
from alerts.outbox import Retries, deliver_due
from alerts.store import Store
from feeds.bus import Bus
from feeds.errors import LinkError
from hardware.clock import Clock
from headland.chores import every
from headland.errors import Problem, SettingsError
from headland.settings import Settings, place_of

ROUND_EVERY_S = 1.0
GRACE_S = 2.0
"""What a round under way when the end is told has to finish; what it does not mark goes out again, under one id."""

log = structlog.get_logger(__name__)


def lend(bus: Bus) -> Publish:
    """The line to the broker as channels want it: QoS 1, back when it is acknowledged."""

    async def publish(topic: str, payload: bytes, retain: bool) -> None:
        try:
            await bus.tell(topic, payload, retain=retain)
        except LinkError as error:
            raise ConnectionError(str(error)) from error

    return publish


def channels_of(settings: Settings, publish: Publish) -> dict[str, Channel]:
    """The channels that the settings want, on a line that is lent.

    Raises:
        SettingsError: a setting that cannot be used; says where it stands.
    """
    try:
        return open_channels(settings.channels, Wires(publish))
    except ChannelSettingError as error:
        path = ("channels", *error.path)
        raise SettingsError([Problem(place_of(settings, path), ".".join(path), error.reason)]) from error


async def deliver(store: Store, channels: Mapping[str, Channel], clock: Clock, end: asyncio.Event) -> None:
    """Deliver what falls due, every second, until told to end; one process does this on a store.

    Each channel has rounds of its own: a webhook that takes its time holds up no desk. What is for a channel that
    is not set up any more has rounds too, and is given up in the end.
    """
    rounds: list[Callable[[Any], Any]] = [partial(eq, name) for name in channels]
    rounds.append(lambda name: name.not_in(list(channels)))
    async with asyncio.TaskGroup() as group:
        delivering = [
            group.create_task(every(ROUND_EVERY_S, partial(_round, store, channels, clock, of), end))
            for of in rounds
        ]
        await end.wait()
        await asyncio.wait(delivering, timeout=GRACE_S)
        for task in delivering:
            task.cancel()


async def _round(
    store: Store, channels: Mapping[str, Channel], clock: Clock, of: Callable[[Any], Any]
) -> None:
    """One round; a store that does not answer is asked again in the next, for nothing is lost in it."""
    try:
        done = await deliver_due(store, channels, clock.utc_s(), Retries(), of)
    except StoreError as error:
        log.warning("outbox not read", reason=str(error))
        return
    if done.failed:
        log.warning("not delivered", count=done.failed)
    for lost in done.given_up:
        log.error("delivery given up", **lost)
