"""Velocity over ground in the bits of type code 19: the inverse of `feeds.modes.velocity`.

0 says nothing; every count is one more than its steps. Subtype 1 counts knots,
subtype 2 four knots, for those that fly faster than 1,022 kn.

Source: RTCA DO-260B 2.2.3.2.6.1.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from feeds.modes.writing_bits import me_bits
from geo.batch import Floats, Ids, Ints
from geo.units import FOOT_M, FOOT_PER_MINUTE_MPS, KNOT_MPS

_SPEED_MOST, _RATE_MOST, _DIFFERENCE_MOST = 1023, 511, 127
_COARSE_KT = 4.0
_RATE_STEP_MPS, _DIFFERENCE_STEP_M = 64.0 * FOOT_PER_MINUTE_MPS, 25.0 * FOOT_M


def velocity_bits(
    sog_mps: Floats, track_deg: Floats, climb_mps: Floats, alt_diff_m: Floats, climb_geometric: npt.ArrayLike
) -> Ids:
    """The message but for its accuracy. Shapes: (n,) x4 -> (n,); a speed without a track says nothing."""
    # Standing still has no direction, and needs none.
    angle = np.radians(np.where(sog_mps == 0.0, 0.0, track_deg))
    east_kt, north_kt = sog_mps * np.sin(angle) / KNOT_MPS, sog_mps * np.cos(angle) / KNOT_MPS
    coarse = np.fmax(np.abs(east_kt), np.abs(north_kt)) > _SPEED_MOST - 1.5
    step_kt = np.where(coarse, _COARSE_KT, 1.0)
    west, east = _counted(east_kt / step_kt, _SPEED_MOST)
    south, north = _counted(north_kt / step_kt, _SPEED_MOST)
    down, rate = _counted(climb_mps / _RATE_STEP_MPS, _RATE_MOST)
    below, difference = _counted(alt_diff_m / _DIFFERENCE_STEP_M, _DIFFERENCE_MOST)
    me = me_bits(1, 5, 19) | me_bits(6, 3, np.where(coarse, 2, 1))
    me |= me_bits(14, 1, west) | me_bits(15, 10, east) | me_bits(25, 1, south) | me_bits(26, 10, north)
    me |= me_bits(36, 1, ~np.asarray(climb_geometric, np.bool_)) | me_bits(37, 1, down) | me_bits(38, 9, rate)
    return me | me_bits(49, 1, below) | me_bits(50, 7, difference)


def _counted(steps: Floats, most: int) -> tuple[Ints, Ints]:
    """Sign bit, and the count that is one more than the steps: 0 where NaN, `most` beyond the scale."""
    said = np.isfinite(steps)
    whole = np.rint(np.where(said, steps, 0.0)).astype(np.int64)
    count = np.where(said, np.minimum(np.abs(whole) + 1, most), 0)
    return (whole < 0).astype(np.int64), count
