"""What the decoder remembers of each sender, in slots of a few arrays.

A slot is forgotten when its sender has not been heard for `FRAMES_KEPT`
frames, and what stands in it is used only while its own times say that it is
fresh (`feeds.modes.fixes`, `feeds.modes.verify`). So no sender's clock, however wrong, can
make the decoder forget another or remember for ever, and what is remembered
does not depend on how the stream was cut into batches.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.batch import Bools, Column, Floats, Ids, Ints
from geo.container import Tree
from geo.kept import own

FRAMES_KEPT = 300_000
"""A minute of 5,000 frames a second, the most one process is asked to decode; it bounds the slots too."""
_SWEEP_FRAMES = 50_000
_NEVER = np.iinfo(np.int64).min // 2

TRACKS = 2
TIME, LAT, LON, TRUST, STRIKES, SURFACE, EVEN_NEW, ODD_NEW = range(8)
"""Columns of a track: when and where last, pairs that made it, pairs that spoke against it in a row, whether
it was last on the ground, and whether an even and an odd half have come since the last of its pairs."""
_COLUMNS = 8
LOOSE = 2
"""The set of halves of messages that fit no track, beside one set for each track."""
VERSION, SUPPLEMENT_A, SUPPLEMENT_C = range(3)
"""Columns of a status: see `feeds.modes.supplements`."""


class Memory:
    """Slots by entity.

    Attributes:
        heard_row: number of the last frame of the slot's sender. Shape: (slots,).
        clean_s: time of its last message whose parity proves its address. Shape: (slots,).
        tracks: see `TIME`. Shape: (slots, 2, 8).
        half_s, half_code: last message by set, surface, odd. Shape: (slots, 3, 2, 2).
        status, status_s: what its last operational status said, and when. Shapes: (slots, 3), (slots,).
    """

    def __init__(self) -> None:
        self._keys: Ids = np.empty(0, np.uint64)
        self._slots: Ints = np.empty(0, np.int64)
        self._free: Ints = np.empty(0, np.int64)
        self._swept_row = 0
        self._allocate(0)

    def __len__(self) -> int:
        return len(self._keys)

    def _allocate(self, count: int) -> None:
        self.heard_row: Ints = np.full(count, _NEVER, np.int64)
        self.clean_s: Floats = np.full(count, np.nan)
        self.tracks: Floats = np.full((count, TRACKS, _COLUMNS), np.nan)
        self.half_s: Floats = np.full((count, TRACKS + 1, 2, 2), np.nan)
        self.half_code: Ints = np.zeros((count, TRACKS + 1, 2, 2), np.int64)
        self.status: npt.NDArray[np.int8] = np.full((count, 3), -1, np.int8)
        self.status_s: Floats = np.full(count, np.nan)

    def state(self) -> Tree:
        """All that is remembered, as `restore` takes it."""
        return {
            "keys": self._keys.copy(),
            "slots": self._slots.copy(),
            "free": self._free.copy(),
            "swept_row": self._swept_row,
            "heard_row": self.heard_row.copy(),
            "clean_s": self.clean_s.copy(),
            "tracks": self.tracks.copy(),
            "half_s": self.half_s.copy(),
            "half_code": self.half_code.copy(),
            "status": self.status.copy(),
            "status_s": self.status_s.copy(),
        }

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else."""
        self._keys, self._slots = own(state, "keys", self._keys), own(state, "slots", self._slots)
        self._free, self._swept_row = own(state, "free", self._free), state["swept_row"]
        self.heard_row = own(state, "heard_row", self.heard_row)
        self.clean_s = own(state, "clean_s", self.clean_s)
        self.tracks = own(state, "tracks", self.tracks)
        self.half_s = own(state, "half_s", self.half_s)
        self.half_code = own(state, "half_code", self.half_code)
        self.status = own(state, "status", self.status)
        self.status_s = own(state, "status_s", self.status_s)

    def slots(self, entity: Ids, known: Bools) -> Ints:
        """The slot of each sender, made where `known` says it exists; -1 for others. Shape: (n,) x2 -> (n,)."""
        found = self._found(entity)
        if (fresh := known & (found < 0)).any():
            self._add(np.unique(entity[fresh]))
            found = self._found(entity)
        return found

    def _found(self, entity: Ids) -> Ints:
        if not len(self._keys):
            return np.full(len(entity), -1, np.int64)
        places = np.minimum(np.searchsorted(self._keys, entity), len(self._keys) - 1)
        return np.where(self._keys[places] == entity, self._slots[places], -1)

    def _add(self, fresh: Ids) -> None:
        if (missing := len(fresh) - len(self._free)) > 0:
            self._grow(missing)
        taken, self._free = self._free[: len(fresh)], self._free[len(fresh) :]
        places = np.searchsorted(self._keys, fresh)
        self._keys = np.insert(self._keys, places, fresh)
        self._slots = np.insert(self._slots, places, taken)

    def _grow(self, missing: int) -> None:
        old = len(self.heard_row)
        kept = self._columns()
        count = max(old + missing, 2 * old, 64)
        self._allocate(count)
        for values, grown in zip(kept, self._columns(), strict=True):
            grown[:old] = values
        self._free = np.concatenate([self._free, np.arange(old, count)])

    def _columns(self) -> tuple[Column, ...]:
        halves, status = (self.half_s, self.half_code), (self.status, self.status_s)
        return (self.heard_row, self.clean_s, self.tracks, *halves, *status)

    def swept(self, row: int) -> None:
        """Free the slots of senders that were not heard for long; `row` is the number of the last frame."""
        if row - self._swept_row < _SWEEP_FRAMES:
            return
        self._swept_row = row
        gone = row - self.heard_row[self._slots] > FRAMES_KEPT
        self._free = np.concatenate([self._free, self._slots[gone]])
        self._keys, self._slots = self._keys[~gone], self._slots[~gone]
