"""The same question asked again: answers that are kept by the question.

A live server asks every few seconds where the nearest aerodrome is to the
same few aircraft that came down minutes ago. What is asked of the ground
depends on the place alone, so the last answers stand for as long as the
question is the same to the bit.

In: a question of columns of floats. Out: the same question, which remembers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import numpy as np

from geo.batch import Floats

Answer = TypeVar("Answer")
MOST = 64
"""Answers kept: one for each of the sets of places that are asked for in turn at a tick, many times over."""


def again(ask: Callable[..., Answer]) -> Callable[..., Answer]:
    """Remember the last answers of `ask`, which depend on its columns and on nothing else.

    Whoever gets an answer may not write to it. Safe to share between threads.

    >>> twice = again(lambda x: x * 2.0)
    >>> twice(np.array([1.0, np.nan])) is twice(np.array([1.0, np.nan]))
    True
    """

    @lru_cache(maxsize=MOST)
    def answered(*columns: bytes) -> Answer:
        return ask(*(np.frombuffer(column) for column in columns))

    def asked(*columns: Floats) -> Answer:
        return answered(*(column.tobytes() for column in columns))

    return asked
