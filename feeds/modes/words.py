"""Frames of 7 or 14 bytes as columns of whole numbers.

In: the payload of `Frames`, every row as long as its format or longer. Out:
`Words`, from which every field is cut by shifting and masking whole columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from feeds.modes.crc import TABLE
from geo.batch import Bools, Ids, Ints, Ragged

SHORT_BYTES = 7
LONG_BYTES = 14
_PARITY, _ME = np.uint64((1 << 24) - 1), np.uint64((1 << 56) - 1)
_PARITY_SHIFT, _HEAD_SHIFT, _ME_SHIFT = np.uint64(24), np.uint64(16), np.uint64(40)
_FIRST_LONG_FORMAT = 16


@dataclass(frozen=True)
class Words:
    """The parts of each frame. Shapes: (n,).

    Attributes:
        head: the first 32 bits.
        me: bits 33..88 of a long frame, 0 of a short one.
        parity: the last 24 bits.
        remainder: of the whole frame, divided by the parity polynomial.
    """

    head: Ids
    me: Ids
    parity: Ids
    remainder: npt.NDArray[np.uint32]

    def take(self, rows: Ints | Bools) -> Words:
        """The rows of a mask or an index."""
        return Words(self.head[rows], self.me[rows], self.parity[rows], self.remainder[rows])


def words_of(payload: Ragged) -> Words:
    """Cut each frame into its parts. Shape: n rows -> (n,)."""
    n = len(payload)
    words = Words(
        np.empty(n, np.uint64), np.empty(n, np.uint64), np.empty(n, np.uint64), np.empty(n, np.uint32)
    )
    _cut(payload.offsets, payload.values, TABLE, words.head, words.me, words.parity, words.remainder)
    return words


@numba.njit(cache=True)
def _cut(
    offsets: Ints,
    values: npt.NDArray[np.uint8],
    table: npt.NDArray[np.uint32],
    head: Ids,
    me: Ids,
    parity: Ids,
    remainder: npt.NDArray[np.uint32],
) -> None:
    # One pass over the bytes where columns would take thirty: a third of the decoder's time. Places are
    # unsigned, for the reason that `feeds.nmea_bytes` gives.
    for row in range(len(head)):
        begin = np.uint64(offsets[row])
        long = values[begin] >> 3 >= _FIRST_LONG_FORMAT
        count = np.uint64(LONG_BYTES if long else SHORT_BYTES)
        # Counted from the right: leading zeros leave a remainder as it is.
        ahead = np.uint64(LONG_BYTES) - count
        rest, high, low = np.uint32(0), np.uint64(0), np.uint64(0)
        for place in range(count):
            byte = values[begin + place]
            rest ^= table[ahead + place, byte]
            high = (high << np.uint64(8)) | (low >> np.uint64(56))
            low = (low << np.uint64(8)) | np.uint64(byte)
        remainder[row], parity[row] = rest, low & _PARITY
        # 112 bits are 32, 56 and 24; 56 are 32 and 24.
        head[row] = high >> _HEAD_SHIFT if long else low >> _PARITY_SHIFT
        me[row] = ((high << _ME_SHIFT) | (low >> _PARITY_SHIFT)) & _ME if long else np.uint64(0)


def hashes(words: Words) -> Ids:
    """A 64-bit hash of each frame's bits: what several stations heard has one value. Shape: (n,).

    Two rounds of the finaliser of SplitMix64 (Steele, Lea, Flood 2014), which
    is a bijection: two frames share a value by accident once in 2**64.
    """
    return _mixed(words.me ^ _mixed((words.head << np.uint64(24)) | words.parity))


def spelt(words: Words, row: int) -> bytes:
    """One long frame as it was received."""
    head, me, parity = int(words.head[row]), int(words.me[row]), int(words.parity[row])
    return (head << 80 | me << 24 | parity).to_bytes(LONG_BYTES, "big")


def is_short(payload: Ragged, rows: Ints) -> Bools:
    """Whether the format of some frames, in their first five bits, is one of 7 bytes. Shape: (n,), (k,) -> (k,)."""
    short: Bools = payload.values[payload.offsets[:-1][rows]] >> 3 < _FIRST_LONG_FORMAT
    return short


def _mixed(value: Ids) -> Ids:
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))
