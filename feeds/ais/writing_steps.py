"""House units become the steps of AIS fields: the only place where they do.

| quantity | step | not available | beyond the scale |
|---|---|---|---|
| latitude, longitude | 1/10,000 minute; type 27 1/10 minute | 91, 181 degrees | |
| speed | 0.1 kn; types 9 and 27 1 kn | 1023; 27: 63 | 1022; 27: 62 |
| course | 0.1 degree; type 27 1 degree | 3600; 27: 511 | |
| heading | 1 degree | 511 | |
| rate of turn | 4.733 times the root of degrees a minute | -128 | 126 |
| altitude | 1 m | 4095 | 4094 |
| draught | 0.1 m | 0 | 255 |
| bow, stern; port, starboard | 1 m | 0 | 511; 63 |

NaN is "not available". What is finite is rounded to the nearest step.

Source: ITU-R M.1371-5 annex 8, tables 48, 52, 54 and 75.
"""

from __future__ import annotations

import numpy as np

from geo.batch import Column, Floats, Ints
from geo.units import KNOT_MPS

_PER_DEGREE = 600_000.0
_PER_DEGREE_COARSE = 600.0
_NO_LAT_DEG, _NO_LON_DEG = 91.0, 181.0
_SPEED_PAST, _SPEED_PAST_COARSE = 1022, 62
_COURSE_STEPS, _NO_COARSE_COURSE, _NO_HEADING = 3600, 511, 511
_ALTITUDE_PAST_M = 4094
_TURN_PAST, _NO_TURN = 126, -128
_TURN_FACTOR = 4.733


def stepped(value: Column | float, per_unit: float, absent: int) -> Ints:
    """Nearest step; `absent` where NaN. Shape: (n,) -> (n,)."""
    numbers = np.asarray(value, np.float64)
    said = np.isfinite(numbers)
    return np.where(said, np.rint(np.where(said, numbers, 0.0) * per_unit), absent).astype(np.int64)


def latitude(lat_deg: Floats, *, coarse: bool = False) -> Ints:
    """Steps of latitude. Shape: (n,) -> (n,)."""
    per_degree = _PER_DEGREE_COARSE if coarse else _PER_DEGREE
    return stepped(lat_deg, per_degree, int(_NO_LAT_DEG * per_degree))


def longitude(lon_deg: Floats, *, coarse: bool = False) -> Ints:
    """Steps of longitude. Shape: (n,) -> (n,)."""
    per_degree = _PER_DEGREE_COARSE if coarse else _PER_DEGREE
    return stepped(lon_deg, per_degree, int(_NO_LON_DEG * per_degree))


def speed(sog_mps: Floats, *, per_knot: float = 10.0, past: int = _SPEED_PAST) -> Ints:
    """Steps of speed; the step after `past` says nothing. Shape: (n,) -> (n,)."""
    steps: Ints = np.minimum(stepped(sog_mps, per_knot / KNOT_MPS, past + 1), past + np.isnan(sog_mps))
    return steps


def coarse_speed(sog_mps: Floats) -> Ints:
    """Whole knots of type 27. Shape: (n,) -> (n,)."""
    return speed(sog_mps, per_knot=1.0, past=_SPEED_PAST_COARSE)


def course(cog_deg: Floats) -> Ints:
    """Tenths of degrees, 0 to 3599. Shape: (n,) -> (n,)."""
    return np.where(np.isfinite(cog_deg), stepped(cog_deg, 10.0, 0) % _COURSE_STEPS, _COURSE_STEPS)


def whole_degrees(angle_deg: Floats) -> Ints:
    """Degrees, 0 to 359, of a heading or of the course of type 27. Shape: (n,) -> (n,)."""
    return np.where(np.isfinite(angle_deg), stepped(angle_deg, 1.0, 0) % 360, _NO_HEADING)


def turn(turn_degps: Floats) -> Ints:
    """The indicator of the rate of turn, to port below 0. Shape: (n,) -> (n,)."""
    rate = np.asarray(turn_degps, np.float64)
    root = np.copysign(_TURN_FACTOR * np.sqrt(np.abs(rate) * 60.0), rate)
    return np.where(np.isfinite(rate), np.clip(stepped(root, 1.0, 0), -_TURN_PAST, _TURN_PAST), _NO_TURN)


def altitude(alt_m: Floats) -> Ints:
    """Metres of type 9. Shape: (n,) -> (n,)."""
    return np.clip(stepped(alt_m, 1.0, _ALTITUDE_PAST_M + 1), 0, _ALTITUDE_PAST_M + np.isnan(alt_m))


def length(metres: Column | float, most: int) -> Ints:
    """Metres of a side of the hull, 0 where not said. Shape: (n,) -> (n,)."""
    return np.clip(stepped(metres, 1.0, 0), 0, most)


def draught(draught_m: Column | float) -> Ints:
    """Tenths of metres, 0 where not said. Shape: (n,) -> (n,)."""
    return np.clip(stepped(draught_m, 10.0, 0), 0, 255)


def calendar(time_s: Floats) -> dict[str, Ints]:
    """UTC year, month, day, hour, minute and second; 0, 0, 0, 24, 60, 60 where NaN. Shape: (n,) -> (n,) x6."""
    said = np.isfinite(time_s)
    instants = np.where(said, time_s, 0.0).astype("datetime64[s]")
    days, months = instants.astype("datetime64[D]"), instants.astype("datetime64[M]")
    of_day = (instants - days).astype(np.int64)
    parts = {
        "year": (months.astype(np.int64) // 12 + 1970, 0),
        "month": (months.astype(np.int64) % 12 + 1, 0),
        "day": ((days - months).astype(np.int64) + 1, 0),
        "hour": (of_day // 3600, 24),
        "minute": (of_day // 60 % 60, 60),
        "second": (of_day % 60, 60),
    }
    return {name: np.where(said, value, absent) for name, (value, absent) in parts.items()}
