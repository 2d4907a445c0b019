"""Arguments and options that several verbs share, in words for their `--help`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...",
        help="Recorded files, plain, .gz or .zst; a journal's folder; `-` is standard input.",
    ),
]
FormatName = Annotated[
    str | None, typer.Option("--format", metavar="NAME", help="Read every input so, whatever it looks like.")
]
Zone = Annotated[
    str | None, typer.Option("--tz", metavar="ZONE", help="Zone of local times in the input: Europe/London.")
]
Start = Annotated[
    float | None,
    typer.Option("--start", metavar="UNIXTIME", help="Time of the first frame, for Beast binary and AVR."),
]
Columns = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.toml", exists=True, dir_okay=False, help="Which columns of a table are which."
    ),
]
Override = Annotated[
    list[str],
    typer.Option("--set", metavar="SECTION.KEY=VALUE", help="Change a setting; may be given many times."),
]
Config = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="The settings file; else HEADLAND_CONFIG, else ./headland.toml if there."
    ),
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes any that is free.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON on standard output, for programs.")]


def existing(what: str) -> Any:
    """An option that names a file which is there."""
    return typer.Option(metavar="FILE", exists=True, dir_okay=False, help=what)


def zone_of(name: str | None) -> ZoneInfo | None:
    """The zone that `--tz` names.

    Raises:
        typer.BadParameter: there is no such zone.
    """
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError) as error:
        raise typer.BadParameter(
            f"{name!r} is no time zone; one is Europe/London", param_hint="--tz"
        ) from error
