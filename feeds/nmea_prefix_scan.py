"""Times before sentences, of all lines of a block at once.

    1490075479.25, !AIVDM,...                  Unix seconds, from 1e11 on milliseconds
    2016-03-31T00:00:01.5Z !AIVDM,...          date and time

In: where lines begin and end. Out: `Before`. A date and time is told as the
microseconds its clock shows, which a zone turns into a time elsewhere. Lines
that begin in another way than with a well-made time or a sentence stay
unknown: `formats.nmea_prefixed` reads them one by one.

Source of the days before a date: H. Hinnant, "chrono-compatible low-level date
algorithms", 2013.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np

from feeds.nmea_bytes import (
    BACKSLASH,
    BANG,
    COLON,
    COMMA,
    DASH,
    DOLLAR,
    DOT,
    Text,
    Whole,
    digit,
    number_of,
)
from feeds.nmea_scan import MILLISECONDS_FROM
from geo.batch import Bools, Floats, Ints

DAY_S = 86400
_DATE_CHARACTERS, _CLOCK_CHARACTERS = 10, 19
_FIRST_YEAR, _LAST_YEAR = 1971, 2200
_LONG_MONTHS = 0b1010110101010
"""Bit m: month m has 31 days."""


class Before(NamedTuple):
    """What stands before the sentences. Shapes: (n,).

    Attributes:
        known: whether the line begins with a well-made time, or with no time at all.
        rest: where what is behind the time begins.
        time_s: Unix seconds; NaN where none, or a date, is said.
        clock_us: microseconds since 1970 that a date and time shows; -1 where none is said.
        utc: whether it says `Z`.
    """

    known: Bools
    rest: Ints
    time_s: Floats
    clock_us: Ints
    utc: Bools


def prefix_scan(text: Text, first: Ints, past: Ints) -> Before:
    """What stands before the sentences of these lines. Shape: (n,) x2 -> (n,)."""
    return Before(*_prefixes(text, first, past))


@numba.njit(cache=True)
def _prefixes(text, first, past):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    n = len(first)
    known, utc = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    rest, clock_us, time_s = first.copy(), np.full(n, -1, np.int64), np.full(n, np.nan)
    for row in range(n):
        at, end = first[row], past[row]
        if at == end or _opens(text[at]):
            known[row] = at < end
            continue
        behind = at
        if at + 4 < end and text[at + 4] == DASH:
            behind, clock_us[row], utc[row] = _clock(text, at, end)
        else:
            while behind < end and (digit(text[behind]) or text[behind] == DOT):
                behind += 1
            time_s[row] = _seconds(text, at, behind)
        rest[row] = _sentence(text, behind, end)
        known[row] = rest[row] >= 0 and (clock_us[row] >= 0 or not np.isnan(time_s[row]))
    return known, rest, time_s, clock_us, utc


@numba.njit(cache=True)
def _opens(byte: int) -> bool:
    return byte in (BANG, DOLLAR, BACKSLASH)


@numba.njit(cache=True)
def _sentence(text: Text, at: int, end: int) -> int:
    """Where the sentence begins behind a time: after blanks and one comma or semicolon; -1 where none does."""
    separated = False
    while at < end:
        byte = text[at]
        if _opens(byte):
            return at
        separator = byte in (COMMA, 59)
        if not (byte in (32, 9) or (separator and not separated)):
            return -1
        separated |= separator
        at += 1
    return -1


@numba.njit(cache=True)
def _seconds(text: Text, first: int, past: int) -> Any:
    """Unix seconds of 9 to 13 digits, perhaps with a fraction."""
    whole = first
    while whole < past and text[whole] != DOT:
        whole += 1
    if not 9 <= whole - first <= 13 or whole == past - 1:
        return np.nan
    time_s = number_of(text, first, past, 9)
    return time_s / 1000.0 if time_s >= MILLISECONDS_FROM else time_s


@numba.njit(cache=True)
def _clock(text: Text, first: int, past: int) -> tuple[int, int, bool]:
    """Where a date and time ends, the microseconds since 1970 that it shows, -1 where there is none, and its `Z`."""
    behind = first + _CLOCK_CHARACTERS
    if behind > past or not _separated(text, first):
        return first, -1, False
    century, year, month = _pair(text, first), _pair(text, first + 2), _pair(text, first + 5)
    day = day_of(100 * century + year, month, _pair(text, first + 8)) if min(century, year) >= 0 else -1
    hour, minute, second = _pair(text, first + 11), _pair(text, first + 14), _pair(text, first + 17)
    if day < 0 or not 0 <= hour < 24 or not 0 <= minute < 60 or not 0 <= second < 60:
        return first, -1, False
    micros = 0
    if behind < past and text[behind] == DOT:
        unit, behind = 1_000_000, behind + 1
        while behind < past and digit(text[behind]):
            # What is finer than a microsecond is left away, as Python's datetime does.
            unit //= 10
            micros += unit * (text[behind] - 48)
            behind += 1
        if not 1 <= behind - first - _CLOCK_CHARACTERS - 1 <= 9:
            return first, -1, False
    utc = behind < past and text[behind] == 90
    return behind + utc, ((day * 24 + hour) * 60 + minute) * 60_000_000 + second * 1_000_000 + micros, utc


@numba.njit(cache=True)
def _pair(text: Text, at: int) -> Whole:
    """The number of two digits; -1 where one is none."""
    tens, ones = np.int64(text[np.uint64(at)]) - 48, np.int64(text[np.uint64(at + 1)]) - 48
    return 10 * tens + ones if 0 <= tens <= 9 and 0 <= ones <= 9 else -1


@numba.njit(cache=True)
def _separated(text: Text, first: int) -> bool:
    """Whether the signs between the numbers of a date and time are there."""
    dashed: bool = text[first + 7] == DASH and (text[first + 10] == 32 or text[first + 10] == 84)
    return dashed and text[first + 13] == COLON and text[first + 16] == COLON


@numba.njit(cache=True)
def day_of(year: int, month: int, day: int) -> int:
    """Days since 1970 of a date; -1 where it does not exist."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not _FIRST_YEAR <= year <= _LAST_YEAR or not 1 <= month <= 12:
        return -1
    days = 28 + leap if month == 2 else 30 + (_LONG_MONTHS >> month & 1)
    if not 1 <= day <= days:
        return -1
    # Years that begin in March have their odd day at the end.
    march = year - (month <= 2)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return 365 * march + march // 4 - march // 100 + march // 400 + of_year - 719468
