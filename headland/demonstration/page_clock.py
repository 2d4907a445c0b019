"""The clock of the page: while the past is filled in, that of what has been seen of it.

In: the demo's clock, and the watch that follows the journal. Were the page told
the demo's own time, it would call everything old that it is just being shown:
the watch is some minutes of the past behind, because that is half a second of
work. Once it has caught up, the page's time is the demo's for good, so that a
watch that falls behind in the present is seen to do so.
"""

from __future__ import annotations

import math

from hardware.clock import Standing
from headland.demonstration.clock import DemoClock
from headland.watch import Watch

LATENESS_S = 10.0
"""What has been considered is behind what has been seen by as much as fusion waits for the late."""
PRESENT_S = 20.0
"""Behind by no more than this the watch has caught up: by the lateness, and a few seconds of its own."""


class PageClock:
    """A `hardware.clock.Clock`.

    Attributes:
        watch: what follows the journal; None before it begins.
    """

    def __init__(self, demo: DemoClock) -> None:
        self.watch: Watch | None = None
        self._demo = demo
        self._begin_s = demo.utc_s()
        self._caught_up = False

    def seen_s(self) -> float:
        """Up to when the watch has seen what was heard."""
        through_s = math.nan if self.watch is None else self.watch.through_s
        return self._begin_s if math.isnan(through_s) else through_s + LATENESS_S

    def utc_s(self) -> float:
        """Unix seconds, UTC."""
        now_s, seen_s = self._demo.utc_s(), self.seen_s()
        self._caught_up |= not self._demo.filling and now_s - seen_s <= PRESENT_S
        return now_s if self._caught_up else min(seen_s, now_s)

    def monotonic_s(self) -> float:
        """Seconds since some instant, never set back."""
        return self._demo.monotonic_s()

    def standing(self) -> Standing:
        """How well the true clock is set."""
        return self._demo.standing()
