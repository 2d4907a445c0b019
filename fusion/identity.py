"""Who each entity says it is: the last thing said of each field, by event time.

In: `Identities` as they are said. Out: one merged row an entity. A field
that a message does not carry keeps what was said before; what is said twice
at one time is settled by the canonical order of the rows, so that the cut of
the input does not matter. A name that nobody has said for long is forgotten,
or made-up ones would fill the memory.
"""

from __future__ import annotations

import math

import numpy as np

from feeds.reports import Identities
from fusion.lookup import rows_in
from geo.batch import Bools, Column, Ids, Ints
from geo.container import Tree
from geo.kept import batch_of, kept_batch

_FIELDS = tuple(name for name in Identities.of(0).columns() if name != "entity")


class Names:
    """Identities said and settled."""

    def __init__(self) -> None:
        self._pending: list[Identities] = []
        self.settled = Identities.empty()

    def add(self, identities: Identities) -> None:
        """Take in what was said, in any order."""
        timed = np.isfinite(identities.time_s)
        if timed.any():
            self._pending.append(identities.take(timed))

    def settle(self, before_s: float, keep_s: float = math.inf) -> None:
        """Merge what was said before a time into one row an entity; forget whom nobody named for `keep_s` before it."""
        if not self._pending or min(part.time_s.min() for part in self._pending) >= before_s:
            return
        said = Identities.concat(self._pending)
        due = said.time_s < before_s
        self._pending = [] if due.all() else [said.take(~due)]
        said = said.take(due)
        # Most are not named in any one minute: only those that are need merging.
        named = np.isin(self.settled.entity, said.entity)
        oldest_s = before_s - keep_s if math.isfinite(before_s) else -math.inf
        others = ~named & (self.settled.time_s >= oldest_s)
        now = _merged(Identities.concat([self.settled.take(named), said]))
        both = Identities.concat([self.settled.take(others), now.take(now.time_s >= oldest_s)])
        self.settled = both.take(np.argsort(both.entity))

    def state(self) -> Tree:
        """All that was said, as `restore` takes it."""
        pending = kept_batch(Identities.concat(self._pending))
        return {"pending": pending, "settled": kept_batch(self.settled)}

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else."""
        pending = batch_of(Identities, state["pending"])
        self._pending = [pending] if len(pending) else []
        self.settled = batch_of(Identities, state["settled"])

    def rows_of(self, entity: Ids) -> Ints:
        """Row of each entity in `settled`, -1 where nothing was said of it. Shape: (n,) -> (n,)."""
        return rows_in(self.settled.entity, entity)

    def field(self, name: str, entity: Ids, missing: object) -> Column:
        """One field of each entity, `missing` where nothing was said of it. Shape: (n,) -> (n,)."""
        row = self.rows_of(entity)
        column: Column = getattr(self.settled, name)
        out = np.full(len(entity), missing, column.dtype)
        out[row >= 0] = column[row[row >= 0]]
        return out


def _merged(rows: Identities) -> Identities:
    """The last said value of each field of each entity, by entity."""
    # Every column counts: two ship types said at one time are as much a tie as two names.
    ties = [getattr(rows, name) for name in _FIELDS if name != "time_s"]
    order = np.lexsort((*ties, rows.time_s, rows.entity))
    rows = rows.take(order)
    entity, row_entity = np.unique(rows.entity, return_inverse=True)
    out = Identities.of(len(entity), entity=entity)
    fields = {}
    for name in _FIELDS:
        column = getattr(rows, name)
        said = _said(column)
        value = np.array(getattr(out, name))
        # Rows stand in time order, so of several assignments to one entity the last one stays.
        value[row_entity[said]] = column[said]
        fields[name] = value
    return out.replaced(**fields)


def _said(column: Column) -> Bools:
    if column.dtype.kind == "f":
        return np.isfinite(column)
    if column.dtype.kind == "U":
        return np.asarray(column != "")
    return np.asarray(column >= 0)
