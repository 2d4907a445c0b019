"""How many entities one station may name: those it is known to hear go on, new ones beyond a cap are refused.

Frames with valid checksums that a stranger makes up cost fusion a track each,
ten kilobytes for six hours. What one station can fill is bounded by counting
who it has named; its neighbours lose nothing by it, and whoever it has named
before goes on being heard.

In: who was named by which station, in the order of the journal or of the
recording's time. Out: which rows stand. Nothing but that order and those
times decides, so live and replay come to the same.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from feeds.reports import DOMAIN_SHIFT
from geo.batch import Bools, Floats, Ids, Ints
from geo.container import Tree
from geo.kept import own

FORGET_S = 21_600.0
"""An entity that a station has not named for so long makes room, at the latest after twice as long: fusion forgets
it after six hours, too."""
LATEST_S = 4_102_444_800.0
"""The year 2100: a time beyond it, or none, moves no clock."""
FEW = 4
"""New pairs of a batch that are looked at one by one: sorting out a batch costs as much (200 us)."""
STATION_SHIFT, DOMAIN_AT = np.uint64(32), np.uint64(30)
BELOW_STATION = np.uint64((1 << 32) - 1)
NUMBER = np.uint64((1 << 30) - 1)
"""An MMSI has 30 bits on the air, an address 24."""


class Crowd:
    """Who each station has named lately."""

    def __init__(self) -> None:
        self._known: Ids = np.empty(0, np.uint64)
        self._heard: Ints = np.empty(0, np.int64)
        self._period = 0

    def __len__(self) -> int:
        """Pairs of a station and an entity that are remembered."""
        return len(self._known)

    def admitted(self, station: npt.NDArray[np.uint32], entity: Ids, clock_s: Floats, most: int) -> Bools:
        """Which rows are of entities that their station may name. Shapes: (n,) x3 -> (n,).

        Args:
            station: who heard it.
            entity: who was named.
            clock_s: when it arrived, or was heard where no arrival is known; NaN is as late as the row before.
            most: entities of one station that are remembered.
        """
        stood = np.ones(len(entity), np.bool_)
        # Nearly all are of pairs known; where more than a few are not, the rest is sorted out together.
        done = self._through(station, entity, clock_s, 0)
        for _ in range(FEW):
            if done == len(entity):
                return stood
            stood[done] = self._take(keys_of(station[done : done + 1], entity[done : done + 1]), most)[0]
            done = self._through(station, entity, clock_s, done + 1)
        keys, clock_s = keys_of(station[done:], entity[done:]), clock_s[done:]
        periods = self._periods(clock_s)
        # Cuts of the stream are not the clock's: each period is dealt with by itself, however many a batch spans.
        for first, last in _runs(periods):
            self._turn(int(periods[first]))
            stood[done + first : done + last] = self._take(keys[first:last], most)
        return stood

    def knows(self, station: npt.NDArray[np.uint32], entity: Ids, clock_s: Floats) -> bool:
        """Whether `admitted` would let all rows stand and forget nobody; then it is done with that, else nothing is."""
        at = np.empty(len(entity), np.int64)
        count, _ = _known_first(station, entity, clock_s, self._known, self._period, at)
        if count == len(entity):
            self._heard[at] = self._period
        return bool(count == len(entity))

    def state(self) -> Tree:
        """All that is remembered, as `restore` takes it."""
        return {"known": self._known.copy(), "heard": self._heard.copy(), "period": self._period}

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else."""
        self._known, self._heard = own(state, "known", self._known), own(state, "heard", self._heard)
        self._period = state["period"]

    def _through(self, station: npt.NDArray[np.uint32], entity: Ids, clock_s: Floats, done: int) -> int:
        """Take the rows from `done` on up to the first of a pair that is not known; which row that is."""
        while done < len(entity):
            at = np.empty(len(entity) - done, np.int64)
            rows = station[done:], entity[done:], clock_s[done:]
            count, period = _known_first(*rows, self._known, self._period, at)
            self._heard[at[:count]] = self._period
            done += count
            if period <= self._period:
                break
            self._turn(period)
        return done

    def _periods(self, clock_s: Floats) -> Ints:
        """The period in which each row comes; it never runs back."""
        timed = (clock_s >= 0.0) & (clock_s < LATEST_S)
        periods = np.where(timed, np.where(timed, clock_s, 0.0) // FORGET_S, -1.0).astype(np.int64)
        return np.maximum(np.maximum.accumulate(periods), self._period)

    def _turn(self, period: int) -> None:
        """Forget whom nobody named in this period or the one before it."""
        if period <= self._period:
            return
        self._period = period
        lately = self._heard >= period - 1
        self._known, self._heard = self._known[lately], self._heard[lately]

    def _take(self, keys: Ids, most: int) -> Bools:
        """Which rows of one period stand; who is new and has room is known from now on."""
        at, stood = self._found(keys)
        self._heard[at[stood]] = self._period
        strange = np.flatnonzero(~stood)
        if len(strange):
            named, first, row = np.unique(keys[strange], return_index=True, return_inverse=True)
            room = self._room(named, first, most)
            at = np.searchsorted(self._known, named[room])
            self._known = np.insert(self._known, at, named[room])
            self._heard = np.insert(self._heard, at, self._period)
            stood[strange] = room[row]
        return stood

    def _found(self, keys: Ids) -> tuple[Ints, Bools]:
        """Where each key stands or would stand, and whether it does. Shape: (n,) -> (n,) x2."""
        at = np.searchsorted(self._known, keys)
        known = at < len(self._known)
        known[known] = self._known[at[known]] == keys[known]
        return at, known

    def _room(self, named: Ids, first: Ints, most: int) -> Bools:
        """Which new keys, sorted, have room at their station; of several those named first. Shapes: (n,) x2 -> (n,)."""
        station = named >> STATION_SHIFT
        lowest = station << STATION_SHIFT
        held = np.searchsorted(self._known, lowest | BELOW_STATION, side="right")
        held -= np.searchsorted(self._known, lowest)
        rank = np.empty(len(named), np.int64)
        rank[np.lexsort((first, station))] = np.arange(len(named)) - np.searchsorted(station, station)
        return np.asarray(rank < most - held)


def keys_of(station: npt.NDArray[np.uint32], entity: Ids) -> Ids:
    """One number for a station and an entity, rising by station first. Shapes: (n,) x2 -> (n,)."""
    domain = entity >> np.uint64(DOMAIN_SHIFT)
    return np.asarray(station.astype(np.uint64) << STATION_SHIFT | domain << DOMAIN_AT | entity & NUMBER)


@numba.njit(cache=True)
def _known_first(station, entity, clock_s, known, period, at):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """How many rows come first that are in this period and of pairs known; the period of the row after them, if later.

    Where in `known` they stand is written to `at`.
    """
    before, place = np.uint64(0), -1
    for row in range(len(entity)):
        now_s = clock_s[row]
        if 0.0 <= now_s < LATEST_S and now_s // FORGET_S > period:
            return row, np.int64(now_s // FORGET_S)
        domain = entity[row] >> np.uint64(DOMAIN_SHIFT)
        key = np.uint64(station[row]) << STATION_SHIFT | domain << DOMAIN_AT | entity[row] & NUMBER
        # A station hears the same one again and again.
        if place < 0 or key != before:
            place = np.searchsorted(known, key)
            if place == len(known) or known[place] != key:
                return row, np.int64(-1)
            before = key
        at[row] = place
    return len(entity), np.int64(-1)


def _runs(periods: Ints) -> list[tuple[int, int]]:
    """First row, and row after the last, of each run of equal periods."""
    cuts = np.flatnonzero(np.diff(periods)) + 1
    return list(zip([0, *cuts.tolist()], [*cuts.tolist(), len(periods)], strict=True)) if len(periods) else []
