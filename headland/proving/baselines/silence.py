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

from fusion.gaps import gaps
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
        vessels = list(positions.each(vessels=True))
        if not vessels:
            return []
        rows = np.concatenate([np.arange(each.start, each.stop) for _, each in vessels])
        last = np.array([each.stop - 1 for _, each in vessels])
        whose = np.repeat(np.arange(len(vessels)), [each.stop - each.start for _, each in vessels])
        # Who was as if heard once more where it was last, when the watch ended, has an open gap up to there.
        at, ends_s = np.concatenate([rows, last]), np.full(len(last), positions.end_s)
        found = gaps(
            np.concatenate([whose, np.arange(len(vessels))]).astype(np.uint64),
            np.concatenate([positions.time_s[rows], ends_s]),
            positions.lat_deg[at],
            positions.lon_deg[at],
            self.gap_s,
        )
        columns = (found.entity, found.from_s, found.to_s, found.from_lat, found.from_lon)
        return [
            Mark(
                subjects=(vessels[who][0],),
                start_s=start_s,
                end_s=end_s,
                raised_s=start_s + self.gap_s,
                lat_deg=lat,
                lon_deg=lon,
            )
            for who, start_s, end_s, lat, lon in zip(*(each.tolist() for each in columns), strict=True)
        ]


RULES = (
    Silence("Global Fishing Watch gap, 30 min", 30 * MINUTE_S),
    Silence("Global Fishing Watch gap, 60 min", 60 * MINUTE_S),
)
