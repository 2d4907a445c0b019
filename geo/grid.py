"""A regular grid of values over latitude and longitude, read between its nodes.

In: degrees. Out: the grid's own unit; NaN outside the grid and for NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from geo.batch import Floats


@dataclass(frozen=True, eq=False)
class Grid:
    """Values at nodes: row 0 at `north_deg`, going south; column 0 at `west_deg`, going east.

    Shape of `values`: (rows, columns), both at least 2.
    """

    values: Floats
    north_deg: float
    west_deg: float
    step_deg: float

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote; compressed integers come back through their scale and offset."""
        with np.load(path) as file:
            values = file["values"].astype(np.float64) * float(file["scale"]) + float(file["offset"])
            return cls(values, float(file["north_deg"]), float(file["west_deg"]), float(file["step_deg"]))

    def between(self, lat: Floats, lon: Floats) -> Floats:
        """Bilinear value. Shapes: (n,) x2 -> (n,)."""
        row, col = (self.north_deg - lat) / self.step_deg, (lon - self.west_deg) / self.step_deg
        rows, cols = self.values.shape
        inside = (row >= 0.0) & (row <= rows - 1) & (col >= 0.0) & (col <= cols - 1)
        row, col = np.where(inside, row, 0.0), np.where(inside, col, 0.0)
        # The last row and column are reached from the cell before them.
        i = np.minimum(row.astype(np.int64), rows - 2)
        j = np.minimum(col.astype(np.int64), cols - 2)
        down, right = row - i, col - j
        north = self.values[i, j] * (1.0 - right) + self.values[i, j + 1] * right
        south = self.values[i + 1, j] * (1.0 - right) + self.values[i + 1, j + 1] * right
        return np.where(inside, north * (1.0 - down) + south * down, np.nan)
