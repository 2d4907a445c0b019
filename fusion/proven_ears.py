"""Whether the ears that lost a track are proven to hear: others about its way, and how many ears lost it at once.

In: the tracks that fell silent, and until when each could be heard. Out: counts, one a track. One of its kind that
is heard at its place now shows that reception there is well; one farther off shows less of it. And two stations of
different places do not fail in one direction at one time.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from feeds.reports import Source
from fusion.filter import METRES_PER_DEGREE
from fusion.lookup import among
from fusion.records import Records
from fusion.view import View
from geo.batch import Bools, Floats, Ints

MOVERS = among(
    Source.AIS_A,
    Source.AIS_B,
    Source.AIS_SAR,
    Source.AIS_TABLE,
    Source.ADSB,
    Source.ADSB_NT,
    Source.ADSR,
    Source.ADSB_TABLE,
)
"""By source, who moves and says so itself: a base station on a hill and a buoy prove nothing about the ears for ships."""
FAR = 5.0
"""Others farther off than so many times what is near say nothing of its reception."""
PARTS = 1000
"""Of one: whole numbers add up to the same in any order."""
HIGHER_M = 300.0
"""Who flies so much higher is heard where it is not."""
SHORTLY_S = 120.0
"""Who heard it in its last two minutes heard it well."""


def others_heard(
    view: View, slots: Ints, place: tuple[Floats, Floats], until: tuple[Floats, float], near_m: Floats
) -> Floats:
    """How many others of its kind were heard about a place of each, the far ones in part.

    Args:
        view: the world.
        slots: rows of the tracks. Shape: (n,).
        place: latitude and longitude. Shapes: (n,) x2.
        until: when each could last be heard (n,), and how near to that the others must have been heard.
        near_m: one so near counts whole, one at twice the distance half. Shape: (n,).
    """
    parts = np.empty(len(slots), np.int64)
    count_others(view.state, view.vessels, MOVERS, slots, *place, *until, near_m, parts)
    return parts / PARTS


@numba.njit(cache=True)
def count_others(
    state: Records,
    vessel: Bools,
    movers: Bools,
    slots: Ints,
    lat: Floats,
    lon: Floats,
    until_s: Floats,
    alive_s: float,
    near_m: Floats,
    parts: Ints,
) -> None:
    """As `others_heard`, in thousandths. Shapes: state (tracks,) `STATE`, vessel (tracks,); the others (n,), parts written here."""
    for i in range(len(slots)):
        own, most_m = state[slots[i]], FAR * near_m[i]
        wide, parts[i] = math.cos(math.radians(lat[i])), 0
        for k in range(len(state)):
            s = state[k]
            # The cheapest question first: most of a continent lies north or south of it.
            north_m = (s.lat - lat[i]) * METRES_PER_DEGREE
            if not abs(north_m) <= most_m or k == slots[i] or vessel[k] != vessel[slots[i]]:
                continue
            if not abs(s.heard_s - until_s[i]) <= alive_s or not movers[s.source]:
                continue
            if not vessel[k] and s.alt_m > own.alt_m + HIGHER_M:
                continue
            east_m = ((s.lon - lon[i] + 540.0) % 360.0 - 180.0) * METRES_PER_DEGREE * wide
            away_m = math.hypot(north_m, east_m)
            # One at twice the distance shares half as much of the way that the waves take.
            if away_m <= most_m:
                parts[i] += int(PARTS * min(near_m[i] / max(away_m, 1.0), 1.0))


def ears_that_lost(view: View, s: Records, until_s: Floats, alive_s: float) -> Ints:
    """How many sound stations heard each shortly before its silence and were heard through to its end; 1 at least.

    Shapes: s (n,) `STATE`, until_s (n,) -> (n,).
    """
    row = view.ears.rows(s["station"])
    shortly = s["heard_s"][:, None] - s["station_s"] <= SHORTLY_S
    well = (row >= 0) & ~np.append(view.ears.failing(view.now_s), True)[row]
    lives = np.append(view.ears.heard_s, -np.inf)[row] >= until_s[:, None] - alive_s
    return np.asarray(np.maximum((shortly & well & lives).sum(axis=1), 1), np.int64)
