"""How long to wait before the next try: longer each time, up to a cap, never in step with others.

A thousand stations that lost one broker at one instant must not all come
back at one instant: each wait is drawn from the upper half of its length.
"""

from __future__ import annotations

import random

FIRST_S = 0.5
LONGEST_S = 60.0


class Backoff:
    """Waits that double from `first_s` to `longest_s`; `reset` when something worked."""

    def __init__(self, first_s: float = FIRST_S, longest_s: float = LONGEST_S) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._next_s = first_s
        self._random = random.Random()  # noqa: S311  spreads load, guards nothing

    def reset(self) -> None:
        """Begin again with the shortest wait."""
        self._next_s = self._first_s

    def wait_s(self) -> float:
        """The next wait, in seconds."""
        longest_s, self._next_s = self._next_s, min(2 * self._next_s, self._longest_s)
        return longest_s * self._random.uniform(0.5, 1.0)
