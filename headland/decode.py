"""`headland decode`: every message of recorded input as one JSON line.

AIS in the names of pyais and the units of ITU-R M.1371, Mode S in the words
of its trade, with `time` and `station`. A position table is decoded already:
its rows come in the names and units of `tracks.parquet`. Nothing is believed,
fused or left out here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from feeds.ais.decoder import AisDecoder
from feeds.format import Reading
from feeds.inputs import Input
from feeds.modes.decoder import ModesDecoder
from feeds.rejects import Rejects
from feeds.reports import Reports, Source, subject
from geo.stations import StationNames
from hardware.frames import Frames

TABLE_COLUMNS = {
    "lat": "lat_deg",
    "lon": "lon_deg",
    "alt_m": "alt_m",
    "sog_mps": "sog_mps",
    "cog_deg": "cog_deg",
    "heading_deg": "heading_deg",
    "climb_mps": "climb_mps",
}
"""Name in the line, and the column of `Reports` behind it."""

SAMPLE_SHOWN = 80
"""Characters of a refused line that are shown; `repr` keeps a terminal safe from the rest."""

MISSING = -1
"""What the whole-number columns of `Reports` hold where nothing was said."""


def decode(inputs: Sequence[str], override: str | None, reading: Reading, out: BinaryIO) -> int:
    """Write every message of the inputs, one after another; how many there were.

    Args:
        inputs: files, or `-` for standard input.
        override: name of the format, where detection by content is not wanted.
        reading: options of the readers; its `rejects` takes what cannot be decoded.
        out: takes JSON lines.

    Raises:
        InputError: an input that cannot be opened, or is of no known format.
    """
    count = 0
    for where in inputs:
        ais = AisDecoder(reading.rejects, reading.names.name)
        modes = ModesDecoder(reading.rejects, reading.names)
        for batch in Input(where, override).read(reading):
            if isinstance(batch, Frames):
                lines = _messages(batch, ais, modes, reading.names)
            else:
                lines = _rows(batch.reports, reading.names)
            for line in lines:
                out.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
                count += 1
        ais.finish()
    return count


def reading(zone: tzinfo | None, start_s: float | None, columns_toml: Path | None) -> Reading:
    """Options of the readers, with nothing refused yet."""
    return Reading(StationNames(), Rejects(), zone=zone, start_s=start_s, columns_toml=columns_toml)


def summary(rejects: Rejects) -> Iterator[str]:
    """What was refused, most first, with a sample of each reason."""
    told = rejects.by_reason()
    for reason, entry in sorted(told.items(), key=lambda item: -item[1]["count"]):
        sample = entry["samples"][0] if entry["samples"] else ""
        yield f"{entry['count']} refused: {reason}: {sample[:SAMPLE_SHOWN]!r}"


def _messages(
    frames: Frames, ais: AisDecoder, modes: ModesDecoder, names: StationNames
) -> Iterator[dict[str, Any]]:
    """The messages of a batch, AIS first; each decoder passes over what is not its own."""
    yield from ais.messages(frames)
    for message in modes.messages(frames):
        yield message | {"station": names.name(message["station"])}


def _rows(reports: Reports, names: StationNames) -> Iterator[dict[str, Any]]:
    """The rows of a position table."""
    columns = {name: getattr(reports, column) for name, column in TABLE_COLUMNS.items()}
    for i in range(len(reports)):
        numbers = {name: float(values[i]) for name, values in columns.items()}
        said = {name: int(getattr(reports, name)[i]) for name in ("on_ground", "status")}
        squawk = int(reports.squawk[i])
        yield {
            "time": float(reports.time_s[i]),
            "station": ",".join(names.name(number) for number in reports.stations.row(i).tolist()) or None,
            "subject": subject(int(reports.entity[i])),
            "source": Source(int(reports.source[i])).name.lower(),
            **{name: None if math.isnan(value) else value for name, value in numbers.items()},
            **{name: None if value == MISSING else value for name, value in said.items()},
            "squawk": None if squawk == MISSING else f"{squawk:04d}",
        }
