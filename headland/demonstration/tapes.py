"""Tapes: what each of the demo's virtual stations heard, ready to be played at any time.

In: the wires of `headland.bundle`. Out: one `Tape` a station: times in seconds
after the demo's beginning, and the bytes of each sentence or frame.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from feeds.ais.writing_lines import tags
from feeds.format import Reading
from feeds.inputs import Input
from feeds.rejects import Rejects
from feeds.writing import Letters, beside, fixed, hex_pair, text_of
from geo.batch import Floats, Ints, Ragged
from geo.stations import StationNames
from hardware.frames import Frames, Kind
from hardware.wire import Stream
from headland.bundle import Wire


@dataclass(frozen=True)
class Tape:
    """What one station heard.

    Attributes:
        frames: by time; `time_s` counts from the demo's beginning.
    """

    station: str
    stream: Stream
    frames: Frames

    def lines(self, begin_s: float) -> list[bytes]:
        """Every frame as the station would send it, had the demo begun at `begin_s`."""
        time_s = self.frames.time_s + begin_s
        if self.stream is Stream.AIS:
            return _split(
                beside(len(time_s), tags(time_s, np.array(self.station)), padded(self.frames.payload))
            )
        return _modes_lines(self.frames.payload, time_s)


def tapes(wires: Sequence[Wire], length_s: float) -> list[Tape]:
    """The tapes of all stations, each cut to the demo's length.

    Raises:
        InputError: a wire cannot be read.
    """
    names = StationNames()
    heard: dict[tuple[str, Stream], list[Frames]] = defaultdict(list)
    for wire in wires:
        frames = _frames(wire, names)
        frames = frames.take(np.flatnonzero((frames.time_s >= 0.0) & (frames.time_s < length_s)))
        stream = Stream.MODES if (frames.kind == Kind.MODE_S).all() else Stream.AIS
        for station, part in _by_station(frames, wire, names):
            heard[station, stream].append(part)
    return [Tape(station, stream, _by_time(parts)) for (station, stream), parts in sorted(heard.items())]


def padded(payload: Ragged) -> Letters:
    """Rows of bytes as a matrix, zeros behind the shorter ones. Shape: (n, w)."""
    counts = payload.counts
    table = np.zeros((len(payload), int(counts.max(initial=1))), np.uint8)
    row = np.repeat(np.arange(len(payload)), counts)
    table[row, np.arange(len(payload.values)) - np.repeat(payload.offsets[:-1], counts)] = payload.values
    return table


def _frames(wire: Wire, names: StationNames) -> Frames:
    """Every frame of a file, its times rounded to the millisecond that a station sends.

    Rounded before they are shifted: the same recording must give the same milliseconds whenever it is played.
    """
    with Input(str(wire.path)) as source:
        read = [each for each in source.read(Reading(names, Rejects())) if isinstance(each, Frames)]
    frames = Frames.concat(read)
    return frames.replaced(time_s=np.round(frames.time_s - wire.zero_s, 3))


def _by_station(frames: Frames, wire: Wire, names: StationNames) -> Iterator[tuple[str, Frames]]:
    if not wire.stations:
        for number in np.unique(frames.station).tolist():
            yield names.name(number), frames.take(np.flatnonzero(frames.station == number))
        return
    after_s = np.array([each for each, _ in wire.stations])
    turn = np.searchsorted(after_s, frames.time_s, side="right") - 1
    for k, (_, station) in enumerate(wire.stations):
        yield station, frames.take(np.flatnonzero(turn == k))


def _by_time(parts: Sequence[Frames]) -> Frames:
    frames = Frames.concat(list(parts))
    # Stable: the sentences of one message stand in their order.
    return frames.take(np.argsort(frames.time_s, kind="stable"))


def _modes_lines(payload: Ragged, time_s: Floats) -> list[bytes]:
    """Lines `UNIXTIME.fff,HEX`, in the order of the frames."""
    lines: list[bytes] = [b""] * len(time_s)
    for size in np.unique(payload.counts).tolist():
        rows: Ints = np.flatnonzero(payload.counts == size)
        hexadecimal = hex_pair(padded(payload.take(rows)))
        text = beside(len(rows), fixed(time_s[rows], 3), b",", hexadecimal)
        for row, line in zip(rows.tolist(), _split(text), strict=True):
            lines[row] = line
    return lines


def _split(text: Letters) -> list[bytes]:
    return text_of(text).split(b"\n")[:-1]
