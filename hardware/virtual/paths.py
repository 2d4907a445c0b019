"""How much power is left after the way: free space, the sea's mirror, the horizon, a hill.

In: metres, hertz. Out: decibels of loss, never below that of free space.

* Free space: 20 log10(4 pi d / lambda).
* Over the sea, VHF from low antennas: the direct wave and its mirror nearly
  cancel, and the loss becomes 20 log10(d**2 / (h1 h2)) where that is more.
* Beyond the radio horizon of a 4/3 earth, sqrt(2 k a h) for each antenna,
  diffraction costs 17.6 dB for each unit of normalised distance: 0.50 dB a km
  at 162 MHz, 0.95 at 1,090 MHz. The edge is soft: a quarter of `EDGE_M` of it
  is felt before, and the loss at the horizon itself is 0.69 times the width's.
* A hill between: the loss of a single knife edge.

Beyond the horizon of a ship this is within 5 dB of P.526's whole formula. The two-ray form leaves out the lobes at which aircraft fade and return, and
the edge's width is a choice of this model; the slope beyond it is not.

Source: ITU-R P.525-4 (free space), P.526-15 sections 3.1.1 (smooth earth) and 4.1 (knife
edge), P.310 (k = 4/3); plane earth, Bullington, Proc. IRE 35 (1947).
"""

from __future__ import annotations

import numpy as np

from geo import terrain
from geo.batch import Floats
from geo.sphere import EARTH_RADIUS_M

SPEED_OF_LIGHT_MPS = 299_792_458.0
AIS_HZ, MODE_S_HZ = 162.0e6, 1090.0e6
EARTH_FACTOR = 4.0 / 3.0
EDGE_M = 10_000.0
"""Width of the soft edge; at 162 MHz it makes the loss at the horizon 3.5 dB."""
LOWEST_M = 1.0
_DIFFRACTION_DB = 17.6
_RADIUS_M = EARTH_FACTOR * EARTH_RADIUS_M
_SAMPLES = 8


def horizon_m(height_m: Floats) -> Floats:
    """Distance of the radio horizon of an antenna. Shape: (n,) -> (n,).

    >>> horizon_m(np.array([100.0])).round(-2).tolist()
    [41200.0]
    """
    distance: Floats = np.sqrt(2.0 * _RADIUS_M * np.maximum(height_m, LOWEST_M))
    return distance


def free_space_db(distance_m: Floats, frequency_hz: float) -> Floats:
    """Loss in free space; nothing is nearer than a metre. Shape: (n,) -> (n,)."""
    wavelength_m = SPEED_OF_LIGHT_MPS / frequency_hz
    loss: Floats = 20.0 * np.log10(4.0 * np.pi * np.maximum(distance_m, 1.0) / wavelength_m)
    return loss


def plane_earth_db(distance_m: Floats, height1_m: Floats, height2_m: float) -> Floats:
    """Loss between low antennas over a mirror. Shape: (n,) x2 -> (n,)."""
    heights2 = np.maximum(height1_m, LOWEST_M) * max(height2_m, LOWEST_M)
    loss: Floats = 20.0 * np.log10(np.maximum(distance_m, 1.0) ** 2 / heights2)
    return loss


def slope_db_per_m(frequency_hz: float) -> float:
    """What each metre beyond the horizon costs.

    >>> round(slope_db_per_m(AIS_HZ) * 1000, 2), round(slope_db_per_m(MODE_S_HZ) * 1000, 2)
    (0.5, 0.95)
    """
    a_km, f_mhz = _RADIUS_M / 1000.0, frequency_hz / 1e6
    return float(_DIFFRACTION_DB * 2.188 * f_mhz ** (1 / 3) * a_km ** (-2 / 3) / 1000.0)


def beyond_db(distance_m: Floats, reach_m: Floats, frequency_hz: float) -> Floats:
    """Loss of the horizon at `reach_m`: softly none before it, its slope beyond. Shape: (n,) x2 -> (n,)."""
    past = (distance_m - reach_m) / EDGE_M
    softly: Floats = EDGE_M * np.logaddexp(0.0, past)
    return slope_db_per_m(frequency_hz) * softly


def hill_db(
    lat1: Floats,
    lon1: Floats,
    height1_m: Floats,
    at: tuple[float, float, float],
    distance_m: Floats,
    hz: float,
) -> Floats:
    """Loss of the worst hill on the way to an antenna `at` (lat, lon, metres), as a knife edge. Shape: (n,) -> (n,).

    The ground (`geo.terrain`) is coarse and knows no summits: ridges in the way are
    felt, a single cliff is not.
    """
    worst = np.full(len(lat1), -np.inf)
    for share in (np.arange(_SAMPLES) + 0.5) / _SAMPLES:
        lat, lon = lat1 + share * (at[0] - lat1), lon1 + share * (at[1] - lon1)
        near_m, far_m = share * distance_m, (1.0 - share) * distance_m
        ground_m = np.nan_to_num(terrain.elevation_m(lat, lon))
        # Open sea stands at zero and is the horizon's business, not a hill's.
        bulge_m = np.where(ground_m > 0.0, ground_m + near_m * far_m / (2.0 * _RADIUS_M), -np.inf)
        above_m = bulge_m - (height1_m + share * (at[2] - height1_m))
        spread = (
            2.0 * np.maximum(distance_m, 1.0) / (SPEED_OF_LIGHT_MPS / hz * np.maximum(near_m * far_m, 1.0))
        )
        worst = np.maximum(worst, above_m * np.sqrt(spread))
    edge = np.maximum(worst, -0.78) - 0.1
    # At -0.78 a ray clears the edge, and the formula gives zero.
    return np.where(worst > -0.78, 6.9 + 20.0 * np.log10(np.sqrt(edge**2 + 1.0) + edge), 0.0)
