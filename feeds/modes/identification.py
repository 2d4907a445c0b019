"""Who it says it is: call sign and emitter category (type codes 1-4), and the squawk.

    ME bits 1-5 type code, 6-8 category, 9-56 eight characters of six bits

Category is a letter by type code (4 = A, 3 = B, 2 = C, 1 = D) and a digit:
A1 light, A7 rotorcraft, B1 glider, B4 ultralight, C2 service vehicle; a digit
of 0 says nothing, whatever the letter.

The identity code of 13 bits is C1 A1 C2 A2 C4 A4 X B1 D1 B2 D2 B4 D4.

Sources: ICAO Annex 10 volume IV, 3.1.2.9.1.2 (characters); RTCA DO-260B 2.2.3.2.5.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from feeds.modes.fields import me_field
from geo.batch import Bools, Ids, Ints

CHARACTERS = 8
UNKNOWN_CHARACTER = "#"
"""Stands for a code the alphabet does not have, so that it is seen."""

_ALPHABET = np.array(
    [
        chr(code | 0x40)
        if 1 <= code <= 26
        else chr(code)
        if code == 32 or 48 <= code <= 57
        else UNKNOWN_CHARACTER
        for code in range(64)
    ],
    "U1",
)
_CATEGORIES = np.array([f"{letter}{digit}" for letter in "?DCBA" for digit in range(8)], "U2")


def callsigns(me: Ids, rows: Bools) -> npt.NDArray[np.str_]:
    """Call signs without the spaces around them; empty outside `rows`. Shape: (n,) -> (n,) U8."""
    said = np.full(len(me), "", "U8")
    letters = np.empty((int(rows.sum()), CHARACTERS), "U1")
    for place in range(CHARACTERS):
        letters[:, place] = _ALPHABET[me_field(me[rows], 9 + 6 * place, 6)]
    said[rows] = np.strings.strip(letters.view("U8")[:, 0])
    return said


def categories(me: Ids, rows: Bools) -> npt.NDArray[np.str_]:
    """Emitter categories such as "A1"; empty outside `rows`. Shape: (n,) -> (n,) U2."""
    said = np.full(len(me), "", "U2")
    word = me[rows]
    said[rows] = _CATEGORIES[me_field(word, 1, 5) * 8 + me_field(word, 6, 3)]
    return said


def squawks(code: Ints) -> npt.NDArray[np.int16]:
    """Four octal digits read as a decimal number, of identity codes. Shape: (n,) -> (n,)."""
    return _SQUAWKS[code]


def _squawk_table() -> npt.NDArray[np.int16]:
    code = np.arange(1 << 13)
    # Pulses 4, 2, 1 of each digit, by their bit from the least significant.
    digits = {1000: (7, 9, 11), 100: (1, 3, 5), 10: (8, 10, 12), 1: (0, 2, 4)}
    number = np.zeros(len(code), np.int64)
    for weight, pulses in digits.items():
        digit = sum(((code >> bit) & 1) << (2 - place) for place, bit in enumerate(pulses))
        number += weight * digit
    return number.astype(np.int16)


_SQUAWKS = _squawk_table()
