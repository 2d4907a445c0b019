"""Messages of several sentences, put together: one assembler a station.

Two receivers number their sentences independently. Fed into one assembler,
the first half of one ship's name meets the second half of another's voyage,
and every checksum holds. So an assembler hears one station only.

Sentences are keyed by sequence number, channel and total, and may come in
any order. Time is the time they were heard, never a clock's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from feeds.ais.refusal import Refusal
from feeds.ais.sentence import PAYLOAD_CHARACTERS, Sentence
from feeds.rejects import Rejects
from geo.container import Tree

TIMEOUT_S = 10.0
"""How far apart sentences of one message may be heard. A receiver writes them together (measured on two stations:
776 messages, none over 1 s); sequence numbers come round after ten messages, which a saturated channel sends
within about 10 s; and what is later than this, fusion would not wait for."""
OPEN_PER_STATION = 32
"""Messages begun and not complete at one station; ten sequence numbers on two channels make 20."""


class Heard(NamedTuple):
    """When and how a sentence reached us."""

    time_s: float
    arrival_s: float
    guessed: bool
    signal_dbfs: float


class Whole(NamedTuple):
    """A complete payload. `first` is the first of its sentences to be heard, `sentences` their number."""

    first: Heard
    arrival_s: float
    payload: bytes
    fill: int
    sentences: int


_Key = tuple[bytes, bytes, int]


@dataclass(slots=True)
class _Open:
    """A message begun: its sentences by number, and one of them as it came, to be shown if it stays so."""

    first: Heard
    sample: bytes
    parts: dict[int, Sentence] = field(default_factory=dict)
    characters: int = 0


class Assembler:
    """Puts together what one station hears; what stays incomplete is counted in `rejects`."""

    def __init__(self, rejects: Rejects, station: str) -> None:
        self._rejects = rejects
        self._station = station
        self._open: dict[_Key, _Open] = {}

    def __len__(self) -> int:
        return len(self._open)

    def offer(self, part: Sentence, raw: bytes, heard: Heard) -> Whole | None:
        """Take one sentence of several; the whole message if this completes it."""
        key = part.sequence, part.channel, part.total
        begun = self._open.get(key)
        if begun is not None and (
            part.number in begun.parts or abs(heard.time_s - begun.first.time_s) > TIMEOUT_S
        ):
            # The sequence number has come round: this sentence belongs to another message.
            self._give_up(key, Refusal.INCOMPLETE)
            begun = None
        if begun is None:
            if len(self._open) >= OPEN_PER_STATION:
                self._give_up(next(iter(self._open)), Refusal.INCOMPLETE)
            begun = self._open[key] = _Open(heard, raw)
        begun.parts[part.number] = part
        begun.characters += len(part.payload)
        if begun.characters > PAYLOAD_CHARACTERS:
            self._give_up(key, Refusal.TOO_LONG)
            return None
        if len(begun.parts) < part.total:
            return None
        del self._open[key]
        parts = [begun.parts[number] for number in range(1, part.total + 1)]
        payload = b"".join(each.payload for each in parts)
        return Whole(begun.first, heard.arrival_s, payload, parts[-1].fill, part.total)

    def begun(self) -> Iterator[tuple[Sentence, float]]:
        """Every message begun, oldest first: one of its sentences, and when the first was heard."""
        for each in self._open.values():
            yield next(iter(each.parts.values())), each.first.time_s

    def state(self) -> Tree:
        """Every message begun, oldest first, as `restored` takes it."""
        begun = [
            [tuple(each.first), each.sample, [tuple(part) for part in each.parts.values()]]
            for each in self._open.values()
        ]
        return {"station": self._station, "open": begun}

    @classmethod
    def restored(cls, rejects: Rejects, state: Tree) -> Assembler:
        """The assembler that told `state`."""
        made = cls(rejects, state["station"])
        for first, sample, told in state["open"]:
            parts = [Sentence(*each) for each in told]
            key = parts[0].sequence, parts[0].channel, parts[0].total
            characters = sum(len(part.payload) for part in parts)
            made._open[key] = _Open(Heard(*first), sample, {part.number: part for part in parts}, characters)
        return made

    def expire(self, now_s: float) -> None:
        """Give up what was begun too long before `now_s`, oldest first."""
        while self._open:
            key, begun = next(iter(self._open.items()))
            if not now_s - begun.first.time_s > TIMEOUT_S:  # so put that a time of NaN expires nothing
                return
            self._give_up(key, Refusal.INCOMPLETE)

    def finish(self) -> None:
        """Give up everything: nothing more will be heard."""
        for key in list(self._open):
            self._give_up(key, Refusal.INCOMPLETE)

    def _give_up(self, key: _Key, why: Refusal) -> None:
        begun = self._open.pop(key)
        self._rejects.add(why, begun.sample, self._station, len(begun.parts))


class Assemblers:
    """One assembler for each station that has begun a message, and none for the others."""

    def __init__(self, rejects: Rejects, name: Callable[[int], str]) -> None:
        """Begin with nothing heard.

        Args:
            rejects: takes what stays incomplete.
            name: a station's name by its number.
        """
        self._rejects = rejects
        self._name = name
        self._stations: dict[int, Assembler] = {}

    def __len__(self) -> int:
        return len(self._stations)

    def __contains__(self, station: int) -> bool:
        return station in self._stations

    def stations(self) -> list[int]:
        """Every station that has begun a message."""
        return list(self._stations)

    def begun(self, station: int) -> Iterator[tuple[Sentence, float]]:
        """What a station has begun, as `Assembler.begun` tells it."""
        if station in self._stations:
            yield from self._stations[station].begun()

    def expire(self, station: int, now_s: float) -> None:
        """Give up what a station began too long before `now_s`."""
        assembler = self._stations[station]
        assembler.expire(now_s)
        if not assembler:
            del self._stations[station]

    def offer(self, part: Sentence, raw: bytes, station: int, heard: Heard, most: int) -> Whole | None:
        """Take one sentence of several; where `most` stations have begun one, the oldest of them gives up its own."""
        assembler = self._stations.get(station)
        if assembler is None:
            if len(self._stations) >= most:
                self._stations.pop(next(iter(self._stations))).finish()
            assembler = self._stations[station] = Assembler(self._rejects, self._name(station))
        whole = assembler.offer(part, raw, heard)
        if not assembler:
            del self._stations[station]
        return whole

    def finish(self) -> None:
        """Give up everything: nothing more will be heard."""
        for assembler in self._stations.values():
            assembler.finish()
        self._stations.clear()

    def state(self) -> list[list[Any]]:
        """Every assembler, as `restore` takes it."""
        return [[station, each.state()] for station, each in self._stations.items()]

    def restore(self, state: list[list[Any]]) -> None:
        """Remember what `state` told, and nothing else."""
        self._stations = {station: Assembler.restored(self._rejects, each) for station, each in state}
