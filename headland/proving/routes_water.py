"""Where vessels may go, and the way over water from one place to another.

In: an area in degrees. Out: a grid of cells, `CELL_M` wide, that lie clear of every
shore; routes over it as corners in degrees; and a plain answer whether a line touches
land. What is land is `geo.coast`'s, the French coast of the Channel included.

The cheapest way is found by Dijkstra over the grid (a cell near the shore costs more, so
that ships keep off it), then pulled straight wherever the cells between are as clear
as the way itself. A route is a proposal: `on_water` judges the rounded line against the
coast itself. Depth is not known: no free chart of it is shipped, so a deep ship may
cross a bank here. A creek narrower than two cells is closed.

Source of the method: E. W. Dijkstra, Numerische Mathematik 1 (1959), as in SciPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from scipy.ndimage import distance_transform_edt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from geo.batch import Bools, Floats, Ints
from geo.coast import coast
from geo.ports import ports
from headland.proving.routes import RouteError

CELL_M = 200.0
METRES_PER_DEGREE = 111_195.08
SHY_M = 1500.0
"""How far off a shore begins to cost: at this distance a way counts half as long again."""
MOST_CELLS = 2_000_000
GATES, RIM_CELLS = 24, 10
_SEARCH: Any = dijkstra  # its stubs know no search from one cell that returns predecessors
_STEPS = ((0, 1), (1, 0), (1, 1), (1, -1))


@dataclass(frozen=True)
class Area:
    """A box of latitude and longitude in degrees; it does not cross the date line."""

    south_deg: float
    west_deg: float
    north_deg: float
    east_deg: float

    def holds(self, lat: Floats, lon: Floats) -> Bools:
        """Whether places are inside. Shapes: (n,) x2 -> (n,)."""
        return (lat > self.south_deg) & (lat < self.north_deg) & (lon > self.west_deg) & (lon < self.east_deg)

    @property
    def middle(self) -> tuple[float, float]:
        """Latitude and longitude of the centre."""
        return (self.south_deg + self.north_deg) / 2, (self.west_deg + self.east_deg) / 2


def is_land(lat: Floats, lon: Floats) -> Bools:
    """Whether a place is land, ours or the French coast's. Shapes: (n,) x2 -> (n,)."""
    land = coast().on_land(lat, lon)
    # Nowhere else does the area of a coast that we know reach over to a neighbour's.
    south = (lat < 51.6) & (lon > -4.0)
    if south.any():
        land = land.copy()
        land[south] |= coast("neighbours").on_land(lat[south], lon[south])
    return land


def between(lat: Floats, lon: Floats, step_m: float = 25.0) -> tuple[Floats, Floats]:
    """Places no more than a step apart along a line, its corners included. Shapes: (n,) x2 -> (m,) x2."""
    north_m = np.diff(lat) * METRES_PER_DEGREE
    east_m = np.diff(lon) * METRES_PER_DEGREE * np.cos(np.radians(lat[:-1]))
    parts = np.maximum(np.ceil(np.hypot(north_m, east_m) / step_m), 1.0)
    at = np.append(0.0, np.cumsum(parts))
    fine = np.arange(at[-1] + 1.0)
    return np.interp(fine, at, lat), np.interp(fine, at, lon)


def on_water(lat: Floats, lon: Floats) -> bool:
    """Whether a line touches no land anywhere. Shapes: (n,) x2."""
    return not is_land(*between(lat, lon)).any()


class Waters:
    """The water of an area as a grid: row 0 southernmost, column 0 westernmost."""

    def __init__(self, area: Area) -> None:
        """Lay the grid; finding its ways waits until they are asked for.

        Raises:
            ValueError: the area is empty, or larger than some 280 km square.
        """
        self.area = area
        self._dlat = CELL_M / METRES_PER_DEGREE
        self._dlon = self._dlat / np.cos(np.radians(area.middle[0]))
        rows = int((area.north_deg - area.south_deg) / self._dlat)
        cols = int((area.east_deg - area.west_deg) / self._dlon)
        if rows < 10 or cols < 10 or rows * cols > MOST_CELLS:
            raise ValueError(f"an area of {rows} by {cols} cells of {CELL_M:g} m is too small or too large")
        self._shape = rows, cols
        self._routes = lru_cache(maxsize=128)(self._towards)

    @cached_property
    def _blocked(self) -> Bools:
        lat, lon = self.place(np.arange(self._shape[0] * self._shape[1]))
        land = is_land(lat, lon)
        near = coast().within_m(lat, lon, CELL_M / 2) | coast("neighbours").within_m(lat, lon, CELL_M / 2)
        return np.asarray(land | near).reshape(self._shape)

    @cached_property
    def clear_m(self) -> Floats:
        """Metres from each cell to the nearest that is closed, roughly; 0 in closed ones. Shape: (cells,)."""
        if not self._blocked.any():
            return np.full(self._blocked.size, 1e5)
        return np.asarray(distance_transform_edt(~self._blocked) * CELL_M).ravel()

    @cached_property
    def _graph(self) -> Any:
        rows, cols = self._shape
        index = np.arange(rows * cols).reshape(rows, cols)
        cost = 1.0 + SHY_M / (self.clear_m + SHY_M)
        ends: list[tuple[Ints, Ints, Floats]] = []
        for up, right in _STEPS:
            left = max(0, -right)
            a = index[: rows - up, left : cols - max(0, right)].ravel()
            b = index[up:, max(0, right) : cols - left].ravel()
            open_ = (self.clear_m[a] > 0) & (self.clear_m[b] > 0)
            a, b = a[open_], b[open_]
            ends.append((a, b, np.hypot(up, right) * CELL_M * (cost[a] + cost[b]) / 2))
        a, b, weight = (np.concatenate(column) for column in zip(*ends, strict=True))
        return csr_matrix((weight, (a, b)), shape=(rows * cols, rows * cols))

    @cached_property
    def _both_ways(self) -> Any:
        return (self._graph + self._graph.T).tocsr()

    @cached_property
    def sea(self) -> Ints:
        """The cells of the largest connected water. Shape: (n,), rising."""
        _, part = connected_components(self._graph, directed=False)
        open_ = np.flatnonzero(self.clear_m > 0)
        if not len(open_):
            return open_
        found: Ints = open_[part[open_] == np.bincount(part[open_]).argmax()]
        return found

    @cached_property
    def gates(self) -> Ints:
        """Up to `GATES` cells of open water at the edge of the area, where ships come in and go out. Shape: (n,)."""
        row, col = np.divmod(self.sea, self._shape[1])
        rim = np.minimum(np.minimum(row, self._shape[0] - 1 - row), np.minimum(col, self._shape[1] - 1 - col))
        clear_m = self.clear_m[self.sea]
        at_edge = rim < RIM_CELLS
        wide = at_edge & (clear_m > min(3000.0, float(clear_m[at_edge].max(initial=0.0)) / 2))
        around = np.arctan2(row - self._shape[0] / 2, col - self._shape[1] / 2)
        cells = self.sea[wide][np.argsort(around[wide], kind="stable")]
        if not len(cells):
            return np.empty(0, np.int64)
        spread = np.linspace(0, len(cells) - 1, GATES).astype(np.int64)
        return np.asarray(np.unique(cells[spread]), np.int64)

    @cached_property
    def _hubs(self) -> frozenset[int]:
        """Cells that many ways begin or end at: a search from one serves them all."""
        listed = ports()
        here = self.area.holds(listed.lat_deg, listed.lon_deg)
        berths = self.sea_cell(listed.lat_deg[here], listed.lon_deg[here])
        return frozenset([*berths.tolist(), *self.gates.tolist()])

    @cached_property
    def _nearest(self) -> Ints:
        closed = np.ones(self._blocked.size, np.bool_)
        closed[self.sea] = False
        _, (row, col) = distance_transform_edt(closed.reshape(self._shape), return_indices=True)
        return np.asarray(row * self._shape[1] + col).ravel()

    def place(self, cell: Ints) -> tuple[Floats, Floats]:
        """Latitude and longitude of cells' centres. Shape: (n,) -> (n,) x2."""
        row, col = np.divmod(cell, self._shape[1])
        return self.area.south_deg + (row + 0.5) * self._dlat, self.area.west_deg + (col + 0.5) * self._dlon

    def cell(self, lat: Floats, lon: Floats) -> Ints:
        """The cell of each place, that of the nearest edge where it lies outside. Shapes: (n,) x2 -> (n,)."""
        row = np.clip((lat - self.area.south_deg) / self._dlat, 0, self._shape[0] - 1).astype(np.int64)
        col = np.clip((lon - self.area.west_deg) / self._dlon, 0, self._shape[1] - 1).astype(np.int64)
        return np.asarray(row * self._shape[1] + col)

    def sea_cell(self, lat: Floats, lon: Floats) -> Ints:
        """The cell of the largest water nearest to each place. Shapes: (n,) x2 -> (n,)."""
        return np.asarray(self._nearest[self.cell(lat, lon)])

    def _towards(self, cell: int) -> Ints:
        _, before = _SEARCH(self._both_ways, indices=cell, return_predecessors=True)
        return np.asarray(before, np.int32)

    def route(self, begin: tuple[float, float], end: tuple[float, float]) -> tuple[Floats, Floats]:
        """Corners of the cheapest way between two places at sea, both included.

        Raises:
            RouteError: no way over water, or less than two cells apart.
        """
        ends = np.array([begin, end])
        first, last = self.sea_cell(ends[:, 0], ends[:, 1]).tolist()
        # Which end is searched from must not depend on what was asked before, or one ferry more changes others.
        turned = first in self._hubs and last not in self._hubs
        cells = self._chain(last, first)[::-1] if turned else self._chain(first, last)
        if len(cells) < 3:
            raise RouteError("two places too near to each other for a route")
        lat, lon = self.place(self._pulled(np.array(cells)))
        lat[[0, -1]], lon[[0, -1]] = ends[:, 0], ends[:, 1]
        return lat, lon

    def _chain(self, first: int, last: int) -> list[int]:
        """Cells from one to another, found by a search from the other."""
        before = self._routes(last)
        cells = [first]
        while cells[-1] != last:
            cells.append(int(before[cells[-1]]))
            if cells[-1] < 0:
                raise RouteError("no way over water between two places")
        return cells

    def _pulled(self, cells: Ints) -> Ints:
        """The fewest cells of a way between which the line is as clear as the way was."""
        kept, at = [0], 0
        while at < len(cells) - 1:
            # Reach out twice as far while it goes, then halve back to the last that did.
            step = 1
            while at + 2 * step < len(cells) and self._sees(cells, at, at + 2 * step):
                step *= 2
            near, far = at + step, min(at + 2 * step, len(cells))
            while far - near > 1:
                middle = (near + far) // 2
                near, far = (middle, far) if self._sees(cells, at, middle) else (near, middle)
            kept.append(near)
            at = near
        return cells[kept]

    def _sees(self, cells: Ints, a: int, b: int) -> bool:
        """Whether the straight line between two cells of a way keeps as clear as the way, or 600 m."""
        (row_a, row_b), (col_a, col_b) = np.divmod(cells[[a, b]], self._shape[1])
        count = 2 * int(max(abs(row_b - row_a), abs(col_b - col_a))) + 1
        rows = np.rint(np.linspace(row_a, row_b, count)).astype(np.int64)
        cols = np.rint(np.linspace(col_a, col_b, count)).astype(np.int64)
        least_m = min(float(self.clear_m[cells[a : b + 1]].min()), 3 * CELL_M)
        return bool(self.clear_m[rows * self._shape[1] + cols].min() >= least_m)
