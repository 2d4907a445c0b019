"""What fusion tells, put on a board in another process; and the truth about it when it tells nothing.

In: topics and payloads as the broker hands them over; anybody may have sent
them. Out: rows on the board. What is not understood is counted, with a
sample, and shown to nobody.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from feeds.rejects import Rejects
from headland.changes import (
    Head,
    Kind,
    Places,
    RefusedPayloadError,
    names_of_table,
    stations_of_table,
    unpacked,
)
from headland.outlet import CHANGES
from headland.shown import Shown
from headland.stations_heard import StationsHeard
from maps.live.board import Board

AWAY_S = 5.0
"""Fusion tells something each second: after five of silence it is not there, or not heard."""


class Inlet:
    """One board's ear for what fusion tells.

    Attributes:
        rejects: payloads that were refused.
    """

    def __init__(self, board: Board) -> None:
        self.rejects = Rejects()
        self._board = board
        self._stations = StationsHeard()
        self._through_s = math.nan
        self._heard_at_s = -math.inf

    def take(self, topic: str, payload: bytes, at_s: float) -> None:
        """Put a payload on the board, or count it.

        Args:
            topic: where it came.
            payload: whatever it is; empty where a retained one was taken away.
            at_s: when, on a clock that only goes on.
        """
        if not payload:
            return
        try:
            head, table = unpacked(payload)
        except RefusedPayloadError as error:
            self.rejects.add(f"server: {error}", payload)
            return
        self._shows[head.kind](table)
        if topic == CHANGES:
            self._note(head, at_s)

    def tell(self, now_s: float, at_s: float, broker: str) -> None:
        """Say on the board how stations are, how old the flags are, and who is away; to be called every second.

        Args:
            now_s: the clock that the page shows.
            at_s: as in `take`.
            broker: what is wrong with the line to it; empty where nothing is.
        """
        silent_s = at_s - self._heard_at_s
        why = broker or (_silence(silent_s) if silent_s > AWAY_S else "")
        rows = self._stations.shown(now_s)
        if why:
            rows.append({"id": "fusion", "kind": "server", "state": "lost", "note": why})
        self._board.show_stations(rows)
        # While nothing comes from fusion all stations seem silent, and the page says already why.
        self._board.show_lost_together([] if why else self._stations.lost_together(now_s))
        self._board.show_lag(now_s - self._through_s, why)

    @property
    def _shows(self) -> dict[Kind, Callable[[Any], None]]:
        return {
            Kind.PLACES: lambda table: show_places(table, self._board),
            Kind.NAMES: lambda table: self._board.show_names(names_of_table(table)),
            Kind.STATIONS: lambda table: self._stations.learn(stations_of_table(table)),
        }

    def _note(self, head: Head, at_s: float) -> None:
        self._heard_at_s = at_s
        if head.through_s is not None:
            self._through_s = head.through_s


def show_places(table: Any, shown: Shown) -> None:
    """Show the rows of a payload of places."""
    places = Places.from_arrow(table)
    for provisional in (True, False):
        rows = places.take(places.provisional == provisional)
        if len(rows):
            shown.show_positions(rows, provisional=provisional)


def _silence(silent_s: float) -> str:
    if math.isinf(silent_s):
        return "The fusion process has not been heard since this page was started."
    return f"The fusion process has not been heard for {silent_s:.0f} s."
