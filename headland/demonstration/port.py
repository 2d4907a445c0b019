"""Ports of the loopback, asked for before there is any work to lose."""

from __future__ import annotations

import socket

from headland.errors import UnreachableError

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def claimed(port: int) -> int:
    """The port, where it may be had; a free one for 0.

    Raises:
        UnreachableError: the port is taken or may not be had.
    """
    if not port:
        return free_port()
    try:
        with socket.create_server((LOOPBACK, port)):
            return port
    except OSError as error:
        raise UnreachableError.of_port(LOOPBACK, port, error) from error
