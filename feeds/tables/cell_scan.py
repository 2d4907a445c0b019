"""Cells of text columns read where they stand: numbers, times and names as nearly all of them are written.

In: the bytes of an Arrow text column and where each cell begins. Out: a value
a cell, and whether it was `READ`, says nothing (`EMPTY`), or is `ODD`: written
in a way that is not known here, which whoever asked reads by other means
(`feeds.tables.cells`, `feeds.tables.times`). What is read here has the value
that those would give it, which tests hold to.

A cell's bytes are a recurrence, so the loops are compiled: a pass over the
bytes in the place of seven passes of string functions over the column.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from feeds.nmea_bytes import DOT, NUMBER_DIGITS
from feeds.nmea_prefix_scan import day_of
from geo.batch import Bools, Floats

READ, EMPTY, ODD = range(3)
DAY_S = 86400.0
_FIRST_YEAR, _LAST_YEAR = 1970, 2099
_BLANK, _DASH, _SLASH, _COLON, _T = b" -/:T"
_POWERS = 10.0 ** np.arange(NUMBER_DIGITS + 1)
_ORDERS = {"iso": (0, 1, 2), "day-first": (2, 1, 0), "month-first": (2, 0, 1)}

Kinds = npt.NDArray[np.int8]


def is_text(array: pa.Array) -> bool:
    """Whether a column is of the type that is read here."""
    return bool(pa.types.is_string(array.type))


def numbers_in(array: pa.Array, decimal: str) -> tuple[Floats, Kinds]:
    """Decimal numbers without an exponent. Shapes: (n,) x2."""
    return _blanked(array, *_numbers(*_bytes(array), ord(decimal)))


def moments_in(array: pa.Array, form: str) -> tuple[Floats, Kinds]:
    """Dates with hours, minutes and maybe seconds, without a zone, as seconds since 1970 of their own clock. Shapes: (n,) x2."""
    return _blanked(array, *_moments(*_bytes(array), *_ORDERS[form]))


def fit_to_show(array: pa.Array, width: int) -> Bools:
    """Which texts print, are ASCII, have no blanks around them and are no longer than `width`. Shape: (n,)."""
    fit: Bools = _fit(*_bytes(array), width)
    return fit


def _bytes(array: pa.Array) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    _, offsets, data = array.buffers()
    begins = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
    return np.frombuffer(data, np.uint8) if data else np.zeros(0, np.uint8), begins


def _blanked(array: pa.Array, values: Floats, kinds: Kinds) -> tuple[Floats, Kinds]:
    if array.null_count:
        null = array.is_null().to_numpy(zero_copy_only=False)
        values[null], kinds[null] = np.nan, EMPTY
    return values, kinds


@numba.njit(cache=True)
def _numbers(text, offsets, decimal):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    n = len(offsets) - 1
    values, kinds = np.full(n, np.nan), np.full(n, READ, np.int8)
    for row in range(n):
        at, end = offsets[row], offsets[row + 1]
        if at == end:
            kinds[row] = EMPTY
            continue
        negative = text[at] == _DASH
        total, digits, behind, pointed, odd = np.uint64(0), 0, 0, 0, False
        for place in range(at + negative, end):
            value = np.uint64(text[place]) - np.uint64(48)
            if value <= np.uint64(9):
                total = total * np.uint64(10) + value
                digits += 1
                behind += pointed
            elif (text[place] == DOT or text[place] == decimal) and not pointed:
                pointed = 1
            else:
                odd = True
                break
        if odd or not 0 < digits <= NUMBER_DIGITS:
            kinds[row] = ODD
        else:
            number = np.float64(total) / _POWERS[behind]
            values[row] = -number if negative else number
    return values, kinds


@numba.njit(cache=True)
def _few(text, at, end):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """The number of up to four digits that begins here, and where it ends."""
    total, first = 0, at
    while at < end and at < first + 4 and 48 <= text[at] <= 57:
        total = 10 * total + text[at] - 48
        at += 1
    return total, at


@numba.njit(cache=True)
def _moments(text, offsets, year_at, month_at, day_at):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    n = len(offsets) - 1
    values, kinds = np.full(n, np.nan), np.full(n, ODD, np.int8)
    date = np.zeros(3, np.int64)
    for row in range(n):
        at, end = offsets[row], offsets[row + 1]
        if at == end:
            kinds[row] = EMPTY
            continue
        wrong = False
        for part in range(3):
            begin = at
            date[part], at = _few(text, at, end)
            wrong |= at - begin != 4 if part == year_at else not 1 <= at - begin <= 2
            if part < 2:
                wrong |= at >= end or not (text[at] == _DASH or text[at] == _SLASH or text[at] == DOT)
                at += 1
        if wrong or at >= end or not (text[at] == _BLANK or text[at] == _T):
            continue
        day = day_of(date[year_at], date[month_at], date[day_at])
        minutes_s, second_s = _of_day(text, at + 1, end)
        if day >= 0 and minutes_s >= 0 and _FIRST_YEAR <= date[year_at] <= _LAST_YEAR:
            # Rounded once: the whole seconds are exact.
            values[row], kinds[row] = day * DAY_S + minutes_s + second_s, READ
    return values, kinds


@numba.njit(cache=True)
def _of_day(text, at, end):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Seconds of the minutes in `12:34:56.789`, `12:34:56` or `12:34`, -1 where it is none; and of the rest."""
    hour, colon = _few(text, at, end)
    minute, behind = _few(text, colon + 1, end)
    if not 1 <= colon - at <= 2 or colon >= end or text[colon] != _COLON or behind - colon != 3:
        return -1.0, 0.0
    second, power = 0, 0
    if behind < end:
        first = behind + 1
        second, at = _few(text, first, end)
        if text[behind] != _COLON or at - first != 2:
            return -1.0, 0.0
        if at < end:
            power = end - at - 1
            if text[at] != DOT or not 1 <= power <= 9:
                return -1.0, 0.0
            for place in range(at + 1, end):
                if not 48 <= text[place] <= 57:
                    return -1.0, 0.0
                second = 10 * second + text[place] - 48
    second_s = second / _POWERS[power]
    if hour > 23 or minute > 59 or second_s >= 61.0:
        return -1.0, 0.0
    return hour * 3600.0 + minute * 60.0, second_s


@numba.njit(cache=True)
def _fit(text, offsets, width):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    n = len(offsets) - 1
    fit = np.zeros(n, np.bool_)
    for row in range(n):
        at, end = offsets[row], offsets[row + 1]
        good = end - at <= width and (at == end or (text[at] != _BLANK and text[end - 1] != _BLANK))
        for place in range(at, end):
            good &= 32 <= text[place] <= 126
        fit[row] = good
    return fit
