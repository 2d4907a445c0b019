"""Times of receivers that only count: 12 MHz ticks, anchored where the recording began.

Source: the Beast and AVR formats count 48 bits of 12 MHz (Mode-S Beast
documentation; readsb `net_io.c` for the values that are no times).
"""

from __future__ import annotations

import math

from feeds.errors import InputError

TICKS_PER_S = 12_000_000
MULTILATERATED = 0xFF004D4C4154
"""Bears "MLAT": a position computed by a network and dressed as a frame."""
RELAYED = 0xFF004D4C4155
"""The same for what was heard on 978 MHz."""
LONGEST_SILENCE_S = 86_400.0
LONGEST_RETURN_S = 60.0
"""A count that jumps further forward than a day, or further back than a minute, was started anew."""


class TickClock:
    """Unix seconds by ticks; the first count seen is `start_s`."""

    def __init__(self, start_s: float) -> None:
        self._start_s = start_s
        self._origin = -1
        self.latest_s = start_s

    def time_s(self, ticks: int) -> tuple[float, bool]:
        """The time of a count, and whether it had to be guessed from the frame before."""
        if ticks == 0:
            return self.latest_s, True
        anew = self._origin < 0
        seconds = self._start_s + (ticks - self._origin) / TICKS_PER_S
        jumped = not -LONGEST_RETURN_S <= seconds - self.latest_s <= LONGEST_SILENCE_S
        if anew or jumped:
            self._start_s, self._origin = self.latest_s, ticks
            return self.latest_s, not anew
        self.latest_s = max(self.latest_s, seconds)
        return seconds, False


def clock_from(start_s: float | None, what: str) -> TickClock:
    """The clock of a recording that only counts ticks.

    Raises:
        InputError: the user did not say when the recording began.
    """
    if start_s is None:
        raise InputError(
            what, "counts ticks and bears no date; say when it began with --start UNIXTIME (seconds, UTC)"
        )
    return TickClock(start_s)


def is_relayed(ticks: int) -> bool:
    """Whether the count is a mark: this station did not hear the frame."""
    return ticks in {MULTILATERATED, RELAYED}


def signal_dbfs(level: int) -> float:
    """Signal of the byte that Beast gives, the root of the power; NaN where it is 0."""
    return 20.0 * math.log10(level / 255.0) if level else math.nan
