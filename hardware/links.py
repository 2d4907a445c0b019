"""A byte stream that comes back: opened, read until it breaks, opened again after a growing wait.

What a serial port, a TCP feed and a Beast server have in common. A link that
brought something starts the waits anew; one that opens and says nothing does
not, or a box that hangs up after the handshake would be called twice a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import structlog

from hardware.backoff import Backoff
from hardware.source import Account

Read = Callable[[], Awaitable[bytes]]
"""Bytes as they come; empty at the end."""
Opened = Callable[[], AbstractAsyncContextManager[Read]]
"""Opens a link anew.

Raises (when entered, and when read): OSError.
"""

log = structlog.get_logger(__name__)


async def pieces(
    opened: Opened, account: Account, backoff: Backoff | None = None
) -> AsyncGenerator[bytes, None]:
    """What a link brings, for ever; an empty piece says that it broke, and what was half said is void."""
    backoff = backoff or Backoff()
    while True:
        reason = "ended by the other side"
        try:
            async with opened() as read:
                account.connected = True
                log.info("source connected", source=account.name)
                while data := await read():
                    backoff.reset()
                    yield data
        except OSError as error:
            reason = str(error)
        finally:
            was_connected, account.connected = account.connected, False
        yield b""
        wait_s = backoff.wait_s()
        level = log.warning if was_connected else log.info
        level("source broken", source=account.name, reason=reason, again_in_s=round(wait_s, 1))
        await asyncio.sleep(wait_s)
