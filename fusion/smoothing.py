"""Finished tracks, smoothed: where everything was, by what was heard before and after.

In: `Tracks` as the engine told them. Out: the believed ones, each with the
place, velocity and uncertainty that all of its track's positions together
give. The model is the filter's own (`fusion.filter`), so one pass back over
what the filter left is enough: the smoother of Rauch, Tung and Striebel (AIAA
Journal 3, 1965, 1445-1450), with the two-by-two covariance that both axes share.

A track is smoothed in pieces: no word of after a silence longer than
`coast_s`, or of where belief leapt to, says anything of before. Never for
flags: these are raised by what was known at the time.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from feeds.reports import Doubt, Source
from fusion.filter import METRES_PER_DEGREE, NEAR_POLE_DEG, offset
from fusion.ingest import tuned
from fusion.parameters import EngineParameters
from fusion.records import Records
from fusion.tracks import Tracks
from geo.batch import Bools

POINT = np.dtype(
    [
        ("time_s", "f8"),
        ("lat", "f8"),
        ("lon", "f8"),
        ("east_mps", "f8"),
        ("north_mps", "f8"),
        ("var_p", "f8"),
        ("cov_pv", "f8"),
        ("var_v", "f8"),
        ("density", "f8"),
        ("goes_on", "?"),  # the next row is of the same track
    ],
    align=True,
)


def smoothed(tracks: Tracks, parameters: EngineParameters) -> Tracks:
    """Every believed position as all of its track gives it, in the order in which they came."""
    believed = tracks.take((tracks.doubt & np.uint32(Doubt.POSITION_JUMP)) == 0)
    order = np.lexsort((believed.time_s, believed.track))
    points = _points(believed.take(order), parameters)
    tuning = tuned(parameters)[0]
    back(points, float(tuning["gate"]), float(tuning["coast_s"]))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    s = points[place]
    return believed.replaced(
        lat_deg=s["lat"],
        lon_deg=s["lon"],
        sog_mps=np.hypot(s["east_mps"], s["north_mps"]),
        cog_deg=np.degrees(np.arctan2(s["east_mps"], s["north_mps"])) % 360.0,
        sigma_m=np.sqrt(s["var_p"]),
        sigma_mps=np.sqrt(s["var_v"]),
        cov_pv_m2ps=s["cov_pv"],
    )


def _points(tracks: Tracks, parameters: EngineParameters) -> Records:
    """Filtered states by track and time. Shape: (n,) `POINT`."""
    points = np.zeros(len(tracks), POINT)
    course = np.radians(tracks.cog_deg)
    points["time_s"], points["lat"], points["lon"] = tracks.time_s, tracks.lat_deg, tracks.lon_deg
    points["east_mps"], points["north_mps"] = tracks.sog_mps * np.sin(course), tracks.sog_mps * np.cos(course)
    points["var_p"], points["var_v"] = tracks.sigma_m**2, tracks.sigma_mps**2
    points["cov_pv"] = tracks.cov_pv_m2ps
    flies: Bools = (tracks.source >= Source.ADSB) | (tracks.source == Source.AIS_SAR)
    tuning = tuned(parameters)
    points["density"] = np.where(flies, tuning["aircraft_density"], tuning["vessel_density"])
    points["goes_on"][:-1] = np.diff(tracks.track) == 0
    return points


@numba.njit(cache=True)
def back(points: Records, gate: float, coast_s: float) -> None:
    """Smooth filtered states in place, from the last to the first. Shape: (n,) `POINT`, by track and time.

    Args:
        points: what the filter believed after each position.
        gate: farther off, squared and over its variance, the filter began anew.
        coast_s: as after a longer silence.
    """
    for i in range(len(points) - 2, -1, -1):
        a, b = points[i], points[i + 1]
        dt = b.time_s - a.time_s
        if not a.goes_on or dt > coast_s:
            continue
        # The way on from here, as the filter reckons it; of b, what is smoothed already.
        p = a.var_p + 2.0 * dt * a.cov_pv + dt * dt * a.var_v + a.density * dt * dt * dt / 3.0
        c = a.cov_pv + dt * a.var_v + a.density * dt * dt / 2.0
        v = a.var_v + a.density * dt
        lat = min(max(a.lat + a.north_mps * dt / METRES_PER_DEGREE, -NEAR_POLE_DEG), NEAR_POLE_DEG)
        lon = a.lon + a.east_mps * dt / (METRES_PER_DEGREE * math.cos(math.radians(lat)))
        east, north = offset(lat, lon, b.lat, b.lon)
        if (east * east + north * north) / (p + b.var_p) > gate:
            continue
        det = p * v - c * c
        # Gain: covariance of here with there, over that of there; rows place and velocity.
        here_p, here_v = a.var_p + a.cov_pv * dt, a.cov_pv + a.var_v * dt
        pp, pv = (here_p * v - a.cov_pv * c) / det, (a.cov_pv * p - here_p * c) / det
        vp, vv = (here_v * v - a.var_v * c) / det, (a.var_v * p - here_v * c) / det
        off_e, off_n = b.east_mps - a.east_mps, b.north_mps - a.north_mps
        up, across = pp * north + pv * off_n, pp * east + pv * off_e
        a.lat = a.lat + up / METRES_PER_DEGREE
        a.lon = a.lon + across / (METRES_PER_DEGREE * math.cos(math.radians(a.lat)))
        a.lon = (a.lon + 540.0) % 360.0 - 180.0
        a.east_mps = a.east_mps + vp * east + vv * off_e
        a.north_mps = a.north_mps + vp * north + vv * off_n
        less_p, less_c, less_v = b.var_p - p, b.cov_pv - c, b.var_v - v
        a.var_p = a.var_p + pp * pp * less_p + 2.0 * pp * pv * less_c + pv * pv * less_v
        var_c = pp * vp * less_p + (pp * vv + pv * vp) * less_c + pv * vv * less_v
        a.cov_pv = a.cov_pv + var_c
        a.var_v = a.var_v + vp * vp * less_p + 2.0 * vp * vv * less_c + vv * vv * less_v
