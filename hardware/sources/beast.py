"""Mode S from a Beast server: dump1090, readsb or a Mode-S Beast, usually at port 30005.

Frames are stamped when they were read. The receiver's own 12 MHz count bears
no date, and most decoders hand out what they heard within 100 ms.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator

from hardware.beast import BeastParser, modes_line
from hardware.clock import Clock
from hardware.links import pieces
from hardware.source import Account, Lines
from hardware.tcp import connection
from hardware.wire import Stream


class BeastTcp:
    """Calls `host:port` and listens; calls again when the line breaks."""

    def __init__(self, host: str, port: int, clock: Clock) -> None:
        self.account = Account(f"beast:{host}:{port}")
        self._opened = connection(host, port)
        self._clock = clock

    async def heard(self) -> AsyncGenerator[Lines, None]:
        """Frames as they come."""
        parser = BeastParser(self.account.refusals)
        async for data in pieces(self._opened, self.account):
            if not data:
                parser = BeastParser(self.account.refusals)
            now_s = self._clock.utc_s()
            if frames := parser.feed(data):
                yield Lines(Stream.MODES, [modes_line(frame, now_s) for frame in frames])
