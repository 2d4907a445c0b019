"""How two vessels kept together: since when, how near, how steadily, and how far apart they were before.

In: pairs of rows of the state, and the history. Out: one `Meeting` row a pair.
Both ways are laid on one grid of whole minutes (`fusion.whereabouts`), so what
is found depends on the minute and on nothing else. Together begins after the
last minute at which the two were known to be far apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusion.pairs import apart_m, offsets_m
from fusion.view import View
from fusion.whereabouts import whereabouts
from geo.batch import Bools, Floats, Ints

GRID_S = 60.0
WINDOW_S = 7200.0
"""The history of a ship under way is two hours long."""
GAP_S = 600.0
RECKON_S = 200.0
"""A class B craft at rest speaks every three minutes, and now and then one report is lost."""
LEG_STEPS = 3
"""Minutes over which a course is taken: at 5 kn that is 460 m, fifty times the noise of a place."""


@dataclass(frozen=True)
class Meeting:
    """One row a pair. Shapes: (n,).

    Attributes:
        start_s: when they came together; start_lat, start_lon: where the first of them then was.
        lasts_s: minutes at which both were known and near, as seconds.
        mean_m: mean distance while together.
        speed_mps: of the point midway between them, along its way.
        slide_mps: how fast the one moved along or across the other's bows, over the later half.
        still_mps: the greater of their two speeds made good.
        before_m: how far apart they were known to be before; NaN where not known.
    """

    start_s: Floats
    start_lat: Floats
    start_lon: Floats
    lasts_s: Floats
    mean_m: Floats
    speed_mps: Floats
    slide_mps: Floats
    still_mps: Floats
    before_m: Floats


@dataclass(frozen=True)
class _Ways:
    """Places of both of each pair on the grid. Shapes: (n, k), and (k,) for the times."""

    time_s: Floats
    lat_a: Floats
    lon_a: Floats
    lat_b: Floats
    lon_b: Floats


def meeting(view: View, a: Ints, b: Ints, near_m: float, far_m: float) -> Meeting:
    """How the tracks in rows `a` and `b` kept together up to now: near within `near_m`, apart beyond `far_m`.

    Shapes: (n,) x2 -> (n,).
    """
    ways = _ways(view, a, b)
    metres = apart_m(ways.lat_a, ways.lon_a, ways.lat_b, ways.lon_b)
    known, place = np.isfinite(metres), np.arange(metres.shape[1])
    left = np.where(known & (metres > far_m), place, -1).max(axis=1)
    near = known & (metres <= near_m) & (place > left[:, None])
    count = near.sum(axis=1)
    first = np.where(near, place, place[-1]).min(axis=1)
    last = np.where(near, place, 0).max(axis=1)
    earlier = np.where(known & (place < first[:, None]), metres, -1.0).max(axis=1)
    lasts_s = np.maximum((last - first) * GRID_S, GRID_S)
    speed, still = _speeds(ways, near, first, last, lasts_s)
    return Meeting(
        start_s=ways.time_s[first],
        start_lat=_at(ways.lat_a, first),
        start_lon=_at(ways.lon_a, first),
        lasts_s=count * GRID_S,
        mean_m=np.where(near, metres, 0.0).sum(axis=1) / np.maximum(count, 1),
        speed_mps=speed,
        # The first half may be the coming up; an overtaking goes on sliding.
        slide_mps=_slide(ways, (first + last) // 2, last) / np.maximum(0.5 * lasts_s, GRID_S),
        still_mps=still,
        before_m=np.where(earlier < 0.0, np.nan, earlier),
    )


def _ways(view: View, a: Ints, b: Ints) -> _Ways:
    end_s = np.floor(view.now_s / GRID_S) * GRID_S
    time_s = end_s - np.arange(WINDOW_S, -1.0, -GRID_S)
    slots, at = np.unique(np.concatenate([a, b]), return_inverse=True)
    lat, lon = whereabouts(view.state, view.history, slots, time_s, GAP_S, RECKON_S)
    of_a, of_b = at[: len(a)], at[len(a) :]
    return _Ways(time_s, lat[of_a], lon[of_a], lat[of_b], lon[of_b])


def _speeds(ways: _Ways, near: Bools, first: Ints, last: Ints, lasts_s: Floats) -> tuple[Floats, Floats]:
    """Speed of both together along their way, and the greater speed made good."""
    path_m, steps = np.zeros(len(near)), near[:, 1:] & near[:, :-1]
    made_m = np.zeros(len(near))
    for lat, lon in ((ways.lat_a, ways.lon_a), (ways.lat_b, ways.lon_b)):
        step_m = apart_m(lat[:, :-1], lon[:, :-1], lat[:, 1:], lon[:, 1:])
        path_m = path_m + np.where(steps, step_m, 0.0).sum(axis=1)
        made_m = np.maximum(made_m, apart_m(_at(lat, first), _at(lon, first), _at(lat, last), _at(lon, last)))
    return path_m / (2.0 * np.maximum(steps.sum(axis=1), 1) * GRID_S), made_m / lasts_s


def _slide(ways: _Ways, first: Ints, last: Ints) -> Floats:
    """How far the second moved in the eyes of the first, whose course is her own at either end."""
    along, across = [], []
    for at, on in ((first, np.minimum(first + LEG_STEPS, last)), (last, np.maximum(last - LEG_STEPS, first))):
        places = _at(ways.lat_a, at), _at(ways.lon_a, at)
        east, north = offsets_m(*places, _at(ways.lat_b, at), _at(ways.lon_b, at))
        go_e, go_n = offsets_m(*places, _at(ways.lat_a, on), _at(ways.lon_a, on))
        sign = np.where(on < at, -1.0, 1.0) / np.maximum(np.hypot(go_e, go_n), 1e-9)
        along.append((east * go_e + north * go_n) * sign)
        across.append((east * go_n - north * go_e) * sign)
    return np.hypot(along[1] - along[0], across[1] - across[0])


def _at(values: npt.NDArray[np.float64], column: Ints) -> Floats:
    return np.asarray(np.take_along_axis(values, column[:, None], axis=1)[:, 0])
