"""Where vessels slowed or stopped on their way and went on: remembered for hours, longer than any history.

In: the state of all tracks, once a minute. Out: `Halts`, one row a halt, ended
or still going on. A vessel halts when it falls below a part of the speed at
which it was under way, and goes on when it is back at most of it. Way is
remembered and fades with minutes (`FADE`), so that one who is slow for hours
is no longer under way but at work. Nothing is asked of place or kind here:
that is the patterns' to judge.

All is kept by entity and computed row by row, so it does not depend on who
else is in the world.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusion.lookup import rows_in
from fusion.pairs import afloat
from fusion.records import Records, picked
from geo.batch import Batch, Bools, Floats, Ids, column
from geo.container import Tree
from geo.kept import batch_of, kept_batch

UNDER_WAY_MPS = 3.5
"""7 kn: what a coaster makes in a sea, and more than a yacht sails."""
SLOW_PART, AGAIN_PART = 0.45, 0.7
"""Of the speed under way: slower is a halt, faster again ends it."""
LEAST_S = 180.0
FADE = 0.995
"""Of a speed, a minute: in two hours half of it is forgotten."""
FRESH_S = 300.0
LONGEST_S = 21600.0
REMEMBER_S = 28800.0
MOST_KEPT = 50_000
"""So many are the halts of a continent's day; were there more, the oldest would be forgotten first."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Halt(Batch):
    """One row a vessel, with what it last did, or one row a halt.

    Columns:
        way_mps: speed under way before; way_east, way_north: its direction then, m/s.
        from_s, to_s: of the halt; from NaN while under way, to the last minute at which it was slow.
        from_lat .. to_lon: where it began, and where it was last slow.
        first_lat, first_lon: where the vessel was first heard.
        on_east, on_north: the velocity with which it went on; NaN while the halt goes on.
        seen_s: when it was last looked at.
    """

    entity: Ids = column("u8", 0)
    way_mps: Floats = column("f8", np.nan)
    way_east: Floats = column("f8", np.nan)
    way_north: Floats = column("f8", np.nan)
    from_s: Floats = column("f8", np.nan)
    to_s: Floats = column("f8", np.nan)
    from_lat: Floats = column("f8", np.nan)
    from_lon: Floats = column("f8", np.nan)
    to_lat: Floats = column("f8", np.nan)
    to_lon: Floats = column("f8", np.nan)
    first_lat: Floats = column("f8", np.nan)
    first_lon: Floats = column("f8", np.nan)
    on_east: Floats = column("f8", np.nan)
    on_north: Floats = column("f8", np.nan)
    seen_s: Floats = column("f8", np.nan)


class Halts:
    """Halts that ended, and what each vessel is at.

    Attributes:
        ended: by the time they ended, and entity.
        going: one row a vessel that was ever under way, by entity.
    """

    def __init__(self) -> None:
        self.ended = Halt.empty()
        self.going = Halt.empty()

    def learn(self, state: Records, now_s: float) -> None:
        """Look at every vessel heard lately, as of the end of a tick."""
        slots = afloat(state, now_s, FRESH_S)
        speed = np.hypot(state["east_mps"][slots], state["north_mps"][slots])
        row = rows_in(self.going.entity, state["entity"][slots])
        some = np.isfinite(speed) & ((row >= 0) | (speed >= UNDER_WAY_MPS))
        s, speed = picked(state, slots[some]), speed[some]
        before = self._before(s)
        now, ended = _judged(before, s, speed, now_s)
        self._keep(now, now_s)
        if len(ended):
            self.ended = Halt.concat([self.ended, ended])
            order = np.lexsort((self.ended.entity, self.ended.to_s))[-MOST_KEPT:]
            self.ended = self.ended.take(order)
        if len(self.ended) and now_s - self.ended.to_s[0] > REMEMBER_S:
            self.ended = self.ended.take(now_s - self.ended.to_s <= REMEMBER_S)

    def lasting(self) -> Halt:
        """Halts that go on, as long as they are halts."""
        return self.going.take(self.going.to_s - self.going.from_s >= LEAST_S)

    def state(self) -> Tree:
        """All that is remembered, as `restore` takes it."""
        return {"ended": kept_batch(self.ended), "going": kept_batch(self.going)}

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else."""
        self.ended, self.going = batch_of(Halt, state["ended"]), batch_of(Halt, state["going"])

    def _before(self, s: Records) -> Halt:
        """What is remembered of each vessel; nothing of one that was never under way."""
        row = rows_in(self.going.entity, s["entity"])
        known = self.going.take(np.maximum(row, 0)) if len(self.going) else Halt.of(len(s))
        fresh = {
            name: np.where(row >= 0, value, np.nan)
            for name, value in known.columns().items()
            if name != "entity"
        }
        return Halt.of(len(s), entity=s["entity"], **fresh)

    def _keep(self, now: Halt, now_s: float) -> None:
        """Put what is known now in place of what was; forget who was not heard, or has lain, for too long."""
        old = self.going.take(np.isin(self.going.entity, now.entity, invert=True))
        both = Halt.concat([old, now])
        both = both.take(~((now_s - both.seen_s > LONGEST_S) | (both.to_s - both.from_s > LONGEST_S)))
        self.going = both.take(np.argsort(both.entity, kind="stable"))


def _judged(before: Halt, s: Records, speed: Floats, now_s: float) -> tuple[Halt, Halt]:
    """What each vessel is at now, and the halts that have ended. Shapes: (n,), and fewer."""
    faded = before.way_mps * FADE
    slow = speed <= SLOW_PART * faded
    halted = np.isfinite(before.from_s)
    on = halted & (speed >= AGAIN_PART * faded)
    begins = slow & ~halted & (faded >= UNDER_WAY_MPS)
    holds = halted & ~on
    ended = before.take(on & (before.to_s - before.from_s >= LEAST_S))
    went = on & (before.to_s - before.from_s >= LEAST_S)
    ended = ended.replaced(on_east=s["east_mps"][went], on_north=s["north_mps"][went])
    return _at(before, s, (begins, holds), speed, faded, now_s), ended


def _at(
    before: Halt, s: Records, marks: tuple[Bools, Bools], speed: Floats, faded: Floats, now_s: float
) -> Halt:
    """The row of each vessel as of now; `marks`: whose halt begins, and whose goes on."""
    begins, holds = marks
    slow = begins | holds
    # Its way is that of before the halt; faster than remembered is the new way. NaN is nobody's speed.
    faster = ~slow & ~(speed < faded)
    # The direction is that of the last minute at nearly full speed, not of the turn in which it slowed.
    heading = ~slow & (speed >= AGAIN_PART * np.nan_to_num(faded))
    here = {"to_lat": s["lat"], "to_lon": s["lon"], "to_s": np.full(len(s), now_s)}
    there = {"from_lat": s["lat"], "from_lon": s["lon"], "from_s": np.full(len(s), now_s)}
    columns = {"seen_s": np.full(len(s), now_s)}
    first = {"first_lat": s["first_lat"], "first_lon": s["first_lon"]}
    columns |= {
        "way_mps": np.where(faster, speed, faded),
        "way_east": np.where(heading, s["east_mps"], before.way_east),
        "way_north": np.where(heading, s["north_mps"], before.way_north),
    }
    columns |= {name: np.where(slow, value, np.nan) for name, value in here.items()}
    columns |= {
        name: np.where(begins, value, np.where(holds, getattr(before, name), np.nan))
        for name, value in there.items()
    }
    columns |= {
        name: np.where(np.isnan(getattr(before, name)), value, getattr(before, name))
        for name, value in first.items()
    }
    return Halt.of(len(s), entity=s["entity"], **columns)
