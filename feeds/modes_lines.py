"""Lines `UNIXTIME.fff,HEX[,RSSI_dBFS]` of a station's Mode S batches, all of a step's at once.

In: bytes of many lines. Out: columns, one row a line that is not blank, and
for each row why it is refused, if it is. Vectorised: a line costs no object.

    1733782034.201,8d400abc58b98...,-21.4
    time            7 or 14 bytes    signal in dBFS, may be missing

A signal that is no number is as if it were missing; the frame is kept.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo.batch import Bools, Column, Floats, Ints, Ragged

LATEST_S = 4_102_444_800.0
"""The year 2100: no receiver's clock is that wrong, but hostile ones are."""
TIME_CHARACTERS = 24
SIGNAL_CHARACTERS = 12
FRAME_DIGITS = (14, 28)

NO_COMMA = "line of one column"
NO_TIME = "time is no Unix time"
NO_HEX = "frame is not hexadecimal"
WRONG_LENGTH = "frame is neither 7 nor 14 bytes long"
REASONS = ("", NO_COMMA, NO_TIME, WRONG_LENGTH, NO_HEX)
"""By the number that stands in `Lines.refused`."""

_NIBBLE = np.full(256, 255, np.uint8)
for _digits in (b"0123456789abcdef", b"0123456789ABCDEF"):
    _NIBBLE[np.frombuffer(_digits, np.uint8)] = np.arange(16)
_LINE_END, _RETURN, _COMMA, _DOT, _MINUS = b"\n\r,.-"


class Lines(NamedTuple):
    """Columns of the lines; where `refused` is not 0, the other columns mean nothing.

    Shapes: (n,), but `payload` has a row for each line that is not refused.
    """

    start: Ints
    end: Ints
    refused: npt.NDArray[np.uint8]
    time_s: Floats
    signal_dbfs: Floats
    payload: Ragged


def lines_of(data: bytes) -> Lines:
    """Read lines, each ended by a line feed but perhaps the last."""
    text = np.frombuffer(data, np.uint8)
    start, end = _bounds(text)
    commas = np.append(np.flatnonzero(text == _COMMA), [len(text)] * 2)
    at = np.searchsorted(commas, start)
    first, second = np.minimum(commas[at], end), np.minimum(commas[at + 1], end)
    time_s, timed = numbers(text, start, first, TIME_CHARACTERS)
    signal_dbfs, _ = numbers(text, second + 1, end, SIGNAL_CHARACTERS)
    digits, hexadecimal = _nibbles(text, first + 1, second)
    refused = np.select(
        [
            first == end,
            ~(timed & (time_s >= 0) & (time_s < LATEST_S)),
            ~np.isin(second - first - 1, FRAME_DIGITS),
            ~hexadecimal,
        ],
        [1, 2, 3, 4],
        0,
    ).astype(np.uint8)
    kept = refused == 0
    return Lines(
        start, end, refused, time_s, signal_dbfs, _joined(digits[kept], (second - first - 1)[kept] // 2)
    )


def _bounds(text: Column) -> tuple[Ints, Ints]:
    """First byte, and byte after the last, of every line that is not empty."""
    end = np.flatnonzero(text == _LINE_END)
    if len(text) and text[-1] != _LINE_END:
        end = np.append(end, len(text))
    start = np.concatenate([np.zeros(min(len(end), 1), np.int64), end[:-1] + 1])
    end = end - ((end > start) & (text[end - 1] == _RETURN))
    some = end > start
    return start[some], end[some]


def _cells(text: Column, start: Ints, end: Ints, width: int) -> tuple[npt.NDArray[np.uint8], Bools]:
    """The bytes of each cell as a row of `width`, zeros behind its end; and whether it fits."""
    place = start[:, None] + np.arange(width)
    inside = place < end[:, None]
    cells = np.zeros(place.shape, np.uint8)
    cells[inside] = text[place[inside]]
    return cells, end - start <= width


def numbers(text: Column, start: Ints, end: Ints, width: int) -> tuple[Floats, Bools]:
    """Decimal numbers with or without sign and point; NaN, and False, where a cell holds none. Shape: (n,) x2 -> (n,) x2."""
    cells, fits = _cells(text, start, end, width)
    digit = (cells >= ord("0")) & (cells <= ord("9"))
    point = cells == _DOT
    sign = np.zeros_like(point)
    sign[:, 0] = cells[:, 0] == _MINUS
    known = digit | point | sign | (cells == 0)
    # A zero byte within a cell would end the number for numpy, and hide what follows.
    whole = (cells != 0).sum(axis=1) == np.minimum(end - start, width)
    sound = fits & known.all(axis=1) & whole & digit.any(axis=1) & (point.sum(axis=1) <= 1)
    numbers = np.full(len(cells), np.nan)
    numbers[sound] = cells[sound].view(f"S{width}").ravel().astype(np.float64)
    return numbers, sound


def _nibbles(text: Column, start: Ints, end: Ints) -> tuple[npt.NDArray[np.uint8], Bools]:
    """Four bits a digit, and whether all digits of the cell are hexadecimal."""
    width = max(FRAME_DIGITS)
    cells, fits = _cells(text, start, end, width)
    nibbles = _NIBBLE[cells]
    behind = np.arange(width) >= (end - start)[:, None]
    return nibbles, fits & ((nibbles < 16) | behind).all(axis=1)


def _joined(nibbles: npt.NDArray[np.uint8], counts: Ints) -> Ragged:
    """Digits two to a byte, `counts` bytes a row."""
    octets = (nibbles[:, 0::2] << 4) | (nibbles[:, 1::2] & 15)
    mine = np.arange(octets.shape[1]) < counts[:, None]
    return Ragged(np.concatenate([[0], np.cumsum(counts)]), octets[mine])
