"""What a pattern may look at: the world as believed at one tick, read only."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from feeds.reports import Domain, domains
from fusion.context import Context
from fusion.corroboration import Heard, Witnesses
from fusion.coverage import Coverage
from fusion.ears import Ears
from fusion.horizon import Horizon, Reach
from fusion.identity import Names
from fusion.links import Links
from fusion.motion import motion
from fusion.movements import Movements
from fusion.parameters import EngineParameters
from fusion.records import Records, picked
from fusion.stops import Stops
from geo.batch import Bools, Floats, Ids, Ints, frozen


@dataclass(frozen=True, eq=False)
class View:
    """The world at one tick.

    Attributes:
        now_s: end of the tick, event time.
        state: `fusion.state.STATE`, one row a track. Shape: (n,).
        history: samples of each track. Shape: (n, SAMPLES).
        movements: expected arrivals; None where no list is loaded.
        horizon: of the listed stations; None where none is listed.
        witnesses: who bears a track's word out; `heard` asks them.
        links: which two entities are one craft; `same` asks them.
    """

    now_s: float
    state: Records
    history: Records
    context: Context
    names: Names
    movements: Movements | None
    horizon: Horizon | None = None
    witnesses: Witnesses | None = None
    links: Links = field(default_factory=Links)

    @property
    def coverage(self) -> Coverage:
        """What could be heard where."""
        return self.context.coverage

    @property
    def ears(self) -> Ears:
        """Which stations are alive."""
        return self.context.ears

    @property
    def stops(self) -> Stops:
        """Where ships are known to stop."""
        return self.context.stops

    @cached_property
    def vessels(self) -> Bools:
        """Which tracks are heard by AIS. Shape: (n,)."""
        return frozen(domains(self.state["entity"]) == Domain.AIS)

    @cached_property
    def aircraft(self) -> Ints:
        """Rows of the tracks that are not heard by AIS. Shape: (aircraft,)."""
        return frozen(np.flatnonzero(~self.vessels))

    def tracks(self, slots: Ints) -> Records:
        """Copies of some rows of `state`, which is quicker than naming them by index. Shape: (n,) -> (n,)."""
        return picked(self.state, slots)

    def reach(self, s: Records, way: tuple[Floats, Floats, Floats], until_s: Floats, alive_s: float) -> Reach:
        """What the horizons of stations say of places on the way of silent tracks; `Horizon.reach`."""
        if self.horizon is None:
            return Reach.unknown(way[0].shape)
        return self.horizon.reach(s, way, self.ears, (until_s, self.now_s), alive_s)

    def heard(self, slots: Ints) -> Heard:
        """Who heard some tracks lately, and whether they could; `fusion.corroboration`. Shape: (n,) -> (n,)."""
        witnesses = self.witnesses or Witnesses(None, None, EngineParameters())
        return witnesses.heard(self.tracks(slots), self.now_s)

    def same(self, entity_a: Ids, entity_b: Ids) -> Bools:
        """Whether two numbers are of one craft: one number, or two that are linked. Shapes: (n,) x2 -> (n,)."""
        return self.links.same(entity_a, entity_b)

    def counted_once(self, slots: Ints) -> Ints:
        """The same rows without those whose other number stands among them: of two, what is heard by AIS is left out.

        Shape: (n,) -> (k,).
        """
        entity = self.state["entity"][slots]
        partner = self.links.partner(entity)
        twice = (domains(entity) == Domain.AIS) & (partner > 0) & np.isin(partner, entity)
        once: Ints = slots[~twice]
        return once

    def motion(self, slots: Ints, window_s: float, slow_mps: float) -> Records:
        """How each of these tracks moved over the last `window_s` seconds; `fusion.motion.MOTION`."""
        return motion(self.state, self.history, slots, self.now_s, window_s, slow_mps)


def ramp(value: Floats, none: float, full: float) -> Floats:
    """0 where a value is at or beyond `none`, 1 at or beyond `full`, straight between; NaN counts as 0.

    `none` may stand above or below `full`. Shape: (n,) -> (n,).
    """
    part = ((value - none) / (full - none)).clip(0.0, 1.0)
    return np.where(part >= 0.0, part, 0.0)
