"""Armoured payloads become columns of numbers.

In: a buffer of bytes, and where in it each payload stands (`Payloads`). Out:
what a message is by its first bits; and the fields that a table names, in the
values that pyais gives them, NaN where a layout has no such field.

Where a field stands hangs on the type of each row: in passes over columns
that is a pass a type and a field, 150 ns a row, and for a hundred rows half a
millisecond. Compiled it is 25 ns, and nothing but the rows. `feeds.ais.message`
is the plain version.

Source: ITU-R M.1371-5 annex 8, IEC 61162-1 (armour).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from feeds.ais.layout import (
    COARSE_DEGREES,
    DEGREES,
    LAYOUTS,
    LOOKED_UP,
    MEANING_BIT,
    PART_A,
    PART_B,
    PART_B_CRAFT,
    SIGNED_BIT,
    TENTHS,
    WIDTH_BIT,
    Table,
)
from feeds.ais.message import BITS_NEEDED, PART_B_BITS
from feeds.ais.sentence import PAYLOAD_CHARACTERS
from feeds.nmea_bytes import Text
from geo.batch import Floats, Ints

SHORT, UNKNOWN_TYPE, UNKNOWN_PART = -1, -2, -3
"""Of `Heads.layout`: why a payload is no message."""
OTHER = 0
"""Of `Heads.layout`: a type that has no layout."""
_WORD_BITS = 64
_GROUP, _GROUP_BITS = 8, 48
WORDS = 6 * PAYLOAD_CHARACTERS // _WORD_BITS + 3
_CRAFT_FIRST, _CRAFT_PAST = 980_000_000, 990_000_000

_NEEDED = np.full(64, -1, np.int64)
_NEEDED[list(BITS_NEEDED)] = list(BITS_NEEDED.values())
_LAID_OUT = np.zeros(64, np.bool_)
_LAID_OUT[[kind for kind in LAYOUTS if kind in BITS_NEEDED]] = True


class Payloads(NamedTuple):
    """Whole payloads. Shapes: (m,) for the bytes, else (n,).

    Attributes:
        buffer: bytes, in the armour.
        first, past: where each payload stands.
        fill: fill bits at its end.
    """

    buffer: Text
    first: Ints
    past: Ints
    fill: npt.NDArray[np.int8]

    def take(self, rows: npt.NDArray[np.generic]) -> Payloads:
        """Some of the payloads."""
        return Payloads(self.buffer, self.first[rows], self.past[rows], self.fill[rows])

    def row(self, row: int) -> bytes:
        """One payload."""
        return self.buffer[self.first[row] : self.past[row]].tobytes()


class Heads(NamedTuple):
    """What payloads are by their first bits. Shapes: (n,).

    Attributes:
        layout: where its fields stand (`feeds.ais.layout`), `OTHER`, or why it is no message.
        kind: message type; 0 of an empty payload.
        mmsi: of the sender.
    """

    layout: npt.NDArray[np.int8]
    kind: Ints
    mmsi: Ints

    def take(self, rows: npt.NDArray[np.generic]) -> Heads:
        """Some of the messages."""
        return Heads(*(column[rows] for column in self))


def heads_of(payloads: Payloads) -> Heads:
    """Tell what each payload is. Shape: (n,)."""
    return Heads(*_heads(*payloads))


def numbers_of(payloads: Payloads, layout: npt.NDArray[np.int8], table: Table) -> Floats:
    """The fields of a table as values, a row a field. Shape: (fields, n)."""
    values: Floats = _numbers(*payloads, layout, table.packed, table.looked_up)
    return values


@numba.njit(cache=True)
def six_bits(byte: int) -> int:
    """What a character of the armour stands for."""
    return byte - 48 if byte < 88 else byte - 56


@numba.njit(cache=True)
def _heads(buffer, first, past, fill):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    n = len(first)
    layout, kind, mmsi = np.empty(n, np.int8), np.empty(n, np.int64), np.empty(n, np.int64)
    for row in range(n):
        layout[row], kind[row], mmsi[row] = head_of(buffer, first[row], past[row], fill[row])
    return layout, kind, mmsi


@numba.njit(cache=True)
def head_of(buffer, begin, past, fill):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Layout, message type and sender of one payload, as `Heads` has them."""
    characters = past - begin
    if characters == 0:
        return SHORT, 0, 0
    kind = six_bits(buffer[begin])
    needed, bits = _NEEDED[kind], 6 * characters - fill
    if needed < 0:
        return UNKNOWN_TYPE, kind, 0
    if bits < needed:
        return SHORT, kind, 0
    # Of the bits 6 to 41, those of the number are 8 to 37.
    number = 0
    for at in range(begin + 1, begin + 7):
        number = number << 6 | six_bits(buffer[at])
    mmsi = number >> 4 & 0x3FFFFFFF
    if kind == PART_A:
        return _part(number >> 2 & 3, mmsi, bits), kind, mmsi
    return (kind if _LAID_OUT[kind] else OTHER), kind, mmsi


@numba.njit(cache=True)
def _part(part: int, mmsi: int, bits: int) -> int:
    """The layout of a type 24."""
    if part > 1:
        return UNKNOWN_PART
    if part == 0:
        return PART_A
    if bits < PART_B_BITS:
        return SHORT
    return PART_B_CRAFT if _CRAFT_FIRST <= mmsi < _CRAFT_PAST else PART_B


@numba.njit(cache=True)
def unpack(buffer, first, past, fill, words):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Lay the bits of a payload into words, the first bit highest, zeros behind its end and in one word more."""
    word, used, at = np.uint64(0), 0, np.uint64(0)
    for place in range(first, past, _GROUP):
        top = _grouped(_eight(buffer, place, past)) << np.uint64(_WORD_BITS - _GROUP_BITS)
        if place + _GROUP >= past:
            unused = np.uint64(_WORD_BITS - 6 * (past - place) + fill)
            top = top >> unused << unused
        word |= top >> np.uint64(used)
        used += _GROUP_BITS
        if used >= _WORD_BITS:
            used -= _WORD_BITS
            words[at] = word
            at += np.uint64(1)
            word = top << np.uint64(_GROUP_BITS - used)
    words[at] = word
    words[at + np.uint64(1)] = np.uint64(0)


@numba.njit(cache=True)
def _eight(buffer, first, past):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Eight characters, the first highest; the armour's zeros for those behind the payload's end."""
    eight = np.uint64(0)
    at = np.uint64(first)
    if past - first >= _GROUP:
        # Without a branch between them, eight bytes are read as one word.
        for place in range(_GROUP):
            eight = eight << np.uint64(8) | np.uint64(buffer[at + np.uint64(place)])
    else:
        for place in range(_GROUP):
            byte = np.uint64(buffer[at + np.uint64(place)]) if first + place < past else np.uint64(48)
            eight = eight << np.uint64(8) | byte
    return eight


@numba.njit(cache=True)
def _grouped(eight):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """What eight characters of the armour stand for, 48 bits, computed on all of them at once."""
    six = eight - np.uint64(0x3030303030303030)
    # Characters from "`" on, 48 too high by now, are 8 above their place.
    six -= (six + np.uint64(0x5050505050505050) & np.uint64(0x8080808080808080)) >> np.uint64(4)
    # Neighbours are joined, then pairs, then fours.
    six = (six & np.uint64(0x3F003F003F003F00)) >> np.uint64(2) | six & np.uint64(0x003F003F003F003F)
    six = (six & np.uint64(0x0FFF00000FFF0000)) >> np.uint64(4) | six & np.uint64(0x00000FFF00000FFF)
    return (six & np.uint64(0x00FFFFFF00000000)) >> np.uint64(8) | six & np.uint64(0x0000000000FFFFFF)


@numba.njit(cache=True)
def bits_at(words, first, width):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """The number that stands at a bit, of up to 57 bits."""
    at, behind = np.uint64(first) >> np.uint64(6), np.uint64(first) & np.uint64(63)
    high = words[at] << behind
    if behind:
        high |= words[at + np.uint64(1)] >> np.uint64(64) - behind
    return np.int64(high >> np.uint64(64 - width))


@numba.njit(cache=True)
def _value(number: int, meaning: int, looked_up: Floats) -> Any:
    if meaning == DEGREES:
        # Of a ten-thousandth of a minute to the nearest millionth of a degree, 5/3, which is never half way.
        return ((10 * number + 3) // 6) / 1e6
    if meaning == COARSE_DEGREES:
        return ((10000 * number + 3) // 6) / 1e6
    if meaning == TENTHS:
        return number / 10.0
    if meaning >= LOOKED_UP:
        return looked_up[meaning - LOOKED_UP, number & 255]
    return float(number)


@numba.njit(cache=True)
def _numbers(buffer, first, past, fill, layout, packed, looked_up):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    fields = packed.shape[1]
    values = np.empty((fields, len(first)))
    words = np.zeros(WORDS, np.uint64)
    for row in range(len(first)):
        unpack(buffer, first[row], past[row], fill[row], words)
        for field in range(fields):
            values[field, row] = field_of(words, packed[layout[row], field], looked_up)
    return values


@numba.njit(cache=True)
def field_of(words, about, looked_up):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """The value of one field of an unpacked payload; `about` is of `Table.packed`. NaN where there is no such field."""
    if about < 0:
        return np.nan
    width = about >> WIDTH_BIT & 255
    number = bits_at(words, about & 0xFFFF, width)
    if about >> SIGNED_BIT & 1:
        number -= number >> (width - 1) << width
    return _value(number, about >> MEANING_BIT, looked_up)
