r"""Lines of NMEA in the three ways that `feeds.nmea.Plain` understands, all of a block's at once.

    \s:2573238,c:1733782034,g:1-2-7*hh\!BSVDM,...     tag block
    !AIVDM,...*28,d-109,S2105,r17,1325394001          suffix
    !AIVDM,...                                        bare

In: the bytes of a block, and where each line begins and ends. Out: `Scan`,
columns of where in the block each line's sentence, station and group stand,
and its time. A line that is anything but well made stays unknown, and is for
`Plain` to judge: this module refuses nothing.

Compiled: 90 ns a line, against 350 ns for the same by passes over columns and
5 us line by line (measured on one core, lines of 80 bytes).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from feeds.nmea_bytes import (
    BACKSLASH,
    BANG,
    COLON,
    COMMA,
    DASH,
    DOLLAR,
    STAR,
    Text,
    Whole,
    digit,
    digits_of,
    find,
    hex_of,
    holds,
    letter_or_digit,
    number_of,
    printable,
    xor_of,
)
from geo.batch import Floats, Ints

MILLISECONDS_FROM = 1e11
"""From here on a number of the tag block's `c:` counts milliseconds: as seconds it is the year 5138."""
DECIMALS = 9
_BLANK = 32
NOTHING = -1
"""Of a line: it is no sentence and is not refused either."""
_PROBES = 32
"""Places looked at for a span met before; one met too often among many counts as new, which costs time alone."""

Places = npt.NDArray[np.int32]
_Tag = tuple[bool, float, int, int, int, int]


class Scan(NamedTuple):
    """Where things stand in a block, one row a line; -1 where a line does not say. Shapes: (n,).

    Attributes:
        reason: 0 where the line was understood, else `NOTHING`; of others nothing is told.
        first, past: the sentence.
        time_s: Unix seconds; NaN where not said.
        name_first, name_past: the station.
        group_first, group_past: total and id of the tag block group, `2-7`, or `2:7` as it was before.
    """

    reason: npt.NDArray[np.int8]
    first: Places
    past: Places
    time_s: Floats
    name_first: Places
    name_past: Places
    group_first: Places
    group_past: Places


def plain_scan(text: Text, first: Ints, past: Ints) -> Scan:
    """What the lines between these places say; a line that ends where it begins is unknown. Shape: (n,) x2 -> (n,)."""
    return Scan(*_scanned(text, first, past))


@numba.njit(cache=True)
def distinct(text: Text, first: Places, past: Places) -> tuple[Ints, Ints]:
    """Which spans hold the same bytes: a number a span, -1 where it begins below 0, and a row of each number.

    Numbers count from 0 in the order of their first rows. Shapes: (n,) x2 -> (n,), (k,).
    """
    size = 1
    while size < 2 * len(first):
        size *= 2
    table = np.full(size, -1, np.int32)
    number = np.full(len(first), -1, np.int64)
    rows = np.empty(len(first), np.int64)
    count, before = 0, -1
    for row in range(len(first)):
        if first[row] < 0:
            continue
        # Lines of one station follow each other in most logs.
        if before >= 0 and _equal(text, first, past, before, row):
            number[row] = number[before]
        else:
            place, known = _placed(text, first, past, row, table, rows)
            if known < 0:
                known = count
                rows[count] = row
                count += 1
                if place >= 0:
                    table[place] = known
            number[row] = known
        before = row
    return number, rows[:count].copy()


@numba.njit(cache=True)
def _placed(
    text: Text, first: Places, past: Places, row: int, table: Places, rows: Ints
) -> tuple[Whole, Whole]:
    """Where in the table a span belongs, -1 where all its places are taken, and its number, -1 where it is new."""
    mixed = np.uint64(14695981039346656037)
    for at in range(first[row], past[row]):
        mixed = (mixed ^ np.uint64(text[at])) * np.uint64(1099511628211)
    mixed ^= mixed >> np.uint64(32)
    for probe in range(_PROBES):
        place = np.int64(mixed + np.uint64(probe)) & (len(table) - 1)
        known = table[place]
        if known < 0:
            return place, -1
        if _equal(text, first, past, rows[known], row):
            return place, known
    return -1, -1


@numba.njit(cache=True)
def _equal(text: Text, first: Places, past: Places, one: int, other: int) -> bool:
    count = past[one] - first[one]
    if count != past[other] - first[other]:
        return False
    mine, theirs, rest = np.uint64(first[one]), np.uint64(first[other]), np.uint64(count)
    while rest >= np.uint64(8):
        if _eight(text, mine) != _eight(text, theirs):
            return False
        mine, theirs, rest = mine + np.uint64(8), theirs + np.uint64(8), rest - np.uint64(8)
    for at in range(rest):  # noqa: SIM110  the compiler knows no generators
        if text[mine + at] != text[theirs + at]:
            return False
    return True


@numba.njit(cache=True)
def _eight(text, at):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Eight bytes: without a branch between them they are read as one word."""
    word = np.uint64(0)
    for place in range(8):
        word |= np.uint64(text[at + np.uint64(place)]) << np.uint64(8 * place)
    return word


@numba.njit(cache=True)
def _scanned(text, first, past):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    n = len(first)
    reason, time_s = np.full(n, NOTHING, np.int8), np.full(n, np.nan)
    places = np.full((6, n), -1, np.int32)
    for row in range(n):
        at, time_s[row], name, group = line_at(text, first[row], past[row])
        if at[0] >= 0:
            reason[row] = 0
            places[0, row], places[1, row] = at
            places[2, row], places[3, row] = name
            places[4, row], places[5, row] = group
    return reason, places[0], places[1], time_s, places[2], places[3], places[4], places[5]


@numba.njit(cache=True)
def line_at(text, at, end):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Where the sentence of a line stands, its time, and where its station and its group stand, as `Scan` has them.

    The first place is -1 where the line is unknown.
    """
    nowhere = (-1, -1)
    name, group, time_s = nowhere, nowhere, np.nan
    if end <= at:
        return nowhere, time_s, name, group
    if text[at] == BACKSLASH:
        close = find(text, BACKSLASH, at + 1, end)
        good, time_s, name, group = _tag(text, at + 1, close)
        # A sentence that holds a backslash is cut there: rare enough to be left to the other reader.
        if not (good and bare(text, close + 1, end) and not holds(text, BACKSLASH, close + 1, end)):
            return nowhere, time_s, name, group
        at = close + 1
    elif holds(text, STAR, at, end - 3):
        cut = _suffix(text, at, end)
        if not (_begun(text, at, end) if cut > 0 else bare(text, at, end)):
            return nowhere, time_s, name, group
        if cut > 0:
            time_s, name = _suffixed(text, cut + 1, end)
            end = cut
    elif not bare(text, at, end):
        return nowhere, time_s, name, group
    return (at, end), time_s, name, group


@numba.njit(cache=True)
def _begun(text: Text, at: int, end: int) -> bool:
    return at < end and (text[at] == BANG or text[at] == DOLLAR)


@numba.njit(cache=True)
def bare(text: Text, first: int, past: int) -> Any:
    """Whether it is a sentence: a sign, a word of 2 to 9 signs, a comma, and nothing that does not print."""
    if not _begun(text, first, past):
        return False
    comma = find(text, COMMA, first + 3, max(min(past, first + 11), first + 3))
    if comma >= min(past, first + 11) or holds(text, _BLANK, first + 1, comma):
        return False
    return printable(text, first + 1, past)


@numba.njit(cache=True)
def _suffix(text: Text, first: int, past: int) -> int:
    """Where the first `*hh` ends that a comma follows; -1 where there is none."""
    for at in range(first, past - 3):
        if text[at] == STAR and text[at + 3] == COMMA and hex_of(text, at + 1, at + 3) >= 0:
            return at + 3
    return -1


@numba.njit(cache=True)
def _suffixed(text: Text, first: int, past: int) -> tuple[float, tuple[int, int]]:
    """Time and station of the Coast Guard's fields: the last that look like them."""
    time_s, name = np.nan, (-1, -1)
    while first <= past:
        end = find(text, COMMA, first, past)
        number = digits_of(text, first, end) if 9 <= end - first <= 10 else -1
        if number >= 0:
            time_s = float(number)
        elif 3 <= end - first <= 16 and (text[first] == 114 or text[first] == 98):
            worded = True
            for at in range(first + 1, end):
                worded &= letter_or_digit(text[at])
            if worded:
                name = (first, end)
        first = end + 1
    return time_s, name


@numba.njit(cache=True)
def _tag(text, first, past):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Whether a tag block is well made; its time, and where its station and its group stand."""
    star = past - 3 if past - first > 2 and text[past - 3] == STAR else past - 2
    nothing = (-1, -1)
    if star < first or text[star] != STAR or holds(text, STAR, star + 1, past):
        return False, np.nan, nothing, nothing
    good = hex_of(text, star + 1, past) == xor_of(text, first, star)
    time_s, name, group = np.nan, nothing, nothing
    while good and first <= star:
        end = find(text, COMMA, first, star)
        colon = find(text, COLON, first, end)
        if colon - first == 1 and text[first] == 99:
            time_s = number_of(text, colon + 1, end, DECIMALS)
            good = not np.isnan(time_s)
        elif colon - first == 1 and text[first] == 115:
            name = (colon + 1, end)
        elif _groups(text, first, colon):
            good = group[0] < 0 and colon < end and not holds(text, COLON, colon + 1, end)
            dash = find(text, DASH, colon + 1, end)
            group = (min(dash + 1, end), end) if text[first] == 103 else (first + 2, end)
        first = end + 1
    if time_s >= MILLISECONDS_FROM:
        time_s /= 1000.0
    return good, time_s, name, group


@numba.njit(cache=True)
def _groups(text: Text, first: int, colon: int) -> Any:
    """Whether a field's key is that of a group: `g`, or as it was before, `1G2`."""
    if colon - first == 1:
        return text[first] == 103
    return colon - first == 3 and text[first + 1] == 71 and digit(text[first]) and digit(text[first + 2])
