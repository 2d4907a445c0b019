"""Height of the EGM96 geoid above the WGS 84 ellipsoid: what lies between GNSS height and mean sea level.

In: degrees. Out: metres, NaN outside 48 to 62 north, 15 west to 4 east. An
aircraft's geometric altitude is above the ellipsoid; less the undulation it is
above mean sea level. Source: NGA's 15-minute grid, bilinear; EGM2008 differs here by
0.2 to 0.5 m.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from geo.batch import Floats
from geo.grid import Grid

DATA = Path(__file__).parent / "data" / "egm96" / "undulation.npz"


@cache
def _grid() -> Grid:
    return Grid.load(DATA)


def undulation_m(lat: Floats, lon: Floats) -> Floats:
    """Geoid minus ellipsoid. Shapes: (n,) x2 -> (n,).

    >>> import numpy as np
    >>> undulation_m(np.array([51.5]), np.array([-0.125])).round(2).tolist()
    [45.96]
    """
    return _grid().between(lat, lon)
