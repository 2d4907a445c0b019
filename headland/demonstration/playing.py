"""A tape played to an agent: a receiver without an antenna, that waits for the demo's clock.

Like `hardware.sources.playback`, but it plays in steps while the past is
filled in, and holds out in silence when its tape has run out, as a receiver
does that hears nothing: it ends with the demo's day, together with all others.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import numpy as np

from hardware.source import Account, Lines
from headland.demonstration.clock import DemoClock
from headland.demonstration.tapes import Tape

TOGETHER_S = 0.05
"""Frames heard within this time of each other are handed out together, once the present is reached."""


class TapePlayer:
    """A source (`hardware.source.Source`) that ends with the day."""

    def __init__(self, tape: Tape, begin_s: float, end_s: float, clock: DemoClock) -> None:
        """Play `tape` as if it had begun at `begin_s`, until `end_s`; Unix seconds."""
        self.account = Account(f"tape:{tape.station}")
        self._stream = tape.stream
        self._time_s = tape.frames.time_s + begin_s
        self._lines = tape.lines(begin_s)
        self._end_s = end_s
        self._clock = clock

    async def heard(self) -> AsyncGenerator[Lines, None]:
        """Lines when they are due."""
        self.account.connected = True
        done = 0
        while done < len(self._lines):
            until_s = await self._clock.due(float(self._time_s[done]))
            last = int(np.searchsorted(self._time_s, until_s, side="right"))
            yield Lines(self._stream, self._lines[done:last])
            done = last
            if not self._clock.filling:
                await asyncio.sleep(TOGETHER_S)
        await self._clock.due(self._end_s)
        self._clock.ended()
