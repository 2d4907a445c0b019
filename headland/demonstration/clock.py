"""The demo's clock: behind the true time while the past is filled in, the true time from then on.

While it fills, it stands still until everything up to the next instant is on
the server's disk: no report is ever late, and what comes of them does not
depend on how fast the machine is.

In: a clock that is true. Out: Unix seconds UTC and monotonic seconds
(`hardware.clock.Clock`), and for those who play recordings the time up to
which they may play.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools

from hardware.clock import Clock, Standing


class DemoClock:
    """Stands, steps, then runs.

    Attributes:
        filling: whether it is still behind.
    """

    def __init__(self, true: Clock, begin_s: float) -> None:
        """Stand at `begin_s`, Unix seconds."""
        self.filling = True
        self._true = true
        self._now_s = self._released_s = begin_s
        self._ahead_s = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._serial = itertools.count()
        self._ended = 0
        self._idle = asyncio.Event()

    def utc_s(self) -> float:
        """Unix seconds, UTC."""
        return self._now_s if self.filling else self._true.utc_s()

    def monotonic_s(self) -> float:
        """Seconds since some instant, never set back."""
        return self._true.monotonic_s() + self._ahead_s

    def standing(self) -> Standing:
        """How well the true clock is set."""
        return self._true.standing()

    def behind_s(self) -> float:
        """How far the true time is ahead."""
        return max(self._true.utc_s() - self.utc_s(), 0.0)

    async def due(self, time_s: float) -> float:
        """Wait until what was heard at `time_s` may be played; says up to when everything may be."""
        if self.filling and time_s > self._released_s:
            woken = asyncio.get_running_loop().create_future()
            heapq.heappush(self._sleepers, (time_s, next(self._serial), woken))
            self._idle.set()
            await woken
        if self.filling:
            return self._released_s
        await asyncio.sleep(max(time_s - self._true.utc_s(), 0.0))
        return max(time_s, self._true.utc_s())

    def ended(self) -> None:
        """One of those who play has come to its end."""
        self._ended += 1
        self._idle.set()

    async def release(self, until_s: float, players: int) -> None:
        """Let everything up to an instant be played; returns when all players wait for what comes after."""
        self._released_s = until_s
        self._wake(until_s)
        while len(self._sleepers) + self._ended < players:
            self._idle.clear()
            await self._idle.wait()

    def step(self) -> None:
        """It is now the instant up to which all was played; what counts seconds counts these too."""
        self._ahead_s += self._released_s - self._now_s
        self._now_s = self._released_s

    def join(self) -> None:
        """Be the true time from now on."""
        self.filling = False
        self._wake(float("inf"))

    def _wake(self, until_s: float) -> None:
        while self._sleepers and self._sleepers[0][0] <= until_s:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
