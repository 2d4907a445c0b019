"""Distance, bearing and destination on a sphere, row by row.

In: latitude and longitude in degrees (WGS 84), bearings in degrees from true
north, distances in metres. Out: the same units. NaN in, NaN out.

A sphere of the mean radius R1 = (2a + b) / 3 is within 0.56 % of the WGS 84
ellipsoid everywhere; over the British Isles it reads up to 0.37 % short. That is
7 m in a nautical mile: enough to rank and to gate. Where metres decide (the
shore line, a runway), `geo.earth` and `geo.plane` work on the ellipsoid.

Source: Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984);
mean radius, Moritz, Geodetic Reference System 1980.
"""

from __future__ import annotations

import numpy as np

from geo.batch import Floats

EARTH_RADIUS_M = 6_371_008.8


def wrapped_deg(angle_deg: Floats) -> Floats:
    """The same angle from -180 up to, not including, 180. Shape: (n,) -> (n,).

    >>> wrapped_deg(np.array([180.0, -180.0, 359.0, 0.5])).tolist()
    [-180.0, -180.0, -1.0, 0.5]
    """
    # An angle already in range must come back bit for bit: `(x + 180) % 360 - 180` would round it.
    turned: Floats = np.where(np.abs(angle_deg) < 180.0, angle_deg, (angle_deg + 180.0) % 360.0 - 180.0)
    return turned


def distance_m(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> Floats:
    """Great-circle distance. Shapes: (n,) x4 -> (n,); or (n, 1) against (m,) -> (n, m).

    >>> distance_m(np.array(0.0), np.array(0.0), np.array(0.0), np.array(1.0)).round()
    np.float64(111195.0)
    """
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half_dphi, half_dlam = (phi2 - phi1) / 2, np.radians(lon2 - lon1) / 2
    h = np.sin(half_dphi) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin(half_dlam) ** 2
    # Rounding takes h above 1 for points opposite each other.
    metres: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(h, 1.0)))
    return metres


def bearing_deg(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> Floats:
    """Bearing at the first point towards the second, 0 up to 360. Shapes: (n,) x4 -> (n,).

    One point twice has no bearing; it reads 0.

    >>> bearing_deg(np.array(50.0), np.array(-1.0), np.array(51.0), np.array(-1.0))
    np.float64(0.0)
    """
    phi1, phi2, dlam = np.radians(lat1), np.radians(lat2), np.radians(lon2 - lon1)
    east = np.sin(dlam) * np.cos(phi2)
    north = np.cos(phi1) * np.sin(phi2) - np.sin(phi1) * np.cos(phi2) * np.cos(dlam)
    degrees = np.degrees(np.arctan2(east, north)) % 360.0
    # -1e-17 % 360 rounds to 360 itself.
    turned: Floats = np.where(degrees >= 360.0, 0.0, degrees)
    return turned[()]


def destination(lat: Floats, lon: Floats, bearing_deg: Floats, distance_m: Floats) -> tuple[Floats, Floats]:
    """Where one comes out on a great circle: latitude, and longitude from -180 up to 180.

    Shapes: (n,) x4 -> (n,) x2.
    """
    phi, theta, arc = np.radians(lat), np.radians(bearing_deg), distance_m / EARTH_RADIUS_M
    sin_end = np.sin(phi) * np.cos(arc) + np.cos(phi) * np.sin(arc) * np.cos(theta)
    end = np.arcsin(np.clip(sin_end, -1.0, 1.0))
    dlam = np.arctan2(np.sin(theta) * np.sin(arc) * np.cos(phi), np.cos(arc) - np.sin(phi) * np.sin(end))
    return np.degrees(end), wrapped_deg(lon + np.degrees(dlam))
