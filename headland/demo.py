"""The demo: the bundled recordings replayed, and their map served to a browser on this machine."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

import typer

from headland.bundle import recordings
from headland.options import ReplayOptions
from headland.replay import replay
from headland.serve import FolderServer


def demo(port: int, out: Path | None, options: ReplayOptions, *, browser: bool) -> None:
    """Replay, then serve until Ctrl-C or SIGTERM.

    Args:
        port: on the loopback address; 0 takes any that is free.
        out: where the results stay; None for a folder that vanishes at the end.
        options: of the replay.
        browser: whether to open one, where there is a desktop.

    Raises:
        UnreachableError: the port is taken; found out before the work is done.
    """
    with _ended_by_signals(), _folder(out) as folder, FolderServer(folder, port) as server:
        bundled = recordings()
        for each in bundled:
            typer.echo(f"{each.what}. {each.credit}, {each.licence}.", err=True)
        told = replace(
            options,
            title="Headland: the Solent, and flight BAW3AK",
            credits=tuple(f"{each.credit} ({each.licence})" for each in bundled),
        )
        replay([str(each.path) for each in bundled], folder, told)
        typer.echo(f"The map is at {server.url} (Ctrl-C ends the demo)")
        if browser and has_desktop():
            webbrowser.open(server.url)
        _serve(server)


def has_desktop() -> bool:
    """Whether a browser window would be seen by anybody."""
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


@contextmanager
def _folder(out: Path | None) -> Iterator[Path]:
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        yield out
        return
    with tempfile.TemporaryDirectory(prefix="headland-demo-") as name:
        yield Path(name)


def _serve(server: FolderServer) -> None:
    """Answer until told to stop; the usual end of a demo is no failure."""
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        typer.echo("The demo has ended.", err=True)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM end the demo as Ctrl-C does, so that its folder vanishes; a shell's `&` would ignore Ctrl-C's."""
    before = {number: signal.signal(number, _interrupted) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
