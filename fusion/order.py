"""Reports wait until the watermark has passed them, and leave in one canonical order.

In: `Reports` in whatever batches and order the network delivered them. Out:
one row a transmission, however many stations heard it, for whole ticks of
event time. However the input is cut or shuffled within the lateness bound,
what leaves is the same to the bit.

A transmission heard by several stations has one `message` value and times
that differ by their clocks. Rows of one entity and message within a window
of the first of them are one transmission; the window is longer for AIS
(receivers stamp to the second) than for Mode S (an aircraft at rest repeats
itself twice a second). A tick is released only when the window behind its end
has passed too, so that no ear is missed because of where a tick ends.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numba
import numpy as np

from feeds.reports import Domain, Doubt, Reports, domains
from fusion.parameters import EngineParameters
from geo.batch import Bools, Floats, Ints, Ragged
from geo.container import Tree
from geo.kept import batch_of, kept_batch

LATEST_TIME_S = 4_102_444_800.0
"""2100-01-01: a time beyond it, or before 1980, is no time at all."""
EARLIEST_TIME_S = 315_532_800.0
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Released:
    """What a release gives: whole ticks of fused reports.

    Attributes:
        reports: one row a transmission, by time, then entity, then message.
        end_s: every tick that ends here or before is complete.
    """

    reports: Reports
    end_s: float


class Waiting:
    """Reports that the watermark has not passed yet.

    Attributes:
        late: reports that came after their tick was done; counted, not used.
        early: reports stamped so long after they arrived that the feeds doubt the stamp; counted, not used.
        untimed: reports with no usable time; counted, not used.
    """

    def __init__(self, parameters: EngineParameters) -> None:
        self._parameters = parameters
        self._pending: list[Reports] = []
        self._done_s = -math.inf
        self.late = self.early = self.untimed = 0

    def retune(self, parameters: EngineParameters) -> None:
        """Go by other numbers from the next release on; what waits goes on waiting."""
        self._parameters = parameters

    def add(self, reports: Reports) -> None:
        """Take in reports, in any order."""
        timed = (reports.time_s > EARLIEST_TIME_S) & (reports.time_s < LATEST_TIME_S)
        late = timed & (reports.time_s < self._done_s)
        # Else whoever stamps what he sends with next year fills the memory until then. The rule asks nothing but
        # the row itself, so no cut or order of the input changes it; a recording without arrivals has none.
        skewed = (reports.doubt & np.uint32(Doubt.TIME_SKEW)) != 0
        early = timed & ~late & skewed & (reports.time_s > reports.arrival_s)
        self.untimed += int(np.count_nonzero(~timed))
        self.late += int(np.count_nonzero(late))
        self.early += int(np.count_nonzero(early))
        usable = timed & ~late & ~early
        if usable.any():
            self._pending.append(reports if usable.all() else reports.take(usable))

    def state(self) -> Tree:
        """All that waits, and how far all has gone, as `restore` takes it."""
        pending = kept_batch(Reports.concat(self._pending))
        counts = {"late": self.late, "early": self.early, "untimed": self.untimed}
        return {"pending": pending, "done_s": self._done_s} | counts

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else."""
        pending = batch_of(Reports, state["pending"])
        self._pending = [pending] if len(pending) else []
        self._done_s = state["done_s"]
        self.late, self.early, self.untimed = state["late"], state["early"], state["untimed"]

    def first_s(self) -> float:
        """Time of the earliest report that waits; infinity where none does."""
        return min((float(part.time_s.min()) for part in self._pending), default=math.inf)

    def last_s(self) -> float:
        """Time of the latest report that waits; minus infinity where none does."""
        return max((float(part.time_s.max()) for part in self._pending), default=-math.inf)

    def release(self, watermark_s: float) -> Released:
        """All transmissions of the ticks that are complete when nothing before the watermark can come."""
        p = self._parameters
        if not math.isfinite(watermark_s):
            return Released(Reports.empty(), self._done_s)
        hold_s = max(p.unify_ais_s, p.unify_modes_s)
        end_s = math.floor((watermark_s - hold_s) / p.tick_s) * p.tick_s
        if end_s <= self._done_s or not self._pending:
            self._done_s = max(self._done_s, end_s)
            return Released(Reports.empty(), self._done_s)
        self._done_s = end_s
        rows = Reports.concat(self._pending)
        near = rows.time_s < end_s + hold_s
        fused, used = unify(rows.take(near), end_s, p)
        rest = rows.take(np.concatenate([np.flatnonzero(near)[~used], np.flatnonzero(~near)]))
        self._pending = [rest] if len(rest) else []
        return Released(fused, end_s)


def unify(rows: Reports, end_s: float, parameters: EngineParameters) -> tuple[Reports, Bools]:
    """Make one row of each transmission first heard before `end_s`.

    The earliest hearing gives the row its time and content; doubts of all are
    joined, stations of all are listed in rising order, each once.

    Returns:
        The transmissions, by time, then entity, then message, and which input rows they used up. Shape: (n,) bool.
    """
    first_station = _first_station(rows.stations)
    order = _together(rows, first_station)
    ais = domains(rows.entity[order]) == Domain.AIS
    window_s = np.where(ais, parameters.unify_ais_s, parameters.unify_modes_s)
    same = np.zeros(len(rows), np.bool_)
    same[1:] = (np.diff(rows.entity[order]) == 0) & (np.diff(rows.message[order]) == 0)
    group = group_within(same, rows.time_s[order], window_s)
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    mine = rows.time_s[order][starts] < end_s
    used_sorted = mine[group] if len(group) else np.zeros(0, np.bool_)
    used = np.empty(len(rows), np.bool_)
    used[order] = used_sorted
    first = order[starts[mine]]
    rank = np.lexsort((rows.message[first], rows.entity[first], rows.time_s[first]))
    leaders = rows.take(first[rank])
    members = order[used_sorted]
    place = np.empty(len(starts), np.int64)
    place[np.flatnonzero(mine)[rank]] = np.arange(len(first))
    renumbered = place[group[used_sorted]]
    doubt = np.zeros(len(leaders), np.uint32)
    np.bitwise_or.at(doubt, renumbered, rows.doubt[members])
    stations = _joined_stations(rows.stations.take(members), renumbered, len(leaders))
    return leaders.replaced(doubt=doubt, stations=stations), used


def _together(rows: Reports, first_station: Ints) -> Ints:
    """Rows with those of one entity and message together, by time, then station, then signal. Shape: (n,) -> (n,)."""
    mixed = rows.entity * _MIX + rows.message
    order = np.argsort(mixed)
    twin = np.zeros(len(rows) + 1, np.bool_)
    twin[1:-1] = np.diff(mixed[order]) == 0
    shared = twin[1:] | twin[:-1]
    # Most transmissions are heard once: only those that may be one are compared by what they say.
    at = np.sort(order[shared])
    columns = (rows.signal_dbfs, first_station, rows.time_s, rows.message, rows.entity)
    return np.concatenate([order[~shared], at[np.lexsort([column[at] for column in columns])]])


def _first_station(stations: Ragged) -> Ints:
    found = np.full(len(stations), -1, np.int64)
    some = stations.counts > 0
    found[some] = stations.values[stations.offsets[:-1][some]]
    return found


def _joined_stations(stations: Ragged, group: Ints, groups: int) -> Ragged:
    owner = np.repeat(group, stations.counts)
    pairs = np.sort(owner << np.int64(32) | stations.values.astype(np.int64))
    pairs = pairs[np.diff(pairs, prepend=-1) != 0]
    counts = np.bincount(pairs >> np.int64(32), minlength=groups)
    return Ragged(np.concatenate([[0], np.cumsum(counts)]), (pairs & np.int64(0xFFFFFFFF)).astype(np.uint32))


@numba.njit(cache=True)
def group_within(same: Bools, time_s: Floats, window_s: Floats) -> Ints:
    """Number the runs of rows that are the same as the row before and within a window of the run's first.

    A run is bounded from its first row, not from the row before: else a
    chain of repeats could grow for ever and reach across any tick.
    Shapes: (n,) x3 -> (n,).
    """
    group = np.empty(len(same), np.int64)
    number, first_s = -1, 0.0
    for i in range(len(same)):
        if number < 0 or not same[i] or time_s[i] - first_s > window_s[i]:
            number += 1
            first_s = time_s[i]
        group[i] = number
    return group
