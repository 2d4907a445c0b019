"""The clock of the page: while the past is filled in, that of what has been seen of it.

In: the demo's clock, and the watch that follows the journal. Were the page told
the demo's own time it would call everything old that it is just being shown:
the watch follows some minutes of the past behind, because that is a second of
work. Once it has caught up, the page's time is the demo's for good, so that a
watch that falls behind in the present is seen to do so.
"""

from __future__ import annotations

import math

from hardware.clock import Standing
from headland.demonstration.clock import DemoClock
from headland.watch import Watch

PRESENT_S = 20.0
"""The watch is behind by fusion's lateness, 10 s, and a second or two of its own."""


class SeenClock:
    """A `hardware.clock.Clock`."""

    def __init__(self, demo: DemoClock, watch: Watch) -> None:
        self._demo = demo
        self._watch = watch
        self._caught_up = False

    def utc_s(self) -> float:
        """Unix seconds, UTC."""
        now_s, seen_s = self._demo.utc_s(), self._watch.through_s
        if self._caught_up or math.isnan(seen_s):
            return now_s
        self._caught_up = not self._demo.filling and now_s - seen_s <= PRESENT_S
        return now_s if self._caught_up else min(seen_s + PRESENT_S / 2, now_s)

    def monotonic_s(self) -> float:
        """Seconds since some instant, never set back."""
        return self._demo.monotonic_s()

    def standing(self) -> Standing:
        """How well the true clock is set."""
        return self._demo.standing()
