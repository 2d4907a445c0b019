"""One ship under two numbers: who was first heard where somebody else, who has fallen silent, should be.

In: the table of tracks. Out: pairs of one that was lost and one that was
found after, with how well place, speed and course agree, in log odds
(`fusion.odds`) of one hull against two that have nothing to do with each other.

A hull that goes on is found near the place reckoned from where it was lost,
the less near the longer it was silent; a stranger may be found anywhere in a
stretch of sea. Speeds and courses of one hull are alike before and after.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numba
import numpy as np

from feeds.reports import DOMAIN_SHIFT, Domain, Source
from fusion.filter import METRES_PER_DEGREE
from fusion.lookup import among
from fusion.records import Records
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
MOST_PAIRS = 1 << 18
"""Weighed at once: a flood of made-up ships fills no memory."""
_AIS = int(Domain.AIS)


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
    found, lost = movers(state, now_s, young_s, silence_s, slow_mps)
    keep, best = [found[:0]], [lost[:0]]
    step = max(MOST_PAIRS // max(len(lost), 1), 1)
    for rows in np.split(found, range(step, len(found), step)) if len(lost) else ():
        f, k = fitting(state, rows, lost, silence_s)
        each = _pairs(state, f, k)
        chosen = likeliest(f, each.place + each.speed + each.course)
        keep.append(f[chosen])
        best.append(k[chosen])
    return _pairs(state, np.concatenate(keep), np.concatenate(best))


@numba.njit(cache=True)
def movers(
    state: Records, now_s: float, young_s: float, silence_s: float, slow_mps: float
) -> tuple[Ints, Ints]:
    """Rows of ships under way: those that are new, and those lost before the last of these was first heard.

    Nearly everybody is still heard, and nobody who is can have been anybody who is new. Shape: (n,) `STATE`.
    """
    found, lost = np.empty(len(state), np.int64), np.empty(len(state), np.int64)
    new, gone, last_s = 0, 0, -np.inf
    for i in range(len(state)):
        s = state[i]
        if now_s - s.first_s <= young_s and s.own_heard >= 4 and _goes(s, slow_mps):
            found[new] = i
            new, last_s = new + 1, max(last_s, s.first_s)
    for i in range(len(state)):
        s = state[i]
        lately = s.heard_s < last_s and now_s - s.heard_s <= silence_s + young_s
        if lately and s.own_heard >= 20 and _goes(s, slow_mps):
            lost[gone] = i
            gone += 1
    return found[:new], lost[:gone]


@numba.njit(cache=True)
def _goes(s, slow_mps):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Whether a track is a ship that was under way when last heard."""
    ship = s.entity >> DOMAIN_SHIFT == _AIS and _SHIPS[s.source]
    return ship and s.samples >= 2 and math.hypot(s.east_mps, s.north_mps) >= slow_mps


@numba.njit(cache=True)
def fitting(state: Records, found: Ints, lost: Ints, silence_s: float) -> tuple[Ints, Ints]:
    """Each that is new with each that was lost before it, and no longer than that. Shapes: (n,), (m,) -> (k,) x2."""
    count = 0
    for keeps in range(2):
        if keeps:
            f, k = np.empty(count, np.int64), np.empty(count, np.int64)
        count = 0
        for i in found:
            for j in lost:
                gap_s = state[i].first_s - state[j].heard_s
                if 0.0 < gap_s <= silence_s:
                    if keeps:
                        f[count], k[count] = i, j
                    count += 1
    return f, k


@numba.njit(cache=True)
def likeliest(found: Ints, odds: Floats) -> Ints:
    """Rows of the first that is likeliest for each that is new, which stand together; none where odds are no number."""
    rows, count, start = np.empty(len(found), np.int64), 0, 0
    while start < len(found):
        best, end = start, start
        while end < len(found) and found[end] == found[start]:
            if odds[end] > odds[best] or (math.isnan(odds[end]) and not math.isnan(odds[best])):
                best = end
            end += 1
        if math.isfinite(odds[best]):
            rows[count] = best
            count += 1
        start = end
    return rows[:count]


def _pairs(state: Records, found: Ints, lost: Ints) -> Pairs:
    s = {name: state[name][lost] for name in ("lat", "lon", "heard_s", "east_mps", "north_mps")}
    f = {name: state[name][found] for name in ("first_lat", "first_lon", "first_s", "east_mps", "north_mps")}
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


def _course_deg(s: Mapping[str, Floats]) -> Floats:
    return np.asarray(np.degrees(np.arctan2(s["east_mps"], s["north_mps"])))
