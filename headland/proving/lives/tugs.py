"""Tugs: out of a harbour to wait for a ship, slowly, and back with her."""

from __future__ import annotations

from headland.proving.mover_making import ordinary
from headland.proving.mover_names import vessel
from headland.proving.routes_sea import MOORED, joined, passage, wander
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import harbour, sea

TUG = 52


def make(world: World, draw: Draw) -> Scene:
    """One job: out, waiting about, back at the pace of the tow."""
    name, home = harbour(world, draw)
    meet = sea(world, draw, shore_m=(600.0, 1e9), near=(home, 1500.0, 9000.0))
    out = passage(world, draw, home, meet, draw("speed_mps"))
    wait = wander(draw, meet, draw.between(0.0, 360.0), (150.0, 350.0), 3 + draw.pick(6), draw("wait_mps"))
    end = (float(wait.lat_deg[-1]), float(wait.lon_deg[-1]))
    back = passage(world, draw, end, home, draw("tow_mps"), rest=(False, True)).staying(3600.0)
    way = joined(out, wait, back)
    made = ordinary(
        world,
        draw,
        way.replaced(rest_status=way.rest_status * 0 + MOORED),
        "tug",
        vessel(world, draw, TUG, (20.0, 35.0)),
    )
    return Scene.ordinary([made], "tug", f"harbour tug of {name}")


PLAY = Play(
    name="tugs",
    what="a harbour tug that waits for a ship and brings her in, class A",
    make=make,
    ranges={
        "speed_mps": Range(4.0, 6.0, "m/s", "8 to 12 kn"),
        "wait_mps": Range(0.8, 1.8, "m/s", "keeping steerage while waiting"),
        "tow_mps": Range(2.0, 4.0, "m/s", "4 to 8 kn with the ship"),
    },
)
