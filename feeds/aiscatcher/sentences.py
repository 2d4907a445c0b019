"""AIS-catcher's objects become `Frames`: its sentences where it gives them, else sentences written from its fields.

In: parsed objects, one a message. Out: frames in their order, each with the
time at which it was heard: `toa` where the sender of the sentence told it,
else `rxuxtime` or `rxtime`, AIS-catcher's own clock. One without any has the
time that the reader was given, and says so.

`signalpower` is in decibels of full scale where AIS-catcher itself had the
radio; dAISy-catcher's are of a milliwatt and cannot be told as such.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np

from feeds.aiscatcher.fields import Written, sentences_of, written
from feeds.format import Reading
from feeds.json_objects import Told
from feeds.nmea import (
    IMPOSSIBLE_TIME,
    NO_TIME,
    NOT_UNDERSTOOD,
    SENTENCE,
    STATION_CHARACTERS,
    STATION_REFUSED,
    STATIONS_PER_INPUT,
)
from feeds.nmea_bytes import EARLIEST_S, LATEST_S
from feeds.rejects import SAMPLE_BYTES
from feeds.text import canonical
from geo.batch import Ragged
from geo.stations import UNNAMED
from hardware.frames import Frames, Kind

BATCH_MESSAGES = 4096
SENTENCES_AT_MOST = 9
"""Of one message: as many as NMEA can number."""
_whole = re.compile(SENTENCE).fullmatch
_RXTIME = re.compile(r"\d{14}")
_WITH_FULL_SCALE = "AIS-catcher"
NUMBERS = frozenset({int, float})
"""Types of numbers in JSON; true and false are none of them."""
_NAMES = frozenset({int, str})


class _Head(NamedTuple):
    """What is the same for all sentences of a message."""

    time_s: float
    guessed: bool
    station: int
    signal_dbfs: float


class Messages:
    """A batch in the making; what cannot be a message goes to the rejects."""

    def __init__(self, reading: Reading, *, believe_station: bool = True) -> None:
        """Begin with nothing.

        Args:
            reading: names, rejects, station and the time of messages that tell none.
            believe_station: False where the station is known otherwise (live, the topic names it).
        """
        self._reading = reading
        self._whose = "" if reading.station == UNNAMED else reading.station
        self._believe_station = believe_station
        self._numbers: dict[str, int] = {}
        self._clear()

    def _clear(self) -> None:
        self._heads: list[_Head] = []
        self._bodies: list[Written | list[bytes]] = []

    @property
    def full(self) -> bool:
        """Whether a batch is due."""
        return len(self._heads) >= BATCH_MESSAGES

    def refuse(self, reason: str, sample: object) -> None:
        """Count what is no message."""
        self._reading.rejects.add(reason, str(sample)[:SAMPLE_BYTES].encode("utf-8", "replace"), self._whose)

    def add(self, told: Told) -> None:
        """Take one object, or count why not."""
        head = self._head(told)
        if isinstance(head, str):
            self.refuse(head, told)
            return
        given = told.get("nmea")
        if isinstance(given, list) and given:
            body: Written | list[bytes] | str = self._given(given)
        else:
            body = written(told)
        if isinstance(body, str):
            self.refuse(body, told)
        elif body:
            self._heads.append(head)
            self._bodies.append(body)

    def taken(self) -> Frames:
        """What has been gathered, which is then forgotten."""
        lines = _lines(self._bodies)
        counts = [len(each) for each in lines]
        flat = [line for each in lines for line in each]
        offsets = np.cumsum([0, *map(len, flat)], dtype=np.int64)
        owner = np.repeat(np.arange(len(lines)), counts)
        heads = self._heads
        batch = Frames.of(
            len(flat),
            time_s=np.array([head.time_s for head in heads], np.float64)[owner],
            time_guessed=np.array([head.guessed for head in heads], np.bool_)[owner],
            station=np.array([head.station for head in heads], np.uint32)[owner],
            signal_dbfs=np.array([head.signal_dbfs for head in heads], np.float64)[owner],
            kind=np.full(len(flat), Kind.NMEA, np.uint8),
            payload=Ragged(offsets, np.frombuffer(b"".join(flat), np.uint8)),
        )
        self._clear()
        return batch

    def _head(self, told: Told) -> _Head | str:
        time_s = _time_s(told)
        guessed = time_s is None
        if time_s is None:
            time_s = self._reading.start_s
        if time_s is None:
            return NO_TIME
        if not EARLIEST_S <= time_s <= LATEST_S:
            return IMPOSSIBLE_TIME
        station = self._station(told)
        return STATION_REFUSED if station is None else _Head(time_s, guessed, station, signal_dbfs(told))

    def _station(self, told: Told) -> int | None:
        said = told.get("station", told.get("station_id")) if self._believe_station else None
        named = type(said) in _NAMES
        name = (
            canonical(str(said)[:STATION_CHARACTERS], STATION_CHARACTERS) if named else ""
        ) or self._reading.station
        if name not in self._numbers:
            if len(self._numbers) >= STATIONS_PER_INPUT:
                return None
            try:
                self._numbers[name] = self._reading.names.number(name)
            except ValueError:
                return None
        return self._numbers[name]

    def _given(self, given: Sequence[Any]) -> list[bytes]:
        """The sentences that are some; the others are counted one by one."""
        kept = []
        for each in given[:SENTENCES_AT_MOST]:
            line = each.strip().encode("utf-8", "replace") if isinstance(each, str) else b""
            if _whole(line):
                kept.append(line)
            else:
                self.refuse(NOT_UNDERSTOOD, each)
        if len(given) > SENTENCES_AT_MOST:
            self.refuse("more sentences than a message can have", given)
        return kept


def _lines(bodies: Sequence[Written | list[bytes]]) -> list[list[bytes]]:
    """The sentences of each message; those to be written are written together."""
    rows = [row for row, body in enumerate(bodies) if isinstance(body, Written)]
    made: Iterator[list[bytes]] = iter(sentences_of([body for body in bodies if isinstance(body, Written)]))
    fresh = dict(zip(rows, made, strict=True))
    return [fresh[row] if isinstance(body, Written) else body for row, body in enumerate(bodies)]


def _time_s(told: Told) -> float | None:
    for name in ("toa", "rxuxtime"):
        said: Any = told.get(name)
        if type(said) in NUMBERS and said > 0:
            return float(said) if said < 1e300 else math.inf
    said = told.get("rxtime")
    if isinstance(said, str) and _RXTIME.fullmatch(said) and said.isascii():
        try:
            return datetime.strptime(said, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
        except ValueError:
            return math.inf
    return None


def signal_dbfs(told: Told) -> float:
    """Of a message; NaN where it does not say, or not in decibels of full scale."""
    said: Any = told.get("signalpower")
    if type(said) not in NUMBERS or told.get("device") != _WITH_FULL_SCALE:
        return math.nan
    return float(said) if abs(said) < 1e6 else math.nan
