"""`AisDecoder`: frames in, `Said` or JSON objects out.

    Frames ──sentence_scan──▶ sentences ──wholes──▶ payloads ──payload_bits──▶ Reports, Identities

State is what each station's assembler holds of messages not yet complete.
Batches go this way in columns; a handful of frames, and messages to be told as
JSON, go sentence by sentence through the same assemblers and pyais' objects.
Both say the same, bit for bit, and the result does not depend on how frames
are cut into batches. Nothing is raised: what is refused is counted
(`feeds.ais.refusal`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from feeds.ais.assembly import Assemblers
from feeds.ais.columns import Decoding
from feeds.ais.objects import messages_of
from feeds.ais.positions import Message, reports_of
from feeds.ais.statics import identities_of
from feeds.ais.telling import told
from feeds.rejects import Rejects
from feeds.reports import Said
from geo.container import Tree
from hardware.frames import Frames, Kind

STATIONS_OPEN = 1024
"""Stations with a message begun at one instant; with `OPEN_PER_STATION` it bounds what is held to some 40 MB."""
FEW = 12
"""Frames that are decoded one by one: columns of so many cost as much."""

_NMEA = np.uint8(Kind.NMEA)


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
        self._assemblers = Assemblers(rejects, name)
        self._columns = Decoding(self._assemblers, rejects, name)

    def step(self, frames: Frames) -> Said:
        """Positions and static data of the messages that these frames complete, in their order."""
        nmea = _nmea(frames)
        if len(nmea) <= FEW:
            messages = self._messages(nmea)
            return Said(reports_of(messages, self._rejects, self._name), identities_of(messages))
        said, kinds, sentences = self._columns.step(nmea, STATIONS_OPEN)
        for kind, count in enumerate(np.bincount(kinds).tolist()):
            if count:
                self.messages_by_type[kind] += count
        self.sentences += int(sentences.sum())
        return said

    def messages(self, frames: Frames) -> Iterator[dict[str, Any]]:
        """One JSON-able object a message: `time`, `station`, and pyais' fields (`feeds.ais.telling`)."""
        for each in self._messages(_nmea(frames)):
            yield {"time": each.whole.first.time_s, "station": self._name(each.station)} | told(each)

    def finish(self) -> None:
        """Count what is still incomplete: no more frames will come."""
        self._assemblers.finish()

    def state(self) -> Tree:
        """All that is remembered, as `restore` takes it."""
        return {
            "messages_by_type": [list(each) for each in self.messages_by_type.items()],
            "sentences": self.sentences,
            "assemblers": self._assemblers.state(),
        }

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else."""
        self.messages_by_type = Counter(dict(state["messages_by_type"]))
        self.sentences = state["sentences"]
        self._assemblers.restore(state["assemblers"])

    def _messages(self, nmea: Frames) -> list[Message]:
        messages = messages_of(nmea, self._assemblers, STATIONS_OPEN, self._rejects, self._name)
        for each in messages:
            self.messages_by_type[each.kind] += 1
            self.sentences += each.whole.sentences
        return messages


def _nmea(frames: Frames) -> Frames:
    ours = frames.kind == _NMEA
    return frames if ours.all() else frames.take(ours)
