"""What could be heard where: counted in integers, per station, cell and height.

Between two position reports of one transmitter that are close in time it was
on, so the reports that were due and not heard were missed: that is known
presence, and it is the denominator (the idea of Global Fishing Watch's
reception quality, per station and in cells of a few kilometres).

Cells are 0.05 degrees of latitude by 0.1 of longitude, about 5.6 by 6.4 km
at 55 N, in bands of height: one for the sea, and for aircraft bands that are
finest near the ground, where a horizon takes coverage away.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from fusion.cells import Tally, around, cell_of, grid
from geo.batch import Bools, Floats, Ints
from geo.container import Tree

CELL_LAT_DEG = 0.05
CELL_LON_DEG = 0.1
BAND_TOPS_M = np.array([150.0, 300.0, 600.0, 1000.0, 1500.0, 3000.0, 6000.0])
SEA_BAND = 0
EVERYWHERE = 8
"""So many visits to a place weigh as much as all that is known of other places."""
UNDER_WAY_MPS = 1.5
"""Slower than 3 kn a ship may be coming alongside."""
STATION_SHIFT = np.int64(31)
"""A cell's key is below 2**31 (9 bands of 3602 rows by 3600 columns); the station stands above it."""


def bands(alt_m: Floats, airborne: Bools) -> Ints:
    """Band of height: 0 at sea, 1 below 150 m, up to 8 above 6,000 m; unknown height is the highest.

    Shapes: (n,) x2 -> (n,).
    """
    band = np.searchsorted(BAND_TOPS_M, np.where(np.isnan(alt_m), np.inf, alt_m), side="right") + 1
    return np.where(airborne, band, SEA_BAND).astype(np.int64)


def cells(lat: Floats, lon: Floats, band: Ints) -> Ints:
    """Cell of each place and band; -1 where there is none. Shapes: (n,) x3 -> (n,)."""
    return grid(lat, lon, CELL_LAT_DEG, CELL_LON_DEG, band)


@numba.njit(cache=True)
def cell_in_air(lat, lon, alt_m, airborne):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """`cells` and `bands` of one place, for compiled loops."""
    above = int(np.searchsorted(BAND_TOPS_M, np.inf if math.isnan(alt_m) else alt_m, side="right"))
    return cell_of(lat, lon, CELL_LAT_DEG, CELL_LON_DEG, above + 1 if airborne else SEA_BAND)


class Coverage:
    """Position reports heard and due: by cell for the network, and by station and cell."""

    def __init__(self) -> None:
        self.network = Tally(2)
        self.stations = Tally(2)
        self.visits = Tally(3)

    def count(self, cell: Ints, due: Ints) -> None:
        """Count one report heard by the network in each cell, and those due since the one before. Shapes: (n,) x2."""
        usable = (cell >= 0) & (due > 0)
        self.network.add(cell[usable], _pairs(1, due[usable]))

    def count_stations(
        self, station: npt.NDArray[np.uint32] | Ints, cell: Ints, heard: Bools | Ints, due: Ints
    ) -> None:
        """Count, for a station in reach, reports due and whether it heard the last of them. Shapes: (n,) x4."""
        usable = (cell >= 0) & (due > 0)
        keys = station.astype(np.int64)[usable] << STATION_SHIFT | cell[usable]
        self.stations.add(keys, _pairs(heard[usable], due[usable]))

    def count_visits(self, cell: Ints) -> None:
        """Count a track entering each cell. Shape: (n,)."""
        self._count_ends(cell[cell >= 0], (1, 0, 0))

    def count_losses(self, cell: Ints, under_way: Bools) -> None:
        """Count a track falling silent for long in each cell, and whether it was under way. Shapes: (n,) x2."""
        self._count_ends(cell[~under_way], (0, 1, 0))
        self._count_ends(cell[under_way], (0, 1, 1))

    def loss_rate(self, cell: Ints, own: Ints, under_way: Bools, safe: Floats | float = 0.0) -> Floats:
        """Share of visits about each cell that end in a long silence, for those under way and for those that are not.

        Where a horizon, a headland or a berth ends most tracks, one more ending is ordinary. Who stops is home, and
        says nothing of who passes: of ships under way only the silences of such count. Where few have been, the
        share of the whole network stands for `EVERYWHERE` visits. `own` losses, already counted for the track in
        question, are left out; `safe` visits that ended in none are taken to have been before any was counted, where
        more is known than was learned. Shapes: (n,) x4 -> (n,).
        """
        visits, ends, ends_under_way = self.visits.about(cell, CELL_LON_DEG).T
        losses = np.where(under_way, ends_under_way, ends) - own
        every = self.visits.columns()[1].sum(axis=0)
        usual = (np.where(under_way, every[2], every[1]) - own + 1) / (every[0] + 2)
        return np.asarray((losses + EVERYWHERE * usual) / (visits + EVERYWHERE + safe))

    def probability(
        self, cell: Ints, supposed_heard: Floats | float = 0.0, supposed_due: Floats | float = 0.0
    ) -> Floats:
        """Chance that the network hears a report sent from each cell: (heard + 1) / (due + 2) about it.

        Nine cells are summed, the place itself counted with its neighbours; 0
        where nobody was ever heard: nothing is known there, and silence there
        means nothing. Reports supposed to have been heard and due beside those
        counted say what is known before any was. Shapes: (n,) x3 -> (n,).
        """
        return chance(self.network.about(cell, CELL_LON_DEG), supposed_heard, supposed_due)

    def by_station(self, cell: Ints, station: npt.NDArray[np.uint32]) -> Ints:
        """Reports that each station in reach heard, and those due, about each cell. Shapes: (n,), (k,) -> (n, k, 2)."""
        above, totals = (
            station.astype(np.int64) << STATION_SHIFT,
            np.zeros((len(cell), len(station), 2), np.int64),
        )
        for near in around(cell, CELL_LON_DEG).T:
            totals += self.stations.sums(np.where(near[:, None] < 0, -1, above | near[:, None]))
        return totals

    def state(self) -> Tree:
        """All that is remembered, as `restore` takes it."""
        return {name: tally.state() for name, tally in self._tallies().items()}

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else."""
        for name, tally in self._tallies().items():
            tally.restore(state[name])

    def _tallies(self) -> dict[str, Tally]:
        return {"network": self.network, "stations": self.stations, "visits": self.visits}

    def _count_ends(self, cell: Ints, what: tuple[int, int, int]) -> None:
        self.visits.add(cell, np.broadcast_to(np.array(what), (len(cell), len(what))))


def chance(totals: Ints, supposed_heard: Floats | float = 0.0, supposed_due: Floats | float = 0.0) -> Floats:
    """Chance that a report is heard, of counts of heard and due; see `Coverage.probability`. Shape: (..., 2) -> (...)."""
    heard, due = totals[..., 0], totals[..., 1]
    # One heard of two due is the doubt of few counts; where none was counted there is nothing to doubt.
    counted = (heard > 0).astype(np.int64)
    every = due + 2 * counted + supposed_due
    return np.where(every > 0, (heard + counted + supposed_heard) / np.where(every > 0, every, 1), 0.0)


def _pairs(one: Ints | Bools | int, other: Ints) -> Ints:
    """Both side by side. Shapes: (n,) or one, (n,) -> (n, 2)."""
    pairs = np.empty((len(other), 2), np.int64)
    pairs[:, 0], pairs[:, 1] = one, other
    return pairs
