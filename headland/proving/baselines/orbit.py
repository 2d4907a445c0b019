"""The orbit rule: an aircraft that has turned more than twice round within half an hour, about one place.

The signed changes of track over 30 min sum to more than 720 degrees, and nine
positions in ten lie within 10 nm of their middle. Measured: 0 of 1,052
airliners, but 6 of 8 gliders and 12 of 29 fire-fighting flights; height, sea
and aerodromes mean nothing to it.

Source: a rule of thumb among those who watch flights; the numbers were
measured on the sample flights of the package `traffic` 2.13.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.sphere import distance_m, wrapped_deg
from geo.units import MINUTE_S, NAUTICAL_MILE_M
from headland.proving.baseline import Mark, Positions, runs


@dataclass(frozen=True, slots=True)
class Orbit:
    """Turned `turn_deg` in `window_s` within `radius_m`."""

    name: str = "turned twice round in half an hour"
    kind: str = "loitering"
    window_s: float = 30 * MINUTE_S
    turn_deg: float = 720.0
    radius_m: float = 10 * NAUTICAL_MILE_M

    def find(self, positions: Positions) -> list[Mark]:
        """Every stretch of orbiting of every aircraft; minutes in a row are one."""
        return [
            mark for word, rows in positions.each(vessels=False) for mark in self._of(positions, word, rows)
        ]

    def _of(self, positions: Positions, word: str, rows: slice) -> list[Mark]:
        t, lat, lon = positions.time_s[rows], positions.lat_deg[rows], positions.lon_deg[rows]
        course = np.nan_to_num(positions.cog_deg[rows])
        turned = np.concatenate([[0.0], np.cumsum(wrapped_deg(np.diff(course)))])
        looks = np.arange(t[0], t[-1] + MINUTE_S, MINUTE_S)
        begin = np.searchsorted(t, looks - self.window_s)
        end = np.searchsorted(t, looks, side="right") - 1
        holds = np.abs(turned[end] - turned[begin]) > self.turn_deg
        for i in np.flatnonzero(holds).tolist():
            y, x = lat[begin[i] : end[i] + 1], lon[begin[i] : end[i] + 1]
            off_m = distance_m(y, x, np.full(len(y), y.mean()), np.full(len(x), x.mean()))
            holds[i] = np.quantile(off_m, 0.9) < self.radius_m
        return [
            Mark(
                subjects=(word,),
                start_s=float(t[begin[a]]),
                end_s=float(t[end[b]]),
                raised_s=float(looks[a]),
                lat_deg=float(lat[begin[a] : end[b] + 1].mean()),
                lon_deg=float(lon[begin[a] : end[b] + 1].mean()),
            )
            for a, b in runs(holds)
        ]


RULES = (Orbit(),)
