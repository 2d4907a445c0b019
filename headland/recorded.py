"""Recorded inputs read whole and laid out in time, ready to be replayed.

A recording has no clock marks, so it is sorted first: frames by time, then
station, then bytes, so that a shuffled file gives what the straight one
gives. That takes the recording in memory: about 150 bytes a frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from feeds.format import Reading
from feeds.inputs import Input
from feeds.rejects import Rejects
from feeds.reports import Identities, Reports, Said
from geo.batch import Column, Ragged
from geo.stations import StationNames
from hardware.frames import Frames
from headland.journaled import Journaled, Window, journaled
from headland.options import ReplayOptions

WINDOW_S = 300.0
"""Event time replayed in one step; long enough that a step's fixed cost does not show."""


@dataclass
class Recorded:
    """What the inputs held.

    Attributes:
        frames: raw messages by time; said: rows of position tables by time.
        inputs: name, format, size and SHA-256 of each, for the report.
    """

    frames: Frames
    said: Said
    names: StationNames
    rejects: Rejects
    inputs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Frames and table rows there are."""
        return len(self.frames) + len(self.said.reports)

    def windows(self) -> Iterator[Window]:
        """Spans of event time that hold anything."""
        frames_s, reports_s = self.frames.time_s, self.said.reports.time_s
        identities_s = self.said.identities.time_s
        columns = (frames_s, reports_s, identities_s)
        times = np.concatenate([c[np.isfinite(c)] for c in columns])
        spans = np.unique(np.floor(times / WINDOW_S))
        for end_s in (spans + 1.0) * WINDOW_S:
            # NaN sorts last: rows without a time are in no span, and the reader has counted them.
            first = [int(np.searchsorted(c, end_s - WINDOW_S)) for c in columns]
            last = [int(np.searchsorted(c, end_s)) for c in columns]
            frames, reports, identities = (slice(a, b) for a, b in zip(first, last, strict=True))
            yield Window(
                # The recording says nothing of the time after its last row, not even that it was silent.
                min(float(end_s), float(times.max())),
                _cut(self.frames, frames),
                Said(_cut(self.said.reports, reports), _cut(self.said.identities, identities)),
            )


def read_recorded(inputs: Sequence[str], options: ReplayOptions) -> Recorded | Journaled:
    """Read every input whole and sort what they held; a journal is only opened, and is not sorted.

    Raises:
        InputError: an input cannot be read; the message says which and why.
    """
    if any(Path(where).is_dir() for where in inputs):
        return journaled(inputs)
    names, rejects = StationNames(), Rejects()
    reading = Reading(
        names, rejects, zone=options.zone, start_s=options.start_s, columns_toml=options.columns_toml
    )
    frames: list[Frames] = []
    said: list[Said] = []
    entries = []
    for i, where in enumerate(inputs):
        options.progress(f"reading {Path(where).name}", i / len(inputs))
        source = Input(where, options.format)
        for batch in source.read(reading):
            frames.append(batch) if isinstance(batch, Frames) else said.append(batch)
        entries.append({"name": Path(where).name, "format": source.format.name, "sha256": source.sha256()})
    tables = Said.concat(said)
    return Recorded(
        _by_time(Frames.concat(frames)),
        Said(_rows_by_time(tables.reports), _identities_by_time(tables.identities)),
        names,
        rejects,
        entries,
    )


def _by_time(frames: Frames) -> Frames:
    return frames.take(np.lexsort((_padded(frames.payload), frames.kind, frames.station, frames.time_s)))


def _rows_by_time(reports: Reports) -> Reports:
    return reports.take(np.lexsort((reports.message, reports.entity, reports.time_s)))


def _identities_by_time(identities: Identities) -> Identities:
    return identities.take(np.lexsort((identities.entity, identities.time_s)))


def _cut(batch: Any, rows: slice) -> Any:
    return batch.take(np.arange(rows.start, rows.stop))


def _padded(payload: Ragged) -> Column:
    """Rows of bytes as fixed-width strings that sort as the bytes do. Shape: (n,)."""
    counts = payload.counts
    width = int(counts.max(initial=1))
    table = np.zeros((len(payload), width), np.uint8)
    row = np.repeat(np.arange(len(payload)), counts)
    table[row, np.arange(len(payload.values)) - np.repeat(payload.offsets[:-1], counts)] = payload.values
    return table.view(f"S{width}").ravel()
