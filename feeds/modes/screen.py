"""Frames that cannot be looked at, told apart by reason before anything is decoded.

A noise burst that looks like a preamble gives a frame of random bits: parity
refuses all but one in sixteen million of the squitters among them.
"""

from __future__ import annotations

import numpy as np

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


def unreadable(words: Words, df: Ints) -> dict[str, Bools]:
    """Rows of formats that are not decoded, or whose parity fails, by reason. Shape: n rows -> (n,) each."""
    # The last seven bits of a DF11's parity may bear the code of the interrogator it answers.
    limit = np.where(df == 11, _INTERROGATOR_CODES, 1)
    failed = is_addressed(df) & (words.remainder >= limit)
    return {"downlink format not decoded": ~_KNOWN[df], "parity fails": failed}


def is_addressed(df: Ints) -> Bools:
    """Whether the format bears its sender's address in clear. Shape: (n,) -> (n,)."""
    found: Bools = _ADDRESSED[df]
    return found


def formats(words: Words) -> Ints:
    """Downlink format of each frame. Shape: (n,)."""
    return head_field(words.head, 1, 5)
