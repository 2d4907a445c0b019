"""Gatehouse stamps of all lines of a block, and which sentences each of them is for.

In: where lines begin and end; later, which of them are sentences. Out: times
and places of stations' names, and for each sentence the row of its stamp.

A stamp holds for the sentences of one message: for the next one, and for
those after it that are of the same message, one behind another. That is a
recurrence over lines, so the loops are compiled.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from feeds.nmea_bytes import (
    BANG,
    COMMA,
    STAR,
    Text,
    digit,
    digits_of,
    find,
    hex_of,
    letter_or_digit,
    xor_of,
)
from feeds.nmea_prefix_scan import day_of
from feeds.nmea_scan import Places
from geo.batch import Bools, Floats, Ints

NO_STAMP = -1
"""Of `stamp_rows`: no stamp holds for the line."""
CARRIED = -2
"""Of `stamp_rows`: the stamp is one of the block before."""
DAY_MS = 86_400_000
_FIELDS, _TIME_FIELDS = 11, 7
_STAMP = np.frombuffer(b"$PGHP", np.uint8)
_OF_TIME = np.frombuffer(b"$PGHP,1,", np.uint8)


class Stamps(NamedTuple):
    """Lines that are stamps. Shapes: (n,).

    Attributes:
        stamp: whether the line begins as a stamp does.
        known: whether it is a well-made one.
        time_s: Unix seconds; NaN where not known.
        name_first, name_past: the base station, or `219,24` for country and region; -1 where neither is said.
    """

    stamp: Bools
    known: Bools
    time_s: Floats
    name_first: Places
    name_past: Places


def stamp_scan(text: Text, first: Ints, past: Ints) -> Stamps:
    """The stamps among the lines. Shape: (n,) x2 -> (n,)."""
    return Stamps(*_stamps(text, first, past))


@numba.njit(cache=True)
def _stamps(text, first, past):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    n = len(first)
    stamp, known, time_s = np.zeros(n, np.bool_), np.zeros(n, np.bool_), np.full(n, np.nan)
    names = np.full((2, n), -1, np.int32)
    for row in range(n):
        at, end = first[row], past[row]
        stamp[row] = _begins(text, _STAMP, at, end)
        if not (stamp[row] and _begins(text, _OF_TIME, at, end - 3) and text[end - 3] == STAR):
            continue
        if hex_of(text, end - 2, end) == xor_of(text, at + 1, end - 3):
            known[row], time_s[row], names[0, row], names[1, row] = _stamp(text, at + len(_OF_TIME), end - 3)
    return stamp, known, time_s, names[0], names[1]


@numba.njit(cache=True)
def stamp_rows(
    text: Text, stamp: Bools, sentence: Bools, first: Places, past: Places, held: int, message: Text
) -> tuple[Ints, int, Text]:
    """For each line the row of the stamp that holds for it, and how it stands after the last line.

    Args:
        text: of the block.
        stamp: which lines are stamps.
        sentence: which lines are sentences.
        first: where the sentences begin.
        past: where they end.
        held: `CARRIED` where a stamp of the block before may still hold, else `NO_STAMP`.
        message: total, comma, sequence number, comma and channel of the message whose sentence was the line before;
            empty where it was of none.

    Returns:
        rows, shape (n,), `NO_STAMP` where none holds; then `held` and `message` for the next block.
    """
    rows = np.full(len(stamp), NO_STAMP, np.int64)
    for row in range(len(stamp)):
        if stamp[row]:
            held, message = row, text[:0]
        elif sentence[row]:
            number, begin, end = _fragment(text, first[row], past[row])
            own = text[begin:end]
            # The total and the rest of a message's key stand on both sides of the sentence's number.
            same = number > 1 and _same(own, message)
            if len(message) and not same:
                held = NO_STAMP
            rows[row] = held
            message = own
            if number == 0:
                held = NO_STAMP
    return rows, held, message.copy()


@numba.njit(cache=True)
def _fragment(text: Text, first: int, past: int) -> tuple[int, int, int]:
    """The number of a sentence among several, 0 where it stands alone, and where total to channel stand.

    `!AIVDM,2,1,7,A,...`: the key `2,1,7,A` holds the sentence's own number, which is to be left out of comparisons.
    """
    lone = (0, first, first)
    if past - first < 14 or text[first] != BANG or text[first + 3] != 86 or text[first + 4] != 68:
        return lone
    if not (text[first + 5] == 77 or text[first + 5] == 79) or text[first + 6] != COMMA:
        return lone
    total, number = text[first + 7] - 48, text[first + 9] - 48
    if text[first + 8] != COMMA or text[first + 10] != COMMA or not 2 <= total <= 9 or not 1 <= number <= 9:
        return lone
    at = first + 11
    while at < past and digit(text[at]):
        at += 1
    if at == past or text[at] != COMMA:
        return lone
    end = find(text, COMMA, at + 1, past)
    return (number, first + 7, end) if end < past else lone


@numba.njit(cache=True)
def _same(one: Text, other: Text) -> bool:
    """Whether two keys are of one message: equal but for the sentence's number, their third sign."""
    if len(one) != len(other):
        return False
    for at in range(len(one)):  # noqa: SIM110  the compiler knows no generators
        if one[at] != other[at] and at != 2:
            return False
    return True


@numba.njit(cache=True)
def _begins(text: Text, mark: Text, at: int, end: int) -> bool:
    if end - at < len(mark):
        return False
    for place in range(len(mark)):  # noqa: SIM110  the compiler knows no generators
        if text[at + place] != mark[place]:
            return False
    return True


@numba.njit(cache=True)
def _stamp(text, at, end):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Whether the fields of a stamp are well made, the time they say, and where they name a station."""
    numbers, begins = np.zeros(_FIELDS, np.int64), np.zeros(_FIELDS, np.int64)
    nothing = (False, np.nan, -1, -1)
    for field in range(_FIELDS):
        behind = find(text, COMMA, at, end)
        numbers[field], begins[field] = digits_of(text, at, behind), at
        # Who heard it may be left out, when may not.
        if behind == end or (numbers[field] < 0 and (behind > at or field < _TIME_FIELDS)):
            return nothing
        at = behind + 1
    worded = end - at <= 2
    for place in range(at, end):
        worded &= letter_or_digit(text[place])
    day = day_of(numbers[0], numbers[1], numbers[2])
    of_day_ms = ((numbers[3] * 60 + numbers[4]) * 60 + numbers[5]) * 1000 + numbers[6]
    if not worded or day < 0 or numbers[3] > 23 or numbers[4] > 59 or numbers[5] > 59 or numbers[6] > 999:
        return nothing
    country, base, live = begins[7], begins[9], begins[10]
    name = (base, live - 1) if live - base > 1 else (country, base - 1)
    if name[0] == country and begins[8] - country == 1:
        name = (-1, -1)
    return True, (day * DAY_MS + of_day_ms) / 1000, name[0], name[1]
