"""`headland demo`: the bundled recordings on a map."""

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
        Path | None, typer.Option(metavar="DIR", file_okay=False, help="Keep the results here.")
    ] = None,
    override: Override = [],  # noqa: B006  typer reads the default and never writes to it
    config: Config = None,
) -> None:
    """Replay the bundled real recordings and show them on a map.

    Serves the map on 127.0.0.1 until Ctrl-C. Without --out the results vanish at the end.
    """
    options, settings = load("options"), load("settings").load_settings(config, override)
    with load("progress").Teller() as tell:
        chosen = options.ReplayOptions(settings=settings, progress=tell)
        load("demo").demo(port, out, chosen, browser=not no_browser)


VERB = demo
