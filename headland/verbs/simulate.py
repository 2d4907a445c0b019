"""`headland simulate`: a made world with its truth, heard by virtual receivers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

import headland.receiver_words as live
from headland.loading import load
from headland.words import AsJson, Zone, existing, zone_of


def simulate(
    scenario: Annotated[
        str,
        typer.Argument(metavar="SCENARIO", help="The name of a scenario that is shipped, or a TOML file."),
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", file_okay=False, help="Where the files go; made if not there."),
    ] = None,
    into: Annotated[
        list[str],
        typer.Option(
            metavar="RECORDING", help="Plant the behaviours into this recording; may be given many times."
        ),
    ] = [],  # noqa: B006  typer reads the default and never writes to it
    stations: Annotated[
        Path | None, existing("With --into: where the recording's stations stand; learned from it otherwise.")
    ] = None,
    zone: Zone = None,
    mqtt: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Play the world to this broker, from now on: mqtt://HOST[:1883]."),
    ] = None,
    pace: live.Pace = 1.0,
    recorded_times: live.RecordedTimes = False,
    spool: live.SpoolFolder = None,
    password_file: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            exists=True,
            help="With --mqtt: one for all stations, or a folder with one for each.",
        ),
    ] = None,
    ca: live.Ca = None,
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
    as_json: AsJson = False,
) -> None:
    """Make a world with planted behaviour, let virtual receivers hear it, and write its truth.

    Writes ais.nmea, modes.csv, stations.json, movements.csv, exclusions.csv, truth.json and scenario.toml into DIR:
    the inputs of `headland replay`, and what it should find there. With --into, the behaviours of the scenario are
    planted into real recordings. With --mqtt the stations send what they hear to a broker, and only the truth is
    written. The same scenario and seed give the same bytes.
    """
    if out is None and (mqtt is None or into):
        raise typer.BadParameter("a folder is needed", param_hint="--out")
    if mqtt is not None and into:
        raise typer.BadParameter("a recording is not played: write it with --out", param_hint="--mqtt")
    chosen = load("proving.scenario").load_scenario(scenario, override, seed)
    with load("progress").Teller() as tell:
        if mqtt is not None:
            options = load("proving.playing_live").PlayOptions(
                mqtt=mqtt,
                pace=pace,
                recorded_times=recorded_times,
                spool=spool,
                password_file=password_file,
                ca=ca,
            )
            made = load("proving.simulate_live").simulate_live(chosen, out, options, tell)
        elif into:
            options = load("options").ReplayOptions(zone=zone_of(zone), progress=tell)
            made = load("proving.injection").inject(chosen, into, out, stations, options)
        else:
            made = load("proving.simulate").simulate(chosen, out, tell)
    typer.echo(json.dumps(made, indent=2) if as_json else _told(made, out))


def _told(made: dict[str, Any], out: Path | None) -> str:
    """What was made, in a sentence, what was left out, and where to look."""
    movers = " and ".join(
        f"{count} {kind}{'s' if kind == 'vessel' else ''}" for kind, count in made["movers"].items()
    )
    alarms = ", ".join(f"{kind} {count}" for kind, count in made["alarms"].items())
    lines = [f"{movers or 'nobody'}; planted: {alarms or 'nothing'}; {sum(made['lines'].values())} lines"]
    lines += [f"left out: {name}: {reason}" for name, reason in made.get("left_out", {}).items()]
    return "\n".join([*lines, *([str(out / "truth.json")] if out else [])])


VERB = simulate
