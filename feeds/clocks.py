"""How each station's stamps stand against the server's clock.

In: when things were heard, as their station says, and when they arrived.
Out: which of them are too far off to be believed, and for each station how
many were ahead and how many behind, and by how much at most. Ahead is a clock
that is wrong, or set wrong on purpose. Behind is that too, or what a spool
kept while the line was down, or traffic of another day that is sent again as
if it were now: the station's health says whether it has a spool.

A recording knows no arrival, and nothing in it is off.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.batch import Bools, Floats
from geo.container import Tree

STATIONS_MOST = 100_000
"""Stations of which is remembered how they stood."""
AHEAD, BEHIND, MOST_AHEAD_S, MOST_BEHIND_S, LAST_S = range(5)


class Clocks:
    """Counts by number of the station: only of those that were ever off."""

    def __init__(self) -> None:
        self._stations: dict[int, list[float]] = {}

    def doubted(self, station: npt.NDArray[np.uint32], offset_s: Floats, skew_s: float) -> Bools:
        """Which rows are off by more than `skew_s`, noted by station; NaN is off by nothing. Shapes: (n,) x2 -> (n,).

        Args:
            station: who heard each row.
            offset_s: its time less its arrival.
            skew_s: what is allowed.
        """
        off: Bools = np.abs(offset_s) > skew_s
        # Live most steps have none that is off, and of those that have most have one station's.
        if not off.any():
            return off
        numbers, offsets_s = station[off], offset_s[off]
        if (numbers == numbers[0]).all():
            self._note(int(numbers[0]), offsets_s)
            return off
        for number in np.unique(numbers):
            self._note(int(number), offsets_s[numbers == number])
        return off

    def off(self, number: int) -> int:
        """How many rows of a station were off."""
        row = self._stations.get(number)
        return 0 if row is None else int(row[AHEAD] + row[BEHIND])

    def told(self) -> dict[int, dict[str, float]]:
        """By station: rows `ahead` and `behind`, `most_ahead_s` and `most_behind_s`, and `last_s`, the last of them."""
        return {
            number: {
                "ahead": int(row[AHEAD]),
                "behind": int(row[BEHIND]),
                "most_ahead_s": round(row[MOST_AHEAD_S], 3),
                "most_behind_s": round(row[MOST_BEHIND_S], 3),
                "last_s": round(row[LAST_S], 3),
            }
            for number, row in sorted(self._stations.items())
        }

    def state(self) -> Tree:
        """All that is remembered, as `restore` takes it."""
        return {"stations": [[number, list(row)] for number, row in self._stations.items()]}

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else."""
        self._stations = {int(number): list(row) for number, row in state["stations"]}

    def _note(self, number: int, offset_s: Floats) -> None:
        row = self._stations.get(number)
        if row is None:
            if len(self._stations) >= STATIONS_MOST:
                return
            row = self._stations[number] = [0, 0, 0.0, 0.0, 0.0]
        row[AHEAD] += int((offset_s > 0.0).sum())
        row[BEHIND] += int((offset_s < 0.0).sum())
        row[MOST_AHEAD_S] = max(row[MOST_AHEAD_S], float(offset_s.max()))
        row[MOST_BEHIND_S] = max(row[MOST_BEHIND_S], -float(offset_s.min()))
        row[LAST_S] = float(offset_s[-1])
