"""A payload of AIS-catcher's objects that all bear their sentences and a sound time, read in columns.

So AIS-catcher writes nearly all it hears. An object that is anything else (no
sentences, one that is none, a time of another kind, none at all) is for
`feeds.aiscatcher.sentences`, which makes the same of these, an object at a
time; no payload is read half here and half there.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numba
import numpy as np

from feeds.aiscatcher.sentences import NUMBERS, SENTENCES_AT_MOST, signal_dbfs
from feeds.format import Reading
from feeds.json_objects import Told
from feeds.nmea_bytes import EARLIEST_S, LATEST_S, Text
from feeds.nmea_scan import bare
from geo.batch import Ints, Ragged
from hardware.frames import Frames, Kind

_NMEA, _BLANK = np.uint8(Kind.NMEA), ord(" ")


def plain_frames(told: Sequence[Told], arrival_s: float, reading: Reading) -> Frames | None:
    """The sentences of a payload's objects, whatever station they name; None where any needs a closer look.

    Args:
        told: the objects.
        arrival_s: when they arrived.
        reading: names, and whose they are.
    """
    given: list[Any] = [each.get("nmea") for each in told]
    times_s: list[Any] = [each.get("rxuxtime") for each in told]
    timed = any(each.get("toa") is not None for each in told)
    if timed or set(map(type, given)) != {list} or not set(map(type, times_s)) <= NUMBERS:
        return None
    counts = list(map(len, given))
    lines = list(chain.from_iterable(given))
    sound = min(counts) > 0 and max(counts) <= SENTENCES_AT_MOST and set(map(type, lines)) == {str}
    if not (sound and min(times_s) >= EARLIEST_S and max(times_s) <= LATEST_S):
        return None
    text = "".join(lines)
    offsets = np.zeros(len(lines) + 1, np.int64)
    np.cumsum(list(map(len, lines)), out=offsets[1:])
    values = np.frombuffer(text.encode("ascii", "replace"), np.uint8)
    if not text.isascii() or not _sentences(values, offsets):
        return None
    try:
        number = reading.names.number(reading.station)
    except ValueError:
        return None
    heard = np.array([times_s, [signal_dbfs(each) for each in told]], np.float64)
    n = len(lines)
    if n > len(told):
        heard = np.repeat(heard, counts, axis=1)
    return Frames.of(
        n,
        time_s=heard[0],
        arrival_s=np.full(n, arrival_s),
        station=np.full(n, number, np.uint32),
        kind=np.full(n, _NMEA),
        signal_dbfs=heard[1],
        payload=Ragged(offsets, values),
    )


@numba.njit(cache=True)
def _sentences(text: Text, offsets: Ints) -> bool:
    """Whether each row is a sentence as it stands, without blanks around it."""
    for row in range(len(offsets) - 1):
        first, past = offsets[row], offsets[row + 1]
        if not bare(text, first, past) or text[past - 1] == _BLANK:
            return False
    return True
