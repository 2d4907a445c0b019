"""Frames of 7 or 14 bytes as columns of whole numbers.

In: the payload of `Frames`, every row as long as its format or longer. Out:
`Words`, from which every field is cut by shifting and masking whole columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feeds.modes.crc import remainder
from geo.batch import Bools, Ids, Ragged

SHORT_BYTES = 7
LONG_BYTES = 14
_PAD = 2
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

    def take(self, rows: Bools) -> Words:
        """The rows of a mask."""
        return Words(self.head[rows], self.me[rows], self.parity[rows], self.remainder[rows])


def words_of(payload: Ragged) -> Words:
    """Cut each frame into its parts. Shape: n rows -> (n,)."""
    short = is_short(payload, np.ones(len(payload), np.bool_))
    matrix = _matrix(payload, short)
    pairs = matrix.view(">u8").astype(np.uint64)
    high, low = pairs[:, 0], pairs[:, 1]
    head = np.where(short, (low >> np.uint64(24)) & np.uint64(0xFFFFFFFF), high >> np.uint64(16))
    me = ((high & np.uint64(0xFFFF)) << np.uint64(40)) | (low >> np.uint64(24))
    return Words(
        head=head,
        me=np.where(short, np.uint64(0), me),
        parity=low & np.uint64(0xFFFFFF),
        remainder=remainder(matrix[:, _PAD:]),
    )


def hashes(words: Words) -> Ids:
    """A 64-bit hash of each frame's bits: what several stations heard has one value. Shape: (n,).

    Two rounds of the finaliser of SplitMix64 (Steele, Lea, Flood 2014), which
    is a bijection: two frames share a value by accident once in 2**64.
    """
    return _mixed(words.me ^ _mixed((words.head << np.uint64(24)) | words.parity))


def is_short(payload: Ragged, rows: Bools) -> Bools:
    """Whether the format of each frame, in its first five bits, is one of 7 bytes. Shape: (n,) -> (rows,)."""
    short: Bools = payload.values[payload.offsets[:-1][rows]] >> 3 < _FIRST_LONG_FORMAT
    return short


def _matrix(payload: Ragged, short: Bools) -> npt.NDArray[np.uint8]:
    """Frames set to the right in rows of 16 bytes, zeros before them. Shape: (n, 16)."""
    matrix = np.zeros((len(payload), LONG_BYTES + _PAD), np.uint8)
    for width, chosen in ((SHORT_BYTES, short), (LONG_BYTES, ~short)):
        rows = np.flatnonzero(chosen)
        places = payload.offsets[:-1][rows, None] + np.arange(width)
        matrix[rows, LONG_BYTES + _PAD - width :] = payload.values[places]
    return matrix


def _mixed(value: Ids) -> Ids:
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))
