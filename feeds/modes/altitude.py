"""Altitude codes of 13 and 12 bits, in feet, by one table.

    AC13: C1 A1 C2 A2 C4 A4 M B1 Q B2 D2 B4 D4        (DF4, DF20)
    AC12: the same without M                          (extended squitter)

Q = 1: the other eleven bits count 25 ft from -1,000 ft. Q = 0: Gillham code,
100 ft. M = 1 announces metres, whose coding the standard reserves: not said.
Type codes 20-22 bear a height above the ellipsoid in the same coding.

Source: ICAO Annex 10 volume IV, 3.1.2.6.5.4 and appendix to chapter 3 (Gillham).
"""

from __future__ import annotations

import numpy as np

from geo.batch import Floats, Ints

_M, _Q = 6, 4
# Bit of each Gillham pulse within AC13, counted from the least significant.
_C1, _A1, _C2, _A2, _C4, _A4, _B1, _B2, _D2, _B4, _D4 = 12, 11, 10, 9, 8, 7, 5, 3, 2, 1, 0


def altitude13_ft(code: Ints) -> Floats:
    """Feet of a 13-bit code; NaN where none is said. Shape: (n,) -> (n,)."""
    feet: Floats = _TABLE_FT[code]
    return feet


def altitude12_ft(code: Ints) -> Floats:
    """Feet of a 12-bit code; NaN where none is said. Shape: (n,) -> (n,)."""
    feet: Floats = _TABLE_FT[((code & 0xFC0) << 1) | (code & 0x3F)]
    return feet


def _gathered(code: Ints, *pulses: int) -> Ints:
    value = np.zeros_like(code)
    for pulse in pulses:
        value = (value << 1) | ((code >> pulse) & 1)
    return value


def _from_gray(code: Ints) -> Ints:
    for shift in (4, 2, 1):
        code = code ^ (code >> shift)
    return code


def _table_ft() -> Floats:
    code = np.arange(1 << 13)
    fine = _gathered(code, _C1, _A1, _C2, _A2, _C4, _A4, _B1, _B2, _D2, _B4, _D4) * 25.0 - 1000.0
    hundreds = _from_gray(_gathered(code, _C1, _C2, _C4))
    steps = _from_gray(_gathered(code, _D2, _D4, _A1, _A2, _A4, _B1, _B2, _B4))
    # The hundreds run 1 2 3 4 7, and backwards in every second step of 500 ft,
    # so that one pulse changes at a time; 0, 5 and 6 are never sent.
    valid = np.isin(hundreds, [1, 2, 3, 4, 7])
    hundreds = np.where(hundreds == 7, 5, hundreds)
    hundreds = np.where(steps % 2 == 1, 6 - hundreds, hundreds)
    gillham = np.where(valid, steps * 500.0 + hundreds * 100.0 - 1300.0, np.nan)
    feet = np.where((code >> _Q) & 1, fine, gillham)
    return np.where((code == 0) | ((code >> _M) & 1 == 1), np.nan, feet)


_TABLE_FT = _table_ft()
