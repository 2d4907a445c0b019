"""The duplicate rule: one identity that is again and again in two places.

Four impossible steps within ten minutes: there and back, and there and back. A
single jump is a garbled message; who keeps going to and fro is two. Speeds as
in the jump rule: 48.6 kn for a vessel, 1,000 kn for an aircraft. A changed
identity, and one that cannot exist, are nothing to it.

Source: the several vessels under one MMSI that Global Fishing Watch warns of
in its gaps (GFW technical documentation, Gaps.md); the count of four is ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.batch import Ints
from geo.units import KNOT_MPS
from headland.proving.baseline import Mark, Positions, impossible


@dataclass(frozen=True, slots=True)
class TwoPlaces:
    """`steps` impossible steps within `within_s`."""

    name: str = "to and fro at an impossible speed"
    kind: str = "identity_conflict"
    vessel_mps: float = 48.6 * KNOT_MPS
    flight_mps: float = 1000.0 * KNOT_MPS
    steps: int = 4
    within_s: float = 600.0

    def find(self, positions: Positions) -> list[Mark]:
        """The first time that it holds for each subject, until it last does."""
        everybody = [(True, self.vessel_mps), (False, self.flight_mps)]
        return [
            mark
            for vessels, bound_mps in everybody
            for word, rows in positions.each(vessels=vessels)
            for mark in self._of(positions, word, impossible(positions, rows, bound_mps))
        ]

    def _of(self, positions: Positions, word: str, jumps: Ints) -> list[Mark]:
        t = positions.time_s[jumps]
        held = np.flatnonzero(t[self.steps - 1 :] - t[: len(t) - self.steps + 1] <= self.within_s)
        if not len(held):
            return []
        first, last = int(held[0]), int(held[-1])
        at = int(jumps[first + self.steps - 1])
        return [
            Mark(
                subjects=(word,),
                start_s=float(t[first]),
                end_s=float(t[last + self.steps - 1]),
                raised_s=float(positions.time_s[at]),
                lat_deg=float(positions.lat_deg[at]),
                lon_deg=float(positions.lon_deg[at]),
            )
        ]


RULES = (TwoPlaces(),)
