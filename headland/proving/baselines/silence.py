"""Global Fishing Watch gap: a vessel that has not been heard for longer than a threshold.

A gap lies between two positions, or after the last one (an open gap). The
published threshold is 12 h (6 h in the pipeline), for satellites pass seldom;
a pick-up takes minutes, so it is scaled to half an hour and to an hour. Who
has moored, who has gone over the horizon and whose receiver has failed is the
same to it. It is a rule for vessels: every landing of an aircraft is a gap.

Source: GlobalFishingWatch/pipe-gaps, core/gap_detector.py; one hour is the
shortest gap in Ford and others, PLOS ONE 13(8) e0201640 (2018).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.units import MINUTE_S
from headland.proving.baseline import Mark, Positions


@dataclass(frozen=True, slots=True)
class Silence:
    """Not heard for longer than `gap_s`."""

    name: str
    gap_s: float
    kind: str = "dark_transponder"

    def find(self, positions: Positions) -> list[Mark]:
        """Every gap of every vessel, the open ones too."""
        marks = []
        for word, rows in positions.each(vessels=True):
            t = np.append(positions.time_s[rows], positions.end_s)
            for i in np.flatnonzero(np.diff(t) > self.gap_s).tolist():
                at = rows.start + i
                marks.append(
                    Mark(
                        subjects=(word,),
                        start_s=float(t[i]),
                        end_s=float(t[i + 1]),
                        raised_s=float(t[i]) + self.gap_s,
                        lat_deg=float(positions.lat_deg[at]),
                        lon_deg=float(positions.lon_deg[at]),
                    )
                )
        return marks


RULES = (
    Silence("Global Fishing Watch gap, 30 min", 30 * MINUTE_S),
    Silence("Global Fishing Watch gap, 60 min", 60 * MINUTE_S),
)
