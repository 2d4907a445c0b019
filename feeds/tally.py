"""Refusals of many rows at once, counted as if each had been added by itself.

`Rejects` keeps the first samples of each reason, and of each reason at each
station, and counts by both. A flood of bad input costs a pass over columns here, not a call a row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from feeds.rejects import SAMPLES_KEPT, Rejects
from geo.batch import Ints

FEW = 32
"""Rows that are added one by one: so many cost what sorting out the pairs does."""


class Refused(NamedTuple):
    """Refused rows, in their order. Shapes: (n,).

    Attributes:
        reason: number of the reason.
        station: number of the station, whatever counts them.
        counts: how many refusals a row is.
    """

    reason: Ints
    station: Ints
    counts: Ints


def tally(
    rejects: Rejects,
    refused: Refused,
    reasons: Sequence[str],
    station_name: Callable[[int], str],
    sample: Callable[[int], bytes],
) -> None:
    """Add all rows to `rejects`.

    Args:
        rejects: takes them.
        refused: the rows.
        reasons: by number.
        station_name: by number.
        sample: what was refused, by row; asked of the first few of each reason and station only.
    """
    own = np.arange(len(refused.reason))
    if len(own) > FEW:
        pair = refused.reason * (1 << 40) + refused.station
        _, first, which = np.unique(pair, return_index=True, return_inverse=True)
        # The rows that may become samples, or begin a count, are added as they come; the rest is only counted.
        # The first few of a reason are among the first few of its stations.
        by_pair = np.argsort(which, kind="stable")
        sizes = np.bincount(which)
        rank = np.empty(len(own), np.int64)
        rank[by_pair] = own - np.repeat(np.cumsum(sizes) - sizes, sizes)
        shown = rank < SAMPLES_KEPT
        rest = np.bincount(which[~shown], refused.counts[~shown], minlength=len(first)).astype(np.int64)
        own = own[shown]
    else:
        first, rest = own[:0], own[:0]
    for row in own.tolist():
        reason, station, count = (int(column[row]) for column in refused)
        rejects.add(reasons[reason], sample(row), station_name(station), count)
    for row, count in zip(first.tolist(), rest.tolist(), strict=True):
        if count:
            rejects.count(reasons[int(refused.reason[row])], station_name(int(refused.station[row])), count)
