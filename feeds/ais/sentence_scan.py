"""Sentences taken apart, all of a batch at once: what `feeds.ais.sentence` says of each.

In: the sentences of `Frames`. Out: `Parts`, columns of where payloads stand
and how sentences belong together, and why a sentence is refused, if it is.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from feeds.ais.refusal import REFUSALS, Refusal
from feeds.ais.sentence import PAYLOAD_CHARACTERS
from feeds.nmea_bytes import BANG, COMMA, STAR, Text, digit, hex_of, letter_or_digit, xor_of
from geo.batch import Ints, Ragged

_NOT_AIS, _BAD_CHECKSUM, _MALFORMED, _ALPHABET, _TOO_LONG = (
    REFUSALS.index(each)
    for each in (
        Refusal.NOT_AIS,
        Refusal.BAD_CHECKSUM,
        Refusal.MALFORMED,
        Refusal.ALPHABET,
        Refusal.TOO_LONG,
    )
)
_FINE = -1
_COMMAS = 6
TAIL = len(",0*hh")
"""Characters of a sentence behind its payload."""
_SEQUENCE_CODES, _CHANNEL_CODES, _TOTAL_CODES = 1000, 256, 16


class Parts(NamedTuple):
    """One row a sentence; of a refused one only that is told. Shapes: (n,).

    Attributes:
        refused: number in `REFUSALS`; -1 where the sentence is fine.
        total: sentences of its message.
        number: which of them it is, from 1.
        key: one number for sequence number, channel and total.
        first, past: where in the batch's bytes its payload stands.
        fill: fill bits.
    """

    refused: npt.NDArray[np.int8]
    total: npt.NDArray[np.int8]
    number: npt.NDArray[np.int8]
    key: Ints
    first: Ints
    past: Ints
    fill: npt.NDArray[np.int8]


def parts_of(sentences: Ragged) -> Parts:
    """Take every sentence apart. Shape: n rows -> (n,)."""
    return Parts(*_taken_apart(sentences.values, sentences.offsets))


def key_of(sequence: bytes, channel: bytes, total: int) -> int:
    """The number that stands in `Parts.key` for these."""
    code = 100 * len(sequence) + int(sequence or b"0")
    return (code * _CHANNEL_CODES + (channel[0] if channel else 0)) * _TOTAL_CODES + total


@numba.njit(cache=True)
def _taken_apart(text, offsets):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    n = len(offsets) - 1
    small = np.zeros((4, n), np.int8)
    key, first, past = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    for row in range(n):
        begin, end = offsets[row], offsets[row + 1]
        small[0, row], key[row], first[row] = part_at(text, begin, end)
        if first[row]:
            past[row] = end - TAIL
            small[1, row], small[2, row] = text[begin + 7] - 48, text[begin + 9] - 48
            small[3, row] = text[end - 4] - 48
    return small[0], small[1], small[2], key, first, past, small[3]


@numba.njit(cache=True)
def part_at(text: Text, begin: int, end: int) -> tuple[int, int, int]:
    """Why a sentence is refused, as `Parts` has it; its key, and where its payload begins, 0 where none does."""
    if not _is_ais(text, begin, end):
        return _NOT_AIS, 0, 0
    if not _summed(text, begin, end):
        return (_BAD_CHECKSUM if text[end - 3] == STAR else _MALFORMED), 0, 0
    return _sentence(text, begin, end - TAIL)


@numba.njit(cache=True)
def _summed(text: Text, begin: int, end: int) -> Any:
    """Whether the sentence ends in its checksum."""
    return text[end - 3] == STAR and hex_of(text, end - 2, end) == xor_of(text, begin + 1, end - 3)


@numba.njit(cache=True)
def _sentence(text: Text, begin: int, past: int) -> tuple[int, int, int]:
    """Why a sentence whose checksum holds is refused, its key, and where its payload begins.

    `past` is where the payload ends, if the tail of the sentence is `,0*hh`.
    """
    key, first = _head(text, begin, past)
    filled = key >= 0 and text[past] == COMMA and 48 <= text[past + 1] <= 53
    if filled and 0 <= past - first <= PAYLOAD_CHARACTERS and _armoured(text, first, past):
        # Of what else the sentence may be malformed in, this is what a pattern cannot tell.
        return (_MALFORMED if text[begin + 9] > text[begin + 7] else _FINE), key, first
    return _why(text, begin, past + TAIL), 0, 0


@numba.njit(cache=True)
def _why(text: Text, begin: int, end: int) -> int:
    """Why a sentence is refused in which something is not as it should be."""
    commas, before, last = 0, begin, begin
    for at in range(begin, end):
        if text[at] == COMMA:
            commas += 1
            before, last = last, at
    if commas != _COMMAS:
        return _MALFORMED
    if last - before - 1 > PAYLOAD_CHARACTERS:
        return _TOO_LONG
    return _MALFORMED if _armoured(text, before + 1, last) else _ALPHABET


@numba.njit(cache=True)
def _is_ais(text: Text, begin: int, end: int) -> bool:
    if end - begin < 7 or text[begin] != BANG or text[begin + 6] != COMMA:
        return False
    kind = text[begin + 5]
    return text[begin + 3] == 86 and text[begin + 4] == 68 and kind in (77, 79)


@numba.njit(cache=True)
def _armoured(text: Text, first: int, past: int) -> bool:
    bad = False
    for at in range(np.uint64(first), np.uint64(past)):
        byte = text[at]
        bad |= (byte < 48) | (byte > 119) | ((byte > 87) & (byte < 96))
    return not bad


@numba.njit(cache=True)
def _head(text: Text, begin: int, end: int) -> tuple[int, int]:
    """One number for sequence number, channel and total, -1 if what stands before the payload is malformed; its end.

    `!AIVDM,2,1,7,A,`: sequence number and channel may be missing, the numbers before them not.
    """
    wrong = (-1, 0)
    if end - begin < 13 or text[begin + 8] != COMMA or text[begin + 10] != COMMA:
        return wrong
    for at in (begin + 1, begin + 2):
        if not 32 < text[at] < 127 or text[at] == COMMA:
            return wrong
    for at in (begin + 7, begin + 9):
        if not 49 <= text[at] <= 57:
            return wrong
    at, code = begin + 11, 0
    while at < end and digit(text[at]):
        code = 10 * code + (text[at] - 48)
        at += 1
    letters = at - begin - 11
    code += 100 * letters
    if letters > 2 or text[at] != COMMA:
        return wrong
    channel = 0
    if text[at + 1] != COMMA:
        channel, at = text[at + 1], at + 1
        if not letter_or_digit(channel) or text[at + 1] != COMMA:
            return wrong
    return (code * _CHANNEL_CODES + channel) * _TOTAL_CODES + text[begin + 7] - 48, at + 2
