"""Points of the WGS 84 ellipsoid in space, and distance between near ones.

In: degrees. Out: metres, earth-centred and earth-fixed (x to the Greenwich
meridian, z to the north pole). Straight lines in space need no map, have no
seam at the date line or the poles, and a k-d tree can search them.

A chord of 100 km is 1 m shorter than its arc; `arc_m` gives that back, and is
within 0.05 % of the geodesic at any distance up to 3,000 km.

Source: WGS 84, NIMA TR8350.2, table 3.1 (a and 1/f).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from geo.batch import Bools, Floats, Ints
from geo.sphere import EARTH_RADIUS_M

SEMI_MAJOR_M = 6_378_137.0
FLATTENING = 1.0 / 298.257_223_563
ECCENTRICITY2 = FLATTENING * (2.0 - FLATTENING)


def in_space(lat: Floats, lon: Floats) -> Floats:
    """Earth-centred metres of points at height zero. Shapes: (n,) x2 -> (n, 3)."""
    phi, lam = np.radians(lat), np.radians(lon)
    sin_phi, cos_phi = np.sin(phi), np.cos(phi)
    normal = SEMI_MAJOR_M / np.sqrt(1.0 - ECCENTRICITY2 * sin_phi**2)
    place = np.empty((*phi.shape, 3))
    place[..., 0] = normal * cos_phi * np.cos(lam)
    place[..., 1] = normal * cos_phi * np.sin(lam)
    place[..., 2] = normal * (1.0 - ECCENTRICITY2) * sin_phi
    return place


def arc_m(chord_m: Floats) -> Floats:
    """The way over the surface between two points a chord apart. Shape: (n,) -> (n,)."""
    metres: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(chord_m / (2 * EARTH_RADIUS_M), 1.0))
    return metres


def chord_m(arc: float) -> float:
    """The straight way between two points so far apart over the surface; infinite where no two are.

    >>> round(chord_m(100_000.0), 1)
    99999.0
    """
    return (
        2 * EARTH_RADIUS_M * math.sin(arc / (2 * EARTH_RADIUS_M))
        if arc < math.pi * EARTH_RADIUS_M
        else math.inf
    )


def on_earth(lat: Floats, lon: Floats) -> Bools:
    """Whether both were said and could be a place. Shapes: (n,) x2 -> (n,)."""
    return (np.abs(lat) <= 90.0) & (np.abs(lon) <= 360.0)


class NearestPlace:
    """The nearest of some fixed places to each of many points.

    Safe to share between threads: the tree is only read.
    """

    def __init__(self, lat: Floats, lon: Floats) -> None:
        self._tree: Any = cKDTree(in_space(lat, lon)) if len(lat) else None

    def __call__(self, lat: Floats, lon: Floats) -> tuple[Ints, Floats]:
        """Row of the nearest place and metres to it. Shapes: (n,) x2 -> (n,) x2.

        A point that was not said, or no places at all, gives row -1 and NaN.
        """
        rows = np.full(len(lat), -1, np.int64)
        metres = np.full(len(lat), np.nan)
        known = on_earth(lat, lon)
        if self._tree is not None and known.any():
            chord_m, rows[known] = self._tree.query(in_space(lat[known], lon[known]))
            metres[known] = arc_m(chord_m)
        return rows, metres
