"""Tag block groups: what a later line of a group leaves out is as its first line said it.

In: for each line the number of its group, its time and its station. Out: times
and stations filled in. Of groups, those named last are remembered; what was
remembered comes in and goes out as `Groups`, so that a block goes on where
the one before it ended.

Each line's group is a recurrence over the lines before it, so the loop is
compiled; `feeds.nmea.Plain` is the plain version it is tested against.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from geo.batch import Bools, Floats, Ints

GROUPS_OPEN = 64
"""Tag block groups remembered: their lines follow each other, so a few would do."""


class Groups(NamedTuple):
    """Groups that were named, the one named longest ago first. Shapes: (k,), k up to `GROUPS_OPEN`.

    Attributes:
        group: its number.
        time_s: NaN where no line of it said one.
        name: number of its station; -1 where no line of it said one.
    """

    group: Ints
    time_s: Floats
    name: Ints


def inherited(
    group: Ints, time_s: Floats, name: Ints, anew: Bools, before: Groups
) -> tuple[Floats, Ints, Groups]:
    """Times and stations, those left out filled in; and the groups as they are remembered.

    Args:
        group: number of each line's group; -1 where it has none.
        time_s: what each line says; NaN where nothing.
        name: number of the station each line says; -1 where none.
        anew: lines from which on nothing before is remembered.
        before: what was remembered before the first line.
    """
    open_group, open_name = np.empty(GROUPS_OPEN, np.int64), np.empty(GROUPS_OPEN, np.int64)
    open_time_s = np.empty(GROUPS_OPEN)
    count = len(before.group)
    open_group[:count], open_time_s[:count], open_name[:count] = before
    said_s, said = time_s.copy(), name.copy()
    count = _inherit(group, said_s, said, anew, open_group, open_time_s, open_name, count)
    return said_s, said, Groups(open_group[:count], open_time_s[:count], open_name[:count])


@numba.njit(cache=True)
def _inherit(group, time_s, name, anew, open_group, open_time_s, open_name, count):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for row in range(len(group)):
        if anew[row]:
            count = 0
        if group[row] < 0:
            continue
        place = 0
        while place < count and open_group[place] != group[row]:
            place += 1
        if place < count:
            if np.isnan(time_s[row]):
                time_s[row] = open_time_s[place]
            if name[row] < 0:
                name[row] = open_name[place]
        # The line's own group goes to the end; where all are taken, the one named longest ago makes room.
        first = place if place < count else 0
        if place < count or count == GROUPS_OPEN:
            for later in range(first, count - 1):
                open_group[later] = open_group[later + 1]
                open_time_s[later] = open_time_s[later + 1]
                open_name[later] = open_name[later + 1]
            count -= 1
        open_group[count], open_time_s[count], open_name[count] = group[row], time_s[row], name[row]
        count += 1
    return count
