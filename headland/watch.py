"""The watch: the journal followed, flags given to the desk, and what is believed shown to whoever shows it.

    journal ──▶ follower ──▶ shown (positions, names, stations, lag)
                    └──────▶ desk ──▶ store

What is shown does not wait: positions go out straight after decoding; flags
wait for ordered data. Flags are on the disk in the store before a checkpoint
says that they were taken, so a crash between the two gives them again, and
the store takes a version once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

import numpy as np
import structlog

from alerts.desk import Desk
from feeds.reports import Identities
from headland.follow import Advance, Follower
from headland.replay import names_of
from headland.stations_heard import StationsHeard
from maps.live.picture import Placed

SAID = ("name", "callsign", "category", "destination", "ship_type")
"""What of an identity the page shows."""

log = structlog.get_logger(__name__)


class Shown(Protocol):
    """Where to show things: a board here, or one in another process."""

    def show_positions(self, rows: Placed, *, provisional: bool) -> None:
        """Fused positions, or provisional ones."""
        ...

    def show_names(self, names: Mapping[int, Mapping[str, str]]) -> None:
        """What entities say of themselves."""
        ...

    def show_stations(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """How all stations are."""
        ...

    def show_lag(self, lag_s: float, why: str = "") -> None:
        """How far what flags rest on is behind the clock."""
        ...


class Watch:
    """One follower and one desk.

    Attributes:
        through_s: up to when, in event time, everything has been considered; NaN before the first step.
        stations: how they are.
    """

    def __init__(self, follower: Follower, desk: Desk, shown: Shown, lateness_s: float) -> None:
        self.through_s = math.nan
        self.stations = StationsHeard()
        self._follower, self._desk, self._shown = follower, desk, shown
        self._lateness_s = lateness_s
        self._named = Identities.empty()
        self._going: Iterator[Advance] = iter(())

    def look(self, now_s: float, most: float = math.inf) -> int:
        """Take the steps there are by now, `most` at the most; how many it took.

        Raises:
            StoreError: flags could not be kept; start again from the last checkpoint.
        """
        steps = 0
        while steps < most and (advance := self._next()) is not None:
            steps += 1
            self._show(advance)
            taken = self._desk.take(advance.outcome.flags, now_s) if advance.outcome.flags else None
            for refused in taken.refused if taken else ():
                log.error("flag refused", flag=refused.flag.id, reason=refused.reason)
        if steps:
            self._tell_names()
        return steps

    def tell(self, now_s: float) -> None:
        """Show how stations are, and how far behind the watch is; to be called every second."""
        self._shown.show_stations(self.stations.shown(now_s))
        self._shown.show_lag(now_s - self.through_s)

    def _next(self) -> Advance | None:
        """The next step; the reading is broken off nowhere but at a step's end."""
        advance = next(self._going, None)
        if advance is None:
            self._going = self._follower.advance()
            advance = next(self._going, None)
        return advance

    def _show(self, advance: Advance) -> None:
        if len(advance.said.reports):
            self._shown.show_positions(advance.said.reports, provisional=True)
        if len(advance.outcome.tracks):
            self._shown.show_positions(advance.outcome.tracks, provisional=False)
        self.stations.hear(advance.step.health, self._follower.decoder.names)
        self.through_s = advance.step.mark_s - self._lateness_s

    def _tell_names(self) -> None:
        settled = self._follower.engine.names.settled
        if settled is not self._named:
            self._shown.show_names(names_of(renamed(self._named, settled)))
            self._named = settled


def renamed(before: Identities, now: Identities) -> Identities:
    """The rows of `now` that say another thing than `before` did of the same entity; both sorted by entity."""
    if not len(before):
        return now
    row = np.minimum(np.searchsorted(before.entity, now.entity), len(before) - 1)
    same = before.entity[row] == now.entity
    for name in SAID:
        same &= getattr(before, name)[row] == getattr(now, name)
    return now.take(~same)
