"""Whole-number sums by cell, in which context is kept: growing, sorted, exact.

A tally maps int64 keys to rows of int64 sums. Whole numbers add up to the
same whatever the order, so no context depends on how the input was cut.
Positions that are made up name cells without end, so their number is capped:
beyond it all sums are halved, and what was counted once is forgotten.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from geo.batch import Bools, Ints
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
        new = np.zeros(len(keys), np.bool_)
        if add_known(self._keys, self._sums, keys, values, new):
            self._keys, self._sums = with_new(
                self._keys, self._sums, np.sort(keys[new]), keys[new], values[new]
            )
            while len(self._keys) > KEYS_MOST:
                self._fade()

    def sums(self, keys: Ints) -> Ints:
        """The sums of keys, zero where nothing was added. Shape: (...,) -> (..., width)."""
        out = np.zeros((keys.size, self._width), np.int64)
        sums_of(self._keys, self._sums, keys.ravel(), out)
        return out.reshape(*keys.shape, self._width)

    def about(self, cell: Ints, lon_deg: float) -> Ints:
        """The sums of each cell and its eight neighbours together, as `around` names them. Shape: (n,) -> (n, width)."""
        out = np.zeros((len(cell), self._width), np.int64)
        sums_about(self._keys, self._sums, cell, round(360.0 / lon_deg), out)
        return out

    def columns(self) -> tuple[Ints, Ints]:
        """Keys, rising, and their sums, for a compiled loop to read. Shapes: (k,), (k, width)."""
        return self._keys, self._sums

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


@numba.njit(cache=True)
def add_known(keys: Ints, sums: Ints, wanted: Ints, values: Ints, new: Bools) -> int:
    """Add values to the sums of the keys that are held; mark those that are not, and count them.

    Shapes: keys (k,), rising; sums (k, width), written here; wanted (n,); values (n, width); new (n,), written here.
    """
    count = 0
    for i in range(len(wanted)):
        at = np.searchsorted(keys, wanted[i])
        if at < len(keys) and keys[at] == wanted[i]:
            for j in range(sums.shape[1]):
                sums[at, j] += values[i, j]
        else:
            new[i] = True
            count += 1
    return count


@numba.njit(cache=True)
def with_new(keys: Ints, sums: Ints, rising: Ints, wanted: Ints, values: Ints) -> tuple[Ints, Ints]:
    """Keys and sums with those beside them that none of `keys` is; the new ones may repeat.

    Shapes: keys (k,), rising; sums (k, width); rising (n,), the new ones in order; wanted (n,); values (n, width).
    """
    every = np.empty(len(keys) + len(rising), np.int64)
    total = np.zeros((len(every), sums.shape[1]), np.int64)
    i, n = 0, 0
    for k in range(len(keys) + 1):
        while i < len(rising) and (k == len(keys) or rising[i] < keys[k]):
            if n == 0 or every[n - 1] != rising[i]:
                every[n] = rising[i]
                n += 1
            i += 1
        if k < len(keys):
            every[n] = keys[k]
            total[n] = sums[k]
            n += 1
    every, total = every[:n].copy(), total[:n].copy()
    for i in range(len(wanted)):
        at = np.searchsorted(every, wanted[i])
        for j in range(total.shape[1]):
            total[at, j] += values[i, j]
    return every, total


@numba.njit(cache=True)
def sums_of(keys: Ints, sums: Ints, wanted: Ints, out: Ints) -> None:
    """Add the sums of each wanted key to `out`. Shapes: keys (k,), rising; sums (k, width); wanted (n,); out (n, width)."""
    for i in range(len(wanted)):
        at = np.searchsorted(keys, wanted[i])
        if at < len(keys) and keys[at] == wanted[i]:
            for j in range(sums.shape[1]):
                out[i, j] += sums[at, j]


@numba.njit(cache=True)
def sums_about(keys: Ints, sums: Ints, cell: Ints, columns: int, out: Ints) -> None:
    """Add the sums of each cell and of its eight neighbours to `out`. Shapes: as `sums_of`, wanted are cells (n,)."""
    near = np.empty(9, np.int64)
    for i in range(len(cell)):
        row, col = cell[i] // columns, cell[i] % columns
        for k in range(9):
            there = (row + k // 3 - 1) * columns + (col + k % 3 - 1) % columns
            near[k] = -1 if cell[i] < 0 else there
        for k in range(9):
            sums_of(keys, sums, near[k : k + 1], out[i : i + 1])


@numba.njit(cache=True)
def cell_of(lat: float, lon: float, lat_deg: float, lon_deg: float, band: int) -> int:
    """`grid` of one place, for compiled loops."""
    if not (math.isfinite(lat) and math.isfinite(lon)):
        return -1
    rows, columns = round(180.0 / lat_deg) + 2, round(360.0 / lon_deg)
    row, col = math.floor((lat + 90.0) / lat_deg), math.floor((lon + 180.0) / lon_deg) % columns
    return (band * rows + row) * columns + col


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


def ungrid(cell: Ints, lat_deg: float, lon_deg: float) -> tuple[Ints, Ints, Ints]:
    """Band, row and column of each cell of such a grid, as `grid` made its key. Shape: (n,) -> (n,) x3."""
    rows, columns = round(180.0 / lat_deg) + 2, round(360.0 / lon_deg)
    return cell // columns // rows, cell // columns % rows, cell % columns


def around(cell: Ints, lon_deg: float) -> Ints:
    """The nine cells about each cell of a grid with columns of `lon_deg`. Shape: (n,) -> (n, 9)."""
    columns = round(360.0 / lon_deg)
    steps = np.array([-1, 0, 1])
    row, col = cell // columns, cell % columns
    near = (row[:, None, None] + steps[:, None]) * columns + (col[:, None, None] + steps) % columns
    return np.where(cell[:, None] < 0, -1, near.reshape(len(cell), 9))
