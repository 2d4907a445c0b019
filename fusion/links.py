"""Which two entities are one craft: links made by several looks that agree, and undone when the two part.

In: the fits of a look (`fusion.association`). Out: links, each with since when
and how probable. Looks seconds apart see the same beliefs again, so each
counts for a part of what it says. Two that are linked have one number as
tracks: that of the one first heard.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusion.association import Fits, fits
from fusion.parameters import EngineParameters
from fusion.records import Records
from fusion.state import Table, track_ids
from geo.batch import Bools, Floats, Ids, Ints
from geo.container import Tree

LOOK_SHARE = 0.15
"""Of what a look says: beliefs forget in about a minute, and a minute has six looks."""
LOOK_MOST = 2.0
PARTED = -2.0
"""A look at which both are heard and do not fit."""
MOST = 4.6
"""A hundred to one either way, so that a minute apart undoes what an hour side by side has made."""

LINK = np.dtype(
    [
        ("entity_a", "u8"),  # the SAR aircraft, by its MMSI
        ("entity_b", "u8"),  # the aircraft, by its address
        ("since_s", "f8"),  # of the looks that agree
        ("seen_s", "f8"),
        ("odds", "f8"),
        ("looks", "i8"),
        ("linked", "?"),
    ]
)


@dataclass(frozen=True)
class Link:
    """Two entities that are one craft, as told when a link is made and when it is undone.

    Attributes:
        until_s: when it was undone; None while it stands.
    """

    entity_a: int
    entity_b: int
    since_s: float
    until_s: float | None
    probability: float


class Links:
    """What is known of pairs, and what of it is a link."""

    def __init__(self) -> None:
        self._held: Records = np.zeros(0, LINK)

    def state(self) -> Tree:
        """All that is remembered, as `restore` takes it."""
        return {name: self._held[name].copy() for name in LINK.names or ()}

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else."""
        self._held = np.zeros(len(state["entity_a"]), LINK)
        for name in LINK.names or ():
            self._held[name] = state[name]

    def standing(self) -> Records:
        """The links that stand, by their entities. Shape: (k,) `LINK`."""
        standing: Records = self._held[self._held["linked"]]
        return standing

    def probability(self) -> Floats:
        """How probable each of those that stand is. Shape: (k,)."""
        return _sure(self.standing()["odds"])

    def partner(self, entity: Ids) -> Ids:
        """The other number of each craft, 0 where it has none. Shape: (n,) -> (n,)."""
        links = self.standing()
        numbers = np.concatenate([links["entity_a"], links["entity_b"]])
        others = np.concatenate([links["entity_b"], links["entity_a"]])
        if not len(numbers):
            return np.zeros(len(entity), np.uint64)
        order = np.argsort(numbers)
        at = order[np.minimum(np.searchsorted(numbers, entity, sorter=order), len(numbers) - 1)]
        return np.where(numbers[at] == entity, others[at], np.uint64(0))

    def same(self, entity_a: Ids, entity_b: Ids) -> Bools:
        """Whether two numbers are of one craft. Shapes: (n,) x2 -> (n,)."""
        return np.asarray((entity_a == entity_b) | (self.partner(entity_a) == entity_b))

    def look(self, table: Table, now_s: float, p: EngineParameters) -> list[Link]:
        """Look once at all tracks; give one number to the tracks of a craft. Returns links made and undone."""
        live = table.live
        keys = zip(self._held["entity_a"].tolist(), self._held["entity_b"].tolist(), strict=True)
        seen = fits(live, now_s, dict(zip(keys, self._held["odds"].tolist(), strict=True)), p)
        if not len(self._held) and not len(seen.a):
            return []
        before, after = self._held["linked"].copy(), self._weighed(seen, now_s, p)
        was = np.zeros(len(after), np.bool_)
        was[_find(after, self._held)] = before
        gone = ~np.isin(after["entity_a"], live["entity"]) | ~np.isin(after["entity_b"], live["entity"])
        after["linked"] &= ~gone
        changed = was != after["linked"]
        number(table, after[after["linked"] | was])
        keep = after["linked"] | (~gone & (after["odds"] > p.link_prior + PARTED))
        self._held = after[keep & (now_s - after["seen_s"] <= p.link_keep_s)]
        return [_told(each, now_s) for each in after[changed]]

    def _weighed(self, seen: Fits, now_s: float, p: EngineParameters) -> Records:
        """All pairs after a look, by their entities."""
        after = _joined(self._held, seen, now_s, p.link_prior)
        agrees = np.zeros(len(after), np.bool_)
        weight = np.zeros(len(after))
        pairs = np.zeros(len(seen.a), LINK)
        pairs["entity_a"], pairs["entity_b"] = seen.a, seen.b
        at = _find(after, pairs)
        agrees[at], weight[at] = True, np.clip(LOOK_SHARE * seen.weight, -LOOK_MOST, LOOK_MOST)
        heard = np.isin(after["entity_a"], seen.heard) & np.isin(after["entity_b"], seen.heard)
        after["odds"] = np.clip(
            after["odds"] + np.where(agrees, weight, np.where(heard, PARTED, 0.0)), -MOST, MOST
        )
        after["looks"] += agrees
        after["seen_s"] = np.where(agrees | heard, now_s, after["seen_s"])
        sure = _sure(after["odds"])
        taken = after[after["linked"]]
        free = ~np.isin(after["entity_a"], taken["entity_a"]) & ~np.isin(after["entity_b"], taken["entity_b"])
        fresh = agrees & free & (after["looks"] >= p.link_looks) & (sure >= p.link_on)
        kept = after["linked"] & (sure >= p.link_off) & (now_s - after["seen_s"] <= p.link_keep_s)
        after["linked"] = kept | fresh
        return after


def _joined(held: Records, seen: Fits, now_s: float, prior: float) -> Records:
    """Pairs held and pairs new, by their entities."""
    new = np.zeros(len(seen.a), LINK)
    new["entity_a"], new["entity_b"] = seen.a, seen.b
    new["since_s"], new["seen_s"], new["odds"] = now_s, now_s, prior
    both = np.concatenate([held, new])
    # What is held stands before what is new, and lexsort keeps it so: of a pair the first is taken.
    both = both[np.lexsort((both["entity_b"], both["entity_a"]))]
    first = np.ones(len(both), np.bool_)
    first[1:] = (both["entity_a"][1:] != both["entity_a"][:-1]) | (
        both["entity_b"][1:] != both["entity_b"][:-1]
    )
    return both[first]


def _find(after: Records, pairs: Records) -> Ints:
    """Where each of some pairs stands among all. Shapes: (n,), (k,) -> (k,)."""
    key = {
        pair: i
        for i, pair in enumerate(zip(after["entity_a"].tolist(), after["entity_b"].tolist(), strict=True))
    }
    wanted = zip(pairs["entity_a"].tolist(), pairs["entity_b"].tolist(), strict=True)
    return np.array([key[pair] for pair in wanted], np.int64)


def number(table: Table, links: Records) -> None:
    """Give both tracks of each link that stands the number of the one first heard, and all others their own."""
    a, b = table.rows_of(links["entity_a"]), table.rows_of(links["entity_b"])
    live = table.live
    rows = np.concatenate([a, b])
    rows = rows[rows >= 0]
    live["track"][rows] = track_ids(live["entity"][rows], live["first_s"][rows])
    linked = links["linked"]
    a, b = a[linked], b[linked]
    first = np.where(live["first_s"][a] <= live["first_s"][b], a, b)
    live["track"][a] = live["track"][b] = live["track"][first]


def _told(link: Records, now_s: float) -> Link:
    until_s = None if link["linked"] else now_s
    sure = round(float(_sure(link["odds"])), 2)
    return Link(int(link["entity_a"]), int(link["entity_b"]), float(link["since_s"]), until_s, sure)


def _sure(odds: Floats) -> Floats:
    """Log odds as a probability. Shape: any -> the same."""
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))
