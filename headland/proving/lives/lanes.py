"""Lanes: cargo ships and tankers passing through, from one edge of the area to another or to a port."""

from __future__ import annotations

from headland.proving.mover_making import ordinary
from headland.proving.mover_names import FLAGS_OF_TRADE, vessel
from headland.proving.routes_sea import MOORED, passage
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import gate, harbour

CARGO, TANKER = 70, 80


def make(world: World, draw: Draw) -> Scene:
    """One ship passing through; two in five call at a port or come from one."""
    here = gate(world, draw)
    there, where = gate(world, draw, away_from=here), "through"
    calls = draw.chance(0.4)
    if calls:
        where, there = harbour(world, draw)
    way = passage(world, draw, here, there, draw("speed_mps"), rest=(False, calls))
    if calls:
        way = way.staying(3600.0 * draw("port_h")).replaced(rest_status=way.rest_status * 0 + MOORED)
    kind = CARGO if draw.chance(0.65) else TANKER
    who = vessel(
        world, draw, kind, (80.0, 300.0), mids=FLAGS_OF_TRADE, destination="" if where == "through" else where
    )
    return Scene.ordinary([ordinary(world, draw, way, "ship", who)], "ship", f"merchant ship, {where}")


PLAY = Play(
    name="lanes",
    what="cargo ships and tankers through the area, or to a port in it, class A",
    make=make,
    ranges={
        "speed_mps": Range(4.5, 10.0, "m/s", "9 to 19 kn: coasters to container ships"),
        "port_h": Range(2.0, 12.0, "h", "alongside"),
    },
)
