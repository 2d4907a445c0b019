"""Which sort of station sends which message: a mismatch is a doubt, `Doubt.IDENTITY_MESSAGE`.

| sort | number | messages |
|---|---|---|
| ship, handheld, craft of a ship | MIDxxxxxx, 8MID, 98MID | all but those of the shore, of aircraft and of aids |
| coast or base station | 00MID | 4, binary and safety messages, assignments; never a ship's position |
| search and rescue aircraft | 111MID | 9, its static data, binary and safety messages |
| SART, man overboard, EPIRB | 970, 972, 974 | 1 and 14 |
| aid to navigation | 99MID | 21, 28, binary and safety messages |
| group of ships | 0MID | none: one calls a group, a group does not speak |

A number of no known form is another doubt (`feeds.mmsi`) and not judged here.

Source: ITU-R M.1371-5 annexes 2 and 8, ITU-R M.585-9.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from feeds.reports import Doubt
from geo.batch import Bools, Ints

KINDS = 64
_MILLION = 1_000_000
_EITHER_WAY = (6, 7, 8, 12, 13, 14, 25, 26)
_SHORE = (4, 10, 15, 16, 17, 20, 22, 23, *_EITHER_WAY)
_MOBILE = (1, 2, 3, 5, 10, 11, 15, 18, 19, 24, 27, *_EITHER_WAY)
_AIRCRAFT = (5, 9, 10, 11, 15, 24, *_EITHER_WAY)
_AID = (21, 28, *_EITHER_WAY)
_DISTRESS = (1, 14)

# Numbers from `first` to before `past`, whole millions but for 0, and what they may send.
_SENDERS: tuple[tuple[int, int, tuple[int, ...]], ...] = (
    (1, 10 * _MILLION, _SHORE),
    (10 * _MILLION, 100 * _MILLION, ()),
    (111 * _MILLION, 112 * _MILLION, _AIRCRAFT),
    (200 * _MILLION, 900 * _MILLION, _MOBILE),
    (970 * _MILLION, 971 * _MILLION, _DISTRESS),
    (972 * _MILLION, 973 * _MILLION, _DISTRESS),
    (974 * _MILLION, 975 * _MILLION, _DISTRESS),
    (980 * _MILLION, 990 * _MILLION, _MOBILE),
    (990 * _MILLION, 1000 * _MILLION, _AID),
)


def _by_million() -> Ints:
    """The row of `MAY_SEND` for each million of numbers; numbers of 30 bits end in the 1,074th."""
    sender = np.zeros((1 << 30) // _MILLION + 1, np.int64)
    for row, (first, past, _) in enumerate(_SENDERS, 1):
        sender[first // _MILLION : past // _MILLION] = row
    return sender


def _table() -> Bools:
    """Row: sender, the first for numbers of no known form, which are not judged. Column: message type."""
    may = np.zeros((len(_SENDERS) + 1, KINDS), np.bool_)
    may[0] = True
    for row, (_, _, kinds) in enumerate(_SENDERS, 1):
        may[row, list(kinds)] = True
    return may


MAY_SEND, BY_MILLION = _table(), _by_million()


def message_doubts(mmsi: Ints, kind: Ints) -> npt.NDArray[np.uint32]:
    """`Doubt.IDENTITY_MESSAGE` where such a number does not send such a message, else 0.

    Shapes: (n,) x2 -> (n,).

    >>> message_doubts(np.array([235012345, 2320001, 2320001]), np.array([1, 4, 18])).tolist()
    [0, 0, 8]
    """
    sender = np.where(mmsi > 0, BY_MILLION[mmsi // _MILLION], 0)
    return np.where(MAY_SEND[sender, kind], np.uint32(0), np.uint32(Doubt.IDENTITY_MESSAGE))


@numba.njit(cache=True)
def may_send(mmsi: int, kind: int, by_million: Ints, may: Bools) -> bool:
    """Whether such a number sends such a message, by `BY_MILLION` and `MAY_SEND`: `message_doubts` of one."""
    sender = by_million[mmsi // _MILLION] if mmsi > 0 else 0
    return bool(may[sender, kind])
