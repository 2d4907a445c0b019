"""What arrives from stations: checked, told from what came before, made into entries of the journal.

In: topic and payload of a message, and the server's clock. Out: an entry to
be committed, or nothing. What is refused is counted by reason and station.
A batch is taken once: one that is on the disk already, or on its way there,
is dropped, and its station is told again what is on the disk.

Nothing is acknowledged that is not on the disk: sequence numbers are noted by
`kept`, after the commit, and acknowledgements are made of what is noted.

A message over quota is refused without a word to its station, which keeps it
and sends it again. What is remembered of a station is bounded (`feeds.taken`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from feeds.first_line import FIRST_LINE_BYTES, FirstLine, first_line
from feeds.journal_entries import FOREIGN, Batch, Stream, batch_entry, batch_of
from feeds.journal_record import Entry, EntryKind
from feeds.lines import LINE_BYTES
from feeds.parameters import FeedsParameters, foreign_of
from feeds.quota import Quotas
from feeds.rejects import Rejects
from feeds.taken import Taken
from feeds.topics import matching

ROOT = "headland/v1/station"
SUBSCRIPTIONS = tuple(f"{ROOT}/+/{stream}" for stream in ("ais", "modes", "health"))
STREAMS = {"ais": Stream.AIS, "modes": Stream.MODES, "health": Stream.HEALTH}
FORMATS = {
    "nmea": Stream.NMEA,
    "aiscatcher-json": Stream.AISCATCHER,
    "adsbee-raw": Stream.ADSBEE,
    "readsb-json": Stream.READSB,
}
"""By the format that the settings give a foreign topic (`feeds.parameters.ForeignFormat`)."""
STATION = re.compile(r"[a-z0-9-]{3,32}")

WRONG_TOPIC = "topic of no station"
TOO_LARGE = "batch too large"
TOO_MANY_LINES = "batch of too many lines"
LINE_TOO_LONG = "line too long"
BAD_FIRST_LINE = "bad first line"
TOO_MANY_GAPS = "too many gaps in the sequence"
TOO_MANY_STATIONS = "too many stations"
OVER_QUOTA = "over quota"


class Offered(NamedTuple):
    """An accepted message on its way to the disk; `first` is None where it is foreign, `lines` are those after it."""

    entry: Entry
    station: str
    first: FirstLine | None
    lines: int


class Intake:
    """Decides about messages, and knows what was taken.

    Attributes:
        rejects: what was refused.
        duplicates: batches that came again.
    """

    def __init__(self, parameters: FeedsParameters, rejects: Rejects) -> None:
        self.rejects = rejects
        self.duplicates = 0
        self._parameters = parameters
        self._taken = Taken()
        self._quotas = Quotas(parameters.quota_mb_per_h * 1e6)
        self._under_way: set[tuple[str, str, int]] = set()
        self._untold: dict[str, None] = {}

    def restore(self, entries: Iterable[Entry]) -> None:
        """Know again what the journal holds (`feeds.journal_reader.entries_since_taken`)."""
        for entry in entries:
            if entry.kind == EntryKind.TAKEN:
                self._taken.load(entry.body)
            elif entry.kind == EntryKind.BATCH:
                batch = batch_of(entry.body)
                first = first_line(batch.payload) if batch.stream not in FOREIGN else None
                if first is not None:
                    self._note(batch.station, first)
        self.tell_all()

    def preface(self, time_s: float) -> Sequence[Entry]:
        """The first entry of each file: everything taken so far, none of it still on its way."""
        return (Entry(EntryKind.TAKEN, time_s, self._taken.as_json()),)

    def offer(self, topic: str, payload: bytes, arrival_s: float) -> Offered | None:
        """Take a message, or refuse it; what is returned must be committed, then given to `kept`."""
        addressed = self._addressed(topic)
        if addressed is None:
            self.rejects.add(WRONG_TOPIC, topic.encode("utf-8", "backslashreplace"))
            return None
        station, stream = addressed
        foreign = stream in FOREIGN
        first = None if foreign else first_line(payload)
        if first is not None and self._repeated(station, first):
            return None
        reason = None if first or foreign else BAD_FIRST_LINE
        reason = self._unwelcome(station, stream, payload, first, arrival_s) or reason
        if reason is not None:
            # Made-up stations stay unnamed: a flood of names is what would fill the memory.
            self.rejects.add(reason, payload, "" if reason is TOO_MANY_STATIONS else station)
            return None
        if first is not None:
            self._under_way.add((station, first.boot, first.seq))
        entry = batch_entry(Batch(stream, station, topic, payload), arrival_s)
        return Offered(entry, station, first, payload.removesuffix(b"\n").count(b"\n") + foreign)

    def kept(self, offered: Iterable[Offered]) -> None:
        """These are on the disk."""
        for each in offered:
            if each.first is not None:
                self._under_way.discard((each.station, each.first.boot, each.first.seq))
                self._note(each.station, each.first)
                self._untold[each.station] = None

    def tell_all(self) -> None:
        """Every station is to be told anew: a broker that was killed may have lost what it retained."""
        self.tell(self._taken.stations())

    def due(self) -> list[str]:
        """The stations that are to be told what is on the disk; they are taken to be told now."""
        due, self._untold = self._untold, {}
        return [station for station in due if station in self._taken]

    def tell(self, stations: Iterable[str]) -> None:
        """These are to be told again."""
        self._untold.update(dict.fromkeys(stations))

    def ack(self, station: str) -> bytes:
        """What a station is told, by what is on the disk now."""
        return self._taken.ack(station)

    def _note(self, station: str, first: FirstLine) -> None:
        for boot, ranges in first.lost.items():
            self._taken.add(station, boot, ranges)
        self._taken.add(station, first.boot, [(first.seq, first.seq)])

    def _misshapen(self, stream: Stream, payload: bytes) -> str | None:
        """Why a payload is no batch by its outward form."""
        limits = self._parameters
        if len(payload) > limits.payload_bytes:
            return TOO_LARGE
        if stream is Stream.READSB:
            return None  # a snapshot is one object, on one line or over many
        lines = payload.removesuffix(b"\n").split(b"\n")
        if len(lines) > limits.batch_lines + 1:  # the first line is none of the batch's
            return TOO_MANY_LINES
        longest = max(map(len, lines))
        return LINE_TOO_LONG if longest > max(LINE_BYTES, FIRST_LINE_BYTES) else None

    def _repeated(self, station: str, first: FirstLine) -> bool:
        """Whether this batch is taken already; its station may not have heard of it."""
        taken = self._taken.holds(station, first.boot, first.seq)
        repeated = taken or (station, first.boot, first.seq) in self._under_way
        if taken:
            self._untold[station] = None
        self.duplicates += repeated
        return repeated

    def _unwelcome(
        self, station: str, stream: Stream, payload: bytes, first: FirstLine | None, arrival_s: float
    ) -> str | None:
        """Why a batch of this station is not taken."""
        if not self._quotas.admit(station, arrival_s, self._parameters.stations_count):
            return TOO_MANY_STATIONS
        if (reason := self._misshapen(stream, payload)) is not None:
            return reason
        if first is not None and not self._taken.has_room(station, first.boot, first.seq):
            return TOO_MANY_GAPS
        return None if self._quotas.spend(station, len(payload), arrival_s) else OVER_QUOTA

    def _addressed(self, topic: str) -> tuple[str, Stream] | None:
        """Station and stream of a topic, of the contract or of the settings; None for what is neither."""
        root, _, word = topic.rpartition("/")
        root, _, station = root.rpartition("/")
        stream = STREAMS.get(word)
        # A station's own topics first: no filter of the settings makes another's of them.
        if root == ROOT and stream and STATION.fullmatch(station):
            return station, stream
        if (told := matching(self._parameters.topics, topic)) is not None:
            foreign = foreign_of(told)
            return foreign.station, FORMATS[foreign.format]
        return None
