"""`headland demo`: recorded traffic as if it were now, on the live page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from headland.loading import load
from headland.words import Config, Override, Port


def demo(
    port: Port = 8100,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", file_okay=False, help="Keep journal, alerts and log here.")
    ] = None,
    override: Override = [],  # noqa: B006  typer reads the default and never writes to it
    config: Config = None,
) -> None:
    """Show the whole system at work, live, in one process.

    Real recordings, and three planted behaviours, are played through virtual receivers over MQTT, journalled, fused
    and flagged; an hour is filled in, then they go on at their own pace. The page answers on 127.0.0.1 until Ctrl-C.
    """
    port = load("loopback").claimed(port)
    # The rest takes seconds to load: whoever waits is told meanwhile what it will be.
    load("demonstration.words").introduce()
    settings = load("settings").load_settings(config, override)
    with load("progress").Teller() as tell:
        load("demo").demo(port, out, settings, tell, browser=not no_browser)


VERB = demo
