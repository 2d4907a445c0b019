"""Whether the ears that lost a track are proven to hear: others about its way, and how many ears lost it at once.

In: the tracks that fell silent, and until when each could be heard. Out: counts, one a track. One of its kind that
is heard at its place now shows that reception there is well; one farther off shows less of it. And two stations of
different places do not fail in one direction at one time.
"""

from __future__ import annotations

import numpy as np

from feeds.reports import Source
from fusion.lookup import among
from fusion.records import Records
from fusion.view import View
from geo.batch import Floats, Ints

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
    s, vessel = view.state, view.vessels
    lat, lon = (each[:, None] for each in place)
    north_m = (s["lat"][None, :] - lat) * 111_195.0
    east_m = ((s["lon"][None, :] - lon + 540.0) % 360.0 - 180.0) * 111_195.0 * np.cos(np.radians(lat))
    away_m, near_m = np.hypot(north_m, east_m), near_m[:, None]
    counts = (vessel[None, :] == vessel[slots, None]) & MOVERS[s["source"]][None, :]
    counts &= vessel[None, :] | ~(s["alt_m"][None, :] > s["alt_m"][slots, None] + HIGHER_M)
    counts &= np.abs(s["heard_s"][None, :] - until[0][:, None]) <= until[1]
    counts &= (np.arange(len(s))[None, :] != slots[:, None]) & (away_m <= FAR * near_m)
    # One at twice the distance shares half as much of the way that the waves take.
    part = np.minimum(near_m / np.maximum(away_m, 1.0), 1.0)
    return np.asarray(np.where(counts, part, 0.0).sum(axis=1))


def ears_that_lost(view: View, s: Records, until_s: Floats, alive_s: float) -> Ints:
    """How many sound stations heard each shortly before its silence and were heard through to its end; 1 at least.

    Shapes: s (n,) `STATE`, until_s (n,) -> (n,).
    """
    row = view.ears.rows(s["station"])
    shortly = s["heard_s"][:, None] - s["station_s"] <= SHORTLY_S
    well = (row >= 0) & ~np.append(view.ears.failing(view.now_s), True)[row]
    lives = np.append(view.ears.heard_s, -np.inf)[row] >= until_s[:, None] - alive_s
    return np.asarray(np.maximum((shortly & well & lives).sum(axis=1), 1), np.int64)
