"""The options of `headland live`, in words for its `--help`; `headland.live` reads what they say."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from headland.words import existing


class Role(StrEnum):
    """Which part of the service a process is."""

    ALL = "all"
    FEEDS = "feeds"
    FUSION = "fusion"
    WEB = "web"


RoleName = Annotated[
    Role,
    typer.Option(
        "--role",
        case_sensitive=False,
        help="Which part of the service to be: feeds brings to the disk what stations send, fusion follows it "
        "and raises alerts, web shows the live page; all is the three in one process.",
    ),
]
State = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        file_okay=False,
        help="Checkpoints and the store of alerts; beside the journal unless told.",
    ),
]
PagePort = Annotated[
    int, typer.Option("--port", min=1, max=65535, help="Where the live page answers, on this machine only.")
]
Mqtt = Annotated[
    str,
    typer.Option(metavar="URL", help="The broker: mqtts://[USER@]HOST[:8883], or mqtt://[USER@]HOST[:1883]."),
]
JournalFolder = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", file_okay=False, help="The journal; made if not there. The role web needs none."
    ),
]
PasswordFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Holds the password of USER; else it is taken from BROKER_PASSWORD."),
]
Ca = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Certificates to trust for mqtts:// instead of the system's."),
]
Wait = Annotated[
    float,
    typer.Option(
        "--wait", metavar="SECONDS", min=0, help="How long the broker may take to answer at the start."
    ),
]
Movements = Annotated[
    Path | None,
    existing("CSV of expected arrivals: callsign,icao24,aerodrome,eta. For the roles all and feeds."),
]
Exclusions = Annotated[
    Path | None,
    existing(
        "CSV of the known innocent: subject,kind,area,reason,author,expires. For the roles all and feeds."
    ),
]
Stations = Annotated[
    Path | None,
    existing('JSON of antennas: [{"id", "lat", "lon", "antenna_m", "kind"}]. For the roles all and feeds.'),
]
