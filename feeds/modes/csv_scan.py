"""Lines `time,station,frame` read where they stand, a block of them at once.

In: a text and where its lines begin and end. Out: `Cells`. A line is known
where its time is a decimal number, its station printable and unquoted, and its
frame 14 or 28 hexadecimal digits; whatever else a line may be, `formats.modes_csv`
reads by itself, and that is the plain version this one is tested against.

What a byte of a line means hangs on the bytes before it, so the loop is compiled.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from feeds.modes_lines import LATEST_S, TIME_CHARACTERS, numbers
from feeds.nmea_bytes import COMMA, DOT, HEX, ZERO, Text, find
from feeds.nmea_scan import Places
from geo.batch import Bools, Floats, Ints, Ragged

STATION_BYTES = 64
_SHORT_DIGITS, _LONG_DIGITS = 14, 28
_QUOTE, _FIRST_PRINTED, _LAST_PRINTED = ord('"'), 33, 126
_EXACT = np.uint64(1 << 53)
"""Up to here a float holds every whole number, and its quotient by a power of ten up to 22 is the nearest there is."""
_POWERS = 10.0 ** np.arange(19)
_DIGITS = 18
_OCTETS = (
    np.where((HEX[:, None] > 15) | (HEX > 15), 256, HEX[:, None].astype(np.uint16) << 4 | HEX & 15)
    .astype(np.uint16)
    .ravel()
)
"""The byte that two hex digits are, by both; 256 where one of them is none."""


class Cells(NamedTuple):
    """What the lines say. Shapes: (n,), but `payload` has a row for each line known.

    Attributes:
        known: whether the other columns mean anything.
        name_first, name_past: the station, as places in the text; -1 where the cell is empty.
    """

    known: Bools
    time_s: Floats
    name_first: Places
    name_past: Places
    payload: Ragged


def cells_of(text: Text, first: Ints, past: Ints) -> Cells:
    """What the lines between these places say. Shape: (n,) x2 -> (n,)."""
    known, time_s, comma, names, offsets, values = _scanned(text, first, past)
    # More digits than a float holds: left to the general reader of numbers.
    wide = np.flatnonzero(known & np.isnan(time_s))
    if len(wide):
        time_s[wide], _ = numbers(text, first[wide], comma[wide], TIME_CHARACTERS)
    payload = Ragged(offsets, values)
    absurd = known & ~(time_s < LATEST_S)
    if absurd.any():
        payload = payload.take(~absurd[known])
        known &= ~absurd
    return Cells(known, time_s, names[0], names[1], payload)


@numba.njit(cache=True)
def _scanned(text, first, past):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    n = len(first)
    known, time_s = np.zeros(n, np.bool_), np.full(n, np.nan)
    comma, names = np.zeros(n, np.int64), np.full((2, n), -1, np.int32)
    offsets, values = np.zeros(n + 1, np.int64), np.empty(n * _LONG_DIGITS // 2, np.uint8)
    count = 0
    for row in range(n):
        end = past[row]
        comma[row], time_s[row] = _time(text, first[row], end)
        if comma[row] < 0:
            continue
        begin = comma[row] + 1
        behind = _station(text, begin, end)
        if behind < 0:
            continue
        size = _frame(text, behind + 1, end, values, offsets[count])
        if size:
            known[row] = True
            if behind > begin:
                names[0, row], names[1, row] = begin, behind
            offsets[count + 1] = offsets[count] + size
            count += 1
    return known, time_s, comma, names, offsets[: count + 1].copy(), values[: offsets[count]].copy()


@numba.njit(cache=True)
def _time(text: Text, first: int, end: int) -> tuple[int, float]:
    """Where the comma behind the time stands, -1 where it is no plain number; and the time, NaN if it is too long."""
    mantissa, point, bad = np.uint64(0), np.int64(-1), False
    comma = find(text, COMMA, first, end)
    for at in range(np.uint64(first), np.uint64(comma)):
        value = np.uint64(text[at]) - np.uint64(ZERO)
        if value <= np.uint64(9):
            mantissa = np.uint64(10) * mantissa + value
        else:
            bad |= bool(text[at] != DOT or point >= 0)
            point = np.int64(at)
    digits = comma - first - (point >= 0)
    if bad or comma == end or not 0 < digits <= _DIGITS:
        return -1, np.nan
    decimals = comma - point - 1 if point >= 0 else 0
    return comma, float(mantissa) / _POWERS[decimals] if mantissa <= _EXACT else np.nan


@numba.njit(cache=True)
def _station(text: Text, begin: int, end: int) -> int:
    """Where the comma behind the station stands; -1 where the station is no plain word, or too long."""
    comma = find(text, COMMA, begin, end)
    bad = np.bool_(comma == end or comma - begin > STATION_BYTES)
    for at in range(np.uint64(begin), np.uint64(comma)):
        bad |= (text[at] < _FIRST_PRINTED) | (text[at] > _LAST_PRINTED) | (text[at] == _QUOTE)
    return -1 if bad else comma


@numba.njit(cache=True)
def _frame(text: Text, begin: int, end: int, values: npt.NDArray[np.uint8], to: int) -> int:
    """Write the bytes of a frame to `values`; how many there are, 0 where it is none."""
    digits = _LONG_DIGITS
    if begin + _LONG_DIGITS > end or HEX[text[begin + _SHORT_DIGITS]] > 15:
        digits = _SHORT_DIGITS
    if begin + digits > end or (begin + digits < end and text[begin + digits] != COMMA):
        return 0
    bad = np.uint16(0)
    at, place = np.uint64(begin), np.uint64(to)
    for octet in range(np.uint64(digits // 2)):
        two = at + np.uint64(2) * octet
        both = _OCTETS[np.uint64(text[two]) << np.uint64(8) | np.uint64(text[two + np.uint64(1)])]
        bad |= both
        values[place + octet] = both
    return 0 if bad > 255 else digits // 2
