"""The address that only this machine reaches, and its ports: asked for before there is any work to lose."""

from __future__ import annotations

import socket

from headland.errors import UnreachableError

ADDRESS = "127.0.0.1"


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
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
        with socket.create_server((ADDRESS, port)):
            return port
    except OSError as error:
        raise UnreachableError.of_port(ADDRESS, port, error) from error
