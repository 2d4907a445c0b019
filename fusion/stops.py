"""Where ships stop: berths, moorings and anchorages, learned from habit.

No registry lists anchorages or marinas, so they are learned: a cell of about
half a kilometre about which several stops of ten minutes have been seen is a
place where stopping is ordinary. A ship that stops again where it stopped
last adds nothing: else whoever drifts to and fro would make its own place one.
"""

from __future__ import annotations

import numpy as np

from feeds.reports import Domain, domains
from fusion.cells import Tally, around, grid
from fusion.records import Records
from geo.batch import Bools, Floats, Ints
from geo.container import Tree
from geo.sphere import distance_m

CELL_LAT_DEG = 0.005
CELL_LON_DEG = 0.01
STOP_S = 600.0
"""Ten minutes below a knot is a stop, not a pause."""
FRESH_S = 300.0
SAME_PLACE_M = 2000.0
"""Nine cells are 1.7 by 2 km: stops of one ship this near to each other would be counted together."""
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
        state["stop_counted_s"][at] = state["slow_since_s"][at]
        s = state[at]
        at = at[~(distance_m(s["stop_lat"], s["stop_lon"], s["lat"], s["lon"]) <= SAME_PLACE_M)]
        lat, lon = state["lat"][at], state["lon"][at]
        cell = grid(lat, lon, CELL_LAT_DEG, CELL_LON_DEG)
        self._stops.add(cell, np.ones((len(cell), 1), np.int64))
        state["stop_lat"][at], state["stop_lon"][at] = lat, lon

    def ordinary(self, lat: Floats, lon: Floats) -> Bools:
        """Whether ships are known to stop about each place. Shapes: (n,) x2 -> (n,)."""
        return np.asarray(self.counted(lat, lon) >= ORDINARY_STOPS)

    def counted(self, lat: Floats, lon: Floats) -> Ints:
        """How many stops were counted about each place. Shapes: (n,) x2 -> (n,)."""
        cell = grid(lat, lon, CELL_LAT_DEG, CELL_LON_DEG)
        return np.asarray(self._stops.sums(around(cell, CELL_LON_DEG))[..., 0].sum(axis=1))

    def by_others(self, lat: Floats, lon: Floats, *own: Records) -> Ints:
        """How many stops were counted about each place, less those of the ships named. Shapes: (n,) x2 -> (n,)."""
        count = self.counted(lat, lon)
        for s in own:
            count = count - (distance_m(s["stop_lat"], s["stop_lon"], lat, lon) <= SAME_PLACE_M)
        return np.maximum(count, 0)

    def state(self) -> Tree:
        """All that is remembered, as `restore` takes it."""
        return self._stops.state()

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else."""
        self._stops.restore(state)
