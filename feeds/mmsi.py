"""The form of an MMSI: which of the numbers ITU-R M.585 lets somebody issue it is, if any.

| digits | who |
|---|---|
| MIDxxxxxx | ship |
| 0MIDxxxxx | group of ships |
| 00MIDxxxx | coast or base station |
| 111MIDxxx | search and rescue aircraft |
| 8MIDxxxxx | handheld radio |
| 970, 972, 974 xxxxxx | AIS-SART, man overboard device, EPIRB-AIS: maker's number, no MID |
| 98MIDxxxx | craft of a parent ship |
| 99MIDxxxx | aid to navigation |

MID, the maritime identification digits, is three digits of a country, 201 to
775. Source: Recommendation ITU-R M.585-9; the countries are those of pyais.

A number of another form is no proof of anything: river craft and fishing
floats carry such by the thousand. It is a doubt, marked and kept.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt
from pyais.constants import COUNTRY_MAPPING

from feeds.reports import Doubt
from geo.batch import Bools, Ints

ISSUED = np.zeros(1000, np.bool_)
ISSUED[list(COUNTRY_MAPPING)] = True
"""Whether three digits are those of a country."""
_NO_MID_NEEDED = (970, 972, 974)
# Where the three digits stand: numbers from `first` to before `past` have them at `divisor`.
_PLACES = (
    (0, 10_000_000, 10_000),
    (10_000_000, 100_000_000, 100_000),
    (111_000_000, 112_000_000, 1_000),
    (200_000_000, 800_000_000, 1_000_000),
    (800_000_000, 900_000_000, 100_000),
    (980_000_000, 1_000_000_000, 10_000),
)


def country_digits(mmsi: npt.ArrayLike) -> Ints:
    """The MID that a number of each form holds; 0 where its form holds none. Shape: (n,) -> (n,)."""
    number = np.asarray(mmsi, np.int64)
    found = np.zeros(number.shape, np.int64)
    for first, past, divisor in _PLACES:
        found = np.where((number >= first) & (number < past), number // divisor % 1000, found)
    return found


def form_doubts(mmsi: npt.ArrayLike) -> npt.NDArray[np.uint32]:
    """`Doubt.IDENTITY_FORM` where no authority issues such a number, else 0. Shape: (n,) -> (n,).

    >>> form_doubts([235012345, 2320001, 992351234, 972123456, 123456789, 0]).tolist()
    [0, 0, 0, 0, 4, 4]
    """
    number = np.asarray(mmsi, np.int64)
    millions = number // 1_000_000
    # Nearly all are ships, whose first digits need no looking for.
    ship = (millions >= 200) & (millions < 800)
    issued = np.asarray(ISSUED[np.where(ship, millions, 0)])
    if not ship.all():
        others = number[~ship]
        issued[~ship] = ISSUED[country_digits(others)] | np.isin(others // 1_000_000, _NO_MID_NEEDED)
    return np.where(issued, np.uint32(0), np.uint32(Doubt.IDENTITY_FORM))


@numba.njit(cache=True)
def is_issued(mmsi: int, issued: Bools) -> bool:
    """Whether an authority issues such a number, by `ISSUED`: `form_doubts` of one."""
    millions, digits = mmsi // 1_000_000, 0
    if 200 <= millions < 800:
        digits = millions
    else:
        for first, past, divisor in _PLACES:
            if first <= mmsi < past:
                digits = mmsi // divisor % 1000
    return bool(issued[digits]) or millions in _NO_MID_NEEDED
