"""Whose turn it is to be sent: what was just heard, then what was not acknowledged, then the backlog.

    live      cut since the connection was made; sent at once
    again     sent, and not acknowledged in time; the wait doubles with each try
    backlog   what lay in the spool, oldest first, in the gaps, and only while few are unacknowledged

The broker's own acknowledgement (PUBACK) ends nothing here: only the server's
does. Times are monotonic seconds. Nothing here touches a network.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass

from hardware.spool import Place, Spool


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait, and for how many.

    Attributes:
        again_s: unacknowledged for so long, a batch is sent again; doubled with each try, `doublings` times.
        unacknowledged: with so many sent and not acknowledged, the backlog waits.
        remembered: with more than so many (only what is live adds to them), all are taken as never sent: a server that
            acknowledges nothing must not fill the memory.
        greeting_s: the backlog waits so long for the first acknowledgement of a connection, which is retained at
            the broker and tells what need not be sent again.
    """

    again_s: float = 20.0
    doublings: int = 5
    unacknowledged: int = 256
    remembered: int = 4096
    greeting_s: float = 2.0


class Turns:
    """The order of sending, over one spool."""

    def __init__(self, spool: Spool, patience: Patience | None = None) -> None:
        self._spool = spool
        self._patience = patience or Patience()
        self._live: deque[Place] = deque()
        self._sent: dict[Place, int] = {}
        self._due: list[tuple[float, Place]] = []
        self._cursor: Place | None = None
        self._backlog_from_s = 0.0
        self._listening = False

    def connected(self, now_s: float) -> None:
        """A connection was made: whatever waits in the spool is backlog."""
        self._listening = True
        self._forget()
        self._backlog_from_s = now_s + self._patience.greeting_s

    def disconnected(self) -> None:
        """The connection is gone: nothing is live until there is another."""
        self._listening = False
        self._forget()

    def fresh(self, place: Place) -> None:
        """A batch was just cut."""
        if self._listening:
            self._live.append(place)

    def covered(self) -> None:
        """An acknowledgement came and the spool knows it."""
        self._sent = {place: tries for place, tries in self._sent.items() if self._spool.is_waiting(place)}
        self._backlog_from_s = 0.0

    def take(self, now_s: float) -> Place | None:
        """The batch to send now; it counts as sent."""
        if len(self._sent) > self._patience.remembered:
            self._forget()
        place = self._next_live() or self._next_again(now_s) or self._next_of_backlog(now_s)
        if place is not None:
            tries = self._sent.get(place, 0)
            self._sent[place] = min(tries + 1, self._patience.doublings)
            heapq.heappush(self._due, (now_s + self._patience.again_s * 2**tries, place))
        return place

    def wait_s(self, now_s: float) -> float:
        """How long nothing will be due if nothing happens; at most `again_s`."""
        soonest_s = [now_s + self._patience.again_s]
        if self._due:
            soonest_s.append(self._due[0][0])
        if self._backlog_from_s > now_s:
            soonest_s.append(self._backlog_from_s)
        return max(min(soonest_s) - now_s, 0.0)

    def _forget(self) -> None:
        self._live.clear()
        self._sent.clear()
        self._due.clear()
        self._cursor = None

    @property
    def live(self) -> int:
        """How many that were just cut have not been sent."""
        return len(self._live)

    def _next_live(self) -> Place | None:
        while self._live:
            place = self._live.popleft()
            if self._spool.is_waiting(place) and place not in self._sent:
                return place
        return None

    def _next_again(self, now_s: float) -> Place | None:
        while self._due and self._due[0][0] <= now_s:
            _, place = heapq.heappop(self._due)
            if place in self._sent and self._spool.is_waiting(place):
                return place
        return None

    def _next_of_backlog(self, now_s: float) -> Place | None:
        if now_s < self._backlog_from_s or len(self._sent) >= self._patience.unacknowledged:
            return None
        while (place := self._spool.after(self._cursor)) is not None:
            self._cursor = place
            if place not in self._sent:
                return place
        return None
