"""Version and NIC supplements, carried from an aircraft's operational status to its positions.

What radius the type code of a position promises hangs on the version of the
aircraft's equipment and on supplements that it sends only with its
operational status, every few seconds. They are used for two minutes; without
them the poorer of the values stands.

Source: RTCA DO-260B 2.2.3.2.7.2.6, table 2-69; DO-260A table 2-70.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from feeds.modes.fields import me_field
from feeds.modes.integrity import Codes
from feeds.modes.memory import SUPPLEMENT_A, SUPPLEMENT_C, VERSION, Memory
from feeds.modes.status import is_operational, version
from geo.batch import Floats, Ids, Ints

STATUS_S = 120.0
"""Some fifty operational statuses in the air, twenty-four on the ground: a valley's worth."""


def carried(memory: Memory, slots: Ints, time_s: Floats, me: Ids, typecode: Codes) -> npt.NDArray[np.int8]:
    """Version, NIC-A and NIC-C of each sender as last said; renews them. Shapes: (n,) x4 -> (n, 3), -1 where unknown.

    Rows must be in the order heard.
    """
    said = np.stack([version(me, typecode), me_field(me, 44, 1), me_field(me, 20, 1)], axis=1).astype(np.int8)
    found = np.empty((len(slots), 3), np.int8)
    _carry(memory.status, memory.status_s, slots, time_s, is_operational(me, typecode), said, found)
    return found


@numba.njit(cache=True)
def _carry(
    status: Codes,
    status_s: Floats,
    slots: Ints,
    time_s: Floats,
    speaks: npt.NDArray[np.bool_],
    said: Codes,
    found: Codes,
) -> None:
    for row in range(len(slots)):
        slot = slots[row]
        if speaks[row]:
            status[slot, VERSION] = said[row, VERSION]
            status[slot, SUPPLEMENT_A] = said[row, SUPPLEMENT_A]
            status[slot, SUPPLEMENT_C] = said[row, SUPPLEMENT_C]
            status_s[slot] = time_s[row]
        fresh = abs(time_s[row] - status_s[slot]) <= STATUS_S
        for place in range(3):
            found[row, place] = status[slot, place] if fresh else -1
