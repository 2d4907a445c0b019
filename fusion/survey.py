"""The counts of coverage laid open, cell by cell, for maps and analysts; and how far a station hears, by bearing.

In: `fusion.coverage.Coverage`. Out: columns, one row a cell of the network,
or a cell of a station, and sectors of 10 degrees about a place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusion.cells import Tally, ungrid
from fusion.coverage import BAND_TOPS_M, CELL_LAT_DEG, CELL_LON_DEG, STATION_SHIFT, Coverage
from geo.batch import Batch, Floats, Ints, column
from geo.sphere import bearing_deg, distance_m

SECTORS = 36
SECTOR_DEG = 360.0 / SECTORS
HEARD_LEAST = 5
"""So many reports heard make a cell one that is heard: a place that is made up seldom comes so often."""
NEARLY_ALL = 0.99
"""A duct, or a false position that nothing gave away, makes the farthest cell; it does not make the hundredth report."""
BANDS = len(BAND_TOPS_M) + 2
HIGHEST_M = 10_000.0
"""Where airliners cruise: the highest band has no top, and stands for them."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Surveyed(Batch):
    """Reports heard and due, one row a cell.

    Columns:
        station: whose; 0 for the network.
        band: of height, as `fusion.coverage.bands` numbers them; 0 is the sea.
        row, col: of the grid, from the south pole and the antimeridian.
    """

    station: npt.NDArray[np.uint32] = column("u4", 0)
    band: Ints = column("i8", 0)
    row: Ints = column("i8", 0)
    col: Ints = column("i8", 0)
    heard: Ints = column("i8", 0)
    due: Ints = column("i8", 0)

    @property
    def lat_deg(self) -> Floats:
        """Latitude of each middle. Shape: (n,)."""
        return np.asarray((self.row + 0.5) * CELL_LAT_DEG - 90.0)

    @property
    def lon_deg(self) -> Floats:
        """Longitude of each middle. Shape: (n,)."""
        return np.asarray((self.col + 0.5) * CELL_LON_DEG - 180.0)


@dataclass(frozen=True)
class Sectors:
    """What a station hears by true bearing, from north to the east. Shapes: (`SECTORS`,).

    Attributes:
        nearly_all_m: so near is `NEARLY_ALL` of what it hears; 0 where it hears nothing. A number alone.
        farthest_m: the middle of the farthest cell that it hears; 0 where it hears none.
        heard, due: all reports of the sector.
    """

    nearly_all_m: float
    farthest_m: Floats
    heard: Ints
    due: Ints


def network(coverage: Coverage) -> Surveyed:
    """Every cell of the network, in the order of its keys."""
    return _surveyed(coverage.network, of_stations=False)


def by_station(coverage: Coverage) -> Surveyed:
    """Every cell of every station, by the station's number."""
    return _surveyed(coverage.stations, of_stations=True)


def band_m(band: Ints) -> tuple[Floats, Floats]:
    """Floor and top of each band, above the sea; NaN of the sea's, infinity over the highest. Shape: (n,) -> (n,) x2."""
    edges = np.array([np.nan, 0.0, *BAND_TOPS_M, np.inf])
    floor, top = edges[:-1].copy(), edges[1:].copy()
    top[0] = np.nan
    return floor[band], top[band]


def middle_m(band: Ints) -> Floats:
    """The middle of each band: NaN of the sea's, `HIGHEST_M` of the highest. Shape: (n,) -> (n,)."""
    floor, top = band_m(band)
    return np.where(np.isinf(top), HIGHEST_M, (floor + top) / 2.0)


def sectors(cells: Surveyed, lat_deg: float, lon_deg: float) -> Sectors:
    """How far and how well a station at a place hears, of its own cells."""
    here = np.full(len(cells), lat_deg), np.full(len(cells), lon_deg)
    there = cells.lat_deg, cells.lon_deg
    sector = (bearing_deg(*here, *there) // SECTOR_DEG).astype(np.int64) % SECTORS
    farthest_m, sums = np.zeros(SECTORS), np.zeros((SECTORS, 2), np.int64)
    far = cells.heard >= HEARD_LEAST
    away_m = distance_m(*here, *there)
    np.maximum.at(farthest_m, sector[far], away_m[far])
    np.add.at(sums, sector, np.stack([cells.heard, cells.due], axis=1))
    nearest = np.argsort(away_m, kind="stable")
    heard = np.cumsum(cells.heard[nearest])
    most = int(np.searchsorted(heard, NEARLY_ALL * heard[-1])) if len(heard) and heard[-1] else -1
    nearly_all_m = float(away_m[nearest[most]]) if most >= 0 else 0.0
    return Sectors(nearly_all_m, farthest_m, sums[:, 0], sums[:, 1])


def _surveyed(tally: Tally, *, of_stations: bool) -> Surveyed:
    keys, sums = tally.columns()
    station = keys >> STATION_SHIFT if of_stations else np.zeros_like(keys)
    band, row, col = ungrid(keys - (station << STATION_SHIFT), CELL_LAT_DEG, CELL_LON_DEG)
    return Surveyed(
        station=station.astype(np.uint32), band=band, row=row, col=col, heard=sums[:, 0], due=sums[:, 1]
    )
