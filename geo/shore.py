"""Shore lines, and the exact distance to the nearest of them.

In: land polygons in degrees (WGS 84). Out: metres to the nearest point of any
of their rings, on land as at sea. Lakes' shores are not rings of land polygons
here, so a point beside Lough Neagh is measured to the sea.

A side of a ring is straight in space (`geo.sides`): one of 2 km runs 8 cm below
the ground in its middle, one of the usual 100 m a fifth of a millimetre.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from geo.batch import Bools, Floats, Ints
from geo.earth import arc_m, chord_m, in_space, on_earth
from geo.sides import Sides

ROUNDING = 1e-9
"""Of a length and of a metre: more than all arithmetic here loses."""


def ring_vertices(land: npt.NDArray[np.object_]) -> tuple[Floats, Floats, Ints]:
    """Latitude, longitude and ring number of every vertex. Shapes: (n,) -> (m,) x3."""
    rings = shapely.get_rings(land)
    lonlat, ring = shapely.get_coordinates(rings, return_index=True)
    return lonlat[:, 1], lonlat[:, 0], ring


class Shore:
    """The shore lines of some land, ready to be measured to.

    Safe to share between threads: nothing is written after construction.
    """

    def __init__(self, land: npt.NDArray[np.object_]) -> None:
        lat, lon, ring = ring_vertices(land)
        place = in_space(lat, lon)
        joined = np.flatnonzero(np.diff(ring) == 0)
        self._sides = Sides(place[joined], place[joined + 1])

    def distance_m(self, lat: Floats, lon: Floats) -> Floats:
        """Metres to the nearest shore line, never negative; NaN where no place is given. Shapes: (n,) x2 -> (n,)."""
        metres = np.full(len(lat), np.nan)
        rows = np.flatnonzero(on_earth(lat, lon))
        metres[rows] = arc_m(self._sides.distance_m(in_space(lat[rows], lon[rows])))
        return metres

    def within_m(self, lat: Floats, lon: Floats, limit_m: float) -> Bools:
        """Whether the shore is no further than `limit_m`: `distance_m <= limit_m`, sooner. Shapes: (n,) x2 -> (n,)."""
        rows = np.flatnonzero(on_earth(lat, lon))
        answer = np.zeros(len(lat), np.bool_)
        # Whoever is clear of the limit by more than rounding need not be measured to the nearest side.
        limit_chord_m, slack_m = chord_m(limit_m), ROUNDING * (limit_m + 1.0)
        found_m = self._sides.distance_m(
            in_space(lat[rows], lon[rows]), limit_chord_m - slack_m, limit_chord_m + slack_m
        )
        answer[rows] = np.isfinite(found_m) & (arc_m(found_m) <= limit_m)
        return answer
