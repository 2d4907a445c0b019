"""The command line: what the user asked for, handed to the module that does it.

A verb's machinery is loaded when the verb runs and not before (the geospatial
packages take two seconds to import; `headland --help` takes a fifth of one).
This is the only module that may do so. Exit codes: `headland.exits`.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

import typer

import headland.receiver_words as words
from feeds.errors import InputError
from headland import live_words
from headland.errors import HeadlandError
from headland.exits import Exit

app = typer.Typer(
    name="headland",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog="Exit codes: 0 done; 1 the job found a failure, and reports it; 2 wrong usage or configuration; "
    "3 a service that could not be reached; 130 interrupted.",
)

Inputs = Annotated[
    list[str],
    typer.Argument(metavar="INPUT...", help="Recorded files, plain, .gz or .zst; `-` is standard input."),
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


def _existing(what: str) -> Any:
    return typer.Option(metavar="FILE", exists=True, dir_okay=False, help=what)


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    try:
        app(prog_name="headland")
    except HeadlandError as error:
        _refuse(error, error.exit_code)
    except InputError as error:
        _refuse(error, Exit.USAGE)
    except OSError as error:
        if error.filename is None:
            raise
        _refuse(f"{error.filename}: {error.strerror}", Exit.FAILURE)


def _refuse(error: Exception | str, code: Exit) -> NoReturn:
    for line in str(error).splitlines():
        typer.echo(f"headland: {line}", err=True)
    sys.exit(code)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"headland {version('headland')}")
        raise typer.Exit


@app.callback()
def headland(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """A lookout over the coast and the small airfields.

    Fuses what volunteers' AIS and ADS-B receivers hear into tracks, and flags what deserves a second look.
    """


@app.command()
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
    options, settings = _load("options"), _load("settings").load_settings(config, override)
    with _load("progress").Teller() as tell:
        chosen = options.ReplayOptions(settings=settings, progress=tell)
        _load("demo").demo(port, out, chosen, browser=not no_browser)


@app.command()
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
        Path | None, _existing('JSON: [{"id", "lat", "lon", "antenna_m", "kind"}]; checked, not used yet.')
    ] = None,
    movements: Annotated[
        Path | None, _existing("CSV of expected arrivals: callsign,icao24,aerodrome,eta.")
    ] = None,
    exclusions: Annotated[
        Path | None, _existing("CSV of the known innocent: subject,kind,area,reason,author,expires.")
    ] = None,
    override: Override = [],  # noqa: B006  typer reads the default and never writes to it
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Decode, fuse and flag recorded input.

    Reads NMEA AIS, AIS-catcher JSON, raw Mode S, SBS-1, aircraft.json and position tables, detected by content.
    Writes flags.geojson, tracks.parquet, map.html and report.json into DIR. Equal input gives equal flags.
    """
    options, settings = _load("options"), _load("settings").load_settings(config, override)
    with _load("progress").Teller() as tell:
        chosen = options.ReplayOptions(
            format=name,
            zone=_zone(zone),
            start_s=start,
            columns_toml=columns,
            stations=stations,
            movements=movements,
            exclusions=exclusions,
            settings=settings,
            progress=tell,
        )
        try:
            report = _load("replay").replay(inputs, out, chosen)
        except ValueError as error:
            # A reader of the user's own files begins its complaint with the file's name; any other is our defect.
            if not str(error).startswith(
                tuple(f"{file}:" for file in (stations, movements, exclusions) if file)
            ):
                raise
            _refuse(error, Exit.USAGE)
    typer.echo(json.dumps(report, indent=2) if as_json else _told(report, out))


@app.command()
def decode(
    inputs: Inputs,
    name: FormatName = None,
    zone: Zone = None,
    start: Start = None,
    columns: Columns = None,
) -> None:
    """Print every decoded message as one JSON line.

    AIS has pyais' field names in the standard's units (msg_type, mmsi, lat, lon, speed in knots ...); Mode S has
    df, icao24, typecode, lat, lon, alt_ft ...; both have time and station, and null where nothing is available.
    The rows of a position table have the names and units of tracks.parquet. What could not be decoded is
    counted at the end on standard error.
    """
    reading = _load("decode").reading(_zone(zone), start, columns)
    try:
        _load("decode").decode(inputs, name, reading, sys.stdout.buffer)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has had enough (`| head`). Python would complain when it closes standard output at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    for line in _load("decode").summary(reading.rejects):
        typer.echo(line, err=True)


@app.command()
def receiver(
    station: words.Station,
    mqtt: words.Mqtt,
    ais: words.Ais = [],  # noqa: B006  typer reads the default and never writes to it
    modes: words.Modes = [],  # noqa: B006  as above
    pace: words.Pace = 1.0,
    recorded_times: words.RecordedTimes = False,
    spool: words.SpoolFolder = None,
    spool_mb: words.SpoolMb = 256,
    sync_s: words.SyncS = 1.0,
    password_file: words.PasswordFile = None,
    ca: words.Ca = None,
) -> None:
    """Hear AIS and Mode S on a volunteer's machine and send them to the server.

    What is heard waits on this machine's disk until the server has it on its own. A broker that does not answer
    is called again for ever. Ctrl-C ends it cleanly; what was not acknowledged goes out at the next start.
    """
    told = {name: tuple(said) if isinstance(said, list) else said for name, said in locals().items()}
    _load("receiver").receiver(_load("receiver").ReceiverOptions(**told))


@app.command()
def live(
    mqtt: live_words.Mqtt,
    journal: live_words.JournalFolder,
    role: live_words.RoleName = live_words.Role.ALL,
    state: live_words.State = None,
    port: live_words.PagePort = 8100,
    password_file: live_words.PasswordFile = None,
    ca: live_words.Ca = None,
    wait_s: live_words.Wait = 10.0,
    override: Override = [],  # noqa: B006  typer reads the default and never writes to it
    config: Config = None,
) -> None:
    """Run the service, or a part of it, until Ctrl-C or SIGTERM.

    The role feeds writes what stations send into the journal, brings it to the disk, and acknowledges it. The role
    all does that too, and follows the journal: tracks, flags, alerts, and a live page on this machine.
    """
    told = {name: said for name, said in locals().items() if name not in {"override", "config"}}
    settings = _load("settings").load_settings(config, override)
    _load("live").live(_load("live").LiveOptions(settings=settings, **told))


@app.command()
def doctor(port: Port = 8100, config: Config = None, as_json: AsJson = False) -> None:
    """Say what is configured, what answers, what is missing, and what to do about it.

    Exits with 1 if something needed is missing. Changes nothing.
    """
    doctor = _load("doctor")
    checks = doctor.examine(config, port)
    typer.echo(
        json.dumps(doctor.as_json(checks), indent=2) if as_json else "\n".join(doctor.as_lines(checks))
    )
    if not doctor.all_there(checks):
        raise typer.Exit(Exit.FAILURE)


def _told(report: dict[str, Any], out: Path) -> str:
    """What came out of a replay, in a sentence, and where to look."""
    flags = report["out"]["flags"]
    kinds = f" ({', '.join(f'{kind} {count}' for kind, count in flags.items())})" if flags else ""
    refused = f", {report['rejected_total']} refused" if report["rejected_total"] else ""
    return (
        f"{report['in'].get('reports', 0)} reports{refused}; {report['out']['tracks']} tracks, "
        f"{sum(flags.values())} flags{kinds}\n{out / 'map.html'}"
    )


def _load(name: str) -> Any:
    """A module of this package, when its verb is asked for."""
    return importlib.import_module(f"headland.{name}")


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError) as error:
        raise typer.BadParameter(
            f"{name!r} is no time zone; one is Europe/London", param_hint="--tz"
        ) from error
