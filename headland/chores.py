"""What is done now and again beside the work of a service."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


async def every(period_s: float, work: Callable[[], Awaitable[None]]) -> None:
    """Do something now and again, for ever; time lost by the work is made up, missed turns are not."""
    loop = asyncio.get_running_loop()
    next_s = loop.time()
    while True:
        await work()
        next_s = max(next_s + period_s, loop.time())
        await asyncio.sleep(next_s - loop.time())


async def until(told_to_end: asyncio.Event, chores: list[asyncio.Task[None]]) -> None:
    """Wait for the end, then for the chores to leave off what they are doing.

    Raises:
        Exception: what the first chore raised that came to an end by itself.
    """
    waiting = asyncio.create_task(told_to_end.wait())
    try:
        done, _ = await asyncio.wait([waiting, *chores], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {waiting}:
            await task
    finally:
        waiting.cancel()
        for chore in chores:
            chore.cancel()
        await asyncio.gather(*chores, return_exceptions=True)
