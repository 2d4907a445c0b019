"""Loitering, slow: a boat comes to a place off the coast, stops her engine and drifts there, and goes away."""

from __future__ import annotations

from headland.proving.mover_names import vessel
from headland.proving.mover_staging import alarm, must_be_heard, staged
from headland.proving.routes_sea import drift, passage
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import gate, harbour, sea

PLEASURE, CARGO = 37, 70


def make(world: World, draw: Draw) -> Scene:
    """A motor boat with class B, or a coaster with class A."""
    ship = draw.chance(0.4)
    place = sea(world, draw, shore_m=(draw("off_m"), 20_000.0), port_m=6500.0, heard=True)
    begin = gate(world, draw) if ship else harbour(world, draw)[1]
    craft, speed = ("ship", 6.0) if ship else ("motorboat", 8.0)
    lies = drift(world, draw, place, 60.0 * draw("drift_min"))
    end = (float(lies.lat_deg[-1]), float(lies.lon_deg[-1]))
    plan = staged(
        passage(world, draw, begin, place, speed, rest=(not ship, False)),
        lies,
        passage(world, draw, end, begin, speed, rest=(False, not ship)),
        craft,
    )
    begin_s = world.begin_for(draw, plan.from_s, plan.until_s)
    who = vessel(
        world,
        draw,
        CARGO if ship else PLEASURE,
        (70.0, 110.0) if ship else (7.0, 14.0),
        transponder="A" if ship else "B",
    )
    made = plan.mover(world, who, begin_s)
    span = begin_s + plan.from_s, begin_s + plan.until_s
    must_be_heard(world, made, *span)
    return alarm("loitering", {craft: made}, span, "drifts off the coast with her engine stopped")


PLAY = Play(
    name="loitering_drift",
    kind="loitering",
    what="a boat or a coaster drifts with wind and tide, far from any port",
    make=make,
    ranges={
        "drift_min": Range(45.0, 150.0, "min", "longer than an angler's stop for a look round"),
        "off_m": Range(1000.0, 6000.0, "m", "no nearer to the shore"),
    },
)
