"""How stations are doing, as the page lists them: from their health lines, and from their silence.

In: health as the journal gives it, or rows that another process told. Out:
rows for `maps.live.board.Board.show_stations`. Silence is judged when a row is
asked for, by whoever's clock is given: it goes on when nothing comes any more.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from alerts.features import iso
from feeds.health import Health
from geo.stations import StationNames

SILENT_S = 90.0
"""A station says how it is every 30 s: after three of them it is silent."""
TOGETHER_S = 60.0
"""Stations whose last words lie closer than this, each to the next, fell silent together: two turns of health."""
TOGETHER = 3
"""Fewer are a coincidence."""
MOST = 5000
"""Stations remembered, those heard longest ago first to go: as many as a page lists."""

NUMBERS = ("clock_offset_s", "spool", "per_minute", "refused", "doubted")


UNSHOWN = ("heard_s", "refused", "doubted")
"""Of a row, what the page does not get as it is."""
Faults = Callable[[str], Mapping[str, float]]


def _none_known(_station: str) -> Mapping[str, float]:
    return {}


class StationsHeard:
    """What is known of each station by its id. Safe to share between threads.

    A row has `id`, `heard_s` (Unix seconds), `version`, and of `NUMBERS` those that are known.
    """

    def __init__(self) -> None:
        self._rows: dict[str, Mapping[str, Any]] = {}
        self._lock = threading.Lock()

    def hear(self, health: Health, names: StationNames, faults: Faults = _none_known) -> None:
        """Take in health lines, in the order of their arrival.

        Args:
            health: the lines.
            names: of the stations.
            faults: by the name of a station, how much of what it sent was `refused`, and how many of its
                stamps are `doubted`.
        """
        self.learn(
            {**_row(health, row, names), **faults(names.name(int(health.station[row])))}
            for row in range(len(health))
        )

    def learn(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Take in rows; one that is older than what is known changes nothing."""
        with self._lock:
            for row in rows:
                known = self._rows.pop(row["id"], row)
                self._rows[row["id"]] = max(known, row, key=lambda each: float(each["heard_s"]))
            for gone in list(self._rows)[: max(0, len(self._rows) - MOST)]:
                del self._rows[gone]

    def known(self) -> list[Mapping[str, Any]]:
        """Every row."""
        with self._lock:
            return list(self._rows.values())

    def shown(self, now_s: float) -> list[dict[str, Any]]:
        """Every station for the page, those that have fallen silent as such."""
        return [
            {key: value for key, value in row.items() if key not in UNSHOWN}
            | _note(row)
            | {
                "heard": iso(row["heard_s"]),
                "state": "silent" if now_s - row["heard_s"] > SILENT_S else "alive",
            }
            for row in self.known()
        ]

    def lost_together(self, now_s: float) -> list[str]:
        """The stations of the latest loss of three or more at once, as a fault or a jammer makes it; none without one.

        A station that is heard again is no longer among them; when fewer than three are left it is over.
        """
        silent = sorted(
            (float(row["heard_s"]), str(row["id"]))
            for row in self.known()
            if now_s - row["heard_s"] > SILENT_S
        )
        runs: list[list[str]] = []
        before_s = -math.inf
        for heard_s, station in silent:
            if heard_s - before_s > TOGETHER_S:
                runs.append([])
            runs[-1].append(station)
            before_s = heard_s
        return sorted(next((run for run in reversed(runs) if len(run) >= TOGETHER), []))


def _note(row: Mapping[str, Any]) -> dict[str, str]:
    """What the operator should know of a station beside its numbers, in words; nothing where nothing was amiss."""
    said = {"refused": "{:,.0f} refused", "doubted": "{:,.0f} with a wrong time"}
    words = [text.format(row[key]) for key, text in said.items() if row.get(key, 0.0) >= 1.0]
    return {"note": ", ".join(words)} if words else {}


def _row(health: Health, row: int, names: StationNames) -> dict[str, Any]:
    numbers = {
        "clock_offset_s": float(health.clock_offset_s[row]),
        "spool": float(health.spool_batches[row]),
        "per_minute": float(np.nansum([health.ais_per_min[row], health.modes_per_min[row]])),
    }
    return {
        "id": names.name(int(health.station[row])),
        "heard_s": float(health.arrival_s[row]),
        "version": str(health.version[row]),
        **{key: value for key, value in numbers.items() if math.isfinite(value)},
    }
