"""Times of receivers that only count: 12 MHz ticks, anchored where the recording began.

Source: the Beast and AVR formats count 48 bits of 12 MHz (Mode-S Beast
documentation; readsb `net_io.c` for the values that are no times).
"""

from __future__ import annotations

import math

import numba
import numpy as np

from feeds.errors import InputError
from geo.batch import Bools, Floats, Ints

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

    def times_s(self, ticks: Ints) -> tuple[Floats, Bools]:
        """The times of many counts, as `time_s` gives them one by one. Shape: (n,) -> (n,) x2."""
        time_s, guessed = np.empty(len(ticks)), np.empty(len(ticks), np.bool_)
        state = self._start_s, self._origin, self.latest_s
        self._start_s, self._origin, self.latest_s = _count(ticks, *state, time_s, guessed)
        return time_s, guessed


@numba.njit(cache=True)
def _count(
    ticks: Ints, start_s: float, origin: int, latest_s: float, time_s: Floats, guessed: Bools
) -> tuple[float, int, float]:
    for row in range(len(ticks)):
        time_s[row], guessed[row] = latest_s, True
        if ticks[row] == 0:
            continue
        anew = origin < 0
        seconds = start_s + (ticks[row] - origin) / TICKS_PER_S
        if anew or not -LONGEST_RETURN_S <= seconds - latest_s <= LONGEST_SILENCE_S:
            start_s, origin = latest_s, ticks[row]
            guessed[row] = not anew
        else:
            latest_s = max(latest_s, seconds)
            time_s[row], guessed[row] = seconds, False
    return start_s, origin, latest_s


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


SIGNALS_DBFS = np.array([signal_dbfs(level) for level in range(256)])
"""By the byte. Shape: (256,)."""
