"""Bytes of text read where they stand: numbers, hex digits, checksums, ends of words.

Every function here is compiled and called from compiled loops over lines: what
a byte of a line means hangs on the bytes before it, which no pass over a whole
column can know. A text is an array of bytes; `first` and `past` bound a part
of it. Nothing is written to, nothing is allocated.

Loops count in unsigned numbers: a signed index may be negative, and asking
whether it is keeps the compiler from reading many bytes at a time (6 ns a
line of 80 bytes against 50).
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Text = npt.NDArray[np.uint8]
Whole = Any
"""A whole number: to Python an `int`, to the compiler one of 64 bits with a sign."""

COMMA, COLON, DOT, DASH, STAR, BACKSLASH, BANG, DOLLAR = b",:.-*\\!$"
ZERO, NINE = b"09"
NUMBER_DIGITS = 15
"""So many digits are a whole number that a float holds exactly, and their quotient by a power of ten is the
number nearest to what they say: Python's `float` of the same text."""

EARLIEST_S, LATEST_S = 631_152_000.0, 4_102_444_800.0
"""Of a sentence: 1990, before the first AIS trial, and 2100."""

HEX = np.full(256, 255, np.uint8)
"""What a hex digit stands for; 255 where a byte is none."""
HEX[np.frombuffer(b"0123456789ABCDEF", np.uint8)] = np.arange(16)
HEX[np.frombuffer(b"abcdef", np.uint8)] = np.arange(10, 16)

_BLANK = np.zeros(256, np.bool_)
_BLANK[np.frombuffer(b" \t\n\r\x0b\x0c", np.uint8)] = True
_POWERS = 10.0 ** np.arange(NUMBER_DIGITS + 1)


@numba.njit(cache=True)
def digit(byte: int) -> bool:
    """Whether it is one of 0 to 9."""
    return ZERO <= byte <= NINE


@numba.njit(cache=True)
def letter_or_digit(byte: int) -> bool:
    """Whether it is a letter of ASCII or a digit."""
    return digit(byte) or 65 <= byte <= 90 or 97 <= byte <= 122


@numba.njit(cache=True)
def stripped(text: Text, first: int, past: int) -> tuple[int, int]:
    """The part without the blanks around it, as `bytes.strip` has it."""
    while past > first and _BLANK[text[past - 1]]:
        past -= 1
    while first < past and _BLANK[text[first]]:
        first += 1
    return first, past


@numba.njit(cache=True)
def xor_of(text: Text, first: int, past: int) -> Whole:
    """Of all bytes of the part."""
    total = np.uint64(0)
    for at in range(np.uint64(first), np.uint64(past)):
        total ^= text[at]
    return np.int64(total)


@numba.njit(cache=True)
def hex_of(text: Text, first: int, past: int) -> int:
    """The number of the hex digits; -1 where one is none, or there are none."""
    total = 0 if past > first else -1
    for at in range(first, past):
        four = HEX[text[at]]
        if four > 15:
            return -1
        total = (total << 4) | four
    return total


@numba.njit(cache=True)
def digits_of(text: Text, first: int, past: int) -> Whole:
    """The whole number that the digits are; -1 where one is none, or there are none or more than a float holds."""
    if not first < past <= first + NUMBER_DIGITS:
        return -1
    total, bad = np.uint64(0), False
    for at in range(np.uint64(first), np.uint64(past)):
        value = np.uint64(text[at]) - np.uint64(ZERO)
        bad |= bool(value > np.uint64(9))
        total = np.uint64(10) * total + value
    return -1 if bad else np.int64(total)


@numba.njit(cache=True)
def find(text: Text, what: int, first: int, past: int) -> Whole:
    """The first place of a byte; `past` where it does not occur."""
    for at in range(np.uint64(first), np.uint64(past)):
        if text[at] == what:
            return np.int64(at)
    return past


@numba.njit(cache=True)
def printable(text: Text, first: int, past: int) -> bool:
    """Whether all bytes are of ASCII and print, blanks among them."""
    bad = np.bool_(False)
    # No way out of the loop, for the same reason as no signs.
    for at in range(np.uint64(first), np.uint64(past)):
        bad |= (text[at] < 32) | (text[at] > 126)
    return not bad


@numba.njit(cache=True)
def holds(text: Text, what: int, first: int, past: int) -> np.bool_:
    """Whether a byte occurs."""
    found = np.bool_(False)
    for at in range(np.uint64(first), np.uint64(max(past, first))):
        found |= text[at] == what
    return found


@numba.njit(cache=True)
def number_of(text: Text, first: int, past: int, decimals: int) -> Any:
    """The decimal number of digits with or without a point; NaN where it is none or has more digits than it may."""
    point = find(text, DOT, first, past)
    behind = past - point - 1
    if point == past:
        behind = 0
    whole = digits_of(text, first, point)
    if whole < 0 or behind > decimals or point - first + behind > NUMBER_DIGITS:
        return np.nan
    if behind == 0:
        return float(whole)
    part = digits_of(text, point + 1, past)
    if part < 0:
        return np.nan
    return (whole * _POWERS[behind] + part) / _POWERS[behind]
