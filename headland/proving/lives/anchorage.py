"""Anchorage: ships that come in, anchor off a port for hours and swing with the tide."""

from __future__ import annotations

from headland.proving.mover_making import ordinary
from headland.proving.mover_names import FLAGS_OF_TRADE, vessel
from headland.proving.routes_sea import anchored, joined, passage
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import gate, harbour, sea

TANKER = 80


def make(world: World, draw: Draw) -> Scene:
    """One ship at anchor, coming in before."""
    name, port = harbour(world, draw)
    place = sea(world, draw, shore_m=(1200.0, 9000.0), near=(port, 1500.0, 9000.0))
    inward = passage(world, draw, gate(world, draw), place, draw("speed_mps"), rest=(False, True))
    way = joined(inward, anchored(draw, place, draw("anchor_h")))
    stay_s = way.stay_s.copy()
    # She drops the anchor where the passage ends, and lies there before she swings.
    stay_s[len(inward) - 1] = 1800.0
    status = way.rest_status.copy()
    status[:] = 1
    who = vessel(world, draw, TANKER, (90.0, 250.0), mids=FLAGS_OF_TRADE, destination=name)
    made = ordinary(world, draw, way.replaced(stay_s=stay_s, rest_status=status), "ship", who)
    return Scene.ordinary([made], "ship", f"ship at anchor off {name}")


PLAY = Play(
    name="anchorage",
    what="a ship that comes in and lies at anchor off a port, status 1, class A",
    make=make,
    ranges={
        "speed_mps": Range(4.5, 8.0, "m/s", "9 to 16 kn inward"),
        "anchor_h": Range(4.0, 20.0, "h", "waiting for berth, tide or orders"),
    },
)
