"""`World`: where and when a made world lies, and how one life or behaviour is played in it.

A world is an area, a span of time, a day's weather, and the reach of the stations that
will hear it. A `Play` is one life (`headland.proving.lives`) or one behaviour
(`headland.proving.behaviours`): a file with `PLAY`, its documented ranges and a function
that makes one `Scene`. Every playing has a random stream of its own, named by seed, play
and count: one ferry more changes nobody else's day.

Random numbers: NumPy's Philox, a counter-based generator whose streams are the same on
every machine. Nothing reads a clock.
"""

from __future__ import annotations

import importlib
import pkgutil
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Protocol

import numpy as np

import headland.proving.behaviours
import headland.proving.lives
from geo.batch import Bools, Floats
from headland.proving.routes import RouteError
from headland.proving.routes_water import Area, Waters
from headland.proving.truth import Scene

TRIES = 100
"""How often a playing is drawn anew where its way proves impossible, before the world is told to be unfit."""
LEAD_S, LEAD_SHARE = 900.0, 0.1
"""A behaviour begins no sooner, or that share of a short world, and ends no later before its end: a network must have
heard what was before."""


class Reach(Protocol):
    """What the stations of a world can be trusted to hear."""

    def hears_vessels(self, lat: Floats, lon: Floats) -> Bools:
        """Whether a small vessel's AIS is heard from there. Shapes: (n,) x2 -> (n,)."""
        ...

    def hears_aircraft(self, lat: Floats, lon: Floats, alt_m: Floats, *, surely: bool = True) -> Bools:
        """Whether an aircraft is heard from there, surely or on a good day. Shapes: (n,) x3 -> (n,)."""
        ...


@dataclass(frozen=True)
class Range:
    """What a number of a play is drawn from, evenly; and why that range."""

    low: float
    high: float
    unit: str
    why: str


@dataclass(frozen=True)
class Weather:
    """One wind and one tide for the whole world. Degrees true: wind from, tide towards."""

    wind_from_deg: float
    wind_mps: float
    tide_to_deg: float
    tide_mps: float

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Weather:
        """A day between calm and fresh, wind mostly from the south-west; tides as along open coasts."""
        return cls(
            wind_from_deg=float(rng.normal(235.0, 50.0) % 360.0),
            wind_mps=float(rng.uniform(1.0, 9.0)),
            tide_to_deg=float(rng.uniform(0.0, 360.0)),
            tide_mps=float(rng.uniform(0.2, 0.9)),
        )


class Draw:
    """One playing's chances: numbers from its documented ranges, and a generator for the rest."""

    def __init__(self, rng: np.random.Generator, ranges: Mapping[str, Range]) -> None:
        self.rng = rng
        self._ranges = ranges

    def __call__(self, name: str) -> float:
        """A number from the range of that name."""
        known = self._ranges[name]
        return float(self.rng.uniform(known.low, known.high))

    def between(self, low: float, high: float) -> float:
        """A number for what is mere variety: a course, a side, a moment."""
        return float(self.rng.uniform(low, high))

    def chance(self, share: float) -> bool:
        """True in that share of draws."""
        return bool(self.rng.random() < share)

    def pick(self, count: int) -> int:
        """A whole number from 0 to before `count`."""
        if count < 1:
            raise RouteError("nothing to choose from")
        return int(self.rng.integers(count))


@dataclass(frozen=True, eq=False, kw_only=True)
class World:
    """Where, when, what weather, and who hears it.

    Attributes:
        taken: identities already given out; a playing adds to it.
    """

    area: Area
    start_s: float
    end_s: float
    waters: Waters
    reach: Reach
    weather: Weather
    taken: set[int] = field(default_factory=set)

    @property
    def span_s(self) -> float:
        """How long it lasts."""
        return self.end_s - self.start_s

    def begin_for(self, draw: Draw, from_s: float, until_s: float) -> float:
        """When to begin so that what lies from `from_s` to `until_s` after that falls well inside the world.

        Raises:
            RouteError: the world is too short for it.
        """
        lead_s = min(LEAD_S, LEAD_SHARE * self.span_s)
        room_s = self.span_s - 2 * lead_s - (until_s - from_s)
        if room_s < 0:
            raise RouteError(f"{(until_s - from_s) / 60:.0f} minutes do not fit into the world's span")
        return self.start_s + lead_s + draw.between(0.0, room_s) - from_s


@dataclass(frozen=True)
class Play:
    """One life or behaviour.

    Attributes:
        name: of its file.
        what: what it is, a sentence for the documentation.
        ranges: what its numbers are drawn from.
        make: one playing; raises `RouteError` where this draw is impossible.
        kind: the pattern a behaviour is for; empty for a life.
        needs: "ais" or "adsb" or both: the stations without which nobody could hear it.
    """

    name: str
    what: str
    make: Callable[[World, Draw], Scene]
    ranges: Mapping[str, Range] = field(default_factory=dict)
    kind: str = ""
    needs: tuple[str, ...] = ("ais",)


class UnfitError(ValueError):
    """A play that this world has no room for: no such water, field or reach, or too short a span."""


def played(world: World, play: Play, seed: int, count: int) -> Scene:
    """One playing: drawn from its own stream, anew where a way proves impossible.

    Raises:
        UnfitError: no draw of `TRIES` was possible; says the last reason.
    """
    draw = Draw(stream(seed, play.name, count), play.ranges)
    reason = ""
    for _ in range(TRIES):
        taken = set(world.taken)
        try:
            return play.make(world, draw)
        except RouteError as error:
            reason = str(error)
            world.taken.clear()
            world.taken.update(taken)
    raise UnfitError(f"{play.name}: no place found in {TRIES} draws; the last: {reason}")


def stream(seed: int, name: str, count: int) -> np.random.Generator:
    """The random stream of that name and count under a seed."""
    return np.random.Generator(
        np.random.Philox(np.random.SeedSequence([seed, zlib.crc32(name.encode()), count]))
    )


def lives() -> dict[str, Play]:
    """Every life by name: one module each in `headland/proving/lives/`."""
    return _found(headland.proving.lives)


def behaviours() -> dict[str, Play]:
    """Every behaviour by name: one module each in `headland/proving/behaviours/`."""
    return _found(headland.proving.behaviours)


def _found(folder: ModuleType) -> dict[str, Play]:
    names = sorted(module.name for module in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."))
    plays = [importlib.import_module(name).PLAY for name in names]
    return {play.name: play for play in plays}
