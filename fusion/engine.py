"""The engine: what was said goes in, what is believed comes out, a tick at a time.

`Engine.step` is the same for the live service (a second of input at a time),
a replay (minutes) and a re-run of the archive (a partition). Whatever the
cuts, the same ticks are run on the same rows in the same order, so the flags
are the same to the byte. Each tick goes in passes: reports into tracks;
context from reports (coverage, liveness, stops, pressure), in whole numbers;
then each pattern that is due looks at the world and says what it sees.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from feeds.reports import Reports, Said
from fusion.afterwards import afterwards
from fusion.context import Context
from fusion.corroboration import Witnesses
from fusion.episodes import Episodes
from fusion.exclusions import Exclusions
from fusion.flags import Flag
from fusion.horizon import Horizon
from fusion.identity import Names
from fusion.ingest import ingest, tuned
from fusion.links import Link, Links
from fusion.movements import Movements
from fusion.order import Waiting
from fusion.parameters import EngineParameters, FlagParameters, as_numbers
from fusion.pattern import Found, Pattern, Verdict
from fusion.records import FIX, picked
from fusion.rows import Rows, packed
from fusion.seconds import Seconds
from fusion.state import Table
from fusion.telling import Told, tracks_of
from fusion.tracks import Tracks
from fusion.view import View
from geo.container import Tree
from geo.stations import Stations

FORGET_EVERY_S = 3600.0
NAMES_EVERY_S = 60.0
"""Ships say who they are every six minutes: a minute more changes nothing that is decided."""


@dataclass(frozen=True)
class Outcome:
    """What a step gives: fused positions in time order, flags whose version is new, links made and undone."""

    tracks: Tracks
    flags: tuple[Flag, ...]
    links: tuple[Link, ...] = ()


class Engine:
    """Fusion's memory, and the one verb that moves it on.

    Attributes:
        waiting: reports that the watermark has not passed; counts late ones.
        excluded: findings that a listed exclusion kept from becoming flags, by pattern and row of the list; the
            rows of a list that took another's place are numbered on from it.
    """

    def __init__(
        self,
        patterns: Sequence[Pattern],
        parameters: EngineParameters | None = None,
        flag_parameters: FlagParameters | None = None,
        movements: Movements | None = None,
        exclusions: Exclusions | None = None,
        stations: Stations | None = None,
    ) -> None:
        self._movements = movements
        self._exclusions = exclusions
        self._first_rule = 0
        self._stations = stations
        self._tick_s = math.nan
        # Most steps of a quiet night release nothing; packing nothing anew was half of what they cost.
        self._no_rows = packed(Reports.empty())
        self._heard_s = -math.inf
        self._tune(patterns, parameters or EngineParameters(), flag_parameters or FlagParameters())
        self._episodes = Episodes(self._flag_parameters)
        self.waiting = Waiting(self._p)
        self.excluded: dict[tuple[str, int], int] = {}
        self.table = Table.empty()
        self.context = Context(self._p.presence_s)
        self.names = Names()
        self.links = Links()
        self.seconds = Seconds()
        self._linked: list[Link] = []

    def retune(
        self, patterns: Sequence[Pattern], parameters: EngineParameters, flag_parameters: FlagParameters
    ) -> None:
        """Go on under other numbers from the next tick on, with all that is remembered; between two steps."""
        before_s = self._p.tick_s
        self._tune(patterns, parameters, flag_parameters)
        self.waiting.retune(self._p)
        self.context.presence_s = self._p.presence_s
        self._episodes.retune(self._flag_parameters)
        if self._p.tick_s != before_s and math.isfinite(self._tick_s):
            # Reports are released up to multiples of a tick: ticks that end elsewhere would leave some out. The
            # multiple at or before the last tick is followed by one after it, so none is run twice.
            self._tick_s = math.floor(self._tick_s / self._p.tick_s) * self._p.tick_s

    def expect(self, movements: Movements | None) -> None:
        """Go by another list of expected arrivals, or by none, from the next tick on."""
        self._movements = movements

    def exclude(self, exclusions: Exclusions | None) -> None:
        """Go by another list of exclusions, or by none, from the next tick on."""
        self._first_rule += 0 if self._exclusions is None else len(self._exclusions)
        self._exclusions = exclusions

    def place(self, stations: Stations | None) -> None:
        """Go by other places of stations, or by none, from the next tick on."""
        self._stations = stations
        self._horizon = None if stations is None else Horizon(stations, self._p)
        self._witnesses = Witnesses(stations, self._horizon, self._p)

    def step(self, said: Said, watermark_s: float) -> Outcome:
        """Take in what was said; run every tick that is complete when nothing before the watermark can come."""
        self.waiting.add(said.reports)
        self.names.add(said.identities)
        released = self.waiting.release(watermark_s)
        self._linked.clear()
        told, flags = self._run(released.reports, released.end_s)
        return Outcome(tracks_of(told, self._witnesses), tuple(flags), tuple(self._linked))

    def finish(self) -> Outcome:
        """The recording has ended: run the ticks up to its last report, and none after it."""
        last_s = self.waiting.last_s()
        outcome = Outcome(Tracks.empty(), ())
        if math.isfinite(last_s):
            hold_s = max(self._p.unify_ais_s, self._p.unify_modes_s)
            end_s = (math.floor(last_s / self._p.tick_s) + 1) * self._p.tick_s
            outcome = self.step(Said.nothing(), end_s + hold_s)
        self.names.settle(math.inf)
        return outcome

    def state(self) -> Tree:
        """All that is remembered, copied, as `restore` takes it."""
        return {
            "tick_s": self._tick_s,
            "heard_s": self._heard_s,
            "first_rule": self._first_rule,
            "excluded": [[*key, count] for key, count in self.excluded.items()],
            "table": self.table.kept(),
        } | {name: memory.state() for name, memory in self._memories().items()}

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else; `fusion.checkpoint` asks first whether it may be."""
        self._tick_s, self._heard_s = state["tick_s"], state["heard_s"]
        self._first_rule = state["first_rule"]
        self.excluded = {(pattern, row): count for pattern, row, count in state["excluded"]}
        self.table.restore(state["table"])
        for name, memory in self._memories().items():
            memory.restore(state[name])

    def settings(self) -> Tree:
        """Every parameter that decides something, by section; each pattern's with its version."""
        given = {"fusion": asdict(self._p), "flags": asdict(self._flag_parameters)}
        return given | {each.name: {"version": each.version} | as_numbers(each) for each in self._patterns}

    def _tune(
        self, patterns: Sequence[Pattern], parameters: EngineParameters, flag_parameters: FlagParameters
    ) -> None:
        self._patterns = sorted(patterns, key=lambda pattern: pattern.name)
        self._p, self._flag_parameters = parameters, flag_parameters
        self._tuning = tuned(parameters)
        self.place(self._stations)

    def _memories(self) -> dict[str, Waiting | Context | Names | Episodes | Links | Seconds]:
        return {
            "waiting": self.waiting,
            "context": self.context,
            "names": self.names,
            "episodes": self._episodes,
            "links": self.links,
            "seconds": self.seconds,
        }

    def _run(self, reports: Reports, end_s: float) -> tuple[list[Told], list[Flag]]:
        told: list[Told] = []
        flags: list[Flag] = []
        if math.isnan(self._tick_s):
            if not len(reports):
                return told, flags
            self._tick_s = math.floor(reports.time_s[0] / self._p.tick_s) * self._p.tick_s
        rows = self._rows(reports) if len(reports) else self._no_rows
        done = 0
        while (tick_end_s := self._next_tick(rows, done)) <= end_s:
            upto = done + int(np.searchsorted(rows.time_s[done:], tick_end_s, side="left"))
            if upto > done:
                told += self._take(rows, done, upto)
                done = upto
            self._tick_s = tick_end_s
            flags += self._look(tick_end_s)
        return told, flags

    def _rows(self, reports: Reports) -> Rows:
        rows = packed(reports)
        if self._horizon is None:
            return rows
        # It asks nothing but the rows themselves: of all ticks of a release at once it costs what of one it does.
        return rows.doubted(self._horizon.doubts(rows.row, rows.stations))

    def _next_tick(self, rows: Rows, done: int) -> float:
        """End of the next tick to run; while nobody is heard at all, time stands still."""
        p = self._p
        asleep = self._tick_s > self._heard_s + p.idle_s
        if asleep and done < len(rows.time_s):
            next_s = float(rows.time_s[done])
            return math.floor(next_s / p.tick_s) * p.tick_s + p.tick_s
        return math.inf if asleep else self._tick_s + p.tick_s

    def _take(self, rows: Rows, first: int, last: int) -> list[Told]:
        """Rows of one tick into tracks, and noted for the context learned from them."""
        self._heard_s = float(rows.time_s[last - 1])
        slots = self.table.slots(rows.entity[first:last], rows.time_s[first:last])
        order = np.argsort(slots, kind="stable")
        batch = picked(rows.row[first:last], order)
        batch["slot"] = slots[order]
        self.context.pressure.correct(batch)
        aside, seconds = self.seconds.aside(self.table, batch)
        batch["aside"] = aside
        fixes = np.zeros(len(batch), FIX)
        ingest(self.table.state, self.table.history, batch, rows.stations, self._tuning, fixes)
        self.context.hear(*rows.hearings(first, last))
        doubt, placed = rows.doubt[first:last][order], rows.placed[first:last][order] & ~aside
        others: list[Told] = []
        if seconds.any():
            entity = rows.entity[first:last][order][seconds]
            others = [self.seconds.take(batch[seconds], rows.stations, self._tuning, entity, doubt[seconds])]
        if not placed.all():
            at = np.flatnonzero(placed)
            batch, fixes, doubt = picked(batch, at), picked(fixes, at), doubt[at]
        state = afterwards(self.table.state, batch["slot"])
        self.context.note(batch, fixes, state)
        self.seconds.open(self.table, batch["slot"], self._p)
        return [(batch, fixes, state, doubt), *others]

    def _look(self, now_s: float) -> list[Flag]:
        """Let every pattern that is due look at the world at the end of a tick."""
        if self._due(now_s, FORGET_EVERY_S):
            self.context.settle(self.table, now_s)
            self.table.keep(now_s - self.table.live["heard_s"] <= self._p.forget_s)
        if self._due(now_s, self._p.link_every_s):
            self.seconds.settle(self.table, now_s, self._p)
            self._linked += self.links.look(self.table, now_s, self._p)
        due = [pattern for pattern in self._patterns if self._due(now_s, pattern.every_s)]
        if due:
            self.context.settle(self.table, now_s)
        if self._due(now_s, NAMES_EVERY_S):
            self.names.settle(now_s, self._p.forget_name_s)
        flags: list[Flag] = []
        view = self._view(now_s)
        for pattern in due:
            flags += self._episodes.take(pattern, self._allowed(pattern, view), now_s)
        return flags

    def _due(self, now_s: float, every_s: float) -> bool:
        """Whether a whole multiple of `every_s` lies in the tick that ends now: ticks need not divide it."""
        return now_s % every_s < self._p.tick_s

    def _allowed(self, pattern: Pattern, view: View) -> Found:
        found = self.seconds.judged(pattern, pattern.find(view), view)
        if self._exclusions is None or not len(found.findings):
            return found
        f = found.findings
        rule = self._exclusions.applies(
            pattern.name, np.stack([f.subject_a, f.subject_b], axis=-1), f.lat_deg, f.lon_deg, view.now_s
        )
        # An end is told whatever the list says by then; only what would have been a flag is kept from being one.
        rule = np.where(f.verdict == Verdict.HOLDS, rule, -1)
        for each in rule[(rule >= 0) & (f.score >= self._flag_parameters.min_score)]:
            key = (pattern.name, self._first_rule + int(each))
            self.excluded[key] = self.excluded.get(key, 0) + 1
        return found.take(rule < 0)

    def _view(self, now_s: float) -> View:
        state, history = self.table.live.view(), self.table.history[: self.table.size].view()
        state.flags.writeable = history.flags.writeable = False
        learned = (self.context, self.names, self._movements, self._horizon)
        return View(now_s, state, history, *learned, self._witnesses, self.links)
