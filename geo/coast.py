"""The coast: how far it is, whether a place is within so many metres of it, and whether it is land.

In: degrees (WGS 84). Out: metres to the nearest shore line, or a yes or no. NaN in
gives NaN or no.

The shore is OpenStreetMap's, simplified by its packager to within 56 m of the
original; against that line the distances here are exact to centimetres. What is
land and what is a tidal river follows OpenStreetMap's coastline rule, where other
sources differ by kilometres in estuaries. Lakes count as land.

Most questions need no exact distance. A raster of signed distances (cells of 0.005
by 0.008 degrees, at most 404 m from centre to corner) settles every place that is
clear of the threshold by more than a cell; only the rest are measured. Answers are
the same as without it, which the tests hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
import shapely

from geo.batch import Bools, Floats, Ints
from geo.earth import on_earth
from geo.shore import Shore

DATA = Path(__file__).parent / "data"
Polygons = npt.NDArray[np.object_]

LAT_STEP_DEG, LON_STEP_DEG = 0.005, 0.008
SOUTH_DEG, WEST_DEG = 48.6, -14.2
ROWS, COLUMNS = 2540, 2040
UNIT_M = 200.0
# Half a cell's diagonal at its southern edge is 404 m; the rest is rounding's.
REACH_M = 410.0
_FAR = 127


@dataclass(frozen=True, eq=False)
class Raster:
    """Signed distance to the shore at cell centres, in whole units of `UNIT_M`, rounded down.

    `cells[i, j]` is q at sea and -1 - q on land, q from 0 to 127 (25.4 km or more).
    Row 0 is the southernmost, column 0 the westernmost. Outside lies far sea.
    """

    cells: npt.NDArray[np.int8]

    def at(self, lat: Floats, lon: Floats) -> npt.NDArray[np.int8]:
        """The value of the cell each place lies in. Shapes: (n,) x2 -> (n,)."""
        inside = _inside(lat, lon)
        # A cast of NaN to integer is undefined: unknown places read cell 0 and are masked after.
        i = (np.where(inside, lat - SOUTH_DEG, 0.0) / LAT_STEP_DEG).astype(np.int64)
        j = (np.where(inside, lon - WEST_DEG, 0.0) / LON_STEP_DEG).astype(np.int64)
        return np.where(inside, self.cells[i, j], np.int8(_FAR))

    @classmethod
    def build(cls, land: Polygons, shore: Shore) -> Raster:
        """Measure every cell that may lie within reach of the shore. Takes a minute or two."""
        cells = np.full((ROWS, COLUMNS), _FAR, np.int8)
        whole = shapely.multipolygons(land)
        shapely.prepare(whole)
        for i in range(ROWS):
            lat = np.full(COLUMNS, SOUTH_DEG + (i + 0.5) * LAT_STEP_DEG)
            lon = WEST_DEG + (np.arange(COLUMNS, dtype=np.float64) + 0.5) * LON_STEP_DEG
            units = np.minimum(np.floor(shore.distance_m(lat, lon) / UNIT_M), _FAR)
            cells[i] = np.where(shapely.contains_xy(whole, lon, lat), -1 - units, units)
        return cls(cells)

    def save(self, path: Path) -> None:
        """Write the cells, compressed."""
        np.savez_compressed(path, cells=self.cells)


def _inside(lat: Floats, lon: Floats) -> Bools:
    row, col = (lat - SOUTH_DEG) / LAT_STEP_DEG, (lon - WEST_DEG) / LON_STEP_DEG
    return (row >= 0.0) & (row < ROWS) & (col >= 0.0) & (col < COLUMNS)


class Coast:
    """Some land and its shore, measured to on demand.

    The parts load when first needed: polygons 0.1 s, the sides of the shore in their boxes 0.3 s.
    Safe to share between threads.
    """

    def __init__(self, polygons: Path, raster: Path | None) -> None:
        self._polygons = polygons
        self._raster_file = raster

    @cached_property
    def land(self) -> Polygons:
        """The land polygons, in longitude and latitude. Shape: (polygons,)."""
        # `read_table` and `to_numpy` would each import pandas: 1.5 s, against 0.1 s for this.
        table = pq.ParquetFile(self._polygons).read(columns=["geometry"])
        polygons: Polygons = shapely.from_wkb(table["geometry"].to_pylist())
        return polygons

    @cached_property
    def shore(self) -> Shore:
        """The shore lines, ready to be measured to."""
        return Shore(self.land)

    @cached_property
    def _whole(self) -> shapely.MultiPolygon:
        whole = shapely.multipolygons(shapely.get_parts(self.land))
        shapely.prepare(whole)
        return whole

    @cached_property
    def _raster(self) -> Raster | None:
        if self._raster_file is None:
            return None
        with np.load(self._raster_file) as arrays:
            return Raster(arrays["cells"])

    def distance_m(self, lat: Floats, lon: Floats) -> Floats:
        """Metres to the nearest shore line, from land as from sea; never negative. Shapes: (n,) x2 -> (n,)."""
        return self.shore.distance_m(lat, lon)

    def within_m(self, lat: Floats, lon: Floats, limit_m: float) -> Bools:
        """Whether the shore is `limit_m` away or nearer: `distance_m <= limit_m`. Shapes: (n,) x2 -> (n,)."""
        known = on_earth(lat, lon)
        if self._raster is None:
            return self.shore.within_m(lat, lon, limit_m)
        cell = self._raster.at(lat, lon).astype(np.float64)
        units = np.where(cell < 0.0, -1.0 - cell, cell)
        least_m = units * UNIT_M - REACH_M
        most_m = np.where(units < _FAR, (units + 1.0) * UNIT_M + REACH_M, np.inf)
        answer = known & (most_m <= limit_m)
        open_rows = np.flatnonzero(known & (least_m <= limit_m) & (most_m > limit_m))
        if len(open_rows):
            answer[open_rows] = self.shore.within_m(lat[open_rows], lon[open_rows], limit_m)
        return answer

    def on_land(self, lat: Floats, lon: Floats) -> Bools:
        """Whether a place is land, lakes included. Shapes: (n,) x2 -> (n,)."""
        if self._raster is None:
            rows: Ints = np.flatnonzero(on_earth(lat, lon))
            answer = np.zeros(len(lat), np.bool_)
        else:
            cell = self._raster.at(lat, lon).astype(np.float64)
            answer = cell < 0.0
            beside = np.where(answer, -1.0 - cell, cell) * UNIT_M <= REACH_M
            rows = np.flatnonzero(beside)
        if len(rows):
            answer[rows] = shapely.contains_xy(self._whole, lon[rows], lat[rows])
        return answer


@cache
def coast(source: Literal["osm", "neighbours", "wvs"] = "osm") -> Coast:
    """The coast of the covered countries, loaded once.

    `neighbours` is the French coast of the Channel, for median lines; `wvs` is the
    World Vector Shoreline of 1989, coarser (half within 91 m) and free of any licence.
    """
    if source == "wvs":
        return Coast(DATA / "wvs_coast" / "coast.parquet", None)
    if source == "neighbours":
        return Coast(DATA / "osm_coast" / "neighbours.parquet", None)
    return Coast(DATA / "osm_coast" / "coast.parquet", DATA / "osm_coast" / "near_coast.npz")
