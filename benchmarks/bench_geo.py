"""How fast the coast answers, beside shapely's own index on the same places in the same run.

    python benchmarks/bench_geo.py [ROWS]

Prints rows a second and the ratio to shapely's STRtree. Ratios compare machines; rates do
not. Two sets of places: spread evenly over the map, and as ships are, exponentially
near the shore (mean 4 km).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter

import numpy as np
import shapely

from geo.airfields import nearest
from geo.coast import coast
from geo.plane import displaced, project, scale
from geo.shore import ring_vertices
from geo.sphere import distance_m
from geo.waters import covered

LIMIT_M = 5556.0
TREE_ROWS = 20_000


def evenly(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Places all over the map."""
    return rng.uniform(49, 61, n), rng.uniform(-11, 2, n)


def as_ships_are(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Places near the shore, on either side of it."""
    lat, lon, _ = ring_vertices(coast().land)
    at, course, run_m = rng.integers(0, len(lat), n), rng.uniform(0, 2 * np.pi, n), rng.exponential(4000, n)
    return displaced(lat[at], lon[at], run_m * np.sin(course), run_m * np.cos(course))


def rate(work: Callable[[], object], rows: int) -> float:
    """Rows a second, the better of two."""
    took = []
    for _ in range(2):
        start = perf_counter()
        work()
        took.append(perf_counter() - start)
    return rows / min(took)


def sides() -> shapely.STRtree:
    """Every side of the coast as a line on the map of the British Isles."""
    lat, lon, ring = ring_vertices(coast().land)
    place = np.column_stack(project(lat, lon))
    joined = np.flatnonzero(np.diff(ring) == 0)
    return shapely.STRtree(shapely.linestrings(np.stack([place[joined], place[joined + 1]], axis=1)))


def compare(name: str, lat: np.ndarray, lon: np.ndarray, tree: shapely.STRtree) -> None:
    """One set of places: the tree first, then ours as multiples of it."""
    few = slice(0, TREE_ROWS)

    def by_tree() -> object:
        points = shapely.points(*project(lat[few], lon[few]))
        return tree.query_nearest(points, return_distance=True, all_matches=False)[1] / scale(lat[few])

    def by_tree_within() -> object:
        points = shapely.points(*project(lat[few], lon[few]))
        return tree.query_nearest(points, max_distance=LIMIT_M, all_matches=False)

    exact, within = rate(by_tree, TREE_ROWS), rate(by_tree_within, TREE_ROWS)
    print(f"\n{name}: shapely STRtree nearest {exact:,.0f}/s, within 3 nmi {within:,.0f}/s")
    fifth = slice(0, len(lat) // 5)
    for label, work, rows, base in [
        ("Coast.distance_m", lambda: coast().distance_m(lat[fifth], lon[fifth]), len(lat[fifth]), exact),
        ("Coast.within_m, 3 nmi", lambda: coast().within_m(lat, lon, LIMIT_M), len(lat), within),
        ("Coast.on_land", lambda: coast().on_land(lat, lon), len(lat), within),
        ("waters.covered", lambda: covered(lat, lon), len(lat), within),
        ("airfields.nearest", lambda: nearest(lat[fifth], lon[fifth]), len(lat[fifth]), exact),
        ("sphere.distance_m", lambda: distance_m(lat, lon, lat[::-1], lon[::-1]), len(lat), exact),
    ]:
        found = rate(work, rows)
        print(f"  {label:<22} {found:>14,.0f}/s  {found / base:>8.1f} x")


def main() -> None:
    """Both sets of places."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    start = perf_counter()
    _ = coast().shore, coast().on_land(np.array([51.5]), np.array([0.0]))
    print(f"loaded in {perf_counter() - start:.2f} s; {rows:,} rows")
    tree, rng = sides(), np.random.default_rng(20_261_122)
    compare("evenly over the map", *evenly(rows, rng), tree)
    compare("as ships are", *as_ships_are(rows, rng), tree)


if __name__ == "__main__":
    main()
