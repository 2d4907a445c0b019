"""The clock: the only place in the house, beside the shells in `headland/`, where one is read.

Out go Unix seconds UTC, a monotonic count of seconds for waiting, and how
well the machine's clock is set: a volunteer's Pi has no clock that runs while
it is off, and stamps nonsense until the network has set it.

Source: Linux `adjtimex(2)`; where there is none (macOS, BSD) the state is unknown.
"""

from __future__ import annotations

import ctypes
import math
import time
from dataclasses import dataclass
from typing import Protocol

_LONGS_AND_PADDING = 64
_STA_PPSTIME, _STA_UNSYNC, _STA_NANO = 0x0004, 0x0040, 0x2000


@dataclass(frozen=True, slots=True)
class Standing:
    """How well a clock is set.

    Attributes:
        source: `pps`, `ntp`, `none` (nobody sets it) or `unknown` (the system does not tell).
        offset_s: what the system still has to correct; NaN where unknown.
        error_s: the system's own estimate of its error; NaN where unknown.
    """

    source: str = "unknown"
    offset_s: float = math.nan
    error_s: float = math.nan


class Clock(Protocol):
    """What may be asked of a clock."""

    def utc_s(self) -> float:
        """Unix seconds, UTC."""
        ...

    def monotonic_s(self) -> float:
        """Seconds since some instant, never set back."""
        ...

    def standing(self) -> Standing:
        """How well it is set."""
        ...


class SystemClock:
    """The machine's own clock."""

    def utc_s(self) -> float:
        """Unix seconds, UTC."""
        return time.time()

    def monotonic_s(self) -> float:
        """Seconds since some instant, never set back."""
        return time.monotonic()

    def standing(self) -> Standing:
        """What the kernel says of the discipline of its clock; asking changes nothing."""
        state = _Timex()
        try:
            adjtimex = ctypes.CDLL(None, use_errno=True).adjtimex
        except (AttributeError, OSError):
            return Standing()
        if adjtimex(ctypes.byref(state)) < 0:
            return Standing()
        return standing_of(state.status, state.offset, state.esterror)


def standing_of(status: int, offset: int, estimated_error_us: int) -> Standing:
    """The kernel's words in ours.

    >>> standing_of(0x2001, -1_500_000, 800)
    Standing(source='ntp', offset_s=-0.0015, error_s=0.0008)
    """
    if status & _STA_UNSYNC:
        return Standing("none")
    step_s = 1e-9 if status & _STA_NANO else 1e-6
    source = "pps" if status & _STA_PPSTIME else "ntp"
    return Standing(source, round(offset * step_s, 9), round(estimated_error_us * 1e-6, 6))


class _Timex(ctypes.Structure):
    """The head of `struct timex`; modes 0 asks and sets nothing. What follows the status is not read."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_long * _LONGS_AND_PADDING),
    )
