"""Where tracks were at given times: between the samples of their history, or reckoned on from the last belief.

In: the state and the ring history of chosen tracks, and times. Out: degrees,
one row a track and one column a time; NaN where nothing is claimed: before
the oldest sample, inside a gap, or too long after the last belief. Two tracks
are never sampled at the same instants, so what two did together is asked here
first. The loop walks each ring backwards once, so it is compiled;
`walk.py_func` is the plain version.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from fusion.filter import METRES_PER_DEGREE
from fusion.records import SAMPLES, Records
from geo.batch import Floats, Ints


@numba.njit(cache=True)
def _reckoned(s, after_s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    lat = s.lat + s.north_mps * after_s / METRES_PER_DEGREE
    lon = s.lon + s.east_mps * after_s / (METRES_PER_DEGREE * max(math.cos(math.radians(s.lat)), 1e-6))
    return lat, (lon + 540.0) % 360.0 - 180.0


@numba.njit(cache=True)
def walk(
    state: Records,
    history: Records,
    slots: Ints,
    time_s: Floats,
    gap_s: float,
    reckon_s: float,
    lat: Floats,
    lon: Floats,
) -> None:
    """Write the place of each slot at each of the rising times; shapes of `lat` and `lon`: (slots, times)."""
    for i in range(len(slots)):
        s, ring = state[slots[i]], history[slots[i]]
        newest, held, back = s.samples - 1, min(s.samples, SAMPLES), 0
        after_s, after_lat, after_lon = s.state_s, s.lat, s.lon
        for k in range(len(time_s) - 1, -1, -1):
            at_s = time_s[k]
            if math.isnan(s.state_s) or at_s - s.state_s > reckon_s:
                continue
            if at_s >= s.state_s:
                lat[i, k], lon[i, k] = _reckoned(s, at_s - s.state_s)
                continue
            while back < held and ring[(newest - back) & (SAMPLES - 1)].time_s > at_s:
                later = ring[(newest - back) & (SAMPLES - 1)]
                after_s, after_lat, after_lon = later.time_s, later.lat, later.lon
                back += 1
            if back == held:
                break
            before = ring[(newest - back) & (SAMPLES - 1)]
            span_s = after_s - before.time_s
            if span_s > gap_s:
                continue
            part = (at_s - before.time_s) / span_s if span_s > 0.0 else 0.0
            turn = (after_lon - before.lon + 540.0) % 360.0 - 180.0
            lat[i, k] = before.lat + part * (after_lat - before.lat)
            lon[i, k] = (before.lon + part * turn + 540.0) % 360.0 - 180.0


def whereabouts(
    state: Records, history: Records, slots: Ints, time_s: Floats, gap_s: float, reckon_s: float
) -> tuple[Floats, Floats]:
    """Place of each track at each time.

    Args:
        state: of all tracks. Shape: (n,) `STATE`.
        history: of all tracks. Shape: (n, SAMPLES) `SAMPLE`.
        slots: rows of those asked for. Shape: (m,).
        time_s: rising. Shape: (k,).
        gap_s: between samples further apart nothing is claimed.
        reckon_s: so long after its last belief a track is reckoned on at its last velocity.

    Returns:
        Latitude and longitude, NaN where nothing is claimed. Shapes: (m, k) x2.
    """
    lat = np.full((len(slots), len(time_s)), np.nan)
    lon = np.full((len(slots), len(time_s)), np.nan)
    walk(state, history, slots, time_s, gap_s, reckon_s, lat, lon)
    return lat, lon
