"""The live page on a port of this machine, inside an event loop that somebody else runs."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from headland.errors import UnreachableError
from headland.loopback import ADDRESS
from headland.page_desk import PageDesk
from maps.layer import Bounds
from maps.live.app import UVICORN, make_app
from maps.live.board import Board
from maps.live.guard import refuse_beyond_loopback

WAITING = 128
"""Connections that the system holds for us while we are busy."""


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever started it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def served(
    board: Board,
    desk: PageDesk,
    port: int,
    *,
    credits: Sequence[str] = (),  # noqa: A002  the word for it
    bounds: Bounds | None = None,
) -> AsyncIterator[asyncio.Task[None]]:
    """The page, answered for as long as the context lasts.

    Args:
        board: what is shown; somebody else ticks it.
        desk: keeps the alerts.
        port: on the loopback address; 0 takes any that is free.
        credits: owed to the sources of what is shown.
        bounds: what the map opens on; None for what there is to see.

    Yields:
        What serves: a task that ends by itself only if the server failed.

    Raises:
        UnreachableError: the port is taken or may not be had.
    """
    refuse_beyond_loopback(ADDRESS)
    with _listening(port) as listening:
        app = make_app(board, desk, title="Headland", credits=credits, bounds=bounds)
        server = _Server(uvicorn.Config(app, log_config=None, **UVICORN))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield serving
        finally:
            board.end()
            server.should_exit = True
            await serving


def _listening(port: int) -> socket.socket:
    listening = socket.socket()
    try:
        # A port that lingers after a server that ended is free.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((ADDRESS, port))
        listening.listen(WAITING)
    except OSError as error:
        listening.close()
        raise UnreachableError.of_port(ADDRESS, port, error) from error
    return listening
