"""Records of a Beast stream found and unescaped where they stand, a block of bytes at once.

In: bytes that begin at any place of a stream. Out: `Records`, one a lone 1a
that is followed by another byte, and the frames among them. A record whose
type and length are those of a frame is a frame; a record of a type that
is no reception is silent; the rest is told apart by `formats.beast`.

Where a record ends hangs on every byte before it, so the loop is compiled.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from feeds.modes.ticks import MULTILATERATED, RELAYED
from feeds.nmea_bytes import Text
from geo.batch import Ints, Ragged

ESCAPE = 0x1A
HEAD_BYTES = 7
FRAME, SILENT, OTHER = 1, 2, 0
_SHORT, _LONG = ord("2"), ord("3")
_SHORT_BYTES, _LONG_BYTES, _TICK_BYTES = 7, 14, 6
_LEAST_BYTES = 2
_SILENT = tuple(b"4\xe3\xe4\xe8PW")
"""Types that are no reception: state, receiver's name, clock, ping, switches."""


class Records(NamedTuple):
    """Records in the order of the stream, and the frames among them.

    Attributes:
        first, past: of each record, its 1a and its type included, as places in the bytes. Shape: (n,).
        what: `FRAME`, `SILENT` or `OTHER`. Shape: (n,).
        ticks, level: of each frame. Shape: (k,).
        payload: of each frame, k rows.
    """

    first: Ints
    past: Ints
    what: npt.NDArray[np.uint8]
    ticks: Ints
    level: npt.NDArray[np.uint8]
    payload: Ragged


def records_of(text: Text, *, whole: bool) -> Records:
    """The records of some bytes.

    Args:
        text: the bytes.
        whole: they are the last of the stream; else a record that the next bytes may belong to is left out.
    """
    first, past, what, ticks, level, offsets, values = _scanned(text, whole)
    return Records(first, past, what, ticks, level, Ragged(offsets, values))


@numba.njit(cache=True)
def _scanned(text, whole):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    n = len(text)
    most = n // _LEAST_BYTES + 1
    first, past, what = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.uint8)
    # A frame takes sixteen bytes of the stream or more.
    ticks, level = np.empty(n // 16 + 1, np.int64), np.empty(n // 16 + 1, np.uint8)
    offsets, values = np.zeros(n // 16 + 2, np.int64), np.empty(n + HEAD_BYTES + _LONG_BYTES, np.uint8)
    at, count, frames = 0, 0, 0
    while True:
        begin = _begun(text, at)
        if begin < 0:
            break
        end = _ended(text, begin + 2)
        if end >= n - 1 and not whole:
            break
        first[count], past[count] = begin, end
        what[count] = SILENT if text[begin + 1] in _SILENT else OTHER
        size = _unescaped(text, begin, end, values, offsets[frames])
        if size:
            to = offsets[frames]
            count_ticks = _ticks(values, to)
            if count_ticks not in (MULTILATERATED, RELAYED):
                what[count] = FRAME
                ticks[frames], level[frames] = count_ticks, values[to + _TICK_BYTES]
                for place in range(size):
                    values[to + place] = values[to + HEAD_BYTES + place]
                offsets[frames + 1] = to + size
                frames += 1
        at = end
        count += 1
    columns = first[:count].copy(), past[:count].copy(), what[:count].copy()
    last = offsets[frames]
    return (
        *columns,
        ticks[:frames].copy(),
        level[:frames].copy(),
        offsets[: frames + 1].copy(),
        values[:last].copy(),
    )


@numba.njit(cache=True)
def _begun(text: Text, at: int) -> int:
    """The first 1a with another byte behind it; -1 where there is none."""
    while at < len(text) - 1:
        if text[at] == ESCAPE and text[at + 1] != ESCAPE:
            return at
        at += 1
    return -1


@numba.njit(cache=True)
def _ended(text: Text, at: int) -> int:
    """Where the content that begins here ends: at a 1a that is not doubled, or with the bytes."""
    while at < len(text):
        if text[at] != ESCAPE:
            at += 1
        elif at + 1 < len(text) and text[at + 1] == ESCAPE:
            at += 2
        else:
            return at
    return at


@numba.njit(cache=True)
def _unescaped(text: Text, begin: int, end: int, values: npt.NDArray[np.uint8], to: int) -> int:
    """Write head and frame of a record to `values`; bytes of the frame, 0 where the record is none."""
    kind = text[begin + 1]
    if kind not in (_SHORT, _LONG):
        return 0
    size = _SHORT_BYTES if kind == _SHORT else _LONG_BYTES
    at, place = begin + 2, 0
    while at < end and place < HEAD_BYTES + size:
        values[to + place] = text[at]
        at += 2 if text[at] == ESCAPE else 1
        place += 1
    return size if at == end and place == HEAD_BYTES + size else 0


@numba.njit(cache=True)
def _ticks(values: npt.NDArray[np.uint8], at: int) -> int:
    total = np.uint64(0)
    for place in range(_TICK_BYTES):
        total = (total << np.uint64(8)) | np.uint64(values[at + place])
    return int(total)
