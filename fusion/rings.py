"""Rings of samples, one a track, that take memory only where something was ever written.

A ring has room for two hours of a vessel; most of what is followed at any time was first heard a few minutes ago. So rings
come from the kernel page by page, as they are written, and are moved only as far as they are written. A huge page would be
given whole to the first sample in it: two hundred rings at once.
"""

from __future__ import annotations

import mmap

import numpy as np

from fusion.records import SAMPLE, SAMPLES, Records
from geo.batch import Ints

PART = 32
"""Samples that are moved together: a third of a page."""


def rings(count: int) -> Records:
    """Empty rings; at least one. Shape: (count, SAMPLES) `SAMPLE`."""
    held = mmap.mmap(-1, count * SAMPLES * SAMPLE.itemsize, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        held.madvise(mmap.MADV_NOHUGEPAGE)
    return np.frombuffer(held, SAMPLE).reshape(count, SAMPLES)


def move(source: Records, rows: Ints, samples: Ints, target: Records) -> None:
    """Copy rings to the first places of `target`, which may be `source` when rows rise.

    Shapes: source, target (any, SAMPLES); rows, samples (n,): which rings, and how many samples were ever put into each.
    """
    taken, given = source.view(np.uint32), target.view(np.uint32)
    words = SAMPLE.itemsize // 4
    for first in range(0, SAMPLES, PART):
        at = np.flatnonzero(samples > first)
        part = slice(first * words, (first + PART) * words)
        given[at, part] = taken[rows[at], part]
