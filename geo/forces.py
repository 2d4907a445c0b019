"""Which police force a place belongs to: the one whose land it is, or whose shore is nearest.

In: degrees. Out: names of forces, nearest first: one, two near a border, none
outside the land and territorial sea of the covered countries.

Areas are joined from Natural Earth's counties (1:10 million): their borders are good to 1
or 2 km, hence two names within 2 km of one. At sea the nearest point of the fine coast
decides, through the county nearest to it; the second name is that of a border near that point,
or of a facing shore at most 2 km further off (mid-channel in an estuary).

This tells whom to call first. It is no statement of jurisdiction.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
import shapely
from scipy.spatial import cKDTree

from geo.batch import Bools, Floats, Ints
from geo.coast import coast
from geo.earth import in_space
from geo.plane import project
from geo.waters import TERRITORIAL_SEA_M, in_territorial_sea

DATA = Path(__file__).parent / "data" / "natural_earth_forces"
BORDER_M = 2000.0
NOBODY = -1
# Shores less than 60 degrees apart, as seen from the place, are one coast, not two facing.
_FACING_COSINE = 0.5
# The fine coast is thinned to a point a kilometre before it is given its forces.
_REACH_M = TERRITORIAL_SEA_M + BORDER_M + 1500.0

_OWN_NAMES = {
    "Dyfed-Powys Police": "Heddlu Dyfed-Powys Police",
    "Gwent Police": "Heddlu Gwent Police",
    "Hampshire and Isle of Wight Constabulary": "Hampshire & Isle of Wight Constabulary",
    "Metropolitan Police Service": "Metropolitan Police",
    "North Wales Police": "Heddlu Gogledd Cymru / North Wales Police",
    "Police Scotland": "Police Scotland / Poileas Alba",
    "Police Service of Northern Ireland": "Police Service of Northern Ireland (PSNI)",
    "South Wales Police": "Heddlu De Cymru / South Wales Police",
}


@cache
def force_names() -> tuple[str, ...]:
    """Every force, in alphabetical order: the 43 of England and Wales and six others."""
    return tuple(pq.ParquetFile(DATA / "areas.parquet").read(columns=["force"])["force"].to_pylist())


def own_name(name: str) -> str:
    """How a force writes itself, in both its languages where it has two.

    >>> own_name("North Wales Police")
    'Heddlu Gogledd Cymru / North Wales Police'
    """
    return _OWN_NAMES.get(name, name)


@cache
def areas() -> npt.NDArray[np.object_]:
    """The area of each of `force_names()`, in longitude and latitude. Shape: (forces,)."""
    table = pq.ParquetFile(DATA / "areas.parquet").read(columns=["geometry"])
    shapes: npt.NDArray[np.object_] = shapely.from_wkb(table["geometry"].to_pylist())
    return shapes


@cache
def _land_index() -> shapely.STRtree:
    flat = [shapely.transform(area, lambda p: np.column_stack(project(p[:, 1], p[:, 0]))) for area in areas()]
    return shapely.STRtree(flat)


class _ShoreForces:
    """Points of the fine coast, the force of each, and a tree for each force."""

    def __init__(self) -> None:
        with np.load(DATA / "shore_forces.npz") as file:
            self.place = in_space(file["lat"].astype(np.float64), file["lon"].astype(np.float64))
            self.force: Ints = file["force"].astype(np.int64)
            second = file["second"].astype(np.int64)
        self.second: Ints = np.where(second < len(force_names()), second, NOBODY)
        self.tree: Any = cKDTree(self.place)
        self.rows_of = {int(f): np.flatnonzero(self.force == f) for f in np.unique(self.force)}
        self.tree_of: dict[int, Any] = {f: cKDTree(self.place[rows]) for f, rows in self.rows_of.items()}


@cache
def _shore() -> _ShoreForces:
    return _ShoreForces()


def _on_shore(point: Floats) -> tuple[Ints, Ints]:
    """The force of the nearest shore, and the second or -1. Shapes: (n, 3) -> (n,) x2."""
    shore = _shore()
    least_m, row = shore.tree.query(point)
    first, second = shore.force[row], shore.second[row].copy()
    towards = (shore.place[row] - point) / np.maximum(least_m, 1.0)[:, None]
    best_m = np.where(second == NOBODY, least_m + BORDER_M, 0.0)
    for force, tree in shore.tree_of.items():
        metres, near = tree.query(point, distance_upper_bound=_REACH_M)
        seen = (metres < best_m) & (first != force)
        at = shore.place[shore.rows_of[force][np.where(seen, near, 0)]]
        cosine = (towards * (at - point)).sum(axis=1) / np.maximum(np.where(seen, metres, 1.0), 1.0)
        facing = seen & (cosine < _FACING_COSINE)
        second[facing], best_m[facing] = force, metres[facing]
    return first, second


def _on_land(lat: Floats, lon: Floats) -> tuple[Ints, Ints]:
    """The areas within `BORDER_M`, nearest first; -1 where there is none. Shapes: (n,) x2 -> (n,) x2."""
    index = _land_index()
    points = shapely.points(*project(lat, lon))
    row, force = index.query(points, predicate="dwithin", distance=BORDER_M)
    metres = shapely.distance(points[row], index.geometries[force])
    order = np.lexsort((force, metres, row))
    row, force = row[order], force[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    answer = np.full((2, len(lat)), NOBODY, np.int64)
    for place in (0, 1):
        answer[place, row[rank == place]] = force[rank == place]
    return answer[0], answer[1]


def force_rows(lat: Floats, lon: Floats) -> tuple[Ints, Ints]:
    """First and second force as rows of `force_names()`, -1 for none. Shapes: (n,) x2 -> (n,) x2."""
    first, second = np.full(len(lat), NOBODY, np.int64), np.full(len(lat), NOBODY, np.int64)
    land: Bools = coast().on_land(lat, lon)
    rows = np.flatnonzero(land)
    if len(rows):
        first[rows], second[rows] = _on_land(lat[rows], lon[rows])
    # Islets that Natural Earth does not draw lie far from every area: they follow the shore too.
    rows = np.flatnonzero(in_territorial_sea(lat, lon) | (land & (first == NOBODY)))
    if len(rows):
        first[rows], second[rows] = _on_shore(in_space(lat[rows], lon[rows]))
    return first, second


def forces(lat: Floats, lon: Floats) -> list[tuple[str, ...]]:
    """Names of the forces of each place: one, two near a border, none outside. Shapes: (n,) x2 -> n tuples."""
    names = force_names()
    pairs = zip(*(column.tolist() for column in force_rows(lat, lon)), strict=True)
    return [tuple(names[force] for force in pair if force != NOBODY) for pair in pairs]
