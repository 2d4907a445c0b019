"""`headland decode`: every message of recorded input as one JSON line.

AIS in the names of pyais and the units of ITU-R M.1371, Mode S in the words
of its trade, with `time` and `station`, and with what the number alone says:
`flag` of a ship; `state` and `registration` of an aircraft. A position table is decoded already:
its rows come in the names and units of `tracks.parquet`. A server's journal
is read in the order of arrival, and its messages say when they arrived, as
`arrival`, by the server's clock; one of several sentences arrived with the
last of them. Nothing is believed, fused or left out here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import orjson

from feeds.ais.decoder import AisDecoder
from feeds.format import Reading
from feeds.inputs import Input
from feeds.journal_reader import JournalReader
from feeds.modes.decoder import ModesDecoder
from feeds.origins import Origin, origin_of
from feeds.rejects import Rejects
from feeds.reports import Reports, Source, entity_of, subject
from geo.stations import StationNames
from hardware.frames import Frames
from headland.journaled import journal_folder, steps_of

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
        inputs: files, folders of journals, or `-` for standard input.
        override: name of the format, where detection by content is not wanted.
        reading: options of the readers; its `rejects` takes what cannot be decoded.
        out: takes JSON lines.

    Raises:
        InputError: an input that cannot be opened, or is of no known format.
    """
    count = 0
    for where in inputs:
        for line in _lines(where, override, reading):
            out.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
            count += 1
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


def _lines(where: str, override: str | None, reading: Reading) -> Iterator[dict[str, Any]]:
    """The messages of one input."""
    ais = AisDecoder(reading.rejects, reading.names.name)
    modes = ModesDecoder(reading.rejects, reading.names)
    if Path(where).is_dir():
        with JournalReader(journal_folder(where)) as reader:
            for step in steps_of(reader, reading.names, reading.rejects):
                for arrival_s, frames in _by_arrival(step.frames):
                    for message in _messages(frames, ais, modes, reading.names):
                        yield {"time": message["time"], "arrival": arrival_s} | message
                for row, arrival_s in zip(
                    _rows(step.said.reports, reading.names), step.said.reports.arrival_s.tolist(), strict=True
                ):
                    yield {"time": row["time"], "arrival": arrival_s} | row
    else:
        for batch in Input(where, override).read(reading):
            if isinstance(batch, Frames):
                yield from _messages(batch, ais, modes, reading.names)
            else:
                yield from _rows(batch.reports, reading.names)
    ais.finish()


def _by_arrival(frames: Frames) -> Iterator[tuple[float, Frames]]:
    """The frames that arrived together, in their order."""
    cuts = np.flatnonzero(np.diff(frames.arrival_s) != 0.0) + 1
    for rows in np.split(np.arange(len(frames)), cuts):
        if len(rows):
            yield float(frames.arrival_s[rows[0]]), frames.take(rows)


def _messages(
    frames: Frames, ais: AisDecoder, modes: ModesDecoder, names: StationNames
) -> Iterator[dict[str, Any]]:
    """The messages of a batch, AIS first; each decoder passes over what is not its own."""
    for message in ais.messages(frames):
        yield message | {"flag": _code(origin_of(entity_of(f"mmsi:{message['mmsi']}")))}
    for message in modes.messages(frames):
        origin = origin_of(entity_of(f"icao24:{message['icao24']}"))
        whose = {"state": _code(origin), "registration": origin.registration or None}
        yield message | {"station": names.name(message["station"])} | whose


def _code(origin: Origin) -> str | None:
    """Two letters by ISO 3166; None where the number is nobody's."""
    return None if origin.nation is None else origin.nation.code


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
