"""`headland replay`: recorded input decoded, fused and flagged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from headland.errors import GivenFileError
from headland.loading import load
from headland.words import (
    AsJson,
    Columns,
    Config,
    FormatName,
    Inputs,
    Override,
    Start,
    Zone,
    existing,
    zone_of,
)


def replay(
    inputs: Inputs,
    out: Annotated[
        Path, typer.Option(metavar="DIR", file_okay=False, help="Where the results go; made if not there.")
    ],
    name: FormatName = None,
    zone: Zone = None,
    start: Start = None,
    columns: Columns = None,
    stations: Annotated[
        Path | None,
        existing('JSON: [{"id", "lat", "lon", "antenna_m", "kind"}]; without it coverage is learned alone.'),
    ] = None,
    movements: Annotated[
        Path | None, existing("CSV of expected arrivals: callsign,icao24,aerodrome,eta.")
    ] = None,
    exclusions: Annotated[
        Path | None, existing("CSV of the known innocent: subject,kind,area,reason,author,expires.")
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="CHECKPOINT",
            exists=True,
            help="Read a journal on from a live server's checkpoint, or the newest in a folder of them.",
        ),
    ] = None,
    smooth: Annotated[
        bool,
        typer.Option(
            "--smooth",
            help="Write tracks_smoothed.parquet, too: each position by what was heard before and after.",
        ),
    ] = False,
    coverage: Annotated[
        bool,
        typer.Option(
            "--coverage",
            help="Write coverage.html and coverage.geojson, too: how much was heard where, and how far each station hears.",
        ),
    ] = False,
    override: Override = [],  # noqa: B006  typer reads the default and never writes to it
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Decode, fuse and flag recorded input.

    Reads NMEA AIS, AIS-catcher JSON, raw Mode S, SBS-1, aircraft.json and position tables, detected by content.
    Writes flags.geojson, tracks.parquet, map.html and report.json into DIR. Equal input gives equal flags. INPUT
    may be a server's journal: it gives the live flags, under the settings and lists that it recorded; --config, or
    a list given here, stands above what it recorded, and --set changes one number of it.
    """
    options, settings = load("options"), load("settings").load_settings(config, override)
    with load("progress").Teller() as tell:
        chosen = options.ReplayOptions(
            format=name,
            zone=zone_of(zone),
            start_s=start,
            columns_toml=columns,
            stations=stations,
            movements=movements,
            exclusions=exclusions,
            checkpoint=checkpoint,
            settings=settings,
            settings_held=config is not None,
            overrides=tuple(override),
            smooth=smooth,
            coverage=coverage,
            progress=tell,
        )
        try:
            report = load("replay").replay(inputs, out, chosen)
        except ValueError as error:
            # A reader of the user's own files begins its complaint with the file's name; any other is our defect.
            if not str(error).startswith(
                tuple(f"{file}:" for file in (stations, movements, exclusions) if file)
            ):
                raise
            raise GivenFileError(str(error)) from error
    typer.echo(json.dumps(report, indent=2) if as_json else _told(report, out))


def _told(report: dict[str, Any], out: Path) -> str:
    """What came out of a replay, in a sentence, and where to look."""
    flags = report["out"]["flags"]
    kinds = f" ({', '.join(f'{kind} {count}' for kind, count in flags.items())})" if flags else ""
    refused = f", {report['rejected_total']} refused" if report["rejected_total"] else ""
    return (
        f"{report['in'].get('reports', 0)} reports{refused}; {report['out']['tracks']} tracks, "
        f"{sum(flags.values())} flags{kinds}\n{out / 'map.html'}"
    )


VERB = replay
