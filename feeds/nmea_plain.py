"""Payloads of which every line is as it should be, read into `Frames` in one pass over their bytes.

That is what a station's agent sends: lines that are well made, each with a
time, its own or the one before it. Live a second holds a hundred of them, of
which a step of its own for lines, tag blocks, times and sentences costs as
much as of ten thousand. Anything else (a line that is refused, one too long,
a time that only its group says) is for `feeds.nmea_frames`, which makes the
same of these; no payload is read half here and half there.

A line's time hangs on the lines before it, so the loop is compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from feeds.lines import LINE_BYTES
from feeds.nmea_bytes import EARLIEST_S, LATEST_S, stripped
from feeds.nmea_scan import line_at
from geo.batch import Ints, Ragged
from hardware.frames import Frames, Kind

_NMEA, _LINE_END = np.uint8(Kind.NMEA), ord("\n")
_OTHERWISE = -1


class Payload(NamedTuple):
    """Lines of one station, given as a whole.

    Attributes:
        start_s: time of lines before the first that says one; None if they are to be refused.
    """

    station: str
    lines: bytes
    arrival_s: float
    start_s: float | None


def plain_frames(
    data: bytes, ends: Ints, payloads: Sequence[Payload], number: Callable[[str], int]
) -> Frames | None:
    """The frames of payloads; None where any line of them needs a closer look.

    Args:
        data: the payloads, a line end between them.
        ends: where in the bytes the one after each begins.
        payloads: the same.
        number: of a station by its name; -1 where it is refused.
    """
    if not payloads:
        return None
    text = np.frombuffer(data, np.uint8)
    feeds = (text == _LINE_END).nonzero()[0]
    most = len(feeds) + 1
    said = [(each.arrival_s, np.nan if each.start_s is None else each.start_s) for each in payloads]
    offsets, values = np.empty(most + 1, np.int64), np.empty(len(text), np.uint8)
    times, guessed, part = np.empty((2, most)), np.empty(most, np.bool_), np.empty(most, np.int64)
    count = _framed(text, feeds, ends, np.array(said, np.float64), offsets, values, times, guessed, part)
    if count == _OTHERWISE:
        return None
    station = _stations(part[:count], payloads, number)
    if station is None:
        return None
    times.flags.writeable = guessed.flags.writeable = False
    return Frames.of(
        count,
        time_s=times[0, :count],
        arrival_s=times[1, :count],
        station=station,
        kind=np.full(count, _NMEA),
        time_guessed=guessed[:count],
        payload=Ragged(offsets[: count + 1], values[: offsets[count]]),
    )


def _stations(
    part: Ints, payloads: Sequence[Payload], number: Callable[[str], int]
) -> npt.NDArray[np.uint32] | None:
    """The number of each frame's station, asked for in the order in which they are met; None where one is refused."""
    numbers = (
        dict.fromkeys(part.tolist(), 0) if len(payloads) > 1 else dict.fromkeys(range(min(len(part), 1)), 0)
    )
    for at in numbers:
        numbers[at] = number(payloads[at].station)
        if numbers[at] < 0:
            return None
    if len(numbers) <= 1:
        return np.full(len(part), next(iter(numbers.values()), 0), np.uint32)
    return np.array([numbers.get(at, 0) for at in range(len(payloads))], np.uint32)[part]


@numba.njit(cache=True)
def _framed(text, feeds, ends, said, offsets, values, times, guessed, part):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """How many frames there are; `_OTHERWISE` where not every line is plain."""
    count, begin, mine, last_s = 0, 0, 0, said[0, 1]
    offsets[0] = 0
    for line in range(len(feeds) + 1):
        end = feeds[line] if line < len(feeds) else len(text)
        if begin >= ends[mine] and begin < len(text):
            mine = int(np.searchsorted(ends, begin, side="right"))
            last_s = said[mine, 1]
        first, past = stripped(text, begin, end)
        if end - begin > LINE_BYTES:
            return _OTHERWISE
        begin = end + 1
        if first == past:
            continue
        sentence, time_s, _, group = line_at(text, first, past)
        guessed[count] = np.isnan(time_s)
        if guessed[count]:
            time_s = last_s
        inherits = guessed[count] and group[0] >= 0
        if sentence[0] < 0 or inherits or not EARLIEST_S <= time_s <= LATEST_S:
            return _OTHERWISE
        last_s = time_s
        times[0, count], times[1, count], part[count] = time_s, said[mine, 0], mine
        size = sentence[1] - sentence[0]
        values[offsets[count] : offsets[count] + size] = text[sentence[0] : sentence[1]]
        offsets[count + 1] = offsets[count] + size
        count += 1
    return count
