"""The races of the coast against shapely's STRtree: same sides, same places, a projection of the same ellipsoid.

The tree holds every side of the shore as a line on the map of the British Isles, which is conformal: a length on it,
divided by the map's scale at the place, is a length on the ground. Ours has no map: it measures in space.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import shapely
from side_by_side import Race, Runner, must

from geo.batch import Bools, Floats
from geo.coast import coast
from geo.plane import displaced, project, scale
from geo.shore import ring_vertices

NEAR_M = 5556.0
ERROR_M = 1.0
"""Of the tree within 3 nautical miles: the map's scale is taken at one end of the way."""
MOST_SCALE = 1.004
"""Map metres per true metre, at most, in the south of the map."""
TREE_SHARE = 10_000
Places = tuple[Floats, Floats]


def evenly(count: int) -> Places:
    """Places all over the map."""
    rng = np.random.default_rng(20_261_122)
    return rng.uniform(49, 61, count), rng.uniform(-11, 2, count)


def as_ships_are(count: int) -> Places:
    """Places near the shore, on either side of it: 4 km away on average."""
    rng = np.random.default_rng(20_261_122)
    lat, lon, _ = ring_vertices(coast().land)
    at, course, run_m = (
        rng.integers(0, len(lat), count),
        rng.uniform(0, 2 * np.pi, count),
        rng.exponential(4000, count),
    )
    return displaced(lat[at], lon[at], run_m * np.sin(course), run_m * np.cos(course))


PLACES: dict[str, Callable[[int], Places]] = {"as ships are": as_ships_are, "evenly": evenly}


class Tree:
    """Every side of the coast as a line on the map of the British Isles."""

    def __init__(self) -> None:
        lat, lon, ring = ring_vertices(coast().land)
        place = np.column_stack(project(lat, lon))
        joined = np.flatnonzero(np.diff(ring) == 0)
        lines = shapely.linestrings(np.stack([place[joined], place[joined + 1]], axis=1))
        self._tree = shapely.STRtree(lines)

    def distance_m(self, lat: Floats, lon: Floats) -> Floats:
        """To the nearest side. Shapes: (n,) x2 -> (n,)."""
        points = shapely.points(*project(lat, lon))
        found, metres = self._tree.query_nearest(points, return_distance=True, all_matches=False)
        nearest_m = np.empty(len(lat))
        nearest_m[found[0]] = metres
        return nearest_m / scale(lat)

    def within_m(self, lat: Floats, lon: Floats, limit_m: float) -> Bools:
        """Whether a side is so near, asked of the tree with a limit. Shapes: (n,) x2 -> (n,)."""
        points, near = shapely.points(*project(lat, lon)), np.zeros(len(lat), np.bool_)
        found, metres = self._tree.query_nearest(
            points, max_distance=limit_m * MOST_SCALE, return_distance=True, all_matches=False
        )
        near[found[0]] = metres / scale(lat[found[0]]) <= limit_m
        return near


def coast_races(count: int) -> Iterator[Race]:
    """How far, and whether within 3 nautical miles, of two sets of places."""
    tree = Tree()
    for where, made in PLACES.items():
        lat, lon = made(count)
        few = slice(0, min(TREE_SHARE, count))

        def far(lat: Floats = lat, lon: Floats = lon, few: slice = few) -> list[str]:
            ours_m, theirs_m = coast().distance_m(lat[few], lon[few]), tree.distance_m(lat[few], lon[few])
            near = theirs_m <= NEAR_M
            worst_m = float(np.abs(ours_m - theirs_m)[near].max())
            must(worst_m < ERROR_M, f"distances are {worst_m:.2f} m apart")
            return [f"{near.sum():,} under 3 nm to {worst_m:.2f} m"]

        def near(lat: Floats = lat, lon: Floats = lon, few: slice = few) -> list[str]:
            theirs_m = tree.distance_m(lat[few], lon[few])
            clear = np.abs(theirs_m - NEAR_M) > ERROR_M
            same = coast().within_m(lat[few], lon[few], NEAR_M) == tree.within_m(lat[few], lon[few], NEAR_M)
            must(bool(same[clear].all()), "answers differ")
            return [f"{clear.sum():,} answers"]

        yield Race(
            f"coast distance, exact, places {where}",
            Runner("headland", lambda lat=lat, lon=lon: len(coast().distance_m(lat, lon))),
            [
                Runner(
                    "shapely STRtree",
                    lambda lat=lat, lon=lon, few=few: len(tree.distance_m(lat[few], lon[few])),
                )
            ],
            [10.0],
            far,
        )
        yield Race(
            f"coast within 3 nm, places {where}",
            Runner("headland", lambda lat=lat, lon=lon: len(coast().within_m(lat, lon, NEAR_M))),
            [
                Runner(
                    "shapely STRtree",
                    lambda lat=lat, lon=lon, few=few: len(tree.within_m(lat[few], lon[few], NEAR_M)),
                )
            ],
            [10.0],
            near,
        )
