"""`headland doctor`: what is configured, what answers, what is missing."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from headland.exits import Exit
from headland.loading import load
from headland.words import AsJson, Config, Port


class Part(StrEnum):
    """A running part of the service."""

    ALL = "all"
    FEEDS = "feeds"
    FUSION = "fusion"
    WEB = "web"


RoleName = Annotated[
    Part | None,
    typer.Option(
        "--role", help="Ask only whether this part of the service, on this machine, does its work now."
    ),
]
Journal = Annotated[
    Path, typer.Option(metavar="DIR", file_okay=False, help="With --role: the journal of the service.")
]
State = Annotated[Path, typer.Option(metavar="DIR", file_okay=False, help="Its checkpoints and alerts.")]


def doctor(
    port: Port = 8100,
    config: Config = None,
    as_json: AsJson = False,
    role: RoleName = None,
    journal: Journal = Path("journal"),
    state: State = Path("state"),
) -> None:
    """Say what is configured, what answers, what is missing, and what to do about it.

    Exits with 1 if something needed is missing. Changes nothing. With --role it is the health check of a container
    or a service: feeds by the journal's newest mark, fusion by its newest checkpoint, web by the time on its page.
    """
    if role is None:
        checks = load("doctor").examine(config, port, state)
    else:
        alive = load("alive")
        checks = alive.ask(role.value, alive.Service(journal=journal, state=state, port=port))
    verdicts = load("verdicts")
    typer.echo(
        json.dumps(verdicts.as_json(checks), indent=2) if as_json else "\n".join(verdicts.as_lines(checks))
    )
    if not verdicts.all_there(checks):
        raise typer.Exit(Exit.FAILURE)


VERB = doctor
