"""Whose sea it is: the territorial sea of the covered countries, and what Headland's own maps cover.

In: degrees. Out: yes or no; no for NaN. The covered countries are the United
Kingdom, Ireland, the Isle of Man, Jersey and Guernsey.

The limit is 12 nautical miles from the shore as `geo.coast` has it, and towards
France the line of equal distance. The law's own line differs: it starts from the low
water line and straight baselines (by up to 4 km, measured at the Hebrides, Cape Wrath
and Lundy), and around the Channel Islands and in the Dover Strait from treaties. This is
for routing and for words on a screen, never for deciding jurisdiction.
"""

from __future__ import annotations

import numpy as np

from geo.batch import Bools, Floats
from geo.coast import coast
from geo.units import NAUTICAL_MILE_M

TERRITORIAL_SEA_M = 12 * NAUTICAL_MILE_M
# No place outside this corner is within 12 miles of both shores: the strait's west end is at 1.2
# degrees east, and Guernsey's sea ends at 3 west.
_FACING_FRANCE_NORTH_DEG, _FACING_FRANCE_WEST_DEG = 51.4, -3.6


def in_territorial_sea(lat: Floats, lon: Floats) -> Bools:
    """Whether a place is sea within 12 miles of our shore, and no nearer to France. Shapes: (n,) x2 -> (n,)."""
    return _sea(lat, lon, coast().on_land(lat, lon))


def covered(lat: Floats, lon: Floats) -> Bools:
    """Whether our coast, airfields and force areas describe a place: land and territorial sea. Shapes: (n,) x2 -> (n,)."""
    land = coast().on_land(lat, lon)
    return land | _sea(lat, lon, land)


def _sea(lat: Floats, lon: Floats, land: Bools) -> Bools:
    """The territorial sea, where `land` is known already."""
    ours = coast().within_m(lat, lon, TERRITORIAL_SEA_M) & ~land
    facing = ours & (lat < _FACING_FRANCE_NORTH_DEG) & (lon > _FACING_FRANCE_WEST_DEG)
    rows = np.flatnonzero(facing)
    france = coast("neighbours")
    if len(rows):
        rows = rows[france.within_m(lat[rows], lon[rows], TERRITORIAL_SEA_M)]
    if len(rows):
        nearer = france.distance_m(lat[rows], lon[rows]) < coast().distance_m(lat[rows], lon[rows])
        ours[rows] = ~nearer & ~france.on_land(lat[rows], lon[rows])
    return ours
