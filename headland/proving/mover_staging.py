"""Behaviours put on their stage: when they happen within the world, where, and that they can be heard.

In: ways before, during and after the act. Out: movers and the truth about the act.
Times are Unix seconds, places degrees.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from geo.batch import Bools, Floats
from headland.proving.mover import Mover
from headland.proving.mover_making import mover, planned
from headland.proving.mover_names import Who
from headland.proving.routes import Motion, RouteError, Way
from headland.proving.routes_air import clear_of_ground
from headland.proving.routes_sea import joined
from headland.proving.truth import Event, Scene
from headland.proving.world import World
from headland.proving.world_places import Place, apart_m

HEARD_SHARE = 0.9
"""So much of an act must lie where its stations surely hear."""


@dataclass(frozen=True)
class Staged:
    """A planned way with an act on it, from `from_s` until `until_s` after its beginning."""

    way: Way
    moved: Motion
    from_s: float
    until_s: float

    def mover(self, world: World, who: Who, begin_s: float) -> Mover:
        """The mover, if the way begins then.

        Raises:
            RouteError: a vessel would touch land, or nothing of it falls into the span.
        """
        return mover(world, self.way, self.moved, who, begin_s)


def staged(before: Way, act: Way, after: Way | None, craft: str) -> Staged:
    """An act between the way to it and the way on from it.

    Raises:
        RouteError: the craft cannot go that way.
    """
    led = joined(before, act)
    way = led if after is None else joined(led, after)
    moved, done_s = planned(way, craft)
    return Staged(way, moved, float(done_s[len(before) - 1]), float(done_s[len(led) - 1]))


def event(kind: str, movers: tuple[Mover, ...], start_s: float, end_s: float, note: str) -> Event:
    """What is true of these movers, placed at the first one's place half-way through."""
    middle = movers[0].at(
        np.array([np.clip((start_s + end_s) / 2, movers[0].time_s[0], movers[0].time_s[-1])])
    )
    return Event(
        kind=kind,
        subjects=tuple(dict.fromkeys(each.entity for each in movers)),
        start_s=start_s,
        end_s=end_s,
        lat_deg=float(middle["lat_deg"][0]),
        lon_deg=float(middle["lon_deg"][0]),
        note=note,
    )


def alarm(
    kind: str, crafts: dict[str, Mover] | tuple[tuple[str, Mover], ...], span: tuple[float, float], note: str
) -> Scene:
    """A scene with one alarm about all of its movers; crafts as (kind of craft, mover)."""
    cast = tuple(crafts.items()) if isinstance(crafts, dict) else crafts
    movers = tuple(made for _, made in cast)
    return Scene(
        movers=movers, crafts=tuple(craft for craft, _ in cast), alarm=(event(kind, movers, *span, note),)
    )


def during(made: Mover, start_s: float, end_s: float) -> tuple[Floats, Floats, Floats]:
    """Place and height each half minute of a span, as far as the mover is there."""
    begin, end = max(start_s, made.time_s[0]), min(end_s, made.time_s[-1])
    if end <= begin:
        raise RouteError("it is not there when it should act")
    told = made.at(np.append(np.arange(begin, end, 30.0), end))
    return told["lat_deg"], told["lon_deg"], told["alt_m"]


def must_be_heard(world: World, made: Mover, start_s: float, end_s: float) -> None:
    """Hold an act to where stations surely hear it.

    Raises:
        RouteError: less than `HEARD_SHARE` of it is heard.
    """
    lat, lon, alt_m = during(made, start_s, end_s)
    heard: Bools = (
        world.reach.hears_vessels(lat, lon)
        if made.kind == "vessel"
        else world.reach.hears_aircraft(lat, lon, alt_m)
    )
    if heard.mean() < HEARD_SHARE:
        raise RouteError("it would not be heard while it acts")


def must_clear_the_ground(plan: Staged, low: tuple[Place, ...] = ()) -> None:
    """Hold a flight to its height above the land, but where it is on the ground, and near places where it may be low.

    Raises:
        RouteError: it would come too near to the ground elsewhere.
    """
    rows = np.flatnonzero(plan.way.ground | (plan.way.stay_s > 0.0)).tolist()
    clear_of_ground(plan.moved, [*low, *(corner(plan.way, row) for row in rows)])


def silenced(made: Mover, from_s: float, until_s: float) -> Mover:
    """The same mover with its transponder off from one moment until another."""
    cuts = [t for t in (from_s, until_s) if made.time_s[0] < t < made.time_s[-1]]
    finer = with_knots_at(made, np.array(cuts))
    on = finer.transmitting & ~((finer.time_s >= from_s) & (finer.time_s < until_s))
    return finer.with_knots(transmitting=on)


def with_knots_at(made: Mover, time_s: Floats) -> Mover:
    """The same mover with knots at these times besides its own."""
    told = made.at(np.union1d(made.time_s, time_s))
    return made.with_knots(
        **{name: column for name, column in told.items() if getattr(made, name) is not None}
    )


def split(way: Way, row: int, shares: tuple[float, ...]) -> Way:
    """The same way with corners put in on one leg, at these shares of it; they wish what the leg wishes."""
    a, b = row - 1, row
    index = np.concatenate([np.arange(row), np.full(len(shares), row), np.arange(row, len(way))])
    longer = way.take(index)
    lat, lon = longer.lat_deg.copy(), longer.lon_deg.copy()
    for i, share in enumerate(shares):
        lat[row + i] = way.lat_deg[a] + share * (way.lat_deg[b] - way.lat_deg[a])
        lon[row + i] = way.lon_deg[a] + share * (way.lon_deg[b] - way.lon_deg[a])
    stay_s = longer.stay_s.copy()
    stay_s[row : row + len(shares)] = 0.0
    return longer.replaced(lat_deg=lat, lon_deg=lon, stay_s=stay_s)


def shifted(way: Way, begin: Place) -> Way:
    """The same way moved as a whole so that it begins at a place."""
    dlat, dlon = begin[0] - way.lat_deg[0], begin[1] - way.lon_deg[0]
    return way.replaced(lat_deg=way.lat_deg + dlat, lon_deg=way.lon_deg + dlon)


def corner(way: Way, row: int) -> Place:
    """The place of a corner."""
    return float(way.lat_deg[row]), float(way.lon_deg[row])


def longest_leg(way: Way) -> tuple[int, float]:
    """The row of the longest leg, and its metres."""
    metres = [apart_m(corner(way, row - 1), corner(way, row)) for row in range(1, len(way))]
    at = int(np.argmax(metres))
    return at + 1, metres[at]


def renamed(made: Mover, number: int) -> Mover:
    """The same mover under another number."""
    return replace(made, number=number)
