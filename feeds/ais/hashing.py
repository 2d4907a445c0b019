"""64 bits of what was transmitted: BLAKE2b of each armoured payload, its fill bits at zero.

Equal transmissions have one value wherever and in how many sentences they were
heard. The hash is one nobody can aim: a station that could make two messages
of one value could have another's taken for its own.

BLAKE2b is a recurrence over rounds. In straight lines, without a loop inside,
a compiler does several rows at once: 45 ns a row, where `hashlib` with its
object a row takes 800. Tests hold it to `hashlib`.

Source: RFC 7693.
"""

from __future__ import annotations

import hashlib

import numba
import numpy as np

from feeds.ais.message import ARMOUR, transmitted
from feeds.ais.payload_bits import Payloads, six_bits
from geo.batch import Ids

DIGEST_BYTES = 8
BLOCK_BYTES = 128
_WORDS, _WORD_BYTES = 16, 8
_ROWS = 248
"""Rows whose words are laid out before they are hashed: 32 kB, which stay in a core's own cache."""
_IV = tuple(
    map(
        np.uint64,
        (
            0x6A09E667F3BCC908,
            0xBB67AE8584CAA73B,
            0x3C6EF372FE94F82B,
            0xA54FF53A5F1D36F1,
            0x510E527FADE682D1,
            0x9B05688C2B3E6C1F,
            0x1F83D9ABFB41BD6B,
            0x5BE0CD19137E2179,
        ),
    )
)
# Parameters: digest of 8 bytes, no key, one block, one level.
_H0 = _IV[0] ^ np.uint64(0x01010000 | DIGEST_BYTES)
# Which word each half step of a round takes; the last two rounds are as the first two.
_ORDER = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    (14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3),
    (11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4),
    (7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8),
    (9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13),
    (2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9),
    (12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11),
    (13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10),
    (6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5),
    (10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0),
)
_ARMOURED = np.array([ARMOUR[bits] for bits in range(64)], np.uint8)


def hashes_of(payloads: Payloads) -> Ids:
    """The hash of each payload. Shape: (n,)."""
    hashes = np.empty(len(payloads.first), np.uint64)
    hashed(*payloads, hashes)
    for row in np.flatnonzero(payloads.past - payloads.first > BLOCK_BYTES).tolist():
        hashes[row] = hash_of(payloads.row(row), int(payloads.fill[row]))
    return hashes


def hash_of(payload: bytes, fill: int) -> int:
    """The hash of one payload."""
    digest = hashlib.blake2b(transmitted(payload, fill), digest_size=DIGEST_BYTES).digest()
    return int.from_bytes(digest, "big")


@numba.njit(cache=True)
def hashed(buffer, first, past, fill, hashes):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write the hash of each payload; of one longer than a block, what is none."""
    words, counts = np.empty((_WORDS, _ROWS), np.uint64), np.empty(_ROWS, np.uint64)
    for begin in range(0, len(first), _ROWS):
        rows = min(_ROWS, len(first) - begin)
        for row in range(rows):
            counts[row] = _laid_out(
                buffer, first[begin + row], past[begin + row], fill[begin + row], words, row
            )
        _compressed(words, counts, hashes[begin : begin + rows])


@numba.njit(cache=True)
def _laid_out(buffer, first, past, fill, words, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Write a payload as little-endian words, zeros behind it; how many bytes it has."""
    count = min(past - first, BLOCK_BYTES)
    whole = count // _WORD_BYTES
    for at in range(whole):
        words[at, row] = _eight(buffer, np.uint64(first + _WORD_BYTES * at))
    words[whole:, row] = np.uint64(0)
    word = np.uint64(0)
    for place in range(count % _WORD_BYTES):
        word |= np.uint64(buffer[first + _WORD_BYTES * whole + place]) << np.uint64(8 * place)
    if count % _WORD_BYTES:
        words[whole, row] = word
    if fill and count:
        last = count - 1
        kept = _ARMOURED[six_bits(buffer[first + last]) >> fill << fill]
        moved = np.uint64(8 * (last % _WORD_BYTES))
        word = words[last // _WORD_BYTES, row] & ~(np.uint64(255) << moved)
        words[last // _WORD_BYTES, row] = word | np.uint64(kept) << moved
    return np.uint64(count)


@numba.njit(cache=True)
def _eight(buffer, at):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Eight bytes, the first lowest: without a branch between them they are read as one word."""
    word = np.uint64(0)
    for place in range(_WORD_BYTES):
        word |= np.uint64(buffer[at + np.uint64(place)]) << np.uint64(8 * place)
    return word


@numba.njit(cache=True, forceinline=True)
def _mixed(a, b, c, d, x, y):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    a = a + b + x
    d = _turned(d ^ a, 32)
    c = c + d
    b = _turned(b ^ c, 24)
    a = a + b + y
    d = _turned(d ^ a, 16)
    c = c + d
    return a, _turned(b ^ c, 63), c, d


@numba.njit(cache=True, forceinline=True)
def _turned(word, by):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return word >> np.uint64(by) | word << np.uint64(64 - by)


@numba.njit(cache=True, forceinline=True)
def _ordered(w, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    a, b, c, d, e, f, g, h = w[s[0]], w[s[1]], w[s[2]], w[s[3]], w[s[4]], w[s[5]], w[s[6]], w[s[7]]
    i, j, k, m, n, p, q, r = w[s[8]], w[s[9]], w[s[10]], w[s[11]], w[s[12]], w[s[13]], w[s[14]], w[s[15]]
    return a, b, c, d, e, f, g, h, i, j, k, m, n, p, q, r


@numba.njit(cache=True, forceinline=True)
def _round(v, words, order):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Columns, then diagonals."""
    v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15 = v
    m = _ordered(words, order)
    v0, v4, v8, v12 = _mixed(v0, v4, v8, v12, m[0], m[1])
    v1, v5, v9, v13 = _mixed(v1, v5, v9, v13, m[2], m[3])
    v2, v6, v10, v14 = _mixed(v2, v6, v10, v14, m[4], m[5])
    v3, v7, v11, v15 = _mixed(v3, v7, v11, v15, m[6], m[7])
    v0, v5, v10, v15 = _mixed(v0, v5, v10, v15, m[8], m[9])
    v1, v6, v11, v12 = _mixed(v1, v6, v11, v12, m[10], m[11])
    v2, v7, v8, v13 = _mixed(v2, v7, v8, v13, m[12], m[13])
    v3, v4, v9, v14 = _mixed(v3, v4, v9, v14, m[14], m[15])
    return v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15


@numba.njit(cache=True, forceinline=True)
def _block(w, i):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    a, b, c, d, e, f, g, h = w[0, i], w[1, i], w[2, i], w[3, i], w[4, i], w[5, i], w[6, i], w[7, i]
    j, k, m, n, p, q, r, s = w[8, i], w[9, i], w[10, i], w[11, i], w[12, i], w[13, i], w[14, i], w[15, i]
    return a, b, c, d, e, f, g, h, j, k, m, n, p, q, r, s


@numba.njit(cache=True, forceinline=True)
def _begun(count):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """The state before the first round; the block is the last of its message, too."""
    a, b, c, d, e, f, g, h = _IV
    return _H0, b, c, d, e, f, g, h, a, b, c, d, e ^ count, f, ~g, h


@numba.njit(cache=True)
def _compressed(words, counts, hashes):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Hash blocks that are each the first and the last of their message."""
    for i in range(len(hashes)):
        m = _block(words, i)
        v = _begun(counts[i])
        v = _round(v, m, _ORDER[0])
        v = _round(v, m, _ORDER[1])
        v = _round(v, m, _ORDER[2])
        v = _round(v, m, _ORDER[3])
        v = _round(v, m, _ORDER[4])
        v = _round(v, m, _ORDER[5])
        v = _round(v, m, _ORDER[6])
        v = _round(v, m, _ORDER[7])
        v = _round(v, m, _ORDER[8])
        v = _round(v, m, _ORDER[9])
        v = _round(v, m, _ORDER[0])
        v = _round(v, m, _ORDER[1])
        hashes[i] = _swapped(_H0 ^ v[0] ^ v[8])


@numba.njit(cache=True, forceinline=True)
def _swapped(word):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """The bytes in the other order: the digest's first is the highest."""
    word = (word & np.uint64(0x00FF00FF00FF00FF)) << np.uint64(8) | word >> np.uint64(8) & np.uint64(
        0x00FF00FF00FF00FF
    )
    word = (word & np.uint64(0x0000FFFF0000FFFF)) << np.uint64(16) | word >> np.uint64(16) & np.uint64(
        0x0000FFFF0000FFFF
    )
    return word << np.uint64(32) | word >> np.uint64(32)
