"""Overflights: jets high above, from one edge of the area to another."""

from __future__ import annotations

from headland.proving.mover_flying import flown
from headland.proving.mover_names import BLOCKS, aircraft
from headland.proving.routes import RouteError
from headland.proving.routes_air import Pace, through
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import apart_m, edge


def make(world: World, draw: Draw) -> Scene:
    """One jet, heard for a quarter of an hour."""
    begin, end = edge(world, draw, 60_000.0), edge(world, draw, 60_000.0)
    if apart_m(begin, end) < 120_000.0:
        raise RouteError("no way across the area")
    pace = Pace("jet", draw("speed_mps"), 70.0)
    level_m = 304.8 * round(draw("level_m") / 304.8)
    who = aircraft(
        world,
        draw,
        "A5" if draw.chance(0.3) else "A3",
        state=list(BLOCKS)[draw.pick(len(BLOCKS))],
        airline=True,
    )
    made = flown(world, draw, through([begin, end], pace, level_m, squawk=5321), pace.craft, who, [])
    return Scene.ordinary([made], pace.craft, "overflight")


PLAY = Play(
    name="overflights",
    what="a jet at flight level 250 to 390, ADS-B A3 or A5",
    make=make,
    needs=("adsb",),
    ranges={
        "speed_mps": Range(205.0, 245.0, "m/s", "400 to 475 kn"),
        "level_m": Range(7620.0, 11_887.0, "m", "FL250 to FL390"),
    },
)
