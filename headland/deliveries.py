"""Alerts on their way to people: the channels that the settings want, and the outbox emptied as it fills."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

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

    A store that does not answer is asked again: nothing is lost in it.
    """
    retries = Retries()

    async def one_round() -> None:
        try:
            done = await deliver_due(store, channels, clock.utc_s(), retries)
        except StoreError as error:
            log.warning("outbox not read", reason=str(error))
            return
        if done.failed:
            log.warning("not delivered", count=done.failed)
        for lost in done.given_up:
            log.error("delivery given up", **lost)

    delivering = asyncio.create_task(every(ROUND_EVERY_S, one_round, end))
    telling = asyncio.create_task(end.wait())
    try:
        await asyncio.wait([delivering, telling], return_when=asyncio.FIRST_COMPLETED)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(delivering, GRACE_S)
    finally:
        telling.cancel()
        delivering.cancel()
