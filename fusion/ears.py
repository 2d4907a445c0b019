"""Which stations are alive, known only by what was heard through them.

A recording bears no health, so a station is alive while anything is heard
from it, and while it hears a fair part of what it usually hears: an antenna
that has fallen may still receive the ship moored below it. Reports are
counted by minute, in whole numbers, for an hour.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from fusion.lookup import rows_in
from fusion.records import Records
from geo.batch import Bools, Floats, Ints
from geo.container import Tree
from geo.kept import own

MINUTES = 60
FAIR_PART = 0.3
"""Below this part of its usual rate a station is taken to be failing."""
USUAL_REPORTS = 50
"""With fewer reports in the hour, no rate is usual."""
LATELY_S = 1800.0
"""A station that had not heard a track for so long before its silence had lost it already."""


class Ears:
    """Stations heard through, with their last hour."""

    def __init__(self) -> None:
        self.number: npt.NDArray[np.uint32] = np.empty(0, np.uint32)
        self.first_s: Floats = np.empty(0)
        self.heard_s: Floats = np.empty(0)
        self._minute: Ints = np.empty((0, MINUTES), np.int64)
        self._counts: Ints = np.empty((0, MINUTES), np.int64)

    def hear(self, station: npt.NDArray[np.uint32], time_s: Floats) -> None:
        """Count one report by each station at each time. Shapes: (n,) x2."""
        if not len(station):
            return
        if not count_hearings(
            self.number, self.first_s, self.heard_s, self._minute, self._counts, station, time_s
        ):
            self._admit(np.setdiff1d(station, self.number))
            self.hear(station, time_s)

    def last_any_s(self) -> float:
        """When anything was last heard through any station."""
        return float(self.heard_s.max(initial=-np.inf))

    def rows(self, station: npt.NDArray[np.uint32]) -> Ints:
        """Row of each station, -1 where it was never heard through. Shape: any -> the same."""
        return rows_in(self.number, station)

    def failing(self, now_s: float) -> Bools:
        """Whether each station, when last heard, heard far less in five whole minutes than in the hour before.

        Shape: (stations,). A station that has died was sound until then, if it was sound then.
        """
        at_s = np.minimum(self.heard_s, now_s)
        age = np.floor(at_s / 60.0).astype(np.int64)[:, None] - self._minute
        hour = np.where((age >= 1) & (age < MINUTES), self._counts, 0).sum(axis=1)
        recent = np.where((age >= 1) & (age <= 5), self._counts, 0).sum(axis=1)
        minutes = np.clip((at_s - self.first_s) / 60.0, 5.0, MINUTES - 1.0)
        return np.asarray((hour >= USUAL_REPORTS) & (recent / 5.0 < FAIR_PART * hour / minutes))

    def heard_until_s(self, state: Records, now_s: float) -> Floats:
        """Until when each track could be heard: the last sign of life of a sound station that heard it lately.

        Minus infinity where every such station is failing now. Shape: (n,) `STATE` -> (n,).
        """
        if not len(state):
            return np.empty(0)
        row = self.rows(state["station"])
        lately = state["heard_s"][:, None] - state["station_s"] <= LATELY_S
        sound = (row >= 0) & lately & ~np.append(self.failing(now_s), True)[row]
        heard_s = np.where(sound, np.append(self.heard_s, -np.inf)[row], -np.inf)
        return np.asarray(heard_s.max(axis=1, initial=-np.inf))

    def steady(
        self, number: npt.NDArray[np.uint32], from_s: Floats, until_s: Floats, now_s: float, alive_s: float
    ) -> Bools:
        """Which stations were heard through before each silence began, are to its end, and are sound now.

        Shapes: number (k,), from and until (n,) -> (n, k).
        """
        row = self.rows(number)
        first_s, last_s = np.append(self.first_s, np.inf)[row], np.append(self.heard_s, -np.inf)[row]
        sound = (row >= 0) & ~np.append(self.failing(now_s), True)[row]
        lived = (first_s <= from_s[:, None]) & (last_s >= until_s[:, None] - alive_s)
        return np.asarray(lived & sound)

    def _admit(self, new: npt.NDArray[np.uint32]) -> None:
        """Make rows for stations never heard through before, given in rising order."""
        at = np.searchsorted(self.number, new)
        self.number = np.insert(self.number, at, new)
        self.first_s = np.insert(self.first_s, at, np.inf)
        self.heard_s = np.insert(self.heard_s, at, -np.inf)
        self._minute = np.insert(self._minute, at, -1, axis=0)
        self._counts = np.insert(self._counts, at, 0, axis=0)

    def state(self) -> Tree:
        """All that is remembered, as `restore` takes it."""
        return {
            "number": self.number.copy(),
            "first_s": self.first_s.copy(),
            "heard_s": self.heard_s.copy(),
            "minute": self._minute.copy(),
            "counts": self._counts.copy(),
        }

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else."""
        self.number = own(state, "number", self.number)
        self.first_s, self.heard_s = own(state, "first_s", self.first_s), own(state, "heard_s", self.heard_s)
        self._minute, self._counts = own(state, "minute", self._minute), own(state, "counts", self._counts)


@numba.njit(cache=True)
def count_hearings(
    number: npt.NDArray[np.uint32],
    first_s: Floats,
    heard_s: Floats,
    minute: Ints,
    counts: Ints,
    station: npt.NDArray[np.uint32],
    time_s: Floats,
) -> bool:
    """Count one report by each station at each time; False, and nothing done, where a station has no row yet.

    Shapes: number (k,), rising; first and heard (k,), minute and counts (k, MINUTES), written here; station and time (n,).
    """
    for i in range(len(station)):
        row = np.searchsorted(number, station[i])
        if row == len(number) or number[row] != station[i]:
            return False
    for i in range(len(station)):
        row = np.searchsorted(number, station[i])
        first_s[row] = min(first_s[row], time_s[i])
        heard_s[row] = max(heard_s[row], time_s[i])
        at = math.floor(time_s[i] / 60.0)
        place = at % MINUTES
        if minute[row, place] != at:
            minute[row, place], counts[row, place] = at, 0
        counts[row, place] += 1
    return True
