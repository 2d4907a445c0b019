"""Chance that remembers nothing: numbers drawn by hashing what they are for.

`uniform(seed, keys)` gives each row of keys its own number, the same wherever
and whenever it is asked for. `smooth` gives numbers that change slowly along
a line or over a plane: hashed normals at whole coordinates, blended between
them, and scaled so that the variance is one everywhere.

Source: the finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), a bijection
whose output passes BigCrush; smoothstep blending, Perlin 2002.
"""

from __future__ import annotations

import itertools
from functools import reduce

import numpy as np
from scipy.special import ndtri

from geo.batch import Floats, Ids

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_UNIT = 2.0**-53

Key = Ids | int
"""A column of whole numbers, or one for all rows."""


def mixed(*keys: Key) -> Ids:
    """64 bits of the keys, in their order. Shapes: (n,) each, or numbers -> (n,) or ()."""
    with np.errstate(over="ignore"):  # the hash is arithmetic modulo 2**64
        return reduce(_stirred, keys, np.asarray(0, np.uint64))


def _stirred(state: Ids, key: Key) -> Ids:
    word = key & 0xFFFFFFFFFFFFFFFF if isinstance(key, int) else np.asarray(key)
    value = (state ^ np.asarray(word).astype(np.uint64)) + _GOLDEN
    value = (value ^ (value >> np.uint64(30))) * _FIRST
    value = (value ^ (value >> np.uint64(27))) * _SECOND
    return value ^ (value >> np.uint64(31))


def uniform(*keys: Key) -> Floats:
    """From above 0 to below 1. Shapes: as `mixed`."""
    return ((mixed(*keys) >> np.uint64(11)).astype(np.float64) + 0.5) * _UNIT


def normal(*keys: Key) -> Floats:
    """Mean 0, standard deviation 1. Shapes: as `mixed`."""
    drawn: Floats = ndtri(uniform(*keys))
    return drawn


def bits_of(values: Floats) -> Ids:
    """Numbers as keys, bit for bit. Shape: (n,) -> (n,)."""
    return np.ascontiguousarray(values, np.float64).view(np.uint64)


def smooth(keys: tuple[Key, ...], *coordinates: Floats) -> Floats:
    """Standard normal at every place, and nearly the same at near ones: far apart is a coordinate of 1 or more.

    Args:
        keys: which of all such fields.
        coordinates: (n,) each, one for a line, two for a plane, three for a plane in time.
    """
    floors = [np.floor(each) for each in coordinates]
    blends = [_blend(each - floor) for each, floor in zip(coordinates, floors, strict=True)]
    total, weights2 = np.zeros_like(floors[0]), np.zeros_like(floors[0])
    for corner in itertools.product((0, 1), repeat=len(floors)):
        weight = np.ones_like(floors[0])
        for blend, far in zip(blends, corner, strict=True):
            weight = weight * (blend if far else 1.0 - blend)
        nodes = [(floor + far).astype(np.int64) for floor, far in zip(floors, corner, strict=True)]
        total += weight * normal(*keys, *(node.view(np.uint64) for node in nodes))
        weights2 += weight**2
    # Between its corners a blend of normals varies less than they do.
    return total / np.sqrt(weights2)


def _blend(share: Floats) -> Floats:
    return share * share * (3.0 - 2.0 * share)
