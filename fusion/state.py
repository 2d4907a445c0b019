"""The table of all that is believed in: rows of `STATE` with their history, found by entity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fusion.records import SAMPLE, SAMPLES, STATE, Records, picked, roomy, tight
from fusion.rings import move, rings
from geo.batch import Ids, Ints
from geo.container import Tree
from geo.kept import MismatchError

_NAN = [
    name
    for name, (kind, _) in ((n, STATE.fields[n][:2]) for n in STATE.names or ())  # type: ignore[index]
    if kind == np.float64
]


@dataclass
class Table:
    """Rows of `STATE` and their history, found by entity.

    Rows stand in the order of the first hearing; what is computed from them
    never depends on that order.
    """

    state: Records
    history: Records
    size: int
    _entities: Ids
    _rows: Ints

    @classmethod
    def empty(cls, capacity: int = 256) -> Table:
        """A table with no tracks."""
        return cls(
            np.zeros(capacity, STATE),
            rings(capacity),
            0,
            np.empty(0, np.uint64),
            np.empty(0, np.int64),
        )

    @property
    def live(self) -> Records:
        """The rows in use. Shape: (size,)."""
        return self.state[: self.size]

    def rows_of(self, entity: Ids) -> Ints:
        """Row of each entity, -1 where it is not held. Shape: (n,) -> (n,)."""
        if not self.size:
            return np.full(len(entity), -1, np.int64)
        at = np.minimum(np.searchsorted(self._entities, entity), self.size - 1)
        return np.where(self._entities[at] == entity, self._rows[at], -1)

    def slots(self, entity: Ids, time_s: npt.NDArray[np.float64]) -> Ints:
        """Row of each entity, made where it is not held; times rise. Shapes: (n,) x2 -> (n,)."""
        slots = self.rows_of(entity)
        if (slots < 0).any():
            new, at = np.unique(entity[slots < 0], return_index=True)
            self.admit(new, time_s[slots < 0][at])
            slots = self.rows_of(entity)
        return slots

    def admit(self, entity: Ids, first_s: npt.NDArray[np.float64]) -> None:
        """Make rows for new entities, each given once, in the order given."""
        need = self.size + len(entity)
        while need > len(self.state):
            self.state = np.concatenate([self.state, np.zeros_like(self.state)])
        if len(self.state) > len(self.history):
            roomier = rings(len(self.state))
            move(self.history, np.arange(self.size), self.live["samples"], roomier)
            self.history = roomier
        fresh = self.state[self.size : need]
        fresh[...] = np.zeros((), STATE)
        for name in _NAN:
            fresh[name] = np.nan
        for name in ("status", "squawk", "on_ground", "cell"):
            fresh[name] = -1
        fresh["station_s"] = np.nan
        fresh["entity"], fresh["first_s"] = entity, first_s
        fresh["track"] = track_ids(entity, first_s)
        self.size = need
        self._index()

    def keep(self, mask: npt.NDArray[np.bool_]) -> None:
        """Forget every row where the mask is False. Shape: (size,)."""
        if mask.all():
            return
        kept = np.flatnonzero(mask)
        move(self.history, kept, self.state["samples"][kept], self.history)
        self.state[: len(kept)] = self.state[kept]
        self.size = len(kept)
        self._index()

    def kept(self) -> Tree:
        """All that is believed, as `restore` takes it; of each ring only what was ever written."""
        samples = picked(self.history[: self.size].reshape(-1), self._written())
        return {"state": tight(self.live), "history": tight(samples)}

    def restore(self, kept: Tree) -> None:
        """Believe what `kept` told, and nothing else.

        Raises:
            MismatchError: records of another kind, or another number of samples.
        """
        state, history = roomy(kept["state"], STATE), roomy(kept["history"], SAMPLE)
        capacity = max(len(state), len(Table.empty().state))
        self.state, self.size = np.zeros(capacity, STATE), len(state)
        self.history = rings(capacity)
        self.state[: self.size] = state
        written = self._written()
        if len(written) != len(history):
            raise MismatchError(f"{len(history)} samples of history; {len(written)} are expected")
        np.put(self.history, written, history)
        self._index()

    def _written(self) -> Ints:
        """Which places of all rings in a row hold a sample. Shape: (samples,)."""
        return np.flatnonzero(np.arange(SAMPLES) < self.live["samples"][:, None])

    def _index(self) -> None:
        self._rows = np.argsort(self.live["entity"], kind="stable")
        self._entities = self.live["entity"][self._rows].copy()


def track_ids(entity: Ids, first_s: npt.NDArray[np.float64]) -> Ids:
    """Our number of a track: a mix of who and since when, the same however the work is partitioned.

    The mix is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). Shapes: (n,) x2 -> (n,).
    """
    return _mixed(_mixed(entity) ^ np.round(first_s * 1000.0).astype(np.uint64))


def _mixed(value: npt.NDArray[Any]) -> Ids:
    z: Ids = value + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
