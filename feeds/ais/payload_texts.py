"""Six-bit texts of payloads become columns of text, as a display shows them.

A text ends at its first `@`, for a transmitter may send anything after it, and
loses the blanks around it. The extension of an aid's name (type 21) goes on
behind the 20 letters of the name itself, and may be cut anywhere by the end of
the message: what is left of a letter then counts as pyais reads it.

`feeds.ais.statics` is the plain version.

Source: ITU-R M.1371-5 annex 8, table 47 (letters).
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from feeds.ais.layout import Table
from feeds.ais.payload_bits import WORDS, Payloads, bits_at, unpack
from feeds.ais.statics import NAME_CHARACTERS
from geo.batch import Ints

Letters = npt.NDArray[np.str_]
Places = Ints
_AT, _BLANK = b"@ "
NOWHERE = -1


def texts_of(payloads: Payloads, layout: npt.NDArray[np.int8], table: Table, column: int) -> Letters:
    """One field of a table; empty where a layout has no such field. Shape: (n,)."""
    places = placed(table, column)
    codes = np.empty((len(layout), max(letters_most(places), 1)), np.uint32)
    _texts(*payloads, layout, places, codes)
    return codes.view(f"U{codes.shape[1]}")[:, 0]


def placed(table: Table, column: int, extension: int | None = None) -> Places:
    """Where a field of a table stands by layout, and that which goes on behind it: first bit, width; twice. Shape: (layouts, 4)."""
    columns = [table.first[:, column], table.width[:, column]]
    if extension is None:
        more = [np.full_like(columns[0], NOWHERE), np.zeros_like(columns[1])]
    else:
        more = [table.first[:, extension], table.width[:, extension]]
    return np.stack([*columns, *more], axis=1).astype(np.int64)


def letters_most(places: Places) -> int:
    """Letters that `text_at` may write."""
    width, more = ((places[:, column].max() + 5) // 6 for column in (1, 3))
    return int(NAME_CHARACTERS + more if more else width)


@numba.njit(cache=True)
def _texts(buffer, first, past, fill, layout, places, codes):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    words, more = np.zeros(WORDS, np.uint64), np.zeros(codes.shape[1], np.uint32)
    for row in range(len(first)):
        unpack(buffer, first[row], past[row], fill[row], words)
        text_at(words, 6 * (past[row] - first[row]) - fill[row], places[layout[row]], codes[row], more)


@numba.njit(cache=True)
def text_at(words, bits, place, out, more):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write a text of an unpacked payload, zeros behind it.

    Args:
        words: the payload.
        bits: its length.
        place: a row of `placed`.
        out: takes the text.
        more: as long as `out`; what stood there is lost.
    """
    begin, width, extended, more_width = place
    if begin < 0:
        out[:] = 0
        return
    count = _letters(words, bits, begin, width, out)
    if extended >= 0 and bits > extended:
        count_more = _letters(words, bits, extended, more_width, more)
        if count_more:
            out[count:NAME_CHARACTERS] = _BLANK
            out[NAME_CHARACTERS : NAME_CHARACTERS + count_more] = more[:count_more]
            count = NAME_CHARACTERS + count_more
    _end(out, count)


@numba.njit(cache=True)
def _letters(words, bits, begin, width, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Write the letters of a field without the `@` behind them and then the blanks around them; how many there are."""
    count = (width + 5) // 6
    for at in range(count):
        place = begin + 6 * at
        six = bits_at(words, place, 6) if place < bits else 0
        if place < bits < place + 6:
            six >>= place + 6 - bits
        out[at] = six + _AT if six < 32 else six
    while count and out[count - 1] == _AT:
        count -= 1
    while count and out[count - 1] == _BLANK:
        count -= 1
    return _led(out, count)


@numba.njit(cache=True)
def _led(out, count):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Move the letters to the front, over the blanks before them; how many there are."""
    blanks = 0
    while blanks < count and out[blanks] == _BLANK:
        blanks += 1
    if blanks:
        for at in range(count - blanks):
            out[at] = out[at + blanks]
    return count - blanks


@numba.njit(cache=True)
def _end(out, count):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """End the text at its first `@`, and trim it again."""
    end = 0
    while end < count and out[end] != _AT:
        end += 1
    while end and out[end - 1] == _BLANK:
        end -= 1
    out[_led(out, end) :] = 0
