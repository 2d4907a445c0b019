"""How much each station may send: a budget of bytes that refills with the server's clock.

A station may spend an hour's worth at once (what its spool saved up while the
line was down) and afterwards as much as refills. One station that floods
spends its own budget, and nobody else's.
"""

from __future__ import annotations

HOUR_S = 3600.0


class Quotas:
    """Budgets by station."""

    def __init__(self, bytes_per_h: float) -> None:
        self._bytes_per_h = bytes_per_h
        self._left: dict[str, tuple[float, float]] = {}

    def admit(self, station: str, now_s: float, stations_count: int) -> bool:
        """Give a station a budget, unless it has one or there are too many; says whether it has one now."""
        if station not in self._left and len(self._left) < stations_count:
            self._left[station] = (self._bytes_per_h, now_s)
        return station in self._left

    def spend(self, station: str, size: int, now_s: float) -> bool:
        """Take `size` bytes off an admitted station's budget, if they are there; says whether they were."""
        left, at_s = self._left[station]
        # A clock set back refills nothing, and takes nothing away.
        refilled = max(now_s - at_s, 0.0) * self._bytes_per_h / HOUR_S
        left = min(left + refilled, self._bytes_per_h)
        granted = size <= left
        self._left[station] = (left - size if granted else left, now_s)
        return granted
