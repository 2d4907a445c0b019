"""Lifeboats: exercises and slow search patterns near the coast."""

from __future__ import annotations

from headland.proving.mover_making import ordinary
from headland.proving.mover_names import vessel
from headland.proving.routes_sea import MOORED, joined, passage, rows
from headland.proving.truth import Innocent, Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import harbour, sea

RESCUE = 51


def make(world: World, draw: Draw) -> Scene:
    """One exercise: out, a creeping-line search, home. A listed craft."""
    name, home = harbour(world, draw)
    datum = sea(world, draw, shore_m=(1500.0, 15_000.0), near=(home, 3000.0, 20_000.0))
    search = rows(
        datum,
        draw.between(0.0, 360.0),
        draw("line_m"),
        draw("spacing_m"),
        4 + draw.pick(6),
        draw("search_mps"),
    )
    speed = draw("transit_mps")
    ends = [(float(search.lat_deg[i]), float(search.lon_deg[i])) for i in (0, -1)]
    out = passage(world, draw, home, ends[0], speed, rest=(True, False))
    back = passage(world, draw, ends[1], home, speed, rest=(False, True)).staying(1800.0)
    way = joined(out, search, back)
    made = ordinary(
        world,
        draw,
        way.replaced(rest_status=way.rest_status * 0 + MOORED),
        "lifeboat",
        vessel(world, draw, RESCUE, (10.0, 17.0)),
    )
    plain = Scene.ordinary([made], "lifeboat", f"lifeboat of {name} on exercise")
    return Scene.joined([plain, Scene(innocents=(Innocent(entity=made.entity, reason="lifeboat"),))])


PLAY = Play(
    name="lifeboats",
    what="an exercise with a creeping-line search, class A, listed as an exclusion",
    make=make,
    ranges={
        "transit_mps": Range(8.0, 13.0, "m/s", "16 to 25 kn"),
        "search_mps": Range(2.5, 5.0, "m/s", "5 to 10 kn"),
        "line_m": Range(1500.0, 4000.0, "m", "length of a search line"),
        "spacing_m": Range(200.0, 500.0, "m", "between lines"),
    },
)
