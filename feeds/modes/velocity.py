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

import numpy as np
import numpy.typing as npt

from feeds.modes.fields import me_field
from geo.batch import Bools, Floats, Ids, Ints


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
    subtype = me_field(me, 6, 3)
    ground = (subtype == 1) | (subtype == 2)
    air = (subtype == 3) | (subtype == 4)
    step_kt = np.where((subtype == 2) | (subtype == 4), 4.0, 1.0)
    east_kt = _signed(me_field(me, 14, 1), me_field(me, 15, 10), ground) * step_kt
    north_kt = _signed(me_field(me, 25, 1), me_field(me, 26, 10), ground) * step_kt
    speed_kt = np.sqrt(east_kt**2 + north_kt**2)
    heading = air & (me_field(me, 14, 1) == 1)
    airspeed = air & (me_field(me, 26, 10) > 0)
    known = ground | air
    rate_fpm = _signed(me_field(me, 37, 1), me_field(me, 38, 9), known) * 64.0
    difference = me_field(me, 50, 7)
    return Velocity(
        groundspeed_kt=speed_kt,
        # Standing still has no direction.
        track_deg=np.where(speed_kt > 0, np.degrees(np.arctan2(east_kt, north_kt)) % 360.0, np.nan),
        heading_deg=np.where(heading, me_field(me, 15, 10) * (360.0 / 1024.0), np.nan),
        airspeed_kt=np.where(airspeed, (me_field(me, 26, 10) - 1) * step_kt, np.nan),
        airspeed_true=np.where(airspeed, me_field(me, 25, 1), -1).astype(np.int8),
        vertical_rate_fpm=rate_fpm,
        vertical_rate_geometric=np.where(np.isnan(rate_fpm), -1, 1 - me_field(me, 36, 1)).astype(np.int8),
        geo_minus_baro_ft=_signed(me_field(me, 49, 1), difference, known & (difference < 127)) * 25.0,
    )


def _signed(negative: Ints, value: Ints, rows: Bools) -> Floats:
    """`value - 1` with its sign; NaN where `value` is 0 or the row says nothing."""
    signed = np.where(negative == 1, 1.0 - value, value - 1.0)
    return np.where(rows & (value > 0), signed, np.nan)
