"""Trawlers: out to a ground, slow turning tows for hours, and home; they look like loitering, and are not."""

from __future__ import annotations

from headland.proving.mover_making import ordinary
from headland.proving.mover_names import vessel
from headland.proving.routes_sea import FISHING, MOORED, joined, passage, wander
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import harbour, sea

FISHING_VESSEL = 30


def make(world: World, draw: Draw) -> Scene:
    """One trawler's trip."""
    name, home = harbour(world, draw)
    ground = sea(world, draw, shore_m=(2000.0, 1e9), near=(home, 4000.0, 30_000.0))
    speed = draw("steam_mps")
    out = passage(world, draw, home, ground, speed)
    tow_mps = draw("tow_mps")
    legs = max(int(3600.0 * draw("tow_h") * tow_mps / 2500.0), 3)
    tows = wander(draw, ground, draw.between(0.0, 360.0), (1500.0, 3500.0), legs, tow_mps, FISHING)
    end = (float(tows.lat_deg[-1]), float(tows.lon_deg[-1]))
    back = passage(world, draw, end, home, speed, rest=(False, True)).staying(7200.0)
    way = joined(out, tows, back)
    way = way.replaced(rest_status=way.rest_status * 0 + MOORED)
    who = vessel(world, draw, FISHING_VESSEL, (12.0, 32.0))
    return Scene.ordinary([ordinary(world, draw, way, "trawler", who)], "trawler", f"trawler out of {name}")


PLAY = Play(
    name="trawlers",
    what="a fishing trip: slow turning tows with status 7, class A",
    make=make,
    ranges={
        "steam_mps": Range(3.5, 5.0, "m/s", "7 to 10 kn"),
        "tow_mps": Range(1.3, 2.1, "m/s", "2.5 to 4 kn with the gear down"),
        "tow_h": Range(1.5, 6.0, "h", "one or a few tows"),
    },
)
