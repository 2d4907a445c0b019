"""Where the sun stands: daylight or dark at a place and time.

In: Unix seconds and degrees. Out: degrees above the horizon. Low-precision
solar coordinates of the Astronomical Almanac (page C5 of recent years, good
to 0.01 degrees from 1950 to 2050), without refraction.
"""

from __future__ import annotations

import numpy as np

from geo.batch import Floats

_J2000_S = 946_728_000.0
"""Noon of 1 January 2000, UTC: what the series counts from. UT1 and UTC differ by less than a second."""
_DAY_S = 86_400.0


def elevation_deg(time_s: Floats, lat_deg: Floats, lon_deg: Floats) -> Floats:
    """Elevation of the sun's centre above the horizon. Shapes: (n,) x3 -> (n,)."""
    days = (time_s - _J2000_S) / _DAY_S
    mean_deg = 280.460 + 0.9856474 * days
    anomaly = np.radians(357.528 + 0.9856003 * days)
    longitude = np.radians(mean_deg + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2.0 * anomaly))
    tilt = np.radians(23.439 - 0.0000004 * days)
    declination = np.arcsin(np.sin(tilt) * np.sin(longitude))
    ascension = np.arctan2(np.cos(tilt) * np.sin(longitude), np.cos(longitude))
    # Greenwich mean sidereal time: it stood at 280.46062 degrees then, and gains a turn a year.
    sidereal = np.radians(280.46062 + 360.98564737 * days)
    hour = sidereal + np.radians(lon_deg) - ascension
    lat = np.radians(lat_deg)
    height = np.sin(lat) * np.sin(declination) + np.cos(lat) * np.cos(declination) * np.cos(hour)
    return np.asarray(np.degrees(np.arcsin(np.clip(height, -1.0, 1.0))))
