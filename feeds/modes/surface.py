"""Speed and track of what moves on the ground, type codes 5-8.

    ME 6-12 movement, a step of which grows with speed; ME 13 track is given;
    ME 14-20 track, 360/128 degrees

Source: RTCA DO-260B table 2-18 (movement).
"""

from __future__ import annotations

import numpy as np

from feeds.modes.fields import me_field
from geo.batch import Floats, Ids

# First code of each span, its knots, and knots a code; 1 is standing still,
# 124 "175 kt or more", 0 and 125-127 say nothing.
_SPANS = (
    (2, 0.125, 0.125),
    (9, 1.0, 0.25),
    (13, 2.0, 0.5),
    (39, 15.0, 1.0),
    (94, 70.0, 2.0),
    (109, 100.0, 5.0),
)


def groundspeed_kt(me: Ids) -> Floats:
    """Speed over ground in knots; NaN where not said. Shape: (n,) -> (n,)."""
    knots: Floats = _MOVEMENT_KT[me_field(me, 6, 7)]
    return knots


def track_deg(me: Ids) -> Floats:
    """Track over ground; NaN where not said. Shape: (n,) -> (n,)."""
    return np.where(me_field(me, 13, 1) == 1, me_field(me, 14, 7) * (360.0 / 128.0), np.nan)


def _movement_kt() -> Floats:
    knots = np.full(128, np.nan)
    knots[1] = 0.0
    for (first, start, step), end in zip(_SPANS, [9, 13, 39, 94, 109, 125], strict=True):
        knots[first:end] = start + step * np.arange(end - first)
    return knots


_MOVEMENT_KT = _movement_kt()
