"""Landing by last contact: an aircraft that was last heard low, and far from every aerodrome.

Silent for more than ten minutes (OpenSky's gap between flights) after a
position less than 1,000 ft above the ground: it has landed, and where no open
aerodrome lies within 5 km (OpenGliderNetwork's radius) it has landed off any.
Peers stop there: what is at no known aerodrome they discard. 1,000 ft is where
off-airfield landings of air ambulances were last heard (925 to 1,450 ft). The
altitude is taken as broadcast; a hill or a fade that hides an aircraft is a landing to it.

Sources: OpenSky Network, flights by estimated airports; OpenGliderNetwork,
python-ogn-gateway, logbook.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.airfields import OPEN, nearest
from geo.terrain import elevation_m
from geo.units import FOOT_M
from headland.proving.baseline import Mark, Positions


@dataclass(frozen=True, slots=True)
class LastSeenLow:
    """Silent for `gap_s` after less than `low_m` above the ground, `field_m` and more from an open aerodrome."""

    name: str = "last seen low, off any aerodrome"
    kind: str = "unscheduled_landing"
    gap_s: float = 600.0
    low_m: float = 1000 * FOOT_M
    field_m: float = 5000.0

    def find(self, positions: Positions) -> list[Mark]:
        """Every last contact of every aircraft that was low and off."""
        marks = []
        for word, rows in positions.each(vessels=False):
            t = np.append(positions.time_s[rows], positions.end_s)
            last = np.flatnonzero(np.diff(t) > self.gap_s)
            lat, lon = positions.lat_deg[rows][last], positions.lon_deg[rows][last]
            # One that says no altitude has said that it is on the ground.
            height_m = positions.alt_m[rows][last] - np.nan_to_num(elevation_m(lat, lon))
            off = ~(height_m > self.low_m) & (nearest(lat, lon, kinds=OPEN)[1] > self.field_m)
            marks += [
                Mark(
                    subjects=(word,),
                    start_s=float(t[i]),
                    end_s=float(t[i + 1]),
                    raised_s=float(t[i]) + self.gap_s,
                    lat_deg=float(positions.lat_deg[rows][i]),
                    lon_deg=float(positions.lon_deg[rows][i]),
                )
                for i in last[off].tolist()
            ]
        return marks


RULES = (LastSeenLow(),)
