"""Airborne velocity, type code 19.

    ME 6-8    subtype: 1, 2 over ground; 3, 4 through air; 2 and 4 in steps of 4 kt
    ME 14     1, 2: west   | 3, 4: heading is given      (ME bits from 1)
    ME 15-24  1, 2: east-west speed + 1 | 3, 4: heading, 360/1024 degrees
    ME 25     1, 2: south  | 3, 4: true airspeed, else indicated
    ME 26-35  1, 2: north-south speed + 1 | 3, 4: airspeed + 1
    ME 36     vertical rate is barometric, else geometric
    ME 37     descending;  ME 38-46 vertical rate / 64 ft/min + 1
    ME 49     GNSS height below barometric;  ME 50-56 difference / 25 ft + 1

0 says nothing everywhere. A difference of 127 means "more than 3,137.5 ft",
no number that could correct an altitude: not said either.

Source: RTCA DO-260B 2.2.3.2.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from feeds.modes.fields import ME_BITS
from geo.batch import Floats, Ids


@dataclass(frozen=True)
class Velocity:
    """What type code 19 says; NaN or -1 where nothing. Shapes: (n,).

    Attributes:
        airspeed_true: 1 true, 0 indicated, -1 where no airspeed is said.
        vertical_rate_geometric: 1 geometric, 0 barometric, -1 where no rate is said.
    """

    groundspeed_kt: Floats
    track_deg: Floats
    heading_deg: Floats
    airspeed_kt: Floats
    airspeed_true: npt.NDArray[np.int8]
    vertical_rate_fpm: Floats
    vertical_rate_geometric: npt.NDArray[np.int8]
    geo_minus_baro_ft: Floats


def velocity(me: Ids) -> Velocity:
    """Decode messages of type code 19. Shape: (n,) -> (n,) x8."""
    n = len(me)
    east_kt, north_kt, speed_kt, heading_deg, airspeed_kt, rate_fpm, difference_ft = floats = np.empty((7, n))
    true, geometric = small = np.empty((2, n), np.int8)
    _said(me, floats, small)
    # The library's arctangent: a compiler's own may differ in the last digit.
    track_deg = np.where(speed_kt > 0, np.degrees(np.arctan2(east_kt, north_kt)) % 360.0, np.nan)
    return Velocity(
        groundspeed_kt=speed_kt,
        # Standing still has no direction.
        track_deg=track_deg,
        heading_deg=heading_deg,
        airspeed_kt=airspeed_kt,
        airspeed_true=true,
        vertical_rate_fpm=rate_fpm,
        vertical_rate_geometric=geometric,
        geo_minus_baro_ft=difference_ft,
    )


@numba.njit(cache=True)
def _said(me: Ids, floats: Floats, small: npt.NDArray[np.int8]) -> None:
    """Write speeds east, north and over ground, heading, airspeed, rate, difference; airspeed true, rate geometric."""
    for row in range(len(me)):
        word = me[row]
        subtype = _bits(word, 6, 3)
        ground, air = subtype in (1, 2), subtype in (3, 4)
        step_kt = 4.0 if subtype in (2, 4) else 1.0
        east_kt = _signed(_bits(word, 14, 1), _bits(word, 15, 10), ground) * step_kt
        north_kt = _signed(_bits(word, 25, 1), _bits(word, 26, 10), ground) * step_kt
        floats[0, row], floats[1, row] = east_kt, north_kt
        floats[2, row] = np.sqrt(east_kt * east_kt + north_kt * north_kt)
        headed, flown = air and _bits(word, 14, 1) == 1, air and _bits(word, 26, 10) > 0
        floats[3, row] = _bits(word, 15, 10) * (360.0 / 1024.0) if headed else np.nan
        floats[4, row] = (_bits(word, 26, 10) - 1) * step_kt if flown else np.nan
        small[0, row] = _bits(word, 25, 1) if flown else -1
        floats[5, row] = _signed(_bits(word, 37, 1), _bits(word, 38, 9), ground or air) * 64.0
        small[1, row] = -1 if np.isnan(floats[5, row]) else 1 - _bits(word, 36, 1)
        difference = _bits(word, 50, 7)
        told = (ground or air) and difference < 127
        floats[6, row] = _signed(_bits(word, 49, 1), difference, told) * 25.0


@numba.njit(cache=True)
def _bits(word: Any, first: int, count: int) -> Any:
    """`me_field` of one message."""
    return np.int64(word >> np.uint64(ME_BITS - first - count + 1)) & ((1 << count) - 1)


@numba.njit(cache=True)
def _signed(negative: int, value: int, said: bool) -> float:
    """`value - 1` with its sign; NaN where `value` is 0 or nothing is said."""
    if not said or value == 0:
        return np.nan
    return 1.0 - value if negative == 1 else value - 1.0
