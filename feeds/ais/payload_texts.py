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

Letters = npt.NDArray[np.str_]
_AT, _BLANK = b"@ "
_NOWHERE = -1


def texts_of(payloads: Payloads, layout: npt.NDArray[np.int8], table: Table, column: int) -> Letters:
    """One field of a table; empty where a layout has no such field. Shape: (n,)."""
    first, width = table.first[:, column].copy(), table.width[:, column].copy()
    return _shown(
        _texts(*payloads, layout, first, width, np.full_like(first, _NOWHERE), np.zeros_like(width))
    )


def names_of(payloads: Payloads, layout: npt.NDArray[np.int8], table: Table) -> Letters:
    """The first field of a table or else the second; and where the layout has the third, that behind it. Shape: (n,)."""
    first, width = np.maximum(*table.first.T[:2]), np.maximum(*table.width.T[:2])
    return _shown(_texts(*payloads, layout, first, width, table.first[:, 2].copy(), table.width[:, 2].copy()))


def _shown(codes: npt.NDArray[np.uint32]) -> Letters:
    return codes.view(f"U{codes.shape[1]}")[:, 0]


@numba.njit(cache=True)
def _texts(buffer, first, past, fill, layout, begins, width, more_begins, more_width):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    most = max(np.max(width + 5) // 6, 1)
    if np.max(more_width) > 0:
        most = NAME_CHARACTERS + np.max(more_width + 5) // 6
    codes = np.zeros((len(first), most), np.uint32)
    words, more = np.zeros(WORDS, np.uint64), np.zeros(most, np.uint32)
    for row in range(len(first)):
        begin, extended = begins[layout[row]], more_begins[layout[row]]
        if begin < 0:
            continue
        unpack(buffer, first[row], past[row], fill[row], words)
        bits = 6 * (past[row] - first[row]) - fill[row]
        out = codes[row]
        count = _letters(words, bits, begin, width[layout[row]], out)
        if extended >= 0 and bits > extended:
            count_more = _letters(words, bits, extended, more_width[layout[row]], more)
            if count_more:
                out[count:NAME_CHARACTERS] = _BLANK
                out[NAME_CHARACTERS : NAME_CHARACTERS + count_more] = more[:count_more]
                count = NAME_CHARACTERS + count_more
        _end(out, count)
    return codes


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
