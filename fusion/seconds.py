"""Second tracks: two transmitters on one number, split and followed apart.

`fusion.elsewhere` counts how often word under one number comes from the place
believed in and from another in turn, and how often sooner than one transmitter
sends. When that is no chance any more the other place becomes a track of its
own: its own row, filter and history in a second table, and its own number.
From then on each report goes to the nearer of the two, both reckoned to its
time; one without a place, to the nearer in velocity. The first track is not
drawn to and fro any more, and what it knows of the other place goes on.

Who falls silent for `split_keep_s` is given up: the second is forgotten, or
takes the first one's row, with its own number and all that was known of it.
"""

from __future__ import annotations

from dataclasses import replace

import numba
import numpy as np
import numpy.typing as npt

from fusion.elsewhere import OTHER_S
from fusion.filter import METRES_PER_DEGREE, START_SPEED_SIGMA_MPS
from fusion.ingest import ingest
from fusion.odds import strongest
from fusion.pairs import apart_m
from fusion.parameters import EngineParameters
from fusion.pattern import Found, Pattern, Verdict
from fusion.records import FIX, Records, picked
from fusion.state import Table, track_ids
from fusion.telling import Told
from fusion.view import View
from geo.batch import Bools, Floats, Ints

PLACE_SIGMA_M = 100.0
"""How well the other place is known when it becomes a track: as last said, by any set."""
SETTLED = 3
"""Samples of history: a quarter of a minute of an aircraft."""
ALONE = ("loitering", "dark_transponder", "unscheduled_landing")
"""Patterns that judge each track by itself: a second one is judged like any other."""


class Seconds:
    """The second tracks there are.

    Attributes:
        table: their rows, found by entity, of which each has one at most.
    """

    def __init__(self) -> None:
        self.table = Table.empty(16)

    def state(self) -> dict[str, Records]:
        """All that is believed of them, as `restore` takes it."""
        return self.table.kept()

    def restore(self, state: dict[str, Records]) -> None:
        """Believe what `state` told, and nothing else."""
        self.table.restore(state)

    def aside(self, first: Table, batch: Records) -> tuple[Bools, Bools]:
        """Which rows of a tick are not the first track's, and which of these are the second's.

        Shape: (n,) `ROW`, its slots those of `first` -> (n,) x2.
        """
        aside = np.zeros(len(batch), np.bool_)
        mine = aside.copy()
        if not self.table.size:
            return aside, mine
        second = self.table.rows_of(first.state["entity"][batch["slot"]])
        at = np.flatnonzero(second >= 0)
        rows, here, there = batch[at], first.state[batch["slot"][at]], self.table.state[second[at]]
        placed = np.isfinite(rows["lat"]) & np.isfinite(rows["lon"])
        nearer = _off_m(there, rows) < _off_m(here, rows)
        off_here, off_there = _unlike_mps(here, rows), _unlike_mps(there, rows)
        # A velocity without a place is nobody's until places have shown how fast each of them goes.
        known = there["samples"] >= SETTLED
        aside[at] = np.where(placed, nearer, ~known & np.isfinite(off_here) | (off_there < off_here))
        mine[at] = np.where(placed, nearer, known & (off_there < off_here))
        return aside, mine

    def take(
        self,
        rows: Records,
        heard_by: Ints,
        tuning: Records,
        entity: npt.NDArray[np.uint64],
        doubt: npt.NDArray[np.uint32],
    ) -> Told:
        """Rows that belong to second tracks into these; what is told of those with a place.

        Shapes: rows (n,) `ROW`; heard_by flat; entity, doubt (n,).
        """
        slots = self.table.rows_of(entity)
        order = np.argsort(slots, kind="stable")
        batch = picked(rows, order)
        batch["slot"], batch["aside"] = slots[order], False
        fixes = np.zeros(len(batch), FIX)
        ingest(self.table.state, self.table.history, batch, heard_by, tuning, fixes)
        at = np.flatnonzero(np.isfinite(batch["lat"]) & np.isfinite(batch["lon"]))
        batch = picked(batch, at)
        return batch, picked(fixes, at), picked(self.table.state, batch["slot"]), doubt[order][at]

    def open(self, first: Table, slots: Ints, p: EngineParameters) -> None:
        """Make a second track of each number in two places, by the evidence after a tick. Shape: (n,) rows of `first`."""
        limits = p.split_turns, p.split_overlaps, p.split_echo_m
        two = splitting(first.state, slots, *limits, OTHER_S)
        if not len(two):
            return
        _, last = np.unique(first.state["entity"][two][::-1], return_index=True)
        new = picked(first.state, two[::-1][last])
        new = new[self.table.rows_of(new["entity"]) < 0]
        if not len(new):
            return
        # What velocity the first has is a mixture of both.
        at = first.rows_of(new["entity"])
        first.state["var_v"][at], first.state["cov_pv"][at] = START_SPEED_SIGMA_MPS**2, 0.0
        held = self.table.size
        self.table.admit(new["entity"], new["other_since_s"])
        fresh = self.table.state[held : self.table.size]
        fresh["track"] = track_ids(track_ids(new["entity"], new["other_since_s"]), new["other_since_s"])
        for name in ("heard_s", "fixed_s", "state_s"):
            fresh[name] = new["other_s"]
        for name, said in (
            ("lat", "other_lat"),
            ("lon", "other_lon"),
            ("first_lat", "other_lat"),
            ("first_lon", "other_lon"),
        ):
            fresh[name] = new[said]
        fresh["source"], fresh["interval_s"] = new["source"], new["interval_s"]
        fresh["east_mps"] = fresh["north_mps"] = fresh["cov_pv"] = 0.0
        fresh["var_p"], fresh["var_v"] = PLACE_SIGMA_M**2, START_SPEED_SIGMA_MPS**2

    def judged(self, pattern: Pattern, found: Found, view: View) -> Found:
        """What a pattern found, and what it finds of the second tracks where it judges each by itself."""
        if not self.table.size or pattern.name not in ALONE:
            return found
        state, history = self.table.live.view(), self.table.history[: self.table.size].view()
        state.flags.writeable = history.flags.writeable = False
        more = pattern.find(replace(view, state=state, history=history))
        # Only what holds is told: of one number the end of one behaviour is not that of the other's.
        more = more.take(more.findings.verdict == Verdict.HOLDS)
        return strongest(Found.concat([found, more])) if len(more.findings) else found

    def settle(self, first: Table, now_s: float, p: EngineParameters) -> None:
        """Give up who has been silent for long: a second is forgotten, or takes the row of a first."""
        if not self.table.size:
            return
        at = first.rows_of(self.table.live["entity"])
        live = now_s - self.table.live["heard_s"] <= p.split_keep_s
        alone = live & (at >= 0) & ~(now_s - first.live["heard_s"][at] <= p.split_keep_s)
        first.state[at[alone]] = self.table.live[alone]
        first.history[at[alone]] = self.table.history[: self.table.size][alone]
        self.table.keep(live & (at >= 0) & ~alone)


@numba.njit(cache=True)
def splitting(
    state: Records, slots: Ints, turns: float, overlaps: float, echo_m: float, other_s: float
) -> Ints:
    """Those of some slots that are in two places, so far from their own track that it is no echo. Shape: (n,) -> fewer."""
    rows, count = np.empty(len(slots), np.int64), 0
    for slot in slots:
        s = state[slot]
        # Word that was held up lies on the track itself, or near it: an echo, and no second transmitter.
        apart = s.echo_m > echo_m and s.heard_s - s.other_s <= other_s
        if s.turns >= turns and s.overlaps >= overlaps and apart:
            rows[count] = slot
            count += 1
    return rows[:count]


def _off_m(s: Records, rows: Records) -> Floats:
    """Metres from where each track is reckoned to be to what is said. Shapes: (n,) x2 -> (n,)."""
    seconds = np.maximum(rows["time_s"] - s["state_s"], 0.0)
    lat = s["lat"] + s["north_mps"] * seconds / METRES_PER_DEGREE
    narrow = np.maximum(np.cos(np.radians(s["lat"])), 1e-6)
    return apart_m(
        lat, s["lon"] + s["east_mps"] * seconds / (METRES_PER_DEGREE * narrow), rows["lat"], rows["lon"]
    )


def _unlike_mps(s: Records, rows: Records) -> Floats:
    """How far the velocity said is from that believed. Shapes: (n,) x2 -> (n,)."""
    course = np.radians(rows["cog_deg"])
    east, north = rows["sog_mps"] * np.sin(course), rows["sog_mps"] * np.cos(course)
    return np.asarray(np.hypot(east - s["east_mps"], north - s["north_mps"]))
