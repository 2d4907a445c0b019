"""Global Fishing Watch loitering: a vessel whose whole clock hours are slow.

Per vessel and clock hour the metres gone over the seconds taken, the step into
an hour counting for it; below 2 kn the hour is slow; slow hours in a row are
one event, kept where its mean distance from the shore is great enough.
Published: at least 4 h, at least 20 nm from the shore. That rules out the whole
water that is watched here, so both are scaled: one hour, one nautical mile.

Source: GlobalFishingWatch/pipe-loitering, create_raw_loitering, and Loitering.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.coast import coast
from geo.sphere import distance_m
from geo.units import KNOT_MPS
from headland.proving.baseline import Mark, Positions, runs

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class SlowHours:
    """Slower than `slow_mps` over `hours` whole clock hours, on average `shore_m` off."""

    name: str = "Global Fishing Watch loitering, scaled"
    kind: str = "loitering"
    slow_mps: float = 2.0 * KNOT_MPS
    hours: int = 1
    shore_m: float = 1852.0

    def find(self, positions: Positions) -> list[Mark]:
        """Every run of slow hours of every vessel."""
        found = [
            mark for word, rows in positions.each(vessels=True) for mark in self._of(positions, word, rows)
        ]
        if not found:
            return []
        lat, lon = (np.array([getattr(mark, name) for mark in found]) for name in ("lat_deg", "lon_deg"))
        off = ~coast().on_land(lat, lon) & (coast().distance_m(lat, lon) >= self.shore_m)
        return [mark for mark, keep in zip(found, off.tolist(), strict=True) if keep]

    def _of(self, positions: Positions, word: str, rows: slice) -> list[Mark]:
        t, lat, lon = positions.time_s[rows], positions.lat_deg[rows], positions.lon_deg[rows]
        if len(t) < 2:
            return []
        bucket = np.floor(t / HOUR_S).astype(np.int64)
        at = bucket[1:] - bucket[0]
        metres = np.bincount(at, distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]))
        seconds = np.bincount(at, np.diff(t))
        slow = np.divide(metres, seconds, out=np.full(len(metres), np.inf), where=seconds > 0) < self.slow_mps
        marks = []
        for begin, end in runs(slow):
            if end - begin + 1 < self.hours:
                continue
            inside = (bucket >= begin + bucket[0]) & (bucket <= end + bucket[0])
            marks.append(
                Mark(
                    subjects=(word,),
                    start_s=float(t[inside][0]),
                    end_s=float(t[inside][-1]),
                    raised_s=float((begin + bucket[0] + self.hours) * HOUR_S),
                    lat_deg=float(lat[inside].mean()),
                    lon_deg=float(lon[inside].mean()),
                )
            )
        return marks


RULES = (SlowHours(),)
