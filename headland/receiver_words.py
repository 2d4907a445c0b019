"""The options of `headland receiver`, in words for its `--help`; `headland.receiver` reads what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer


def _file(what: str) -> Any:
    return typer.Option(metavar="FILE", exists=True, dir_okay=False, help=what)


Station = Annotated[str, typer.Option(metavar="ID", help="The station's id, which is its MQTT user too.")]
Mqtt = Annotated[
    str, typer.Option(metavar="URL", help="The broker: mqtts://HOST[:8883] or mqtt://HOST[:1883].")
]
Ais = Annotated[
    list[str],
    typer.Option(
        metavar="SOURCE",
        help="udp:[HOST:]PORT, tcp:HOST:PORT, serial:DEVICE[@BAUD] or play:FILE; may be given many times.",
    ),
]
Modes = Annotated[
    list[str],
    typer.Option(metavar="SOURCE", help="beast:HOST:PORT or play:FILE; may be given many times."),
]
Pace = Annotated[
    float, typer.Option(min=0, metavar="N", help="Play N times as fast as it was; 0: as fast as possible.")
]
RecordedTimes = Annotated[
    bool, typer.Option("--recorded-times", help="Play with the recorded times instead of the present.")
]
SpoolFolder = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", file_okay=False, help="Where unacknowledged batches wait; else in the user's state."
    ),
]
SpoolMb = Annotated[int, typer.Option(min=1, metavar="MIB", help="Disk given to the spool.")]
SyncS = Annotated[
    float,
    typer.Option(min=0, max=60, metavar="SECONDS", help="What a power cut may cost; 0 syncs each batch."),
]
PasswordFile = Annotated[
    Path | None, _file("Holds the station's password; else STATION_PASSWORD in the environment.")
]
Ca = Annotated[
    Path | None, _file("PEM certificates that may vouch for the broker; else those that the system trusts.")
]
