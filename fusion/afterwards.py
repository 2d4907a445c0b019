"""The part of a track's state that is told beside each of its positions, as it is at the end of the tick.

In: the table, and rows of it. Out: `AFTER`, a tenth of a record of `STATE`: twenty-five thousand positions a tick
are told, and all that is read of the state with them later is whose they are, who heard them, and how high
the aircraft says that its barometer is wrong.
"""

from __future__ import annotations

import numba
import numpy as np

from fusion.records import STATE, STATIONS_KEPT, Records
from geo.batch import Ints

AFTER = np.dtype(
    [(name, STATE[name]) for name in ("entity", "track", "alt_diff_m", "alt_diff_s", "station", "station_s")],
    align=True,
)


def afterwards(state: Records, slots: Ints) -> Records:
    """The state of tracks after a tick, one row each time they are named. Shapes: `STATE`, (n,) -> (n,) `AFTER`."""
    out = np.empty(len(slots), AFTER)
    tell(state, slots, out)
    return out


@numba.njit(cache=True)
def tell(state: Records, slots: Ints, out: Records) -> None:
    """Write the fields of `AFTER` of each slot into `out`. Shapes: `STATE`, (n,), (n,)."""
    for i in range(len(slots)):
        s, o = state[slots[i]], out[i]
        o.entity, o.track = s.entity, s.track
        o.alt_diff_m, o.alt_diff_s = s.alt_diff_m, s.alt_diff_s
        for k in range(STATIONS_KEPT):
            o.station[k], o.station_s[k] = s.station[k], s.station_s[k]
