"""The pressure of the day, learned from aircraft that send both of their altitudes.

A barometric altitude assumes 1013.25 hPa; British days run from 950 to 1050,
that is 600 m too high to 300 m too low. An aircraft that also sends its
geometric altitude tells the error: geometric less geoid less barometric.
Errors are kept in whole decimetres by one-degree cell and half hour, from
aircraft below 3,000 m, where the temperature's share of the error is small.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from fusion.cells import Tally, cell_of, grid, sums_about
from fusion.records import Records
from geo.batch import Floats, Ints
from geo.container import Tree

CELL_DEG = 1.0
PERIOD_S = 1800.0
PERIODS = 48 * 365
"""Half hours of a year: a key comes back only when its pressure is long forgotten."""
TOP_M = 3000.0
ENOUGH = 20
"""Fewer reports than this say nothing. They are reports, not aircraft: one alone in its cell sets the pressure."""


class Pressure:
    """Correction from barometric altitude to height above mean sea level, by place and half hour."""

    def __init__(self) -> None:
        self._tally = Tally(2)

    def learn(self, time_s: Floats, lat: Floats, lon: Floats, alt_m: Floats, correction_m: Floats) -> None:
        """Take in corrections said by aircraft. Shapes: (n,) x5."""
        use = np.isfinite(correction_m) & (alt_m < TOP_M)
        keys = _keys(time_s[use], lat[use], lon[use])
        values = np.round(correction_m[use] * 10.0).astype(np.int64)
        self._tally.add(keys, np.stack([values, np.ones_like(values)], axis=-1))

    def correction_m(self, time_s: Floats, lat: Floats, lon: Floats) -> Floats:
        """What to add to a barometric altitude; NaN where not known. Shapes: (n,) x3 -> (n,)."""
        out = np.empty(len(time_s))
        corrections(*self._tally.columns(), time_s, lat, lon, out)
        return out

    def correct(self, rows: Records) -> None:
        """Write the correction of every barometric altitude that aircraft say. Shape: (n,) `ROW`."""
        if rows["airborne_kind"].any():
            at = np.flatnonzero(np.isfinite(rows["alt_m"]) & ~rows["alt_geometric"])
            rows["qnh_m"][at] = self.correction_m(*(rows[name][at] for name in ("time_s", "lat", "lon")))

    def state(self) -> Tree:
        """All that is remembered, as `restore` takes it."""
        return self._tally.state()

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else."""
        self._tally.restore(state)


def _keys(time_s: Floats, lat: Floats, lon: Floats) -> Ints:
    period = np.floor(time_s / PERIOD_S).astype(np.int64) % PERIODS
    return grid(lat, lon, CELL_DEG, CELL_DEG, period)


@numba.njit(cache=True)
def corrections(keys: Ints, sums: Ints, time_s: Floats, lat: Floats, lon: Floats, out: Floats) -> None:
    """Write the correction of each place and time, from this half hour and the one before. Shapes: (n,) x4, `Tally.columns`."""
    columns, totals, cells = round(360.0 / CELL_DEG), np.empty((1, 2), np.int64), np.full(2, -2, np.int64)
    found = np.nan
    for i in range(len(out)):
        known = True
        for k in range(2):
            period = math.floor((time_s[i] - k * PERIOD_S) / PERIOD_S) % PERIODS
            cell = cell_of(lat[i], lon[i], CELL_DEG, CELL_DEG, period)
            known, cells[k] = known and cells[k] == cell, cell
        # Rows come track by track, and a track stays in a cell for many minutes.
        if not known:
            totals[:] = 0
            for k in range(2):
                sums_about(keys, sums, cells[k : k + 1], columns, totals)
            found = totals[0, 0] / max(totals[0, 1], 1) / 10.0 if totals[0, 1] >= ENOUGH else np.nan
        out[i] = found
