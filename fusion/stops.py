"""Where ships stop: berths, moorings and anchorages, learned from habit.

No registry lists anchorages or marinas, so they are learned: a cell of about
half a kilometre in which several different stops of ten minutes have been
seen is a place where stopping is ordinary.
"""

from __future__ import annotations

import numpy as np

from feeds.reports import Domain, domains
from fusion.cells import Tally, around, grid
from fusion.records import Records
from geo.batch import Bools, Floats

CELL_LAT_DEG = 0.005
CELL_LON_DEG = 0.01
STOP_S = 600.0
"""Ten minutes below a knot is a stop, not a pause."""
FRESH_S = 300.0
ORDINARY_STOPS = 3
"""So many stops about a cell make stopping there ordinary."""


class Stops:
    """Stops counted by cell."""

    def __init__(self) -> None:
        self._stops = Tally(1)

    def learn(self, state: Records, now_s: float) -> None:
        """Count each stop once, when it has lasted; marks it as counted in the state."""
        lasting = (now_s - state["slow_since_s"] >= STOP_S) & (now_s - state["fixed_s"] <= FRESH_S)
        fresh = lasting & ~(state["stop_counted_s"] == state["slow_since_s"])
        at = np.flatnonzero(fresh & (domains(state["entity"]) == Domain.AIS))
        cell = grid(state["lat"][at], state["lon"][at], CELL_LAT_DEG, CELL_LON_DEG)
        self._stops.add(cell, np.ones((len(cell), 1), np.int64))
        state["stop_counted_s"][at] = state["slow_since_s"][at]

    def ordinary(self, lat: Floats, lon: Floats) -> Bools:
        """Whether ships are known to stop about each place. Shapes: (n,) x2 -> (n,)."""
        cell = grid(lat, lon, CELL_LAT_DEG, CELL_LON_DEG)
        return np.asarray(self._stops.sums(around(cell, CELL_LON_DEG))[..., 0].sum(axis=1) >= ORDINARY_STOPS)
