"""`AisDecoder`: frames in, `Said` or JSON objects out, one path for both.

State is what each station's assembler holds of messages not yet complete.
Every sentence is looked at alone and in order, so the result does not depend
on how frames are cut into batches. Nothing is raised: what is refused is
counted (`feeds.ais.refusal`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from feeds.ais.assembly import Assembler, Heard, Whole
from feeds.ais.message import kind_of, message_of
from feeds.ais.positions import Message, reports_of
from feeds.ais.refusal import Refusal
from feeds.ais.sentence import Sentence, is_ais, sentence_of
from feeds.ais.statics import identities_of
from feeds.ais.telling import told
from feeds.nmea import checksums_hold
from feeds.rejects import Rejects
from feeds.reports import Said
from geo.container import Tree
from hardware.frames import Frames, Kind

STATIONS_OPEN = 1024
"""Stations with a message begun at one instant; with `OPEN_PER_STATION` it bounds what is held to some 40 MB."""


class AisDecoder:
    """Decodes NMEA frames of any number of stations; frames of other kinds are passed over.

    Attributes:
        messages_by_type: messages decoded so far, by type.
        sentences: sentences that went into them.
    """

    def __init__(self, rejects: Rejects, name: Callable[[int], str] = str) -> None:
        """Begin with nothing heard.

        Args:
            rejects: takes what cannot be decoded.
            name: a station's name by its number (`StationNames.name`).
        """
        self.messages_by_type: Counter[int] = Counter()
        self.sentences = 0
        self._rejects = rejects
        self._name = name
        self._assemblers: dict[int, Assembler] = {}

    def step(self, frames: Frames) -> Said:
        """Positions and static data of the messages that these frames complete, in their order."""
        messages = self._decoded(frames)
        return Said(reports_of(messages, self._rejects, self._name), identities_of(messages))

    def messages(self, frames: Frames) -> Iterator[dict[str, Any]]:
        """One JSON-able object a message: `time`, `station`, and pyais' fields (`feeds.ais.telling`)."""
        for each in self._decoded(frames):
            yield {"time": each.whole.first.time_s, "station": self._name(each.station)} | told(each)

    def finish(self) -> None:
        """Count what is still incomplete: no more frames will come."""
        for assembler in self._assemblers.values():
            assembler.finish()
        self._assemblers.clear()

    def state(self) -> Tree:
        """All that is remembered, as `restore` takes it."""
        return {
            "messages_by_type": [list(each) for each in self.messages_by_type.items()],
            "sentences": self.sentences,
            "assemblers": [[station, each.state()] for station, each in self._assemblers.items()],
        }

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else."""
        self.messages_by_type = Counter(dict(state["messages_by_type"]))
        self.sentences = state["sentences"]
        self._assemblers = {
            station: Assembler.restored(self._rejects, each) for station, each in state["assemblers"]
        }

    def _decoded(self, frames: Frames) -> list[Message]:
        """Every message that the frames complete."""
        nmea = frames.take(frames.kind == Kind.NMEA)
        data, bounds = nmea.payload.values.tobytes(), nmea.payload.offsets.tolist()
        heard = map(
            Heard,
            nmea.time_s.tolist(),
            nmea.arrival_s.tolist(),
            nmea.time_guessed.tolist(),
            nmea.signal_dbfs.tolist(),
        )
        sums = checksums_hold(nmea.payload).tolist()
        messages = []
        for row, (station, when) in enumerate(zip(nmea.station.tolist(), heard, strict=True)):
            raw = data[bounds[row] : bounds[row + 1]]
            message = self._offered(raw, station, when, sums[row])
            if message is not None:
                messages.append(message)
        return messages

    def _offered(self, raw: bytes, station: int, heard: Heard, sum_holds: bool) -> Message | None:
        """The message that one sentence completes, if it does."""
        if station in self._assemblers:
            self._expire(station, heard.time_s)
        part = _checked(raw, sum_holds)
        if isinstance(part, Refusal):
            self._rejects.add(part, raw, self._name(station))
            return None
        if part.total == 1:
            whole: Whole | None = Whole(heard, heard.arrival_s, part.payload, part.fill, 1)
        else:
            whole = self._assembled(part, raw, station, heard)
        return self._message(whole, raw, station) if whole else None

    def _expire(self, station: int, now_s: float) -> None:
        assembler = self._assemblers[station]
        assembler.expire(now_s)
        if not assembler:
            del self._assemblers[station]

    def _assembled(self, part: Sentence, raw: bytes, station: int, heard: Heard) -> Whole | None:
        assembler = self._assemblers.get(station)
        if assembler is None:
            if len(self._assemblers) >= STATIONS_OPEN:
                self._assemblers.pop(next(iter(self._assemblers))).finish()
            assembler = self._assemblers[station] = Assembler(self._rejects, self._name(station))
        whole = assembler.offer(part, raw, heard)
        if not assembler:
            del self._assemblers[station]
        return whole

    def _message(self, whole: Whole, raw: bytes, station: int) -> Message | None:
        body = message_of(whole.payload, whole.fill)
        if isinstance(body, Refusal):
            self._rejects.add(body, raw, self._name(station), whole.sentences)
            return None
        kind = kind_of(whole.payload)
        self.messages_by_type[kind] += 1
        self.sentences += whole.sentences
        return Message(station, whole, kind, body.mmsi, body)


def _checked(raw: bytes, sum_holds: bool) -> Sentence | Refusal:
    if not is_ais(raw):
        return Refusal.NOT_AIS
    if not sum_holds:
        return Refusal.BAD_CHECKSUM if raw[-3:-2] == b"*" else Refusal.MALFORMED
    return sentence_of(raw)
