"""Frames that cannot be looked at, told apart by reason before anything is decoded.

A noise burst that looks like a preamble gives a frame of random bits: parity
refuses all but one in sixteen million of the squitters among them.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from feeds.modes.fields import head_field
from feeds.modes.gather import LATEST_S
from feeds.modes.words import LONG_BYTES, SHORT_BYTES, Words, is_short
from geo.batch import Bools, Ints
from hardware.frames import Frames

KNOWN_FORMATS = (4, 5, 11, 17, 18, 20, 21)
_KNOWN = np.isin(np.arange(32), KNOWN_FORMATS)
_ADDRESSED = np.isin(np.arange(32), (11, 17, 18))
_INTERROGATOR_CODES = 128


def unfit(frames: Frames) -> dict[str, Bools]:
    """Rows whose length or time cannot be, by reason. Shape: n rows -> (n,) each."""
    counts = frames.payload.counts
    sized = (counts == SHORT_BYTES) | (counts == LONG_BYTES)
    timed = (frames.time_s >= 0.0) & (frames.time_s < LATEST_S)
    # More bytes than the format has are let pass: jet1090 writes 14, noise behind a reply of 7.
    whole = counts == LONG_BYTES
    few = np.flatnonzero(counts == SHORT_BYTES)
    whole[few] = is_short(frames.payload, few)
    return {
        "frame is neither 7 nor 14 bytes long": ~sized,
        "frame is shorter than its downlink format": sized & ~whole,
        "time is no Unix time": whole & ~timed,
    }


class Screened(NamedTuple):
    """What may be looked at. Shapes: (n,).

    Attributes:
        unknown: the format is not decoded.
        failed: the parity of a frame that bears its address fails.
        readable: neither of the two.
        clean: readable, and its parity proves its address.
    """

    unknown: Bools
    failed: Bools
    readable: Bools
    clean: Bools


def screened(words: Words, df: Ints) -> Screened:
    """Tell frames of formats that are not decoded, or whose parity fails, from the others. Shape: n rows -> (n,) each."""
    found = np.empty((4, len(df)), np.bool_)
    _screen(words.remainder, df, _KNOWN, _ADDRESSED, found)
    return Screened(*found)


@numba.njit(cache=True)
def _screen(
    remainder: npt.NDArray[np.uint32], df: Ints, known: Bools, addressed: Bools, found: npt.NDArray[np.bool_]
) -> None:
    for row in range(len(df)):
        # The last seven bits of a DF11's parity may bear the code of the interrogator it answers.
        limit = _INTERROGATOR_CODES if df[row] == 11 else 1
        found[0, row] = not known[df[row]]
        found[1, row] = addressed[df[row]] and remainder[row] >= limit
        found[2, row] = not (found[0, row] or found[1, row])
        found[3, row] = found[2, row] and addressed[df[row]] and remainder[row] == 0


def formats(words: Words) -> Ints:
    """Downlink format of each frame. Shape: (n,)."""
    return head_field(words.head, 1, 5)
