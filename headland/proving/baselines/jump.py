"""The jump rule: a position that could only be reached at an impossible speed.

The speed from one position to the next is compared with a bound: 48.6 kn for a
vessel, 1,000 kn for an aircraft. Jumps less than ten minutes apart are one
event. It knows no horizon and no neighbours, so one garbled message and a
spoofed fleet are the same to it.

Source: RTEC's maritime thresholds (moving: up to 48.6 kn), Pitsikalis and
others; 1,000 kn as in published counts of rows with GNSS interference.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.units import KNOT_MPS
from headland.proving.baseline import Mark, Positions, impossible


@dataclass(frozen=True, slots=True)
class Jump:
    """Faster than `vessel_mps` or `flight_mps` from one position to the next."""

    name: str = "jump at an impossible speed"
    kind: str = "position_anomaly"
    vessel_mps: float = 48.6 * KNOT_MPS
    flight_mps: float = 1000.0 * KNOT_MPS
    same_s: float = 600.0

    def find(self, positions: Positions) -> list[Mark]:
        """Every event of every vessel and aircraft."""
        marks = []
        for vessels, bound_mps in ((True, self.vessel_mps), (False, self.flight_mps)):
            for word, rows in positions.each(vessels=vessels):
                jumps = impossible(positions, rows, bound_mps)
                t = positions.time_s[jumps]
                for event in np.split(jumps, np.flatnonzero(np.diff(t) > self.same_s) + 1):
                    if len(event):
                        first, last = int(event[0]), int(event[-1])
                        marks.append(
                            Mark(
                                subjects=(word,),
                                start_s=float(positions.time_s[first - 1]),
                                end_s=float(positions.time_s[last]),
                                raised_s=float(positions.time_s[first]),
                                lat_deg=float(positions.lat_deg[first]),
                                lon_deg=float(positions.lon_deg[first]),
                            )
                        )
        return marks


RULES = (Jump(),)
