"""How a track moved over a window of its history: path, reach, turning, slowness.

In: the ring history of chosen tracks. Out: one `MOTION` row each. The loop
walks each ring backwards from now, so it is compiled; `window_motion.py_func`
is the plain version.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from fusion.filter import offset
from fusion.records import SAMPLES, Records
from geo.batch import Ints

MOTION = np.dtype(
    [
        ("count", "i8"),
        ("from_s", "f8"),  # oldest sample in the window
        ("path_m", "f8"),  # along the samples
        ("shift_m", "f8"),  # from the oldest sample to the newest
        ("centre_lat", "f8"),
        ("centre_lon", "f8"),
        ("reach_m", "f8"),  # farthest sample from the centre of the window's box
        ("turn_deg", "f8"),  # sum of turns, left against right
        ("slow_s", "f8"),  # time between samples at less than the slow speed
        ("heard_s", "f8"),  # time between samples no further apart than the break
        ("low_alt_m", "f8"),
        ("high_alt_m", "f8"),
        ("mean_mps", "f8"),
    ],
    align=True,
)

BREAK_S = 300.0
"""Between samples further apart than this, nothing is claimed about what a track did."""


@numba.njit(cache=True)
def _box(ring, newest, samples, since_s, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Count the window's samples and find the centre of their box."""
    low_lat, high_lat, low_lon, high_lon = 90.0, -90.0, 1e9, -1e9
    lon0 = ring[newest & (SAMPLES - 1)].lon
    count = 0
    for back in range(min(samples, SAMPLES)):
        at = ring[(newest - back) & (SAMPLES - 1)]
        if at.time_s < since_s:
            break
        lon = (at.lon - lon0 + 540.0) % 360.0 - 180.0  # the box may cross the date line
        low_lat, high_lat = min(low_lat, at.lat), max(high_lat, at.lat)
        low_lon, high_lon = min(low_lon, lon), max(high_lon, lon)
        count += 1
    out.count = count
    out.centre_lat = 0.5 * (low_lat + high_lat)
    out.centre_lon = (lon0 + 0.5 * (low_lon + high_lon) + 540.0) % 360.0 - 180.0


@numba.njit(cache=True)
def _metres(lat1, lon1, lat2, lon2):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    east, north = offset(lat1, lon1, lat2, lon2)
    return math.hypot(east, north)


@numba.njit(cache=True)
def _step(out, at, older, slow_mps):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Add one step from an older sample to the one after it."""
    metres = _metres(older.lat, older.lon, at.lat, at.lon)
    seconds = at.time_s - older.time_s
    out.path_m = out.path_m + metres
    if seconds > BREAK_S:
        return
    out.heard_s = out.heard_s + seconds
    if metres < slow_mps * seconds:
        out.slow_s = out.slow_s + seconds
    # Below a knot the course of a drifting hull is noise, not a turn.
    if at.sog_mps > 0.5 and older.sog_mps > 0.5:
        out.turn_deg = out.turn_deg + (at.cog_deg - older.cog_deg + 540.0) % 360.0 - 180.0


@numba.njit(cache=True)
def window_motion(
    state: Records,
    history: Records,
    slots: Ints,
    now_s: float,
    window_s: float,
    slow_mps: float,
    out: Records,
) -> None:
    """Write the motion of each slot over the last `window_s` seconds into `out`, (n,) `MOTION`.

    Samples later than `now_s` do not exist: history holds whole ticks only.
    """
    for i in range(len(slots)):
        s, ring, o = state[slots[i]], history[slots[i]], out[i]
        newest, since_s = s.samples - 1, now_s - window_s
        _box(ring, newest, s.samples, since_s, o)
        o.low_alt_m, o.high_alt_m = np.nan, np.nan
        if o.count == 0:
            o.from_s = np.nan
            continue
        last = ring[newest & (SAMPLES - 1)]
        for back in range(o.count):
            at = ring[(newest - back) & (SAMPLES - 1)]
            o.reach_m = max(o.reach_m, _metres(o.centre_lat, o.centre_lon, at.lat, at.lon))
            if not math.isnan(at.alt_m):
                o.low_alt_m = at.alt_m if math.isnan(o.low_alt_m) else min(o.low_alt_m, at.alt_m)
                o.high_alt_m = at.alt_m if math.isnan(o.high_alt_m) else max(o.high_alt_m, at.alt_m)
            o.from_s = at.time_s
            if back + 1 < o.count:
                _step(o, at, ring[(newest - back - 1) & (SAMPLES - 1)], slow_mps)
            else:
                o.shift_m = _metres(at.lat, at.lon, last.lat, last.lon)
        o.mean_mps = o.path_m / max(last.time_s - o.from_s, 1.0)


def motion(
    state: Records, history: Records, slots: Ints, now_s: float, window_s: float, slow_mps: float
) -> Records:
    """How each slot moved over the last `window_s` seconds. Shape: (n,) `MOTION`."""
    out = np.zeros(len(slots), MOTION)
    window_motion(state, history, slots, now_s, window_s, slow_mps, out)
    return out
