"""Whole-number sums by cell, in which context is kept: growing, sorted, exact.

A tally maps int64 keys to rows of int64 sums. Whole numbers add up to the
same whatever the order, so no context depends on how the input was cut.
Positions that are made up name cells without end, so their number is capped:
beyond it all sums are halved, and what was counted once is forgotten.
"""

from __future__ import annotations

import numpy as np

from geo.batch import Ints
from geo.container import Tree
from geo.kept import own

KEYS_MOST = 16_000_000
"""400 MB with two sums each: a hundred thousand cells, from the sea to the airways, of each of 160 stations."""


class Tally:
    """Sums of whole numbers by key."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._keys: Ints = np.empty(0, np.int64)
        self._sums: Ints = np.empty((0, width), np.int64)

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, keys: Ints, values: Ints) -> None:
        """Add `values` (n, width) to the sums of `keys` (n,); keys may repeat."""
        if not len(keys):
            return
        fresh, inverse = np.unique(keys, return_inverse=True)
        sums = np.zeros((len(fresh), self._width), np.int64)
        np.add.at(sums, inverse, values)
        at = np.searchsorted(self._keys, fresh)
        known = self._match(at, fresh)
        self._sums[at[known]] += sums[known]
        new = ~known
        if new.any():
            self._keys = np.insert(self._keys, at[new], fresh[new])
            self._sums = np.insert(self._sums, at[new], sums[new], axis=0)
            while len(self._keys) > KEYS_MOST:
                self._fade()

    def sums(self, keys: Ints) -> Ints:
        """The sums of keys, zero where nothing was added. Shape: (...,) -> (..., width)."""
        if not len(self._keys):
            return np.zeros((*keys.shape, self._width), np.int64)
        at = np.searchsorted(self._keys, keys)
        known = self._match(at, keys)
        return np.where(known[..., None], self._sums[np.minimum(at, len(self._keys) - 1)], 0)

    def state(self) -> Tree:
        """All that is remembered, as `restore` takes it."""
        return {"keys": self._keys.copy(), "sums": self._sums.copy()}

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else."""
        self._keys, self._sums = own(state, "keys", self._keys), own(state, "sums", self._sums)

    def _fade(self) -> None:
        """Halve every sum, towards zero, and forget the keys of which nothing is left."""
        halved = np.abs(self._sums) // 2 * np.sign(self._sums)
        left = halved.any(axis=1)
        self._keys, self._sums = self._keys[left], halved[left]

    def _match(self, at: Ints, keys: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        if not len(self._keys):
            return np.zeros(keys.shape, np.bool_)
        return np.asarray(self._keys[np.minimum(at, len(self._keys) - 1)] == keys)


def grid(
    lat: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    lon: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    lat_deg: float,
    lon_deg: float,
    band: Ints | int = 0,
) -> Ints:
    """Key of the cell of each place in a grid of that size and band; -1 where there is no place.

    A key is (band * rows + row) * columns + column, rows from the south pole,
    columns from the antimeridian. Shapes: (n,) -> (n,).
    """
    rows, columns = round(180.0 / lat_deg) + 2, round(360.0 / lon_deg)
    known = np.isfinite(lat) & np.isfinite(lon)
    row = np.floor((np.where(known, lat, 0.0) + 90.0) / lat_deg).astype(np.int64)
    col = np.floor((np.where(known, lon, 0.0) + 180.0) / lon_deg).astype(np.int64) % columns
    return np.where(known, (band * np.int64(rows) + row) * columns + col, -1)


def around(cell: Ints, lon_deg: float) -> Ints:
    """The nine cells about each cell of a grid with columns of `lon_deg`. Shape: (n,) -> (n, 9)."""
    columns = round(360.0 / lon_deg)
    steps = np.array([-1, 0, 1])
    row, col = cell // columns, cell % columns
    near = (row[:, None, None] + steps[:, None]) * columns + (col[:, None, None] + steps) % columns
    return np.where(cell[:, None] < 0, -1, near.reshape(len(cell), 9))
