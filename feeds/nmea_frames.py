"""Bytes of NMEA logs and payloads become `Frames`, a block of lines at a time.

    bytes ──block──▶ lines ──understood──▶ sentences, times, stations ──settled──▶ Frames

In: a stream in one of the ways that `formats.nmea_*` know, or the payloads of
many stations. Out: frames in line order, the same as `feeds.nmea.frames_of`
makes of the same lines one by one. Memory is bounded by the block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, NamedTuple, Protocol

import numba
import numpy as np

from feeds.format import Reading
from feeds.lines import LINE_BYTES, LINE_TOO_LONG, blocks
from feeds.nmea import IMPOSSIBLE_TIME, NO_TIME, STATION_REFUSED, STATIONS_PER_INPUT, Plain
from feeds.nmea_block import Block, Understood, block_of, gathered
from feeds.nmea_bytes import EARLIEST_S, LATEST_S
from feeds.nmea_plain import Payload, plain_frames
from feeds.rejects import Rejects
from feeds.tally import Refused, tally
from geo.batch import Bools, Floats, Ints, Ragged
from geo.stations import UNNAMED
from hardware.frames import Frames, Kind

FINE = -1
"""Of `_Settled.refused`: a sentence that is taken; what is less is no sentence and not refused either."""
_NMEA = np.uint8(Kind.NMEA)
BLOCK_BYTES = 1 << 20
"""Read before lines are looked at: a block costs a millisecond whatever it holds, and what it holds is to stay near
a core. Half as much is a tenth slower, twice as much no faster."""


class Manner(Protocol):
    """One way of logging NMEA, which remembers what later lines need of earlier ones."""

    def understood(self, block: Block, anew: Bools) -> Understood:
        """What the lines of a block say; from the lines `anew` on, what was before is forgotten."""
        ...


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
    """Times and stations of lines, and why some are refused: by number in `reasons`, else `FINE` or less."""

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
    for data in blocks(source, reading.rejects, BLOCK_BYTES):
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
    data = b"\n".join([each.lines for each in payloads])
    ends = np.array([len(each.lines) + 1 for each in payloads]).cumsum()
    if (plain := plain_frames(data, ends, payloads, _Numbers(reading))) is not None:
        return plain
    block, long = block_of(data)
    part = ends.searchsorted(block.first, side="right")
    anew = np.ones(len(part), np.bool_)
    anew[1:] = part[1:] != part[:-1]
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


def _settle(
    manner: Manner, block: Block, anew: Bools, parts: _Parts, number: Callable[[str], int]
) -> tuple[_Settled, Understood]:
    """What a manner understands of the lines, and what becomes of it."""
    said = manner.understood(block, anew)
    names = [*said.names.all(), *parts.stations]
    spoken = (
        said.reason,
        said.time_s,
        said.name,
        parts.part,
        parts.start_s,
        len(said.names),
        len(said.reasons),
    )
    numbers = np.zeros(len(names), np.int64)
    time_s, refused, which, met = in_turn(*spoken, numbers)
    for name in met.tolist():
        numbers[name] = number(names[name])
    if (numbers < 0).any():
        # The time of a line that is refused is no other line's.
        time_s, refused, which, _ = in_turn(*spoken, numbers)
    reasons = [*said.reasons.all(), NO_TIME, IMPOSSIBLE_TIME, STATION_REFUSED]
    return _Settled(time_s, np.isnan(said.time_s), numbers[which], refused, reasons), said


@numba.njit(cache=True)
def in_turn(reason, time_s, name, part, start_s, names, reasons, numbers):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Each line's time, its own or else the last one's; why it is refused; its name; and the names in order.

    Each hangs on the lines before it: the loop is compiled, and `feeds.nmea.frames_of` is its plain version.

    Args:
        reason: as `Understood` has it, and the next two.
        time_s: NaN where not said.
        name: -1 where not said: then it is that of its part, which comes after all that are said.
        part: as `_Parts` has it.
        start_s: by part.
        names: how many are said.
        reasons: how many are said; after them come no time, an impossible one, and a station refused.
        numbers: of the stations, by name; -1 where refused.
    """
    n = len(reason)
    time, refused, which = np.empty(n), np.full(n, FINE, np.int64), np.zeros(n, np.int64)
    met, count, seen = np.empty(len(numbers), np.int64), 0, np.zeros(len(numbers), np.bool_)
    last_s, before = np.nan, -1
    for row in range(n):
        if part[row] != before:
            before = part[row]
            last_s = start_s[before]
        if reason[row]:
            refused[row] = reason[row] - 1
            continue
        time[row] = last_s if np.isnan(time_s[row]) else time_s[row]
        which[row] = name[row] if name[row] >= 0 else names + before
        if np.isnan(time[row]):
            refused[row] = reasons
        elif not EARLIEST_S <= time[row] <= LATEST_S:
            refused[row] = reasons + 1
        else:
            if not seen[which[row]]:
                seen[which[row]] = True
                met[count] = which[row]
                count += 1
            if numbers[which[row]] < 0:
                refused[row] = reasons + 2
            else:
                last_s = time[row]
    return time, refused, which, met[:count]


def _count(
    rejects: Rejects,
    block: Block,
    settled: _Settled,
    long: Bools,
    station_of: Callable[[int], str],
    part: Ints,
) -> None:
    rows = (settled.refused >= 0).nonzero()[0]
    if len(rows):
        refused = Refused(settled.refused[rows], part[rows], np.ones(len(rows), np.int64))
        tally(rejects, refused, settled.reasons, station_of, lambda at: block.line(rows[at]))
    if long.any():
        for row in long.nonzero()[0].tolist():
            line = block.data[block.first[row] :][:LINE_BYTES]
            rejects.add(LINE_TOO_LONG, line, station_of(int(part[row])))


def _framed(block: Block, said: Understood, settled: _Settled, arrival_s: Floats | None = None) -> Frames:
    kept = (settled.refused == FINE).nonzero()[0]
    offsets, values = gathered(block.text, said.first, said.past, kept)
    columns = {} if arrival_s is None else {"arrival_s": arrival_s[kept]}
    return Frames.of(
        len(kept),
        time_s=settled.time_s[kept],
        station=settled.station[kept].astype(np.uint32),
        kind=np.full(len(kept), _NMEA),
        time_guessed=settled.guessed[kept],
        payload=Ragged(offsets, values),
        **columns,
    )
