"""Flat maps: one of the British Isles, and a small one around any point.

The map of the British Isles is a Lambert conformal conic with two standard
parallels (50.5 and 59.5 north, origin 55 north 4.5 west, WGS 84). It is
conformal and its scale depends on latitude alone, so a true distance is the
distance on the map divided by `scale(lat)`: 0.997 between the parallels, 1.003
in the Channel Islands.

The small map is for the motion of one thing over minutes: metres north along the
meridian, metres east along the parallel half-way (mid-latitude sailing), so a
straight line on it is what a ship sails that holds her course. Measured over
48 to 62 degrees north, its lengths are within 2 m of the geodesic at 50 km; a
bearing is that of the course held, which at 50 km differs from the geodesic's
first by up to 0.4 degrees. Near the poles it fails.

In: degrees. Out: metres. NaN in, NaN out. All row by row, so that a batch cut
in two gives the same bits.

Source: Snyder, Map Projections: A Working Manual, USGS 1395 (1987), pp. 107-109.
"""

from __future__ import annotations

import math

import numpy as np

from geo.batch import Floats
from geo.earth import ECCENTRICITY2, SEMI_MAJOR_M
from geo.sphere import wrapped_deg

SOUTH_PARALLEL_DEG, NORTH_PARALLEL_DEG = 50.5, 59.5
ORIGIN_LAT_DEG, ORIGIN_LON_DEG = 55.0, -4.5
_E = math.sqrt(ECCENTRICITY2)


def _parallel_radius(phi: Floats) -> Floats:
    """Snyder's m (14-15): radius of a parallel on an ellipsoid with a = 1."""
    radius: Floats = np.cos(phi) / np.sqrt(1.0 - ECCENTRICITY2 * np.sin(phi) ** 2)
    return radius


def _isometric(phi: Floats) -> Floats:
    """Snyder's t (15-9): tangent of half the isometric colatitude."""
    e_sin = _E * np.sin(phi)
    tangent: Floats = np.tan(np.pi / 4 - phi / 2) / ((1.0 - e_sin) / (1.0 + e_sin)) ** (_E / 2)
    return tangent


def _constants() -> tuple[float, float, float]:
    """Snyder's n, a * F and rho0 (15-8, 15-10, 15-7a)."""
    phi = np.radians(np.array([SOUTH_PARALLEL_DEG, NORTH_PARALLEL_DEG, ORIGIN_LAT_DEG]))
    m, t = _parallel_radius(phi), _isometric(phi)
    n = math.log(m[0] / m[1]) / math.log(t[0] / t[1])
    a_f = SEMI_MAJOR_M * float(m[0]) / (n * float(t[0]) ** n)
    return n, a_f, a_f * float(t[2]) ** n


_N, _A_F, _RHO0 = _constants()


def project(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Metres east and north of the origin on the map of the British Isles. Shapes: (n,) x2 -> (n,) x2."""
    rho = _A_F * _isometric(np.radians(lat)) ** _N
    theta = _N * np.radians(wrapped_deg(lon - ORIGIN_LON_DEG))
    return rho * np.sin(theta), _RHO0 - rho * np.cos(theta)


def unproject(x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
    """Latitude and longitude of a place on the map. Shapes: (n,) x2 -> (n,) x2."""
    rho = np.hypot(x_m, _RHO0 - y_m)
    t = (rho / _A_F) ** (1.0 / _N)
    phi: Floats = np.pi / 2 - 2 * np.arctan(t)
    # Each round gains a factor 1/e^2, about 150: six leave less than a float's last bit.
    for _ in range(6):
        e_sin = _E * np.sin(phi)
        phi = np.pi / 2 - 2 * np.arctan(t * ((1.0 - e_sin) / (1.0 + e_sin)) ** (_E / 2))
    theta = np.arctan2(x_m, _RHO0 - y_m)
    return np.degrees(phi), wrapped_deg(np.degrees(theta / _N) + ORIGIN_LON_DEG)


def scale(lat: Floats) -> Floats:
    """Map metres per true metre. Shape: (n,) -> (n,).

    >>> scale(np.array([50.5, 55.0])).round(4).tolist()
    [1.0, 0.9969]
    """
    phi = np.radians(lat)
    factor: Floats = _N * _A_F * _isometric(phi) ** _N / (SEMI_MAJOR_M * _parallel_radius(phi))
    return factor


def _radii_m(lat: Floats) -> tuple[Floats, Floats]:
    """Radius of curvature along the meridian and across it."""
    w2 = 1.0 - ECCENTRICITY2 * np.sin(np.radians(lat)) ** 2
    across = SEMI_MAJOR_M / np.sqrt(w2)
    return across * (1.0 - ECCENTRICITY2) / w2, across


def offsets(lat0: Floats, lon0: Floats, lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Metres east and north of (lat0, lon0). Shapes: (n,) x4 -> (n,) x2; lat0, lon0 may be scalars."""
    along, across = _radii_m(lat0)
    # The parallel half-way: with the one at lat0, a step of 50 km would be 1 % wrong in easting.
    middle = np.radians((lat0 + lat) / 2)
    east_m: Floats = np.radians(wrapped_deg(lon - lon0)) * across * np.cos(middle)
    return east_m, np.radians(lat - lat0) * along


def displaced(lat0: Floats, lon0: Floats, east_m: Floats, north_m: Floats) -> tuple[Floats, Floats]:
    """The place so far east and north of (lat0, lon0): the inverse of `offsets`. Shapes: (n,) x4 -> (n,) x2."""
    along, across = _radii_m(lat0)
    lat = lat0 + np.degrees(north_m / along)
    middle = np.radians((lat0 + lat) / 2)
    return lat, wrapped_deg(lon0 + np.degrees(east_m / (across * np.cos(middle))))
