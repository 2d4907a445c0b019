"""A recording played as if it were heard now: a receiver without an antenna, for demos and tests.

Frames come by the gaps that the recording has between them, divided by the
pace. They are stamped with the time at which they are played, or keep their
recorded times where the server too lives in the recording's time. A frame
without a recorded time is played as soon as its turn comes.
"""

from __future__ import annotations

import asyncio
import itertools
import math
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator

from hardware.beast import Heard, modes_line
from hardware.clock import Clock
from hardware.frames import Frames, Kind
from hardware.source import Account, Lines
from hardware.stamps import stamped
from hardware.wire import Stream

TOGETHER_S = 0.02
"""Frames that are due within this time of each other are handed out together."""
AT_ONCE = 200
"""Frames handed out together at the most, so that others have their turn."""

Recording = Callable[[], Iterable[Frames]]
Row = tuple[float, int, bytes, float]
"""Recorded time, kind, payload, signal."""


class Playback:
    """A source that ends."""

    def __init__(
        self,
        name: str,
        recording: Recording,
        clock: Clock,
        *,
        pace: float = 1.0,
        keep_times: bool = False,
        origin_s: float = math.nan,
    ) -> None:
        """Play `recording`.

        Args:
            name: for health and log.
            recording: opens it; called once, when the playing begins.
            clock: tells the time.
            pace: 2 is twice as fast as it was; 0 is as fast as possible.
            keep_times: stamp with the recorded times.
            origin_s: recorded time at which the playing begins, so that several that begin together
                stay together; NaN is that of the first frame.
        """
        self.account = Account(name)
        self._recording = recording
        self._clock = clock
        self._pace = pace
        self._keep_times = keep_times
        self._origin_s = origin_s

    async def heard(self) -> AsyncGenerator[Lines, None]:
        """Frames when they are due."""
        self.account.connected = True
        started_s = self._clock.monotonic_s()
        # Reading and unpacking a file takes its time; the other sources must not wait for it.
        batches = iter(await asyncio.to_thread(self._recording))
        origin_s = self._origin_s
        while (batch := await asyncio.to_thread(next, batches, None)) is not None:
            for rows in _due_together(_rows(batch)):
                first_s = rows[0][0]
                origin_s = first_s if math.isnan(origin_s) else origin_s
                await self._until(started_s, first_s - origin_s)
                for lines in self._lines(rows):
                    yield lines
        self.account.connected = False

    async def _until(self, started_s: float, after_s: float) -> None:
        """Wait until so much of the recording should have been played."""
        due_s = started_s + after_s / self._pace if self._pace > 0 and math.isfinite(after_s) else 0.0
        await asyncio.sleep(max(due_s - self._clock.monotonic_s(), 0.0))

    def _lines(self, rows: list[Row]) -> Iterator[Lines]:
        now_s = self._clock.utc_s()
        refusals = self.account.refusals
        told: dict[Stream, list[bytes]] = {Stream.AIS: [], Stream.MODES: []}
        for time_s, kind, payload, signal_dbfs in rows:
            heard_s = time_s if self._keep_times and math.isfinite(time_s) else now_s
            if kind == Kind.MODE_S:
                told[Stream.MODES].append(modes_line(Heard(payload, signal_dbfs), heard_s))
            elif (line := stamped(payload, heard_s, refusals)) is not None:
                told[Stream.AIS].append(line)
        return (Lines(stream, lines) for stream, lines in told.items() if lines)


def _rows(batch: Frames) -> Iterator[Row]:
    payload = batch.payload.values.tobytes()
    offsets = batch.payload.offsets.tolist()
    pieces = (payload[first:last] for first, last in itertools.pairwise(offsets))
    return zip(batch.time_s.tolist(), batch.kind.tolist(), pieces, batch.signal_dbfs.tolist(), strict=True)


def _due_together(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Rows in file order, in pieces of up to `AT_ONCE` that lie within `TOGETHER_S`."""
    piece: list[Row] = []
    for row in rows:
        if piece and (len(piece) >= AT_ONCE or not abs(row[0] - piece[0][0]) < TOGETHER_S):
            yield piece
            piece = []
        piece.append(row)
    if piece:
        yield piece
