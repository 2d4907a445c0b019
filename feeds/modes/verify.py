"""Whether an address is believed.

DF17, DF18 and DF11 to nobody prove their address: parity and address stand
side by side. In DF4, 5, 20 and 21, and in a DF11 to an interrogator, part of
the parity is something else, so that a damaged frame names an aircraft that
does not exist. These are believed only while their address was lately proved.
"""

from __future__ import annotations

import numba
import numpy as np

from feeds.modes.memory import FRAMES_KEPT, Memory
from geo.batch import Bools, Floats, Ints

RECENT_S = 300.0
"""A transponder answers all-calls and squitters every second or so; five minutes bridge a valley."""


def verified(memory: Memory, rows: Ints, slots: Ints, time_s: Floats, clean: Bools) -> Bools:
    """Which frames bear a believed address; renews the senders' slots. Shape: (n,) x4 -> (n,).

    `rows` numbers the frames of the whole stream; `clean` marks those that prove their address.
    """
    believed = np.zeros(len(rows), np.bool_)
    times_s = memory.clean_s, memory.status_s
    _verify(rows, slots, time_s, clean, memory.heard_row, *times_s, memory.tracks, memory.half_s, believed)
    return believed


@numba.njit(cache=True)
def _verify(
    rows: Ints,
    slots: Ints,
    time_s: Floats,
    clean: Bools,
    heard_row: Ints,
    clean_s: Floats,
    status_s: Floats,
    tracks: Floats,
    half_s: Floats,
    believed: Bools,
) -> None:
    for i in range(len(rows)):
        slot = slots[i]
        if slot < 0:
            continue
        if rows[i] - heard_row[slot] > FRAMES_KEPT:
            clean_s[slot] = np.nan
            status_s[slot] = np.nan
            tracks[slot] = np.nan
            half_s[slot] = np.nan
        if clean[i]:
            clean_s[slot] = time_s[i]
        if abs(time_s[i] - clean_s[slot]) <= RECENT_S:
            believed[i] = True
            heard_row[slot] = rows[i]
