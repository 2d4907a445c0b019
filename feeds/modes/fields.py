"""Fields of frames held as whole numbers, one number a row.

Bits are counted as the standards count them: from 1, the most significant
first. The first 32 bits of a frame (format, capability, address or codes) are
its `head`; the 56 bits of message that an extended squitter carries are `me`.
"""

from __future__ import annotations

import numpy as np

from geo.batch import Ids, Ints

HEAD_BITS = 32
ME_BITS = 56


def head_field(head: Ids, first: int, count: int) -> Ints:
    """Bits `first` .. `first + count - 1` of the frame, within its first 32. Shape: (n,) -> (n,)."""
    return _field(head, HEAD_BITS, first, count)


def me_field(me: Ids, first: int, count: int) -> Ints:
    """Bits `first` .. `first + count - 1` of the message. Shape: (n,) -> (n,)."""
    return _field(me, ME_BITS, first, count)


def _field(word: Ids, width: int, first: int, count: int) -> Ints:
    shift = np.uint64(width - first - count + 1)
    return ((word >> shift) & np.uint64((1 << count) - 1)).astype(np.int64)
