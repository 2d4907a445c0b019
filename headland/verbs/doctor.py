"""`headland doctor`: what is configured, what answers, what is missing."""

from __future__ import annotations

import json

import typer

from headland.exits import Exit
from headland.loading import load
from headland.words import AsJson, Config, Port


def doctor(port: Port = 8100, config: Config = None, as_json: AsJson = False) -> None:
    """Say what is configured, what answers, what is missing, and what to do about it.

    Exits with 1 if something needed is missing. Changes nothing.
    """
    doctor = load("doctor")
    checks = doctor.examine(config, port)
    typer.echo(
        json.dumps(doctor.as_json(checks), indent=2) if as_json else "\n".join(doctor.as_lines(checks))
    )
    if not doctor.all_there(checks):
        raise typer.Exit(Exit.FAILURE)


VERB = doctor
