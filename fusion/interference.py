"""Where satellite navigation is disturbed: many craft about one place that lose their fix, or leap, at one time.

In: the table of tracks, with what each says of its own fix
(`fusion.elsewhere`). Out: the one place where most are affected, with who is
affected there and who is not.

A craft counts only if its fix was sound before: an aircraft whose transponder
never knew its own integrity tells nothing, and of those there are many. An
aircraft within the circle whose fix stays sound speaks against it, and so
does a vessel; terrain may shield either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fusion.candidates import fixless, sound
from fusion.records import Records, picked
from geo.batch import Bools, Floats, Ints
from geo.sphere import destination, distance_m

FRESH_S = 300.0
"""A vessel at anchor says every three minutes how sound her fix is."""
LOW_M = 300.0
"""An aircraft lower than this may be shielded by any hill."""
CIRCLE_POINTS = 32
MOST_AFFECTED = 2000
"""More are not compared with each other: a place is found as well by so many."""


@dataclass(frozen=True)
class Area:
    """A place where navigation is disturbed.

    Attributes:
        affected: rows of the tracks that are affected there.
        lat_deg, lon_deg, radius_m: the middle of them, and how far they reach.
        since_s: when the first of them was.
        aircraft, sound_aircraft, vessels, sound_vessels, leapt: how many.
        stations: how many heard those affected.
    """

    affected: Ints
    lat_deg: float
    lon_deg: float
    radius_m: float
    since_s: float
    aircraft: int
    sound_aircraft: int
    vessels: int
    sound_vessels: int
    leapt: int
    stations: int


@dataclass(frozen=True)
class Window:
    """What counts as one disturbance.

    Attributes:
        memory_s: affected so lately counts.
        spell_s: a fix is lost when it is poor for so long.
        link_m: affected no further apart share a cause.
        least_m: who is not affected is asked for so far about, at least.
    """

    memory_s: float
    spell_s: float
    link_m: float
    least_m: float


def disturbed(state: Records, vessels: Bools, now_s: float, window: Window) -> Area | None:
    """The place where most are affected; None where nobody is. Shapes: (n,) `STATE`, (n,)."""
    rows, by_fix = fixless(state, now_s, window.memory_s, window.spell_s)
    rows, by_fix = rows[:MOST_AFFECTED], by_fix[:MOST_AFFECTED]
    if not len(rows):
        return None
    s = picked(state, rows)
    lat, lon = np.where(by_fix, s["poor_lat"], s["leap_lat"]), np.where(by_fix, s["poor_lon"], s["leap_lon"])
    near = distance_m(lat[:, None], lon[:, None], lat, lon) <= window.link_m
    mine = near[int(np.argmax(near.sum(axis=1)))]
    rows, s, by_fix, lat, lon = (
        rows[mine],
        picked(s, np.flatnonzero(mine)),
        by_fix[mine],
        lat[mine],
        lon[mine],
    )
    middle = float(np.median(lat)), float(np.median(lon))
    reach_m = float(distance_m(np.array(middle[0]), np.array(middle[1]), lat, lon).max())
    radius_m = max(reach_m, window.least_m)
    others = _sound(state, now_s, rows, middle, radius_m)
    sail = vessels[others]
    flies = ~vessels[rows] & by_fix
    since_s = np.where(by_fix, s["poor_since_s"], s["leap_s"])
    return Area(
        affected=rows,
        lat_deg=middle[0],
        lon_deg=middle[1],
        radius_m=radius_m,
        since_s=float(since_s.min()),
        aircraft=int(flies.sum()),
        sound_aircraft=int((~sail & ~(state["alt_m"][others] < LOW_M)).sum()),
        vessels=int((vessels[rows] & by_fix).sum()),
        sound_vessels=int(sail.sum()),
        leapt=int((~by_fix).sum()),
        stations=_stations(s, now_s, window.memory_s),
    )


def _sound(
    state: Records, now_s: float, affected: Ints, middle: tuple[float, float], radius_m: float
) -> Ints:
    """Rows of those about the place who say that their fix is sound."""
    rows = sound(state, now_s, FRESH_S)
    rows = rows[~np.isin(rows, affected)]
    there = distance_m(np.array(middle[0]), np.array(middle[1]), state["lat"][rows], state["lon"][rows])
    return rows[there <= radius_m]


def _stations(s: Records, now_s: float, memory_s: float) -> int:
    """How many stations heard some tracks lately."""
    lately = now_s - s["station_s"] <= memory_s
    return len(np.unique(s["station"][lately]))


def share_odds(affected: int, sound: int, ordinary: float, disturbed_share: float) -> float:
    """Log odds of so many affected and so many not, if navigation is disturbed against if it is not.

    >>> round(share_odds(3, 0, 0.03, 0.8), 2)
    9.85
    """
    yes = float(np.log(disturbed_share / ordinary))
    no = float(np.log((1.0 - disturbed_share) / (1.0 - ordinary)))
    return affected * yes + sound * no


def within(area: Area | None, lat: Floats, lon: Floats) -> Bools:
    """Whether places lie within the area. Shapes: (n,) x2 -> (n,)."""
    if area is None:
        return np.zeros(len(lat), np.bool_)
    away_m = distance_m(np.array(area.lat_deg), np.array(area.lon_deg), lat, lon)
    return np.asarray(away_m <= area.radius_m)


def circle(lat_deg: float, lon_deg: float, radius_m: float) -> dict[str, Any]:
    """A circle as a GeoJSON polygon, counterclockwise."""
    bearing = np.linspace(360.0, 0.0, CIRCLE_POINTS + 1)
    every = np.ones_like(bearing)
    lat, lon = destination(lat_deg * every, lon_deg * every, bearing, radius_m * every)
    ring = [[round(float(x), 4), round(float(y), 4)] for x, y in zip(lon, lat, strict=True)]
    return {"type": "Polygon", "coordinates": [[*ring[:-1], ring[0]]]}
