"""NMEA by UDP: what rtl_ais, AIS-catcher, kplex and OpenCPN send to port 10110.

A datagram holds one or more whole lines. What the system had to throw away
because the agent did not come to read it is counted by the system, and told.

Source: `SO_RXQ_OVFL` of socket(7), Linux; elsewhere such losses are not known.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from hardware.backoff import Backoff
from hardware.clock import Clock
from hardware.links import Opened, Read, pieces
from hardware.nmea import LineCutter, stamped_lines
from hardware.refusals import Refusals
from hardware.source import Account, Lines

DATAGRAM_BYTES = 65536
DATAGRAMS_AT_ONCE = 256
BUFFER_BYTES = 1 << 20
"""Asked of the system: half a minute of the busiest AIS station."""
_COUNTS_LOSSES = 40
"""SO_RXQ_OVFL, which the standard library does not name."""
OVERFLOWN = "datagrams thrown away by the system"


class NmeaUdp:
    """A source of AIS that waits for datagrams."""

    def __init__(self, host: str, port: int, clock: Clock) -> None:
        self.account = Account(f"udp:{host}:{port}")
        self._opened = _listening(host, port, self.account.refusals)
        self._clock = clock

    async def heard(self) -> AsyncGenerator[Lines, None]:
        """Sentences as they come."""
        cutter = LineCutter(self.account.refusals)
        async for data in pieces(self._opened, self.account, Backoff(longest_s=10.0)):
            told = stamped_lines(cutter.cut(data), self._clock, self.account.refusals)
            if told is not None:
                yield told


def _listening(host: str, port: int, refusals: Refusals) -> Opened:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Read]:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        loop = asyncio.get_running_loop()
        with socket.socket(family, socket.SOCK_DGRAM) as listener:
            listener.setblocking(False)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            if sys.platform.startswith("linux"):
                listener.setsockopt(socket.SOL_SOCKET, _COUNTS_LOSSES, 1)
            listener.bind((host, port))
            ready = asyncio.Event()
            loop.add_reader(listener, ready.set)
            inbox = _Inbox(listener, refusals)
            try:
                yield lambda: inbox.take(ready)
            finally:
                loop.remove_reader(listener)

    return opened


class _Inbox:
    """Datagrams that have come, as lines."""

    def __init__(self, listener: socket.socket, refusals: Refusals) -> None:
        self._listener = listener
        self._refusals = refusals
        self._lost = 0

    async def take(self, ready: asyncio.Event) -> bytes:
        """Waits for a datagram, then takes what else is there."""
        datagrams: list[bytes] = []
        while not datagrams:
            await ready.wait()
            ready.clear()
            try:
                while len(datagrams) < DATAGRAMS_AT_ONCE:
                    datagrams.append(self._one())
            except BlockingIOError:
                pass
        # A sender may leave out the last line's end; a datagram never holds half a line.
        return b"\n".join(datagrams) + b"\n"

    def _one(self) -> bytes:
        data, said, _, _ = self._listener.recvmsg(DATAGRAM_BYTES, socket.CMSG_SPACE(4))
        for level, kind, value in said:
            if level == socket.SOL_SOCKET and kind == _COUNTS_LOSSES:
                (lost,) = struct.unpack("=I", value[:4])
                if lost > self._lost:
                    self._refusals.add(OVERFLOWN, count=lost - self._lost)
                self._lost = lost
        return data
