"""What a craft says of its own position, and how well it is heard: asked by more than one pattern."""

from __future__ import annotations

import numpy as np

from feeds.reports import Doubt
from fusion.records import Records
from geo.batch import Bools, Floats
from geo.coast import coast
from geo.waters import covered

INLAND_M = 3000.0
_POOR = np.uint32(
    Doubt.POSITION_MANUAL | Doubt.POSITION_DEAD_RECKONED | Doubt.POSITION_SENSOR_OFF | Doubt.INTEGRITY_LOW
)


def says_poor(s: Records) -> Bools:
    """Whether each says that its position is typed in, reckoned, or poorly known. Shape: (n,) `STATE` -> (n,)."""
    return np.asarray((s["doubt"] & _POOR) != 0)


def reception(s: Records) -> Floats:
    """Which part of each one's position reports is heard: (heard + 1) / (due + 2). Shape: (n,) `STATE` -> (n,)."""
    return np.asarray((s["own_heard"] + 1.0) / (s["own_due"] + 2.0))


def inland(s: Records, vessel: Bools) -> Bools:
    """Whether a vessel says that she is on land that is known, well behind its coast."""
    if not vessel.any():
        return np.zeros(len(s), np.bool_)
    land = vessel & coast().on_land(s["lat"], s["lon"]) & covered(s["lat"], s["lon"])
    inland = np.zeros(len(s), np.bool_)
    inland[land] = coast().distance_m(s["lat"][land], s["lon"][land]) > INLAND_M
    return inland
