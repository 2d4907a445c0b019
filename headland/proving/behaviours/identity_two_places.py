"""Identity conflict: one MMSI in two places at once."""

from __future__ import annotations

from geo.sphere import distance_m
from headland.proving.mover import Mover
from headland.proving.mover_making import mover, planned
from headland.proving.mover_names import vessel
from headland.proving.mover_staging import alarm, during, must_be_heard, renamed
from headland.proving.routes import RouteError
from headland.proving.routes_sea import passage
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import gate, harbour

FISHING_VESSEL = 30
LEAST_S = 1200.0


def make(world: World, draw: Draw) -> Scene:
    """A fishing boat, and a second one that borrows her number; both under way, miles apart, for twenty minutes or more."""
    acts_s = 60.0 * draw("minutes")
    begin_s = world.begin_for(draw, 0.0, acts_s)
    first, second = _trip(world, draw, begin_s), _trip(world, draw, begin_s + draw.between(-600.0, 600.0))
    span = (
        max(first.time_s[0], second.time_s[0]),
        min(first.time_s[-1], second.time_s[-1], begin_s + acts_s),
    )
    if span[1] - span[0] < LEAST_S:
        raise RouteError("two trips that hardly overlap")
    here, there = (during(each, *span) for each in (first, second))
    if distance_m(here[0], here[1], there[0], there[1]).min() < draw("apart_m"):
        raise RouteError("two places too near to each other")
    for each in (first, second):
        must_be_heard(world, each, *span)
    world.taken.discard(second.number)
    double = renamed(second, first.number)
    return alarm(
        "identity_conflict", (("trawler", first), ("trawler", double)), span, "one MMSI in two places at once"
    )


def _trip(world: World, draw: Draw, begin_s: float) -> Mover:
    _, home = harbour(world, draw)
    way = passage(world, draw, home, gate(world, draw), draw("speed_mps"), rest=(True, False))
    moved, _ = planned(way, "trawler")
    return mover(world, way, moved, vessel(world, draw, FISHING_VESSEL, (12.0, 24.0)), begin_s)


PLAY = Play(
    name="identity_two_places",
    kind="identity_conflict",
    what="two fishing boats under one MMSI, miles apart, both under way, class A",
    make=make,
    ranges={
        "speed_mps": Range(3.0, 4.5, "m/s", "6 to 9 kn"),
        "apart_m": Range(6000.0, 15_000.0, "m", "never nearer to each other"),
        "minutes": Range(30.0, 100.0, "min", "at the same time"),
    },
)
