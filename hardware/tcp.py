"""A TCP connection that the agent makes to a receiver or multiplexer, as a link.

A box that is switched off leaves a connection that looks alive for ever;
the system is asked to probe it, so that it is given up after a minute.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hardware.links import Opened, Read

CHUNK_BYTES = 65536
CONNECT_S = 10.0
_PROBING = (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))


def connection(host: str, port: int) -> Opened:
    """A link to `host:port`."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Read]:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port), CONNECT_S)
        try:
            _probe(writer.get_extra_info("socket"))
            yield lambda: reader.read(CHUNK_BYTES)
        finally:
            writer.close()

    return opened


def _probe(connected: socket.socket) -> None:
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _PROBING:
        if hasattr(socket, option):  # Linux and macOS name them differently
            connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
