"""How high the ground is, and how far that may be wrong.

In: degrees. Out: metres above mean sea level, NaN outside 48 to 62 north, 15 west
to 4 east. Open sea reads 0.

The grid is coarse: 5 minutes of arc (9 by 5 km), in steps of 28 m. Against the 1,008
aerodromes whose elevation is known it is unbiased (-1 m), half within 17 m, a tenth off by more
than 61 m, at worst 193 m. Hence `sigma_m`: 15 m and the spread of the nine cells around,
which held 77 % of those errors within one sigma and 95 % within two. Summits are not in it
(Ben Nevis, 1,345 m, reads 520). Within 3 km of an aerodrome its own elevation is better. No
landing can be asserted from height above this ground.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from geo.batch import Floats
from geo.grid import Grid

DATA = Path(__file__).parent / "data" / "pvlib_altitude" / "altitude.npz"
FLAT_SIGMA_M = 15.0


@cache
def _ground() -> Grid:
    return Grid.load(DATA)


@cache
def _doubt() -> Grid:
    ground = _ground()
    around = sliding_window_view(np.pad(ground.values, 1, mode="edge"), (3, 3))
    return replace(ground, values=np.hypot(FLAT_SIGMA_M, around.std(axis=(2, 3))))


def elevation_m(lat: Floats, lon: Floats) -> Floats:
    """Height of the ground above mean sea level. Shapes: (n,) x2 -> (n,)."""
    return _ground().between(lat, lon)


def sigma_m(lat: Floats, lon: Floats) -> Floats:
    """Standard deviation of `elevation_m` there. Shapes: (n,) x2 -> (n,)."""
    return _doubt().between(lat, lon)
