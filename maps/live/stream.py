"""One browser's share of the deltas: a short queue between the thread that ticks and a slow line.

A client that does not keep up loses what waits: the next number it sees is
not the one it expects, and it asks for a snapshot. Nobody waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from maps.live.board import Board
from maps.live.wire import GZIP_HEAD, Packet

MOST_WAITING = 8
"""Seconds of deltas: a line that is further behind is served better by a snapshot."""


class Stream:
    """Deltas as bytes for one client; made in the event loop that will send them."""

    def __init__(self, board: Board, *, packed: bool) -> None:
        """Packed: whether the client reads gzip."""
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Packet | None] = asyncio.Queue()
        self._board, self._packed = board, packed

    def offer(self, packet: Packet | None) -> None:
        """Hand over a delta, or the end; from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._put, packet)

    def _put(self, packet: Packet | None) -> None:
        if self._queue.qsize() >= MOST_WAITING:
            while not self._queue.empty():
                self._queue.get_nowait()
        self._queue.put_nowait(packet)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body of the answer; it listens only while somebody reads it."""
        stop = self._board.listen(self.offer)
        try:
            if self._packed:
                yield GZIP_HEAD
            while (packet := await self._queue.get()) is not None:
                yield packet.packed if self._packed else packet.plain
        finally:
            stop()
