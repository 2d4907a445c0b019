"""Compact Position Reporting: 17 bits each of latitude and longitude, made a place again.

The earth is cut into 60 zones of latitude by even messages, 59 by odd ones,
and each circle of latitude into as many zones of longitude as keep them about
equally wide. A message tells the place within a zone. An even and an odd one
together tell the zone (`paired`); so does an earlier position (`followed`).
Surface messages use zones of a quarter of the size: a pair tells the place
within 90 degrees, and something else must tell the quarter.

Units: degrees; `y` and `x` are fractions of a zone, 0 .. 1. NaN for no place.
Compiled; the same functions run as plain Python, and a test holds them equal.

Source: RTCA DO-260B A.1.7.
"""

from __future__ import annotations

import math

import numba
import numpy as np

ZONES = 15
"""Zones of latitude from equator to pole in even messages (`NZ`)."""
AIRBORNE_SPAN_DEG = 360.0
SURFACE_SPAN_DEG = 90.0
DEGREE_M = 111_195.0
_CODE_STEPS = 131072.0
_CODE_MASK = 131071

_COUNTS = np.arange(59, 2, -1)
TRANSITIONS_DEG = np.append(
    np.degrees(
        np.arccos(np.sqrt((1 - np.cos(np.pi / (2 * ZONES))) / (1 - np.cos(2 * np.pi / _COUNTS)))),
    ),
    87.0,
)
"""Where the number of zones of longitude falls from 59 to 58, .. from 2 to 1."""


_STEPS = 4
_FIRST = np.searchsorted(TRANSITIONS_DEG, np.arange(90 * _STEPS + 1) / _STEPS)
"""How many transitions lie below each quarter of a degree."""


@numba.njit(cache=True)
def zone_count(lat_deg: float) -> int:
    """Zones of longitude at a latitude (`NL`), 59 at the equator, 1 at the poles."""
    lat_deg = abs(lat_deg)
    if not lat_deg <= 90.0:
        return 1
    below = _FIRST[int(lat_deg * _STEPS)]
    while below < len(TRANSITIONS_DEG) and TRANSITIONS_DEG[below] < lat_deg:
        below += 1
    return 59 - int(below)


@numba.njit(cache=True)
def fractions(code: int) -> tuple[float, float]:
    """The 34 bits of a message (latitude, then longitude) as fractions of a zone."""
    return (code >> 17) / _CODE_STEPS, (code & _CODE_MASK) / _CODE_STEPS


@numba.njit(cache=True)
def wrapped_deg(lon_deg: float) -> float:
    """The longitude within -180 .. 180, 180 excluded."""
    if -180.0 <= lon_deg < 180.0:
        return lon_deg
    return float((lon_deg + 180.0) % 360.0 - 180.0)


@numba.njit(cache=True)
def followed(code: int, odd: int, span_deg: float, lat_deg: float, lon_deg: float) -> tuple[float, float]:
    """The place a message names, nearest to an earlier place."""
    y, x = fractions(code)
    zone_deg = span_deg / (4 * ZONES - odd)
    lat = zone_deg * (math.floor(0.5 + lat_deg / zone_deg - y) + y)
    if abs(lat) > 90.0:
        return math.nan, math.nan
    width_deg = span_deg / max(zone_count(lat) - odd, 1)
    lon = width_deg * (math.floor(0.5 + lon_deg / width_deg - x) + x)
    return lat, wrapped_deg(lon)


@numba.njit(cache=True)
def nearest(value_deg: float, period_deg: float, target_deg: float) -> float:
    """The value moved by whole periods until it is nearest to the target."""
    return value_deg + period_deg * math.floor(0.5 + (target_deg - value_deg) / period_deg)


@numba.njit(cache=True)
def paired(
    even: int, odd: int, newest_odd: int, span_deg: float, near_lat_deg: float, near_lon_deg: float
) -> tuple[float, float]:
    """The place named by the newer of an even and an odd message.

    Of the places that the pair allows (two latitudes; four longitudes on the
    surface, one in the air), the nearest to the place given is meant. None
    where the two lie on either side of a change of zones.
    """
    even_y, even_x = fractions(even)
    odd_y, odd_x = fractions(odd)
    zone = math.floor(59.0 * even_y - 60.0 * odd_y + 0.5)
    even_lat = nearest(span_deg / 60.0 * (zone % 60 + even_y), span_deg, near_lat_deg)
    odd_lat = nearest(span_deg / 59.0 * (zone % 59 + odd_y), span_deg, near_lat_deg)
    if abs(even_lat) > 90.0 or abs(odd_lat) > 90.0 or zone_count(even_lat) != zone_count(odd_lat):
        return math.nan, math.nan
    lat, x = (odd_lat, odd_x) if newest_odd else (even_lat, even_x)
    count = zone_count(lat)
    zones = max(count - newest_odd, 1)
    band = math.floor(even_x * (count - 1) - odd_x * count + 0.5)
    lon = span_deg / zones * (band % zones + x)
    return lat, wrapped_deg(nearest(lon, span_deg, near_lon_deg))


@numba.njit(cache=True)
def apart_m(lat1_deg: float, lon1_deg: float, lat2_deg: float, lon2_deg: float) -> float:
    """Metres between two places, good to a few per cent: enough to tell possible from impossible."""
    if lat1_deg == lat2_deg and lon1_deg == lon2_deg:
        return 0.0
    east = wrapped_deg(lon2_deg - lon1_deg) * math.cos(math.radians((lat1_deg + lat2_deg) / 2.0))
    north = lat2_deg - lat1_deg
    return DEGREE_M * math.sqrt(east * east + north * north)
