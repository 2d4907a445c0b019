"""From the journal to fusion's input: what arrived between two clock marks, in the journal's order.

A live server and a replay of its journal take the same steps, for both read
them here: a live one is a replay that has caught up. Nothing is sorted; what
came late comes late again.

A step ends at a clock mark, whose time less the lateness bound is the
watermark. NMEA comes before Mode S within a step: no decoder hears both.
What others decoded is said, and is no frame: it stands beside them.
What came into force since the mark before is in force for the whole step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from feeds.foreign import frames_of_adsbee, frames_of_aiscatcher, said_of_readsb
from feeds.format import Reading
from feeds.health import Health, health_of
from feeds.journal_entries import GIVEN_KINDS, Batch, Given, Stream, batch_of, given_of
from feeds.journal_reader import JournalReader
from feeds.journal_record import Entry, EntryKind, Position
from feeds.lines import LINE_BYTES
from feeds.modes_lines import REASONS, lines_of
from feeds.nmea import STATION_REFUSED
from feeds.nmea_frames import frames_of_payloads
from feeds.nmea_plain import Payload
from feeds.rejects import Rejects
from feeds.reports import Said
from geo.stations import StationNames
from hardware.frames import Frames, Kind

STEP_BYTES = 64 << 20
"""A step ends without a mark when it holds so much, so that a journal that lacks marks fills no memory."""
STREAMS = frozenset(Stream)
GATHERED = GIVEN_KINDS | {EntryKind.BATCH}
NO_HEALTH, NOTHING = Health.empty(), Said.nothing()
_TOGETHER: dict[int, int] = {Stream.NMEA: Stream.AIS}
BAD_RECORD = "journal: record not understood"

Read = TypeVar("Read", Frames, Said)


@dataclass(frozen=True)
class Step:
    """What arrived up to a clock mark.

    Attributes:
        mark_s: the server's clock; minus infinity before the first mark.
        position: in the journal, after all of this: where to go on after a restart.
        changes: what came into force, in the journal's order; whole files, many of them what was in force already.
        said: what others had decoded already, as they say it.
    """

    frames: Frames
    health: Health
    mark_s: float
    position: Position
    changes: tuple[Given, ...] = ()
    said: Said = NOTHING


@dataclass(frozen=True, slots=True)
class _Arrived:
    batch: Batch
    arrival_s: float


class LiveSteps:
    """Cuts what a reader reads into steps; what is not yet complete is kept for the next call."""

    def __init__(self, reader: JournalReader, names: StationNames, rejects: Rejects) -> None:
        """Begin where the reader stands, which must be where a step ended."""
        self._reader = reader
        self._names = names
        self._rejects = rejects
        self._arrived: list[_Arrived] = []
        self._changes: list[Given] = []
        self._bytes = 0
        self._mark_s = -np.inf

    def ready(self) -> Iterator[Step]:
        """Every step that the journal holds whole by now; call again later for more."""
        for entry in self._reader.read():
            if entry.kind == EntryKind.MARK:
                self._mark_s = entry.time_s
                yield self._taken()
            elif entry.kind in GATHERED:
                self._gather(entry)
                if self._bytes >= STEP_BYTES:
                    yield self._taken()
            elif entry.kind != EntryKind.TAKEN:
                self._rejects.add(BAD_RECORD, f"kind {entry.kind}".encode())

    def rest(self) -> Step:
        """What arrived after the last mark; for a journal that has ended."""
        return self._taken()

    def _gather(self, entry: Entry) -> None:
        try:
            if entry.kind in GIVEN_KINDS:
                self._changes.append(given_of(entry.kind, entry.body))
            else:
                self._arrive(batch_of(entry.body), entry.time_s)
        except ValueError as error:
            self._rejects.add(BAD_RECORD, str(error).encode())
            return
        self._bytes += len(entry.body)

    def _arrive(self, batch: Batch, arrival_s: float) -> None:
        if batch.stream in STREAMS:
            self._arrived.append(_Arrived(batch, arrival_s))
        else:
            self._rejects.add(BAD_RECORD, batch.payload, batch.station)

    def _taken(self) -> Step:
        arrived, self._arrived, self._bytes = self._arrived, [], 0
        changes, self._changes = tuple(self._changes), []
        by_stream: dict[int, list[_Arrived]] = {}
        for each in arrived:
            # Both kinds of NMEA together: one station's sentences stay in the order of their arrival.
            by_stream.setdefault(_TOGETHER.get(each.batch.stream, each.batch.stream), []).append(each)
        frames = [
            self._read(by_stream, Stream.AIS, self._nmea),
            self._each(by_stream, Stream.AISCATCHER, frames_of_aiscatcher),
            self._read(by_stream, Stream.MODES, self._modes),
            self._each(by_stream, Stream.ADSBEE, frames_of_adsbee),
        ]
        said = self._each(by_stream, Stream.READSB, said_of_readsb)
        health = [
            health_of(_body(a.batch), a.batch.station, a.arrival_s, self._names, self._rejects)
            for a in by_stream.get(Stream.HEALTH, ())
        ]
        return Step(
            Frames.concat([part for parts in frames for part in parts]),
            Health.concat(health) if health else NO_HEALTH,
            self._mark_s,
            self._reader.position,
            changes,
            Said.concat(said) if said else NOTHING,
        )

    def _read(
        self,
        arrived: dict[int, list[_Arrived]],
        stream: int,
        reader: Callable[[list[_Arrived]], Frames],
    ) -> list[Frames]:
        """The batches of a stream, read together."""
        return [reader(arrived[stream])] if stream in arrived else []

    def _each(
        self,
        arrived: dict[int, list[_Arrived]],
        stream: int,
        reader: Callable[[bytes, float, Reading], Read],
    ) -> list[Read]:
        """The batches of a foreign stream, read one by one."""
        return [
            reader(each.batch.payload, each.arrival_s, self._reading(each))
            for each in arrived.get(stream, ())
            if self._number(each.batch.station) is not None
        ]

    def _reading(self, arrived: _Arrived) -> Reading:
        """How a foreign batch is read: what says no time was heard a moment ago."""
        return Reading(self._names, self._rejects, start_s=arrived.arrival_s, station=arrived.batch.station)

    def _nmea(self, arrived: list[_Arrived]) -> Frames:
        """Frames of NMEA batches, all in one pass."""
        payloads = []
        for each in arrived:
            batch, foreign = each.batch, each.batch.stream == Stream.NMEA
            # The agent's lines all say their time; what says none was heard a moment ago.
            start_s = each.arrival_s if foreign else None
            lines = batch.payload if foreign else _body(batch)
            payloads.append(Payload(batch.station, lines, each.arrival_s, start_s))
        return frames_of_payloads(payloads, Reading(self._names, self._rejects))

    def _modes(self, arrived: list[_Arrived]) -> Frames:
        """Frames of Mode S batches, all in one pass."""
        known = [a for a in arrived if self._number(a.batch.station) is not None]
        bodies = [_ended(_body(a.batch)) for a in known]
        data = b"".join(bodies)
        lines = lines_of(data)
        owner = np.searchsorted(np.cumsum([len(body) for body in bodies]), lines.start, side="right")
        for row in np.flatnonzero(lines.refused).tolist():
            sample = data[lines.start[row] : lines.end[row]]
            self._rejects.add(REASONS[lines.refused[row]], sample, known[owner[row]].batch.station)
        kept = lines.refused == 0
        numbers = np.array([self._number(a.batch.station) for a in known], np.uint32)
        arrivals_s = np.array([a.arrival_s for a in known], np.float64)
        return Frames.of(
            int(kept.sum()),
            time_s=lines.time_s[kept],
            arrival_s=arrivals_s[owner[kept]],
            station=numbers[owner[kept]],
            kind=np.full(int(kept.sum()), Kind.MODE_S, np.uint8),
            signal_dbfs=lines.signal_dbfs[kept],
            payload=lines.payload,
        )

    def _number(self, station: str) -> int | None:
        try:
            return self._names.number(station)
        except ValueError:
            self._rejects.add(STATION_REFUSED, station.encode(), station)
            return None

    def _capped(self, payload: bytes, station: str) -> Iterator[bytes]:
        for line in payload.split(b"\n"):
            if len(line) > LINE_BYTES:
                self._rejects.add("line too long", line, station)
            elif stripped := line.strip():
                yield stripped


def _body(batch: Batch) -> bytes:
    """The payload after its first line."""
    return batch.payload.partition(b"\n")[2]


def _ended(body: bytes) -> bytes:
    return body if body.endswith(b"\n") else body + b"\n"
