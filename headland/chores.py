"""What is done now and again beside the work of a service."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable


async def every(
    period_s: float, work: Callable[[], Awaitable[None]], end: asyncio.Event | None = None
) -> None:
    """Do something now and again; time lost by the work is made up, missed turns are not.

    Args:
        period_s: from one beginning to the next.
        work: what is done.
        end: when it is set, the work at hand is done to its end, and no more; None for ever.
    """
    loop = asyncio.get_running_loop()
    never = end or asyncio.Event()
    next_s = loop.time()
    while not never.is_set():
        await work()
        next_s = max(next_s + period_s, loop.time())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(next_s):
                await never.wait()
