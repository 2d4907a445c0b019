"""What is learned from everybody, and is evidence about anybody: coverage, ears, stops, halts, pressure.

Reports are only noted as they come; they are counted when somebody is about
to look (`settle`), all at once. All counts are whole numbers and all are
taken at ends of ticks, so what is known at a tick does not depend on how the
input was cut.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fusion.coverage import Coverage, bands, cells
from fusion.ears import Ears
from fusion.halts import Halts
from fusion.pressure import Pressure
from fusion.records import FIX, ROW, STATE, Records, joined, roomy, tight
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
        """Note positions of a tick: rows, what the filter made of them, and the state after. Shapes: (n,) x3."""
        if len(rows):
            self._notes.append((rows, fixes, state))

    def settle(self, table: Table, now_s: float) -> None:
        """Count what was noted, the losses and the stops, as of the end of a tick."""
        if self._notes:
            rows, fixes, state = (joined(part) for part in zip(*self._notes, strict=True))
            self._notes.clear()
            airborne = rows["airborne_kind"] & (fixes["on_ground"] != 1)
            cell = cells(fixes["lat"], fixes["lon"], bands(fixes["alt_m"], airborne))
            believed = fixes["doubt"] == 0
            due = np.where(believed, fixes["due"], 0).astype(np.int64)
            self._count_coverage(rows, fixes, state, cell, due)
            self._count_visits(table, rows["slot"][believed], cell[believed])
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
            rows, fixes, after = map(roomy, state["notes"], (ROW, FIX, STATE))
            self._notes.append((rows, fixes, after))

    def _memories(self) -> dict[str, Coverage | Ears | Stops | Halts | Pressure]:
        return {
            "coverage": self.coverage,
            "ears": self.ears,
            "stops": self.stops,
            "halts": self.halts,
            "pressure": self.pressure,
        }

    def _count_coverage(self, rows: Records, fixes: Records, state: Records, cell: Ints, due: Ints) -> None:
        self.coverage.count(cell, due)
        in_reach = rows["time_s"][:, None] - state["station_s"] <= self.presence_s
        at, place = np.nonzero(in_reach)
        heard = (fixes["heard"][at] >> place.astype(np.uint8)) & 1 == 1
        self.coverage.count_stations(state["station"][at, place], cell[at], heard, due[at])

    def _count_visits(self, table: Table, slot: Ints, cell: Ints) -> None:
        """Count every entry of a track into a cell, and remember where it is."""
        order = np.argsort(slot, kind="stable")
        slot, cell = slot[order], cell[order]
        first = np.diff(slot, prepend=-1) != 0
        before = np.where(first, table.state["cell"][slot], np.roll(cell, 1))
        entered = cell != before
        self.coverage.count_visits(cell[entered])
        table.state["cell"][slot] = cell  # rows stand in time order: the last one stays

    def _count_losses(self, state: Records, now_s: float) -> None:
        """Count each silence once, when it has lasted while somebody else was heard."""
        deaf = self.ears.last_any_s() - state["heard_s"] < LOST_S
        lost = (now_s - state["heard_s"] >= LOST_S) & ~deaf & (state["cell"] >= 0)
        at = np.flatnonzero(lost & ~(state["loss_counted_s"] == state["heard_s"]))
        self.coverage.count_losses(state["cell"][at])
        state["loss_counted_s"][at] = state["heard_s"][at]

    def _learn_pressure(self, rows: Records, state: Records) -> None:
        fresh = (rows["time_s"] - state["alt_diff_s"] <= DIFFERENCE_FRESH_S) & ~rows["alt_geometric"]
        if fresh.any():
            r, difference_m = rows[fresh], state["alt_diff_m"][fresh] - rows["geoid_m"][fresh]
            self.pressure.learn(r["time_s"], r["lat"], r["lon"], r["alt_m"], difference_m)
