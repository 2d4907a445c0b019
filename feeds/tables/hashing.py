"""64-bit hashes of rows: columns in, one number a row out, the same on every machine.

Each column is mixed in turn by the finaliser of SplitMix64 (Steele, Lea and
Flood, "Fast splittable pseudorandom number generators", 2014), whose every
output bit depends on every input bit. Not for secrets: who knows it can make
two rows of one hash.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from geo.batch import Column, Ids

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def hashed(columns: Iterable[Column], rows: int) -> Ids:
    """One number a row. Shapes: (n,) each -> (n,). All NaN are one value, and -0.0 is 0.0."""
    state = np.zeros(rows, np.uint64)
    for column in columns:
        state = _mixed((state ^ _bits(column)) + _STEP)
    return state


def _bits(column: Column) -> Ids:
    if column.dtype.kind != "f":
        return column.astype(np.uint64)
    values = np.where(np.isnan(column), np.nan, column.astype(np.float64) + 0.0)
    return np.ascontiguousarray(values).view(np.uint64)


def _mixed(state: Ids) -> Ids:
    state = (state ^ (state >> np.uint64(30))) * _MIX_1
    state = (state ^ (state >> np.uint64(27))) * _MIX_2
    return state ^ (state >> np.uint64(31))
