"""What stands around an antenna and on the way: losses and gains that stay where they are.

Two fields, both fixed for a station and a seed: one over the compass (the roof,
the neighbours' trees, the cliff behind), which is lost as the emitter climbs above them, and one over
the map (houses, headlands, other ships). Neither changes from message to
message: a place in a shadow stays in it, which is what coverage is learned from.

Source: shadowing is log-normal with 4 to 8 dB over mixed ground, correlated over
tens to hundreds of metres, longer where ground is open (ITU-R P.1546-6 annex 5: 5.5 dB
for digital signals at VHF and UHF; Gudmundson, Electronics Letters 27 (1991)). Widths here
are choices of this model.
"""

from __future__ import annotations

import numpy as np

from geo.batch import Floats
from geo.plane import offsets
from hardware.virtual.antennas import Antenna
from hardware.virtual.chance import smooth

COMPASS_DB, PLACE_DB = 4.0, 3.0
"""Together 5 dB."""
SECTOR_DEG, CELL_M = 12.0, 2000.0
CLEARED_DEG = 3.0
"""Elevation at which roofs and trees have sunk to a third."""
_OF_COMPASS, _OF_PLACE = 0x5EC, 0x9A7


def shadow_db(
    antenna: Antenna, seed: int, lat: Floats, lon: Floats, alt_m: Floats, distance_m: Floats
) -> Floats:
    """Loss (negative: gain) at an antenna of what is transmitted there. Shapes: (n,) x4 -> (n,)."""
    east_m, north_m = offsets(np.array(antenna.lat_deg), np.array(antenna.lon_deg), lat, lon)
    bearing_deg = np.degrees(np.arctan2(east_m, north_m)) % 360.0
    elevation_deg = np.degrees(np.arctan2(alt_m - antenna.antenna_m, np.maximum(distance_m, 1.0)))
    low = np.exp(-np.maximum(elevation_deg, 0.0) / CLEARED_DEG)
    # The compass is a circle: a line through a plane has no seam at north.
    radius = 360.0 / SECTOR_DEG / (2.0 * np.pi)
    angle = np.radians(bearing_deg)
    around = smooth((seed, _OF_COMPASS, antenna.number), radius * np.sin(angle), radius * np.cos(angle))
    there = smooth((seed, _OF_PLACE, antenna.number), east_m / CELL_M, north_m / CELL_M)
    return low * (COMPASS_DB * around + PLACE_DB * there)
