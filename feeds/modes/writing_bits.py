"""Fields become frames: the inverse of `fields` and `words`, a column at a time.

    head    the first 32 bits: format, capability or status, address or code
    me      the 56 bits of an extended squitter's message
    parity  the remainder of all before it, with the sender's address laid on
            where the frame bears none

Out: `Octets`, one frame a row, 7 or 14 bytes.

Source: ICAO Annex 10 volume IV, 3.1.2.3.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from feeds.modes.crc import FRAME_BYTES, remainder
from feeds.modes.fields import HEAD_BITS, ME_BITS
from feeds.modes.words import SHORT_BYTES
from geo.batch import Ids, Ints

Octets = npt.NDArray[np.uint8]
"""Frames of one length, shape (n, 7) or (n, 14)."""

_PARITY_BYTES = 3


def head_bits(first: int, count: int, value: npt.ArrayLike) -> Ids:
    """A field of the first 32 bits, bits counted from 1. Shape: (n,) -> (n,).

    Raises (as `me_bits` does):
        ValueError: a value that does not fit.
    """
    return _bits(HEAD_BITS, first, count, value)


def me_bits(first: int, count: int, value: npt.ArrayLike) -> Ids:
    """A field of the message, bits counted from 1. Shape: (n,) -> (n,)."""
    return _bits(ME_BITS, first, count, value)


def short_frames(head: Ids, overlay: npt.ArrayLike = 0) -> Octets:
    """Frames of 7 bytes. Shape: (n,) -> (n, 7)."""
    return _sealed(_bytes_of(head, HEAD_BITS), overlay)


def long_frames(head: Ids, me: npt.ArrayLike, overlay: npt.ArrayLike = 0) -> Octets:
    """Frames of 14 bytes; `me` may be one for all. Shapes: (n,) x2 -> (n, 14)."""
    broad = np.broadcast_to(np.asarray(me, np.uint64), head.shape)
    return _sealed(np.hstack([_bytes_of(head, HEAD_BITS), _bytes_of(broad, ME_BITS)]), overlay)


def _bits(width: int, first: int, count: int, value: npt.ArrayLike) -> Ids:
    numbers: Ints = np.asarray(value, np.int64)
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < 1 << count):
        raise ValueError(f"bits {first} to {first + count - 1} hold 0 to {(1 << count) - 1}")
    return numbers.astype(np.uint64) << np.uint64(width - first - count + 1)


def _bytes_of(word: Ids, bits: int) -> Octets:
    octets = np.ascontiguousarray(word, np.uint64).astype(">u8").view(np.uint8).reshape(-1, 8)
    return octets[:, 8 - bits // 8 :]


def _sealed(body: Octets, overlay: npt.ArrayLike) -> Octets:
    """The frames with their parity, on which `overlay` is laid."""
    n, count = body.shape
    whole = np.zeros((n, FRAME_BYTES), np.uint8)
    whole[:, FRAME_BYTES - count - _PARITY_BYTES : FRAME_BYTES - _PARITY_BYTES] = body
    parity = remainder(whole) ^ np.asarray(overlay, np.uint32)
    for place in range(_PARITY_BYTES):
        whole[:, FRAME_BYTES - 1 - place] = (parity >> np.uint32(8 * place)) & np.uint32(0xFF)
    return whole if count + _PARITY_BYTES == FRAME_BYTES else whole[:, -SHORT_BYTES:].copy()
