"""`headland simulate`: a made world with its truth, heard by virtual receivers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from headland.loading import load
from headland.words import AsJson, Zone, existing, zone_of


def simulate(
    scenario: Annotated[
        str,
        typer.Argument(metavar="SCENARIO", help="The name of a scenario that is shipped, or a TOML file."),
    ],
    out: Annotated[
        Path, typer.Option(metavar="DIR", file_okay=False, help="Where the files go; made if not there.")
    ],
    into: Annotated[
        list[str],
        typer.Option(
            metavar="RECORDING", help="Plant the behaviours into this recording; may be given many times."
        ),
    ] = [],  # noqa: B006  typer reads the default and never writes to it
    stations: Annotated[
        Path | None, existing("With --into: where the recording's stations stand; learned from it otherwise.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Of all chance, instead of the scenario's own.")
    ] = None,
    override: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Change a key: hours=2, lives.ferries=8; may be given many times.",
        ),
    ] = [],  # noqa: B006  as above
    zone: Zone = None,
    as_json: AsJson = False,
) -> None:
    """Make a world with planted behaviour, let virtual receivers hear it, and write its truth.

    Writes ais.nmea, modes.csv, stations.json, movements.csv, exclusions.csv, truth.json and scenario.toml into DIR:
    the inputs of `headland replay`, and what it should find there. With --into, the behaviours of the scenario are
    planted into real recordings. The same scenario and seed give the same bytes.
    """
    chosen = load("proving.scenario").load_scenario(scenario, override, seed)
    with load("progress").Teller() as tell:
        if into:
            options = load("options").ReplayOptions(zone=zone_of(zone), progress=tell)
            made = load("proving.injection").inject(chosen, into, out, stations, options)
        else:
            made = load("proving.simulate").simulate(chosen, out, tell)
    typer.echo(json.dumps(made, indent=2) if as_json else _told(made, out))


def _told(made: dict[str, Any], out: Path) -> str:
    """What was made, in a sentence, and where to look."""
    movers = " and ".join(
        f"{count} {kind}{'s' if kind == 'vessel' else ''}" for kind, count in made["movers"].items()
    )
    left_out = "".join(f"\nleft out: {name}: {reason}" for name, reason in made.get("left_out", {}).items())
    alarms = ", ".join(f"{kind} {count}" for kind, count in made["alarms"].items())
    return f"{movers}; planted: {alarms or 'nothing'}; {sum(made['lines'].values())} lines{left_out}\n{out / 'truth.json'}"


VERB = simulate
