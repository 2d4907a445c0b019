"""The Kalman filter of a track: a place and a velocity that keeps, corrected by what is reported.

The state of a track is a place, a velocity east and north, and one 2 x 2
covariance that both axes share: with noise that is the same in every
direction the axes never mix, so three numbers do the work of ten. Offsets
are taken in the plane that touches the sphere at the believed place, anew
at each report, so nothing is ever far from its origin.

Each function works on one record (`fusion.records.STATE`) inside a compiled
loop (`fusion.ingest`); the arithmetic is elementwise, without fastmath.
Source: Bar-Shalom, Li and Kirubarajan, Estimation with Applications to
Tracking and Navigation, 2001, section 6.2.2 (white-noise acceleration).
"""

from __future__ import annotations

import math

import numba

from geo.sphere import EARTH_RADIUS_M

METRES_PER_DEGREE = math.radians(1.0) * EARTH_RADIUS_M
NEAR_POLE_DEG = 89.9
"""A reckoned way stops short of the pole, where no plane touches the sphere."""
START_SPEED_SIGMA_MPS = 15.0
"""Until it has said so, a thing may move at any speed a ship or a light aircraft has."""
SPEED_NOISE_MPS = 0.8
"""AIS SOG comes in steps of 0.1 kn, averaged over seconds; ADS-B NACv 2 is 1.5 m/s at 95 %."""


@numba.njit(cache=True)
def predict(s, time_s, density):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Move the belief on to a time; `density` is that of the acceleration, m2/s3."""
    dt = time_s - s.state_s
    if dt > 0.0:
        lat = s.lat + s.north_mps * dt / METRES_PER_DEGREE
        s.lat = min(max(lat, -NEAR_POLE_DEG), NEAR_POLE_DEG)
        s.lon = s.lon + s.east_mps * dt / (METRES_PER_DEGREE * math.cos(math.radians(s.lat)))
        s.lon = (s.lon + 540.0) % 360.0 - 180.0
        s.var_p = s.var_p + 2.0 * dt * s.cov_pv + dt * dt * s.var_v + density * dt * dt * dt / 3.0
        s.cov_pv = s.cov_pv + dt * s.var_v + density * dt * dt / 2.0
        s.var_v = s.var_v + density * dt
        s.state_s = time_s


@numba.njit(cache=True)
def start(s, row, noise_var):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Believe a position and nothing else; `noise_var` in m2."""
    s.lat, s.lon, s.state_s = row.lat, row.lon, row.time_s
    s.east_mps, s.north_mps = 0.0, 0.0
    s.var_p, s.cov_pv, s.var_v = noise_var, 0.0, START_SPEED_SIGMA_MPS**2
    s.refused = 0


@numba.njit(cache=True)
def offset(lat0, lon0, lat, lon):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Metres east and north from one place to another nearby."""
    north = (lat - lat0) * METRES_PER_DEGREE
    turn = (lon - lon0 + 540.0) % 360.0 - 180.0
    return turn * METRES_PER_DEGREE * math.cos(math.radians(0.5 * (lat + lat0))), north


@numba.njit(cache=True)
def correct_place(s, row, noise_var, gate):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Weigh a position in; False where it lies outside the gate."""
    east, north = offset(s.lat, s.lon, row.lat, row.lon)
    total = s.var_p + noise_var
    if (east * east + north * north) / total > gate:
        return False
    gain_p, gain_v = s.var_p / total, s.cov_pv / total
    s.lat = s.lat + gain_p * north / METRES_PER_DEGREE
    s.lon = s.lon + gain_p * east / (METRES_PER_DEGREE * math.cos(math.radians(s.lat)))
    s.lon = (s.lon + 540.0) % 360.0 - 180.0
    s.east_mps = s.east_mps + gain_v * east
    s.north_mps = s.north_mps + gain_v * north
    var_p, cov_pv = s.var_p, s.cov_pv
    s.var_p = (1.0 - gain_p) * var_p
    s.cov_pv = (1.0 - gain_p) * cov_pv
    s.var_v = s.var_v - gain_v * cov_pv
    return True


@numba.njit(cache=True)
def correct_velocity(s, sog_mps, cog_deg):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Weigh a speed and course over ground in."""
    course = math.radians(cog_deg)
    east = sog_mps * math.sin(course) - s.east_mps
    north = sog_mps * math.cos(course) - s.north_mps
    total = s.var_v + SPEED_NOISE_MPS**2
    gain_p, gain_v = s.cov_pv / total, s.var_v / total
    s.lat = s.lat + gain_p * north / METRES_PER_DEGREE
    s.lon = s.lon + gain_p * east / (METRES_PER_DEGREE * math.cos(math.radians(s.lat)))
    s.east_mps = s.east_mps + gain_v * east
    s.north_mps = s.north_mps + gain_v * north
    var_v, cov_pv = s.var_v, s.cov_pv
    s.var_p = s.var_p - gain_p * cov_pv
    s.cov_pv = (1.0 - gain_v) * cov_pv
    s.var_v = (1.0 - gain_v) * var_v
