"""Where each target was in the last two hours, for whoever selects it: too much for every page, little for one.

In: positions as the picture has them, with its number for each target. Out:
the way of one target. Degrees are whole 1e-5, as on the wire.

Chunks, one a tick, are searched when somebody asks: at 20,000 targets 2.4
million points, 58 MB, and some 20 ms an answer.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np

from geo.batch import Floats, Ints

KEPT_S = 7200.0
EVERY_S = 60.0
"""A point a minute: 120 a target, and a ship at 12 knots is drawn to 0.2 nm."""

MOST = 5_000_000


class Ways:
    """What was noted, oldest first. Not for two threads at once."""

    def __init__(self) -> None:
        self._chunks: deque[tuple[Ints, Floats, Ints, Ints]] = deque()
        self._count = 0

    def note(self, number: Ints, time_s: Floats, lat: Ints, lon: Ints, now_s: float) -> None:
        """Keep positions, and let go of those from before `KEPT_S`. Shapes: (n,) each."""
        if len(number):
            self._chunks.append((number.copy(), time_s.copy(), lat.copy(), lon.copy()))
            self._count += len(number)
        while self._chunks and (self._count > MOST or self._chunks[0][1].max() < now_s - KEPT_S):
            self._count -= len(self._chunks.popleft()[0])

    def of(self, number: int) -> dict[str, Any]:
        """`time` (Unix seconds), `lat` and `lon` (1e-5 degrees) of one target, oldest first; may be empty."""
        found = [tuple(column[chunk[0] == number] for column in chunk[1:]) for chunk in self._chunks]
        if not found:
            return {"time": [], "lat": [], "lon": []}
        time_s, lat, lon = (np.concatenate(columns) for columns in zip(*found, strict=True))
        order = np.argsort(time_s, kind="stable")
        return {"time": time_s[order].round(1), "lat": lat[order], "lon": lon[order]}
