"""One ship under two numbers: who was first heard where somebody else, who has fallen silent, should be.

In: the table of tracks. Out: pairs of one that was lost and one that was
found after, with how well place, speed and course agree, in log odds
(`fusion.odds`) of one hull against two that have nothing to do with each other.

A hull that goes on is found near the place reckoned from where it was lost,
the less near the longer it was silent; a stranger may be found anywhere in a
stretch of sea. Speeds and courses of one hull are alike before and after.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from feeds.reports import Domain, Source, domains
from fusion.filter import METRES_PER_DEGREE
from fusion.lookup import among
from fusion.records import Records, picked
from geo.batch import Floats, Ints
from geo.sphere import distance_m, wrapped_deg

_SHIPS = among(Source.AIS_A, Source.AIS_B, Source.AIS_TABLE)
STRETCH_M2 = 4e9
"""Where a stranger may be found: what one coastal network hears of the sea, some 60 by 60 km."""
START_M, DRIFT_SHARE = 500.0, 0.12
"""How far off the reckoned place a hull is found: at once, and for each metre of its way."""
SPEED_MPS, SPEED_SHARE, COURSE_DEG = 0.5, 0.1, 15.0
"""How far speed and course of one hull change over a silence."""
FASTEST_MPS = 10.0
"""A stranger's speed is any up to 20 kn."""
MOST_PAIRS = 1 << 20


@dataclass(frozen=True)
class Pairs:
    """Who may be whom. Shapes: (n,).

    Attributes:
        lost, found: rows of the tracks.
        silence_s: between the last word of the one and the first of the other.
        off_m: the first place of the other from where the one was reckoned.
        place, speed, course: log odds.
    """

    lost: Ints
    found: Ints
    silence_s: Floats
    off_m: Floats
    place: Floats
    speed: Floats
    course: Floats


def pairs(state: Records, now_s: float, young_s: float, silence_s: float, slow_mps: float) -> Pairs:
    """The likeliest predecessor of each that is new, if any was lost under way.

    Args:
        state: the tracks. Shape: (n,) `STATE`.
        now_s: the tick.
        young_s: first heard no longer ago, it is new.
        silence_s: lost no longer before, it may be the predecessor.
        slow_mps: slower than this, none was under way.
    """
    ship = (domains(state["entity"]) == Domain.AIS) & _SHIPS[state["source"]]
    fast = np.hypot(state["east_mps"], state["north_mps"]) >= slow_mps
    able = ship & fast & (state["samples"] >= 2)
    found = np.flatnonzero(able & (now_s - state["first_s"] <= young_s) & (state["own_heard"] >= 4))
    lost = np.flatnonzero(
        able & (now_s - state["heard_s"] <= silence_s + young_s) & (state["own_heard"] >= 20)
    )
    if not len(found) or not len(lost):
        return _pairs(state, found[:0], lost[:0])
    best = [np.empty(0, np.int64)]
    keep = [np.empty(0, np.int64)]
    for rows in np.split(found, range(step := max(MOST_PAIRS // len(lost), 1), len(found), step)):
        gap_s = state["first_s"][rows][:, None] - state["heard_s"][lost]
        fits = (gap_s > 0.0) & (gap_s <= silence_s)
        f, k = np.nonzero(fits)
        each = _pairs(state, rows[f], lost[k])
        total = np.full(fits.shape, -np.inf)
        total[f, k] = each.place + each.speed + each.course
        chosen = np.argmax(total, axis=1)
        some = np.isfinite(total[np.arange(len(rows)), chosen])
        keep.append(rows[some])
        best.append(lost[chosen[some]])
    return _pairs(state, np.concatenate(keep), np.concatenate(best))


def _pairs(state: Records, found: Ints, lost: Ints) -> Pairs:
    f, s = picked(state, found), picked(state, lost)
    silence_s = f["first_s"] - s["heard_s"]
    lat = s["lat"] + s["north_mps"] * silence_s / METRES_PER_DEGREE
    lon = s["lon"] + s["east_mps"] * silence_s / (METRES_PER_DEGREE * np.cos(np.radians(s["lat"])))
    off_m = distance_m(lat, lon, f["first_lat"], f["first_lon"])
    before, after = np.hypot(s["east_mps"], s["north_mps"]), np.hypot(f["east_mps"], f["north_mps"])
    sigma_m = START_M + DRIFT_SHARE * before * silence_s
    place = np.log(STRETCH_M2 / (2.0 * np.pi * sigma_m**2)) - 0.5 * (off_m / sigma_m) ** 2
    sigma_mps = SPEED_MPS + SPEED_SHARE * before
    speed = np.log(FASTEST_MPS / (2.507 * sigma_mps)) - 0.5 * ((after - before) / sigma_mps) ** 2
    turned = wrapped_deg(_course_deg(f) - _course_deg(s))
    course = np.log(360.0 / (2.507 * COURSE_DEG)) - 0.5 * (turned / COURSE_DEG) ** 2
    return Pairs(lost, found, silence_s, off_m, place, np.maximum(speed, -4.0), np.maximum(course, -4.0))


def _course_deg(s: Records) -> Floats:
    return np.asarray(np.degrees(np.arctan2(s["east_mps"], s["north_mps"])))
