"""What instruments make of the truth: satellite fixes, pressure altitude, courses and speeds.

In: true columns. Out: what is put into messages, still in house units. Every error
is a hash of the seed, the mover and the time, so it is the same however a day is cut.

* A fix wanders by its uncertainty with a memory of two minutes (satellites move, paths
  through the ionosphere change) and a tenth of it without memory.
* Pressure altitude is the true height, stretched by the day's warmth, less the day's
  pressure: 8.23 m for each hectopascal above 1013.25 (27 ft, ICAO Doc 7488 at sea
  level), 0.35 % for each degree warmer than the standard atmosphere. Both change over
  hundreds of kilometres and hours.
* NIC and NACp are what the claimed 95 % uncertainty allows.

Source: RTCA DO-260B 2.2.3.2.3 and 2.2.3.2.7.2 (the radii of NIC and NACp). NIC's radius, which
fails once in ten million hours, is taken as 2.5 times the uncertainty, as a normal error has it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.batch import Floats, Ids, Ints
from geo.geoid import undulation_m
from geo.plane import displaced, project
from geo.units import HOUR_S
from hardware.virtual.chance import bits_of, normal, smooth

EPU_SIGMAS = 2.448
"""The radius that holds 95 % of a normal error in two dimensions."""
FIX_MEMORY_S, FIX_SHARE_WITHOUT = 120.0, 0.1
STANDARD_HPA, METRES_PER_HPA, STRETCH_PER_DEGREE = 1013.25, 8.23, 0.0035
FIELD_M, FIELD_S = 400_000.0, 6 * HOUR_S
GNSS_HEIGHT_SIGMA_M = 4.0
SPEED_SIGMA_MPS = 0.06
_CONTAINMENT = 2.5
_EAST, _NORTH, _UP, _SPEED, _COURSE, _PRESSURE, _WARMTH, _DAY = range(0xE0, 0xE8)

_NACP_EPU_M = np.array([18_520, 7408, 3704, 1852, 926, 555.6, 185.2, 92.6, 30, 10, 3])
_NIC_RADIUS_M = np.array([37_040, 14_816, 7408, 3704, 1852, 1111.2, 370.4, 185.2, 75, 25, 7.5])


@dataclass(frozen=True, slots=True, kw_only=True)
class Atmosphere:
    """The day's air, from a seed.

    Attributes:
        mean_hpa: pressure at the sea in the middle of it; None draws 1013 with a spread of 9.
        mean_warmth: degrees above the standard atmosphere; None draws 0 with a spread of 7.
    """

    seed: int
    mean_hpa: float | None = None
    mean_warmth: float | None = None

    def qnh_hpa(self, lat: Floats, lon: Floats, time_s: Floats) -> Floats:
        """Pressure at the sea. Shape: (n,) x3 -> (n,)."""
        mean = (
            1013.0 + 9.0 * float(normal(self.seed, _DAY, _PRESSURE))
            if self.mean_hpa is None
            else self.mean_hpa
        )
        return mean + 3.0 * self._field(_PRESSURE, lat, lon, time_s)

    def pressure_altitude_m(self, lat: Floats, lon: Floats, alt_m: Floats, time_s: Floats) -> Floats:
        """What an altimeter set to 1013.25 hPa reads at a true height. Shape: (n,) x4 -> (n,)."""
        warm = 7.0 * float(normal(self.seed, _DAY, _WARMTH)) if self.mean_warmth is None else self.mean_warmth
        warm_there = warm + 2.0 * self._field(_WARMTH, lat, lon, time_s)
        higher_m = METRES_PER_HPA * (self.qnh_hpa(lat, lon, time_s) - STANDARD_HPA)
        return alt_m / (1.0 + STRETCH_PER_DEGREE * warm_there) - higher_m

    def _field(self, which: int, lat: Floats, lon: Floats, time_s: Floats) -> Floats:
        east_m, north_m = project(lat, lon)
        return smooth((self.seed, which), east_m / FIELD_M, north_m / FIELD_M, time_s / FIELD_S)


def fixed(
    lat: Floats, lon: Floats, epu_m: Floats, time_s: Floats, keys: Ids, seed: int
) -> tuple[Floats, Floats]:
    """Where a receiver of that uncertainty thinks it is. Shapes: (n,) x5 -> (n,) x2."""
    sigma_m = epu_m / EPU_SIGMAS
    errors = []
    for axis in (_EAST, _NORTH):
        with_memory = smooth((seed, axis, keys), time_s / FIX_MEMORY_S)
        errors.append(sigma_m * (with_memory + FIX_SHARE_WITHOUT * normal(seed, axis, keys, bits_of(time_s))))
    return displaced(lat, lon, *errors)


def geometric_minus_barometric_m(
    lat: Floats, lon: Floats, alt_m: Floats, pressure_m: Floats, time_s: Floats, keys: Ids, seed: int
) -> Floats:
    """Height above the ellipsoid, as a receiver has it, less pressure altitude; NaN where the geoid is unknown."""
    error_m = GNSS_HEIGHT_SIGMA_M * smooth((seed, _UP, keys), time_s / FIX_MEMORY_S)
    return alt_m + undulation_m(lat, lon) + error_m - pressure_m


def measured_speed(sog_mps: Floats, time_s: Floats, keys: Ids, seed: int) -> Floats:
    """Speed over ground by satellite. Shape: (n,) x3 -> (n,)."""
    return np.abs(sog_mps + SPEED_SIGMA_MPS * normal(seed, _SPEED, keys, bits_of(time_s)))


def measured_course(cog_deg: Floats, sog_mps: Floats, time_s: Floats, keys: Ids, seed: int) -> Floats:
    """Course over ground: the slower, the less is known of it. Shape: (n,) x4 -> (n,)."""
    sigma_deg = np.degrees(SPEED_SIGMA_MPS / np.maximum(sog_mps, 0.02))
    turned: Floats = (cog_deg + sigma_deg * normal(seed, _COURSE, keys, bits_of(time_s))) % 360.0
    return turned


def nac_p(epu_m: Floats) -> Ints:
    """Navigation accuracy category of a 95 % uncertainty, 0 to 11. Shape: (n,) -> (n,).

    >>> nac_p(np.array([2.0, 29.0, 100.0, np.inf])).tolist()
    [11, 9, 7, 0]
    """
    category: Ints = (epu_m[:, None] < _NACP_EPU_M).sum(axis=1)
    return category


def nic(epu_m: Floats) -> Ints:
    """Navigation integrity category that goes with it, 0 to 11. Shape: (n,) -> (n,)."""
    category: Ints = (_CONTAINMENT * epu_m[:, None] < _NIC_RADIUS_M).sum(axis=1)
    return category
