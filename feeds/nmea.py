r"""NMEA 0183 lines: what a line says about when and where its sentence was heard.

A receiver's log is lines of text, and a sentence alone bears no time. Five
ways of adding it are in use, often mixed within one file:

    \s:2573238,c:1733782034*0A\!BSVDM,...     IEC 62320-1 tag block (here)
    !AIVDM,...*28,d-109,S2105,r17,1325394001  US Coast Guard suffix (here)
    $PGHP,1,2010,6,11,11,46,11,390,...        Gatehouse line before it (`formats.nmea_pghp`)
    1490075479,!AIVDM,...                     prefix (`formats.nmea_prefixed`)
    !AIVDM,...                                none at all (`formats.nmea_untimed`)

`Plain` understands the tag block, the suffix and the bare sentence, a line or
a block of lines at a time; a format adds its own way on top. `frames_of` turns
lines into `Frames`; `feeds.nmea_frames` does the same for blocks of them.
Times are Unix seconds UTC. What a sentence means is not asked here.

Source: IEC 61162-1 (sentence and checksum), IEC 62320-1 and NMEA 0183 v4
(tag blocks; the older grouping `1G2:9` is still sent in Norway).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import xor

import numpy as np

from feeds.format import Reading
from feeds.nmea_block import Block, Parsed, Understood
from feeds.nmea_bytes import EARLIEST_S, HEX, LATEST_S
from feeds.nmea_groups import GROUPS_OPEN, Groups, inherited
from feeds.nmea_scan import MILLISECONDS_FROM, plain_scan
from feeds.text import canonical
from geo.batch import Bools, Ragged
from geo.stations import UNNAMED
from hardware.frames import Frames, Kind

FRAMES_PER_BATCH = 4096
STATION_CHARACTERS = 64
"""Longest station name kept; IEC 62320-1 allows 15."""
STATIONS_PER_INPUT = 65536
"""Stations one input may name, so that a hostile file cannot fill the memory with names."""
NO_TIME = "no time yet"
IMPOSSIBLE_TIME = "impossible time"
NOT_UNDERSTOOD = "line not understood"
BAD_TAG_BLOCK = "bad tag block"
BAD_TAG_BLOCK_CHECKSUM = "bad tag block checksum"
STATION_REFUSED = "station name refused"

SENTENCE = rb"[!$][!-~]{2,9},[ -~]*"
_TAGGED = re.compile(rb"\\([^\\]*)\\(" + SENTENCE + rb")")
_BARE = re.compile(SENTENCE)
_SUFFIXED = re.compile(rb"(.*?\*[0-9A-Fa-f]{2}),(.*)")
_SUFFIX_TIME = re.compile(rb"[0-9]{9,10}")
_SUFFIX_STATION = re.compile(rb"[rb][0-9A-Za-z]{2,15}")
_OLD_GROUP = re.compile(rb"([0-9])G([0-9])")


@dataclass(frozen=True, slots=True)
class Stamped:
    """One sentence, with the time and the station its line gave it; None where it gave none."""

    sentence: bytes
    time_s: float | None = None
    station: str | None = None


Understand = Callable[[bytes], Stamped | str | None]
"""A line in; out a stamped sentence, the reason why it is refused, or None where it was only a stamp."""


def checksum_holds(body: bytes, digits: bytes) -> bool:
    """Whether the XOR of all bytes of `body` is the number of the two hex digits."""
    return reduce(xor, body, 0) == int(digits, 16)


def checksums_hold(sentences: Ragged) -> Bools:
    """Whether each sentence ends in `*hh`, hh being the XOR of all bytes between its first and the `*`.

    Shape: (n,) -> (n,).
    """
    holds = np.zeros(len(sentences), np.bool_)
    rows = (sentences.counts >= len("!*hh")).nonzero()[0]
    if len(rows) == 0:
        return holds
    values, ends = sentences.values, sentences.offsets[rows + 1]
    # A running XOR over the whole batch: a row's own is the difference of two of its values.
    running = np.bitwise_xor.accumulate(values)
    own = running[ends - 4] ^ running[sentences.offsets[rows]]
    high, low = HEX[values[ends - 2]], HEX[values[ends - 1]]
    said = (high << 4) | (low & 15)
    holds[rows] = (values[ends - 3] == ord("*")) & (high < 16) & (low < 16) & (own == said)
    return holds


def unix_s(text: bytes) -> float | None:
    """Unix seconds of a decimal number of seconds or, from 1e11 on, milliseconds; None if it is none."""
    if not re.fullmatch(rb"[0-9]{1,16}(\.[0-9]{0,9})?", text):
        return None
    value = float(text)
    return value / 1000.0 if value >= MILLISECONDS_FROM else value


class Plain:
    """Understands tag blocks, the Coast Guard's suffix and bare sentences; remembers tag block groups."""

    def __init__(self, *, believe_station: bool = True) -> None:
        """Begin.

        Args:
            believe_station: False where the station is known otherwise (live, the topic names it).
        """
        self._believe_station = believe_station
        self._groups: dict[bytes, tuple[float | None, str | None]] = {}

    def __call__(self, line: bytes) -> Stamped | str | None:
        """See `Understand`."""
        said = self.parsed(line)
        if isinstance(said, str):
            return said
        time_s, station = said.time_s, said.station
        if said.group is not None:
            time_s, station = self._grouped(said.group, time_s, station)
        return Stamped(said.sentence, time_s, station if self._believe_station else None)

    def parsed(self, line: bytes) -> Parsed | str:
        """What a line says by itself, or why it is refused."""
        if line.startswith(b"\\"):
            return _tagged(line)
        if suffixed := _SUFFIXED.fullmatch(line):
            return _with_suffix(suffixed[1], suffixed[2].split(b","))
        return Parsed(line) if _BARE.fullmatch(line) else NOT_UNDERSTOOD

    def understood(self, block: Block, anew: Bools) -> Understood:
        """What the lines of a block say, as if each had been called for.

        Args:
            block: the lines.
            anew: lines from which on the groups before are forgotten. Shape: (n,).
        """
        scan = plain_scan(block.text, block.first, block.past)
        said = Understood(block, scan, _name if self._believe_station else None)
        unknown = (said.reason != 0) & (block.past > block.first)
        for row in unknown.nonzero()[0].tolist() if unknown.any() else ():
            said.tell(block, row, self.parsed(block.line(row)))
        if len(said.groups):
            self._inherit(said, anew)
        if not self._believe_station:
            said.name[:] = -1
        return said

    def _inherit(self, said: Understood, anew: Bools) -> None:
        known = [
            (said.groups.of(group), np.nan if time_s is None else time_s, said.names.of(station))
            for group, (time_s, station) in self._groups.items()
        ]
        before = Groups(*np.array(known, np.float64).reshape(-1, 3).T)
        said.time_s, said.name, after = inherited(said.group, said.time_s, said.name, anew, before)
        groups, names = said.groups.all(), [*said.names.all(), None]
        self._groups = {
            groups[group]: (None if np.isnan(time_s) else time_s, names[name])
            for group, time_s, name in zip(*(column.tolist() for column in after), strict=True)
        }

    def _grouped(
        self, group: bytes, time_s: float | None, station: str | None
    ) -> tuple[float | None, str | None]:
        """What a later line of a group leaves out, as its first line said it."""
        first_time_s, first_station = self._groups.pop(group, (None, None))
        said = (first_time_s if time_s is None else time_s, station or first_station)
        if len(self._groups) >= GROUPS_OPEN:
            del self._groups[next(iter(self._groups))]
        self._groups[group] = said
        return said


def _tagged(line: bytes) -> Parsed | str:
    match = _TAGGED.fullmatch(line)
    if not match:
        return BAD_TAG_BLOCK
    body, star, digits = match[1].rpartition(b"*")
    if not star or not re.fullmatch(rb"[0-9A-Fa-f]{1,2}", digits):
        return BAD_TAG_BLOCK
    if not checksum_holds(body, digits):
        return BAD_TAG_BLOCK_CHECKSUM
    fields = dict(field.partition(b":")[::2] for field in body.split(b","))
    time_s = unix_s(fields[b"c"]) if b"c" in fields else None
    if b"c" in fields and time_s is None:
        return BAD_TAG_BLOCK
    return Parsed(match[2].partition(b"\\")[0], time_s, _name(fields.get(b"s", b"")), _group(fields))


def _group(fields: dict[bytes, bytes]) -> bytes | None:
    """Total and id of the group a line belongs to: `g:1-2-58944`, or `1G2:58944` as it was before."""
    if b"g" in fields:
        return fields[b"g"].partition(b"-")[2]
    for key, value in fields.items():
        if old := _OLD_GROUP.fullmatch(key):
            return old[2] + b"-" + value
    return None


def _with_suffix(sentence: bytes, fields: list[bytes]) -> Parsed:
    times = [field for field in fields if _SUFFIX_TIME.fullmatch(field)]
    stations = [field for field in fields if _SUFFIX_STATION.fullmatch(field)]
    return Parsed(sentence, unix_s(times[-1]) if times else None, _name(stations[-1]) if stations else None)


def _name(text: bytes) -> str | None:
    return canonical(text.decode("utf-8", "backslashreplace"), STATION_CHARACTERS) or None


class _Rows:
    """Frames in the making: lists of one batch, the last time said, the stations met."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.last_s = reading.start_s
        self.numbers: dict[str, int] = {}
        self.begin()

    def begin(self) -> None:
        self.times: list[float] = []
        self.guessed: list[bool] = []
        self.stations: list[int] = []
        self.sentences: list[bytes] = []

    def add(self, said: Stamped) -> str | None:
        """Take a sentence; the reason if it cannot be taken."""
        time_s = self.last_s if said.time_s is None else said.time_s
        if time_s is None:
            return NO_TIME
        if not EARLIEST_S <= time_s <= LATEST_S:
            return IMPOSSIBLE_TIME
        name = said.station or self.reading.station
        number = self.numbers.get(name)
        if number is None:
            number = self._numbered(name)
            if number is None:
                return STATION_REFUSED
        self.last_s = time_s
        self.times.append(time_s)
        self.guessed.append(said.time_s is None)
        self.stations.append(number)
        self.sentences.append(said.sentence)
        return None

    def _numbered(self, name: str) -> int | None:
        if len(self.numbers) >= STATIONS_PER_INPUT:
            return None
        try:
            number = self.reading.names.number(name)
        except ValueError:
            return None
        self.numbers[name] = number
        return number

    def frames(self) -> Frames:
        lengths = np.fromiter(map(len, self.sentences), np.int64, len(self.sentences))
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        batch = Frames.of(
            len(self.sentences),
            time_s=self.times,
            station=np.array(self.stations, np.uint32),
            kind=np.full(len(self.sentences), Kind.NMEA, np.uint8),
            time_guessed=self.guessed,
            payload=Ragged(offsets, np.frombuffer(b"".join(self.sentences), np.uint8)),
        )
        self.begin()
        return batch


def frames_of(lines: Iterable[bytes], understand: Understand, reading: Reading) -> Iterator[Frames]:
    """Batches of some thousands of frames in line order; refused lines go to `reading.rejects`.

    A line without a time takes the one of the line before it, and says so
    (`time_guessed`); lines before the first time are refused unless
    `reading.start_s` is given. A line without a station is `reading.station`'s.
    """
    rows = _Rows(reading)
    for line in lines:
        said = understand(line)
        refused = rows.add(said) if isinstance(said, Stamped) else said
        if refused is not None:
            reading.rejects.add(refused, line, "" if reading.station == UNNAMED else reading.station)
        if len(rows.sentences) >= FRAMES_PER_BATCH:
            yield rows.frames()
    if rows.sentences:
        yield rows.frames()
