"""What is done now and again beside the work of a service."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

APART_S = 0.2
"""Two turns of what is done at news are no closer: a long journal that is caught up with brings news all the time."""


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


async def whenever(
    news: asyncio.Event, silence_s: float, work: Callable[[], Awaitable[None]], end: asyncio.Event
) -> None:
    """Do something when there is news, and now and again where there is none.

    Args:
        news: set by whoever brings some; what comes while the work is done is for the next turn.
        silence_s: without news the next turn comes so long after `APART_S`.
        work: what is done.
        end: when it is set, the work at hand is done to its end, and no more.
    """
    ended = asyncio.create_task(end.wait())
    while not end.is_set():
        news.clear()
        await work()
        await asyncio.sleep(APART_S)
        told = asyncio.create_task(news.wait())
        await asyncio.wait({told, ended}, timeout=silence_s, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
