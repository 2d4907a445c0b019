"""Bytes of NMEA logs and payloads become `Frames`, a block of lines at a time.

    bytes ──block──▶ lines ──understood──▶ sentences, times, stations ──settled──▶ Frames

In: a stream in one of the ways that `formats.nmea_*` know, or the payloads of
many stations. Out: frames in line order, the same as `feeds.nmea.frames_of`
makes of the same lines one by one. Memory is bounded by the block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, NamedTuple, Protocol

import numpy as np

from feeds.format import Reading
from feeds.lines import LINE_BYTES, LINE_TOO_LONG
from feeds.nmea import (
    EARLIEST_S,
    IMPOSSIBLE_TIME,
    LATEST_S,
    NO_TIME,
    STATION_REFUSED,
    STATIONS_PER_INPUT,
    Plain,
)
from feeds.nmea_block import Block, Understood, block_of, gathered
from feeds.rejects import Rejects
from feeds.tally import Refused, tally
from geo.batch import Bools, Floats, Ints, Ragged
from geo.stations import UNNAMED
from hardware.frames import Frames, Kind

BLOCK_BYTES = 1 << 19
"""Read before lines are looked at: its columns stay in a core's own cache. Twice as much is a fifth slower."""


class Manner(Protocol):
    """One way of logging NMEA, which remembers what later lines need of earlier ones."""

    def understood(self, block: Block, anew: Bools) -> Understood:
        """What the lines of a block say; from the lines `anew` on, what was before is forgotten."""
        ...


class Payload(NamedTuple):
    """Lines of one station, given as a whole.

    Attributes:
        start_s: time of lines before the first that says one; None if they are to be refused.
    """

    station: str
    lines: bytes
    arrival_s: float
    start_s: float | None


class _Parts(NamedTuple):
    """Which part of the input each line belongs to. Shapes: (n,), then (k,) for the parts.

    Attributes:
        part: of each line.
        start_s: by part, the time of lines before the first that says one; NaN where there is none.
        stations: by part, of lines that name none.
    """

    part: Ints
    start_s: Floats
    stations: Sequence[str]


class _Settled(NamedTuple):
    """Times and stations of lines, and why some are refused: by number in `reasons`, -1 where not."""

    time_s: Floats
    guessed: Bools
    station: Ints
    refused: Ints
    reasons: list[str]


def frames_in(source: BinaryIO, manner: Manner, reading: Reading) -> Iterator[Frames]:
    """Batches of frames in line order; refused lines go to `reading.rejects`.

    Times and stations that a line leaves out are those that `feeds.nmea.frames_of` gives it.
    """
    numbers = _Numbers(reading)
    last_s = np.nan if reading.start_s is None else reading.start_s
    refused_at = "" if reading.station == UNNAMED else reading.station
    for data in _blocks(source, reading.rejects):
        block, long = block_of(data)
        parts = _Parts(np.zeros(len(long), np.int64), np.array([last_s]), [reading.station])
        anew = np.zeros(len(long), np.bool_)
        settled, said = _settle(manner, block, anew, parts, numbers)
        _count(reading.rejects, block, settled, long, lambda _: refused_at, parts.part)
        frames = _framed(block, said, settled)
        if len(frames):
            last_s = frames.time_s[-1]
            yield frames


def frames_of_payloads(payloads: Sequence[Payload], reading: Reading) -> Frames:
    """The frames of many stations' lines, which are believed in everything but their stations; with arrivals.

    Args:
        payloads: the lines, each payload for itself.
        reading: its `names` and `rejects` are used.
    """
    data = b"\n".join(each.lines for each in payloads)
    block, long = block_of(data)
    ends = np.cumsum([len(each.lines) + 1 for each in payloads])
    part = np.searchsorted(ends, block.first, side="right")
    anew = np.diff(part, prepend=-1) > 0
    starts_s = np.array([np.nan if p.start_s is None else p.start_s for p in payloads], np.float64)
    stations = [each.station for each in payloads]
    parts = _Parts(part, starts_s, stations)
    settled, said = _settle(Plain(believe_station=False), block, anew, parts, _Numbers(reading))
    _count(reading.rejects, block, settled, long, stations.__getitem__, part)
    arrival_s = np.array([each.arrival_s for each in payloads], np.float64)[part]
    return _framed(block, said, settled, arrival_s)


class _Numbers:
    """Numbers of the stations that an input names; no more than it may."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._known: dict[str, int] = {}

    def __call__(self, name: str) -> int:
        """The number of a name; -1 where it is refused."""
        number = self._known.get(name, -1)
        if number < 0 and len(self._known) < STATIONS_PER_INPUT:
            try:
                number = self._known[name] = self._reading.names.number(name)
            except ValueError:
                return -1
        return number


def _blocks(source: BinaryIO, rejects: Rejects) -> Iterator[bytes]:
    """Pieces of whole lines; a line longer than any may be is counted, however long it is, and left out."""
    rest, skipping, ended = b"", False, False
    while not ended:
        pieces, size = [rest], len(rest)
        while size < BLOCK_BYTES and not ended:
            pieces.append(source.read(BLOCK_BYTES))
            size += len(pieces[-1])
            ended = not pieces[-1]
        data = b"".join(pieces)
        if skipping:
            _, found, data = data.partition(b"\n")
            skipping = not found
        cut = len(data) if ended else data.rfind(b"\n") + 1
        data, rest = data[:cut], data[cut:]
        if len(rest) > LINE_BYTES:
            rejects.add(LINE_TOO_LONG, rest)
            rest, skipping = b"", True
        if data:
            yield data


def _settle(
    manner: Manner, block: Block, anew: Bools, parts: _Parts, number: Callable[[str], int]
) -> tuple[_Settled, Understood]:
    """What a manner understands of the lines, and what becomes of it."""
    said = manner.understood(block, anew)
    spoken = said.reason == 0
    names = [*said.names.all(), *parts.stations]
    name = np.where(said.name >= 0, said.name, len(said.names) + parts.part)
    own = spoken & ~np.isnan(said.time_s)
    timed = own & _possible(said.time_s)
    time_s = _filled(said.time_s, timed, parts)
    numbers = _numbered(name[spoken & _possible(time_s)], names, number)
    refused_names = numbers[name] < 0
    if (timed & refused_names).any():
        # The time of a line that is refused is no other line's.
        time_s = _filled(said.time_s, timed & ~refused_names, parts)
    time_s = np.where(own, said.time_s, time_s)
    reasons = [*said.reasons.all(), NO_TIME, IMPOSSIBLE_TIME, STATION_REFUSED]
    first = len(said.reasons)
    refused = np.select(
        [~spoken, np.isnan(time_s), ~_possible(time_s), refused_names],
        [said.reason - 1, first, first + 1, first + 2],
        -1,
    )
    return _Settled(time_s, ~own, numbers[name], np.maximum(refused, -1), reasons), said


def _possible(time_s: Floats) -> Bools:
    return (time_s >= EARLIEST_S) & (time_s <= LATEST_S)


def _filled(time_s: Floats, timed: Bools, parts: _Parts) -> Floats:
    """The time of the last timed line of the same part, or the part's own."""
    own = np.arange(len(time_s))
    last = np.maximum.accumulate(np.where(timed, own, -1))
    begins = np.searchsorted(parts.part, np.arange(len(parts.start_s)))
    return np.where(last >= begins[parts.part], time_s[last], parts.start_s[parts.part])


def _numbered(met: Ints, names: Sequence[str], number: Callable[[str], int]) -> Ints:
    """The station number of every name that is met, asked for in the order in which they are; -1 of all others."""
    first = np.full(len(names), len(met))
    # Where a place is written twice, what is written last stays: the first of the rows.
    first[met[::-1]] = np.arange(len(met))[::-1]
    numbers = np.full(len(names), -1, np.int64)
    for name in np.argsort(first)[: int((first < len(met)).sum())].tolist():
        numbers[name] = number(names[name])
    return numbers


def _count(
    rejects: Rejects,
    block: Block,
    settled: _Settled,
    long: Bools,
    station_of: Callable[[int], str],
    part: Ints,
) -> None:
    rows = np.flatnonzero(settled.refused >= 0)
    if len(rows):
        refused = Refused(settled.refused[rows], part[rows], np.ones(len(rows), np.int64))
        tally(rejects, refused, settled.reasons, station_of, lambda at: block.line(rows[at]))
    for row in np.flatnonzero(long).tolist():
        rejects.add(LINE_TOO_LONG, block.data[block.first[row] :][:LINE_BYTES], station_of(int(part[row])))


def _framed(block: Block, said: Understood, settled: _Settled, arrival_s: Floats | None = None) -> Frames:
    kept = (said.reason == 0) & (settled.refused < 0)
    offsets, values = gathered(block.text, said.first[kept], said.past[kept])
    n = len(offsets) - 1
    columns = {} if arrival_s is None else {"arrival_s": arrival_s[kept]}
    return Frames.of(
        n,
        time_s=settled.time_s[kept],
        station=settled.station[kept].astype(np.uint32),
        kind=np.full(n, Kind.NMEA, np.uint8),
        time_guessed=settled.guessed[kept],
        payload=Ragged(offsets, values),
        **columns,
    )
