"""Shore lines, and the exact distance to the nearest of them.

In: land polygons in degrees (WGS 84). Out: metres to the nearest point of any
of their rings, on land as at sea. Lakes' shores are not rings of land polygons
here, so a point beside Lough Neagh is measured to the sea.

How: ring vertices, with more put in where a side is longer than `SPACING_M`,
stand in a k-d tree in space. The nearest few give an answer through the sides
that meet there, and the answer carries its own proof: the nearest point of the
shore lies on a side one of whose ends is no further than
hypot(answer, SPACING_M / 2), so once the tree has given every vertex up to there
no side can have been missed. Points without proof ask for more vertices.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from geo.batch import Bools, Floats, Ints
from geo.earth import arc_m, in_space, on_earth

SPACING_M = 200.0
# Half of all points are proven with 2 vertices, all of 200,000 near the coast with 512. One
# still without proof stands in the middle of a round island, where any vertex is the answer.
_MOST = 2048
# Bounds the memory of a batch, however large and wherever its points were put.
_BLOCK = 1 << 18


def ring_vertices(land: npt.NDArray[np.object_]) -> tuple[Floats, Floats, Ints]:
    """Latitude, longitude and ring number of every vertex. Shapes: (n,) -> (m,) x3."""
    rings = shapely.get_rings(land)
    lonlat, ring = shapely.get_coordinates(rings, return_index=True)
    return lonlat[:, 1], lonlat[:, 0], ring


def _densified(place: Floats, ring: Ints) -> tuple[Floats, Ints]:
    """Vertices with more put in so that no side is longer than `SPACING_M`. Shapes: (m, 3), (m,) -> (p, 3), (p,)."""
    side = np.diff(place, axis=0)
    within_ring = np.diff(ring) == 0
    length_m = np.where(within_ring, np.sqrt((side**2).sum(axis=1)), 0.0)
    parts = np.append(np.maximum(np.ceil(length_m / SPACING_M), 1.0).astype(np.int64), 1)
    start = np.repeat(np.arange(len(place)), parts)
    step = np.arange(len(start)) - np.repeat(np.cumsum(parts) - parts, parts)
    share = (step / parts[start])[:, None]
    return place[start] + share * np.append(side, np.zeros((1, 3)), axis=0)[start], ring[start]


def _to_side_m(point: Floats, end: Floats, side: Floats) -> Floats:
    """Distance from points to the sides that leave `end`. Shapes: (n, k, 3) x3 -> (n, k)."""
    away = point - end
    length2 = np.maximum((side * side).sum(axis=-1), 1e-12)
    share = np.clip((away * side).sum(axis=-1) / length2, 0.0, 1.0)
    gap = away - share[..., None] * side
    metres: Floats = np.sqrt((gap * gap).sum(axis=-1))
    return metres


class Shore:
    """The shore lines of some land, ready to be measured to.

    Safe to share between threads: nothing is written after construction.
    """

    def __init__(self, land: npt.NDArray[np.object_]) -> None:
        lat, lon, ring = ring_vertices(land)
        place, ring = _densified(in_space(lat, lon), ring)
        joined = np.diff(ring) == 0
        self._place = place
        # A ring closes on its own first vertex, so its ends need no side of their own.
        self._onward = np.append(np.diff(place, axis=0) * joined[:, None], np.zeros((1, 3)), axis=0)
        self._back = np.append(np.zeros((1, 3)), -np.diff(place, axis=0) * joined[:, None], axis=0)
        # Unbalanced is a third of the build time and costs a tenth of the query rate.
        self._tree: Any = cKDTree(place, balanced_tree=False, compact_nodes=False)

    def distance_m(self, lat: Floats, lon: Floats) -> Floats:
        """Metres to the nearest shore line, never negative; NaN where no place is given. Shapes: (n,) x2 -> (n,)."""
        metres = np.full(len(lat), np.nan)
        rows, k = np.flatnonzero(on_earth(lat, lon)), 2
        while len(rows):
            k = min(k, len(self._place))
            blocks = np.array_split(rows, len(rows) * k // _BLOCK + 1)
            proven = [self._settle(block, lat[block], lon[block], k, metres) for block in blocks]
            if k == len(self._place) or k >= _MOST:
                break
            rows, k = rows[~np.concatenate(proven)], k * 4
        return metres

    def within_m(self, lat: Floats, lon: Floats, limit_m: float) -> Bools:
        """Whether the shore is no further than `limit_m`: `distance_m <= limit_m`, sooner. Shapes: (n,) x2 -> (n,)."""
        rows = np.flatnonzero(on_earth(lat, lon))
        answer = np.zeros(len(lat), np.bool_)
        vertex_m = arc_m(self._tree.query(in_space(lat[rows], lon[rows]))[0])
        answer[rows] = vertex_m <= limit_m
        # A side can be nearer than its nearest end by no more than this; 1 m for rounding and the arc.
        unsure = rows[(vertex_m > limit_m) & (vertex_m < np.hypot(limit_m, SPACING_M / 2) + 1.0)]
        answer[unsure] = self.distance_m(lat[unsure], lon[unsure]) <= limit_m
        return answer

    def _settle(self, rows: Ints, lat: Floats, lon: Floats, k: int, metres: Floats) -> Bools:
        """Write the answer from k vertices into `metres` at `rows`; say which are proven."""
        chord_m, proven = self._measure(in_space(lat, lon), k)
        metres[rows] = arc_m(chord_m)
        return proven

    def _measure(self, point: Floats, k: int) -> tuple[Floats, Bools]:
        """Chord to the sides that meet at the k nearest vertices, and whether that is proven least."""
        vertex_m, vertex = self._tree.query(point, k=k)
        at = self._place[vertex]
        spread = point[:, None, :]
        sides_m = np.minimum(
            _to_side_m(spread, at, self._onward[vertex]), _to_side_m(spread, at, self._back[vertex])
        )
        answer = sides_m.min(axis=1)
        return answer, vertex_m[:, -1] >= np.hypot(answer, SPACING_M / 2)
