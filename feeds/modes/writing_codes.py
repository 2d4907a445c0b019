"""House units become the codes of Mode S fields: the inverse of the decoder's own tables.

Every table is turned round from the one that reads it, so that a code has one
home. Altitudes take the nearest code (25 ft to 50,175 ft, 100 ft above),
movement the span that holds the speed. NaN and -1 are "not said": code 0.

Sources: ICAO Annex 10 volume IV (altitude, identity, characters); RTCA DO-260B
2.2.3.2 (movement, categories, position).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from feeds.modes.altitude import altitude13_ft
from feeds.modes.cpr import TRANSITIONS_DEG, ZONES
from feeds.modes.fields import ME_BITS
from feeds.modes.identification import CHARACTERS, squawks
from feeds.modes.integrity import nic
from feeds.modes.surface import groundspeed_kt
from geo.batch import Bools, Column, Floats, Ids, Ints
from geo.units import FOOT_M, KNOT_MPS

STOPPED = 1
_ALTITUDE_CODES, _QUARTER_BIT = 1 << 13, 1 << 4
_MOVEMENT_CODES, _MOVEMENT_LAST_BIT = 128, 12
_CODE_STEPS = 131072
_SPACE = 32


def _altitudes() -> tuple[Floats, Ints]:
    """Feet in rising order and their codes, those in steps of 25 ft where there are both."""
    code = np.arange(_ALTITUDE_CODES)
    feet = altitude13_ft(code)
    fine = (code & _QUARTER_BIT) > 0
    kept = np.isfinite(feet) & (fine | (feet > np.nanmax(feet[fine])))
    order = np.argsort(feet[kept], kind="stable")
    return feet[kept][order], code[kept][order]


_FEET, _CODES = _altitudes()
_BETWEEN_FT = (_FEET[1:] + _FEET[:-1]) / 2


def altitude13(alt_m: Floats) -> Ints:
    """The 13-bit code of DF4 and 20 nearest to an altitude. Shape: (n,) -> (n,)."""
    said = np.isfinite(alt_m)
    row = np.searchsorted(_BETWEEN_FT, np.where(said, alt_m, 0.0) / FOOT_M)
    return np.where(said, _CODES[row], 0)


def altitude12(alt_m: Floats) -> Ints:
    """The 12-bit code of extended squitters: that of 13 bits without its bit for metres. Shape: (n,) -> (n,)."""
    code = altitude13(alt_m)
    return ((code >> 1) & 0xFC0) | (code & 0x3F)


def identity(squawk: npt.ArrayLike) -> Ints:
    """The identity code of a squawk, four octal digits read as a decimal number. Shape: (n,) -> (n,).

    Raises:
        ValueError: a number with a digit of 8 or 9, or beyond 7777.
    """
    number = np.asarray(squawk, np.int64)
    row = np.searchsorted(_SQUAWKS, number)
    if not (_SQUAWKS[np.minimum(row, len(_SQUAWKS) - 1)] == number).all():
        raise ValueError("a squawk has four digits from 0 to 7")
    return _IDENTITIES[row]


def _identities() -> tuple[Ints, Ints]:
    code = np.arange(_ALTITUDE_CODES)
    code = code[code & (1 << 6) == 0]  # the bit X has no meaning and is sent as 0
    number = squawks(code).astype(np.int64)
    order = np.argsort(number, kind="stable")
    return number[order], code[order]


_SQUAWKS, _IDENTITIES = _identities()


def movement(sog_mps: Floats) -> Ints:
    """The movement code whose span holds a speed on the ground. Shape: (n,) -> (n,)."""
    said = np.isfinite(sog_mps)
    # A rounding error must not put 70 kn below 70 kn.
    knots = np.where(said, sog_mps, 0.0) / KNOT_MPS * (1 + 1e-12)
    return np.where(said, STOPPED - 1 + np.searchsorted(_MOVEMENT_KT, knots, side="right"), 0)


def _movements_kt() -> Floats:
    code = np.arange(_MOVEMENT_CODES).astype(np.uint64)
    knots = groundspeed_kt(code << np.uint64(ME_BITS - _MOVEMENT_LAST_BIT))
    return knots[np.isfinite(knots)]


_MOVEMENT_KT = _movements_kt()


def integrity_codes(
    containment: npt.ArrayLike, *, surface: bool = False, geometric: bool = False
) -> tuple[Ints, Ints]:
    """Type code and supplement bit B that say a NIC, or the next poorer one. Shape: (n,) -> (n,) x2.

    Args:
        containment: NIC, 0 to 11.
        surface: of surface positions (5 to 8), else of airborne ones.
        geometric: of airborne positions with a geometric height (20 to 22), else a barometric one (9 to 18).
    """
    first, last = (5, 8) if surface else (20, 22) if geometric else (9, 18)
    typecode = np.tile(np.arange(first, last + 1), 2)
    bit = np.repeat([0, 1], last - first + 1)
    unknown = np.full(len(bit), -1, np.int8)
    said = nic(typecode.astype(np.int8), unknown, unknown, bit).astype(np.int64)
    order = np.lexsort((bit, said))
    # The first of the codes that say the same has no supplement.
    levels, at = np.unique(said[order], return_index=True)
    row = order[at[np.maximum(np.searchsorted(levels, np.asarray(containment), side="right") - 1, 0)]]
    return typecode[row], bit[row]


def callsign48(callsign: Column) -> Ids:
    """Eight characters of six bits, blank where the alphabet has no such letter. Shape: (n,) -> (n,)."""
    text = np.strings.upper(np.asarray(callsign).astype(f"U{CHARACTERS}")).astype(f"U{CHARACTERS}")
    codes = np.ascontiguousarray(text).view(np.uint32).reshape(-1, CHARACTERS)
    known = ((codes >= 48) & (codes < 58)) | ((codes >= 65) & (codes < 91))
    six = np.where(known, codes & 63, _SPACE).astype(np.uint64)
    word = np.zeros(len(codes), np.uint64)
    for place in range(CHARACTERS):
        word = (word << np.uint64(6)) | six[:, place]
    return word


def category_codes(category: Column) -> tuple[Ints, Ints]:
    """Type code and category of "A0" to "D7"; what is none is "A0". Shape: (n,) -> (n,) x2.

    >>> [int(each[0]) for each in category_codes(np.array(["B4"]))]
    [3, 4]
    """
    text = np.asarray(category).astype("U2")
    pair = np.ascontiguousarray(text).view(np.uint32).reshape(-1, 2).astype(np.int64)
    letter, digit = pair[:, 0] - ord("A"), pair[:, 1] - ord("0")
    known: Bools = (letter >= 0) & (letter < 4) & (digit >= 0) & (digit < 8)
    return np.where(known, 4 - letter, 4), np.where(known, digit, 0)


def cpr(lat_deg: Floats, lon_deg: Floats, odd: Ints, span_deg: float) -> Ints:
    """34 bits of a place, latitude then longitude; `span_deg` as `feeds.modes.cpr` has it. Shape: (n,) x3 -> (n,).

    Source: RTCA DO-260B A.1.7.3.
    """
    height_deg = span_deg / (4 * ZONES - odd)
    y = np.floor(_CODE_STEPS * (lat_deg % height_deg) / height_deg + 0.5)
    # The zones are those at the latitude that the receiver will read, not at the true one.
    read_deg = height_deg * (y / _CODE_STEPS + np.floor(lat_deg / height_deg))
    zones = 59 - np.searchsorted(TRANSITIONS_DEG, np.abs(read_deg))
    width_deg = span_deg / np.maximum(zones - odd, 1)
    x = np.floor(_CODE_STEPS * (lon_deg % width_deg) / width_deg + 0.5)
    places = (y.astype(np.int64) % _CODE_STEPS << 17) | (x.astype(np.int64) % _CODE_STEPS)
    code: Ints = places
    return code
