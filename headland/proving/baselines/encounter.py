"""Encounters by distance and time: Global Fishing Watch's rule, and Skylight's.

Tracks are laid on a grid of time (linear between positions, gaps of more than
an hour not bridged); two vessels that lie within a distance at every point of
it for long enough have met. Global Fishing Watch: 500 m, 2 h, 10 min grid,
median speed below 2 kn, more than 10 km from an anchorage; no water here is so
far from one, so that is scaled to a nautical mile from the shore. Skylight:
250 m, more than 30 min, and no more is published; the grid of a minute is ours.

Sources: GlobalFishingWatch/pipe-encounters; Skylight, "Standard Rendezvous",
help pages of the Allen Institute for AI.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.batch import Floats, Ints
from geo.coast import coast
from geo.sphere import distance_m
from geo.units import KNOT_MPS, MINUTE_S
from headland.proving.baseline import Mark, Positions

BRIDGED_S = 3600.0


@dataclass(frozen=True, slots=True)
class Encounter:
    """Within `apart_m` for `least_s`, both with a median below `slow_mps`, `shore_m` off or more."""

    name: str
    apart_m: float
    least_s: float
    grid_s: float
    slow_mps: float = np.inf
    shore_m: float = 0.0
    kind: str = "rendezvous"

    def find(self, positions: Positions) -> list[Mark]:
        """Every pair that has met, once for each meeting."""
        words = [word for word, _ in positions.each(vessels=True)]
        if len(words) < 2:
            return []
        time_s, lat, lon = self._grid(positions)
        pair, point = self._close(lat, lon)
        order = np.lexsort((point, pair))
        pair, point = pair[order], point[order]
        breaks = np.flatnonzero((np.diff(pair) != 0) | (np.diff(point) != 1)) + 1
        marks = []
        for rows in np.split(np.arange(len(pair)), breaks):
            if len(rows) and (len(rows) - 1) * self.grid_s >= self.least_s:
                a, b = divmod(int(pair[rows[0]]), len(words))
                span = slice(int(point[rows[0]]), int(point[rows[-1]]) + 1)
                if self._holds(lat[[a, b], span], lon[[a, b], span]):
                    marks.append(self._mark((words[a], words[b]), time_s[span], lat[a, span], lon[a, span]))
        return marks

    def _grid(self, positions: Positions) -> tuple[Floats, Floats, Floats]:
        """Times, and places of each vessel at them; NaN where it was not followed. Shapes: (t,), (v, t) x2."""
        begin_s = np.ceil(positions.time_s.min() / self.grid_s) * self.grid_s
        time_s = np.arange(begin_s, positions.end_s, self.grid_s)
        lats, lons = [], []
        for _, rows in positions.each(vessels=True):
            t = positions.time_s[rows]
            after = np.searchsorted(t, time_s, side="right")
            inside = (after > 0) & (after < len(t))
            at = np.clip(after, 1, max(len(t) - 1, 1))
            step_s = t[np.minimum(at, len(t) - 1)] - t[at - 1]
            kept = inside & (step_s <= BRIDGED_S)
            lats.append(np.where(kept, np.interp(time_s, t, positions.lat_deg[rows]), np.nan))
            lons.append(np.where(kept, np.interp(time_s, t, positions.lon_deg[rows]), np.nan))
        return time_s, np.array(lats), np.array(lons)

    def _close(self, lat: Floats, lon: Floats) -> tuple[Ints, Ints]:
        """Pairs within the distance, as a number each, and the points of the grid at which they are."""
        pairs, points = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for k in range(lat.shape[1]):
            here = np.flatnonzero(np.isfinite(lat[:, k]))
            y, x = lat[here, k], lon[here, k]
            a, b = np.nonzero(np.triu(distance_m(y[:, None], x[:, None], y, x) <= self.apart_m, 1))
            pairs.append(here[a] * len(lat) + here[b])
            points.append(np.full(len(a), k))
        return np.concatenate(pairs), np.concatenate(points)

    def _holds(self, lat: Floats, lon: Floats) -> bool:
        """Whether both are slow, and far enough from the shore. Shapes: (2, t) x2."""
        step_mps = distance_m(lat[:, :-1], lon[:, :-1], lat[:, 1:], lon[:, 1:]) / self.grid_s
        if np.median(step_mps, axis=1).max() >= self.slow_mps:
            return False
        y, x = np.array([lat.mean()]), np.array([lon.mean()])
        return not self.shore_m or bool(
            coast().distance_m(y, x)[0] >= self.shore_m and not coast().on_land(y, x)[0]
        )

    def _mark(self, words: tuple[str, str], time_s: Floats, lat: Floats, lon: Floats) -> Mark:
        return Mark(
            subjects=words,
            start_s=float(time_s[0]),
            end_s=float(time_s[-1]),
            raised_s=float(time_s[0]) + self.least_s,
            lat_deg=float(lat.mean()),
            lon_deg=float(lon.mean()),
        )


RULES = (
    Encounter(
        "Global Fishing Watch encounter, scaled",
        apart_m=500.0,
        least_s=120 * MINUTE_S,
        grid_s=10 * MINUTE_S,
        slow_mps=2.0 * KNOT_MPS,
        shore_m=1852.0,
    ),
    Encounter("Skylight standard rendezvous", apart_m=250.0, least_s=30 * MINUTE_S, grid_s=MINUTE_S),
)
