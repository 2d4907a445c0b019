"""Dredgers: to and fro over a bank at a walking pace, status restricted, within a few miles of a port."""

from __future__ import annotations

from headland.proving.mover_making import ordinary
from headland.proving.mover_names import vessel
from headland.proving.routes_sea import MOORED, RESTRICTED, joined, passage, rows
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import harbour, sea

DREDGING = 33


def make(world: World, draw: Draw) -> Scene:
    """One cargo of sand."""
    name, home = harbour(world, draw)
    bank = sea(world, draw, shore_m=(1500.0, 1e9), near=(home, 4000.0, 25_000.0))
    lines = 4 + draw.pick(5)
    work = rows(
        bank,
        draw.between(0.0, 360.0),
        draw("line_m"),
        draw("spacing_m"),
        lines,
        draw("dredge_mps"),
        RESTRICTED,
    )
    ends = [(float(work.lat_deg[i]), float(work.lon_deg[i])) for i in (0, -1)]
    speed = draw("steam_mps")
    out = passage(world, draw, home, ends[0], speed, rest=(True, False))
    back = passage(world, draw, ends[1], home, speed, rest=(False, True)).staying(7200.0)
    way = joined(out, work, back)
    who = vessel(world, draw, DREDGING, (60.0, 130.0), destination=name)
    made = ordinary(world, draw, way.replaced(rest_status=way.rest_status * 0 + MOORED), "dredger", who)
    return Scene.ordinary([made], "dredger", f"dredger working for {name}")


PLAY = Play(
    name="dredgers",
    what="a suction dredger loading on a bank, status 3, class A",
    make=make,
    ranges={
        "steam_mps": Range(4.0, 6.5, "m/s", "8 to 13 kn"),
        "dredge_mps": Range(0.7, 1.3, "m/s", "1.5 to 2.5 kn with the pipe down"),
        "line_m": Range(1500.0, 3000.0, "m", "length of a track"),
        "spacing_m": Range(150.0, 300.0, "m", "between tracks"),
    },
)
