"""What is learned from everybody, and is evidence about anybody: coverage, ears, stops, halts, pressure.

Reports are only noted as they come; they are counted when somebody is about
to look (`settle`), all at once. All counts are whole numbers and all are
taken at ends of ticks, so what is known at a tick does not depend on how the
input was cut.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from fusion.afterwards import AFTER
from fusion.coverage import UNDER_WAY_MPS, Coverage, cell_in_air
from fusion.ears import Ears
from fusion.halts import Halts
from fusion.pressure import Pressure
from fusion.records import FIX, ROW, STATIONS_KEPT, Records, joined, roomy, tight
from fusion.state import Table
from fusion.stops import Stops
from geo.batch import Floats, Ints
from geo.container import Tree

LOST_S = 600.0
"""A silence of ten minutes counts as a loss, at the place where it began."""
LEARN_EVERY_S = 60.0
"""Silences and stops last minutes: looking for them once a minute loses none."""
DIFFERENCE_FRESH_S = 60.0
"""An aircraft says its height difference with every velocity, twice a second."""


class Context:
    """The five memories, and the notes that they have not read yet.

    Attributes:
        presence_s: between two hearings no further apart a station is in reach of a track.
    """

    def __init__(self, presence_s: float) -> None:
        self.coverage = Coverage()
        self.ears = Ears()
        self.stops = Stops()
        self.halts = Halts()
        self.pressure = Pressure()
        self.presence_s = presence_s
        self._notes: list[tuple[Records, Records, Records]] = []

    def hear(self, station: npt.NDArray[np.uint32], time_s: Floats) -> None:
        """Note hearings: they tell which stations are alive. Shapes: (n,) x2."""
        self.ears.hear(station, time_s)

    def note(self, rows: Records, fixes: Records, state: Records) -> None:
        """Note positions of a tick: rows, what the filter made of them, and `AFTER`. Shapes: (n,) x3."""
        if len(rows):
            self._notes.append((rows, fixes, state))

    def settle(self, table: Table, now_s: float) -> None:
        """Count what was noted, the losses and the stops, as of the end of a tick."""
        if self._notes:
            rows, fixes, state = (joined(part) for part in zip(*self._notes, strict=True))
            self._notes.clear()
            self._count(table, rows, fixes, state)
            self._learn_pressure(rows, state)
        if now_s % LEARN_EVERY_S == 0:
            self._count_losses(table.live, now_s)
            self.stops.learn(table.live, now_s)
            self.halts.learn(table.live, now_s)

    def state(self) -> Tree:
        """All that is remembered and noted, as `restore` takes it."""
        notes = [tight(joined(part)) for part in zip(*self._notes, strict=True)]
        return {"notes": notes} | {name: memory.state() for name, memory in self._memories().items()}

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else."""
        for name, memory in self._memories().items():
            memory.restore(state[name])
        self._notes.clear()
        if state["notes"]:
            rows, fixes, after = map(roomy, state["notes"], (ROW, FIX, AFTER))
            self._notes.append((rows, fixes, after))

    def _memories(self) -> dict[str, Coverage | Ears | Stops | Halts | Pressure]:
        return {
            "coverage": self.coverage,
            "ears": self.ears,
            "stops": self.stops,
            "halts": self.halts,
            "pressure": self.pressure,
        }

    def _count(self, table: Table, rows: Records, fixes: Records, state: Records) -> None:
        cell, due, entered = (np.empty(len(rows), np.int64) for _ in range(3))
        hearings = np.empty((STATIONS_KEPT * len(rows), 4), np.int64)
        visits, reached = places(
            rows, fixes, state, table.state, self.presence_s, cell, due, entered, hearings
        )
        station, at, heard, missed = hearings[:reached].T
        self.coverage.count(cell, due)
        self.coverage.count_stations(station, at, heard, missed)
        self.coverage.count_visits(entered[:visits])

    def _count_losses(self, state: Records, now_s: float) -> None:
        """Count each silence once, when it has lasted while somebody else was heard."""
        deaf = self.ears.last_any_s() - state["heard_s"] < LOST_S
        lost = (now_s - state["heard_s"] >= LOST_S) & ~deaf & (state["cell"] >= 0)
        at = np.flatnonzero(lost & ~(state["loss_counted_s"] == state["heard_s"]))
        under_way = np.hypot(state["east_mps"][at], state["north_mps"][at]) >= UNDER_WAY_MPS
        self.coverage.count_losses(state["cell"][at], under_way)
        state["loss_counted_s"][at] = state["heard_s"][at]

    def _learn_pressure(self, rows: Records, state: Records) -> None:
        difference_m, time_s = state["alt_diff_m"] - rows["geoid_m"], rows["time_s"]
        fresh = (time_s - state["alt_diff_s"] <= DIFFERENCE_FRESH_S) & ~rows["alt_geometric"]
        if fresh.any():
            said = (time_s, rows["lat"], rows["lon"], rows["alt_m"], difference_m)
            self.pressure.learn(*(each[fresh] for each in said))


@numba.njit(cache=True)
def places(
    rows: Records,
    fixes: Records,
    after: Records,
    state: Records,
    presence_s: float,
    cell: Ints,
    due: Ints,
    entered: Ints,
    hearings: Ints,
) -> tuple[int, int]:
    """What notes say of coverage: cell and reports due of each, cells entered, and stations in reach.

    Remembers in each track's state the cell it is in. A position that is not believed is due nothing and is nowhere.
    Shapes: rows, fixes, after (n,), each track's in order of time; state (capacity,) `STATE`; cell, due, entered (n,);
    hearings (STATIONS_KEPT * n, 4): station, cell, heard or not, due.

    Returns:
        How many cells were entered and how many stations were in reach: that much of both was written.
    """
    visits, reached = 0, 0
    for i in range(len(rows)):
        row, fix = rows[i], fixes[i]
        at = cell_in_air(fix.lat, fix.lon, fix.alt_m, row.airborne_kind and fix.on_ground != 1)
        believed = fix.doubt == 0
        cell[i], due[i] = at, fix.due if believed else 0
        if believed:
            if at != state[row.slot].cell:
                entered[visits] = at
                visits += 1
            state[row.slot].cell = at
        for k in range(STATIONS_KEPT):
            if row.time_s - after[i].station_s[k] <= presence_s:
                hearings[reached, 0], hearings[reached, 1] = after[i].station[k], at
                hearings[reached, 2], hearings[reached, 3] = (fix.heard >> k) & 1, due[i]
                reached += 1
    return visits, reached
