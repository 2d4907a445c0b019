"""Ferries: to and fro between two harbours all day, with a stay at each berth."""

from __future__ import annotations

from headland.proving.mover_making import mover, planned
from headland.proving.mover_names import vessel
from headland.proving.routes import RouteError, Way
from headland.proving.routes_sea import MOORED, joined, passage
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import apart_m, harbour

PASSENGER = 60


def make(world: World, draw: Draw) -> Scene:
    """One ferry on a line of its own."""
    (name, here), (other, there) = harbour(world, draw), harbour(world, draw)
    if not 3000.0 < apart_m(here, there) < 60_000.0:
        raise RouteError("two harbours no ferry runs between")
    speed, stay_s = draw("speed_mps"), 60.0 * draw("berth_min")
    out, back = passage(world, draw, here, there, speed), passage(world, draw, there, here, speed)
    legs: list[Way] = []
    lasts_s = 0.0
    trip_s = planned(out, "ferry")[0].time_s[-1] + stay_s
    while lasts_s < world.span_s + 2 * trip_s:
        legs += [_berthed(out, stay_s), _berthed(back, stay_s)]
        lasts_s += 2 * trip_s
    way = joined(*legs)
    who = vessel(world, draw, PASSENGER, (60.0, 180.0), destination=f"{name[:9]}-{other[:9]}")
    moved, _ = planned(way, "ferry")
    made = mover(world, way, moved, who, world.start_s - draw.between(0.0, 2 * trip_s))
    return Scene.ordinary([made], "ferry", f"ferry between {name} and {other}")


def _berthed(way: Way, seconds: float) -> Way:
    rested = way.staying(seconds)
    status = rested.rest_status.copy()
    status[-1] = MOORED
    return rested.replaced(rest_status=status)


PLAY = Play(
    name="ferries",
    what="to and fro between two harbours, passenger ship, class A",
    make=make,
    ranges={
        "speed_mps": Range(6.0, 15.0, "m/s", "12 to 29 kn: double-enders to fast craft"),
        "berth_min": Range(15.0, 45.0, "min", "to discharge and load"),
    },
)
