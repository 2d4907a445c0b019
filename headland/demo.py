"""The live demo for a person at a terminal: what runs, where the page is, who in it is simulated.

The machinery is `headland.demonstration`. A day of the demo is as long as the
shortest recording; then it begins again as a new day, with everything
forgotten, and says so.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer

from hardware.clock import Clock, SystemClock
from headland.bundle import planted, recordings, wires
from headland.demonstration.day import LENGTH_S, Stage, day
from headland.demonstration.quiet import logged_to
from headland.demonstration.tapes import tapes
from headland.loopback import ADDRESS
from headland.options import Progress
from headland.settings import Settings

FILLING = "filling in the last hour"


def demo(port: int, out: Path | None, settings: Settings, progress: Progress, *, browser: bool) -> None:
    """Run until Ctrl-C or SIGTERM.

    Args:
        port: of the page, on the loopback address; one that is free.
        out: where journal, alerts and log stay; None for a folder that vanishes at the end.
        settings: in force.
        progress: told how far the filling is.
        browser: whether to open one, where there is a desktop.
    """
    url = f"http://{ADDRESS}:{port}"
    opened = not (browser and has_desktop())

    def shown() -> None:
        nonlocal opened
        typer.echo(f"The page is at {url}; the last hour passes there first (Ctrl-C ends the demo)")
        if not opened:  # a page that is open comes back by itself when a new day begins
            opened = webbrowser.open(url)

    stage = Stage(
        tapes=tapes(wires(), LENGTH_S),
        settings=settings,
        planted=frozenset(each.subject for each in planted()),
        port=port,
        credits=tuple(f"{each.credit} ({each.licence})" for each in recordings()),
        told=lambda done: progress(FILLING, done),
        shown=shown,
    )
    with _folder(out) as folder, logged_to(folder / "demo.log"):
        asyncio.run(days(stage, folder, SystemClock()))
    typer.echo("The demo has ended.")


async def days(stage: Stage, folder: Path, clock: Clock) -> None:
    """One day after another, until SIGINT or SIGTERM."""
    told_to_end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told_to_end.set)
    while True:
        name = datetime.fromtimestamp(clock.utc_s(), UTC).strftime("day-%Y%m%dT%H%M%SZ")
        await day(stage, folder / name, clock, told_to_end)
        if told_to_end.is_set():
            return
        typer.echo("The recordings have ended. They begin again as a new day; what was seen is forgotten.")


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
