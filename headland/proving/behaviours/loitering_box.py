"""Loitering without ever being slow: round and round an oblong at steady speed, off the coast."""

from __future__ import annotations

from headland.proving.mover_names import vessel
from headland.proving.mover_staging import alarm, corner, must_be_heard, staged
from headland.proving.routes_sea import passage, racetrack
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import harbour, sea

PLEASURE = 37


def make(world: World, draw: Draw) -> Scene:
    """A motor boat that works a box."""
    _, home = harbour(world, draw)
    place = sea(world, draw, shore_m=(2500.0, 20_000.0), port_m=6500.0, heard=True)
    speed, length_m, width_m = draw("speed_mps"), draw("length_m"), draw("width_m")
    laps = max(round(60.0 * draw("minutes") * speed / (2 * (length_m + width_m))), 3)
    box = racetrack(place, draw.between(0.0, 360.0), length_m, width_m, laps, speed)
    plan = staged(
        passage(world, draw, home, corner(box, 0), 8.0, rest=(True, False)),
        box,
        passage(world, draw, corner(box, -1), home, 8.0, rest=(False, True)),
        "motorboat",
    )
    begin_s = world.begin_for(draw, plan.from_s, plan.until_s)
    made = plan.mover(
        world,
        vessel(world, draw, PLEASURE, (8.0, 16.0), transponder="A" if draw.chance(0.3) else "B"),
        begin_s,
    )
    span = begin_s + plan.from_s, begin_s + plan.until_s
    must_be_heard(world, made, *span)
    return alarm("loitering", {"motorboat": made}, span, "goes round and round a box, never slow")


PLAY = Play(
    name="loitering_box",
    kind="loitering",
    what="a motor boat round and round an oblong at steady speed, never slow",
    make=make,
    ranges={
        "speed_mps": Range(2.8, 6.0, "m/s", "5.5 to 12 kn: above the speed of waiting"),
        "length_m": Range(900.0, 2200.0, "m", "of the oblong"),
        "width_m": Range(300.0, 800.0, "m", "of the oblong"),
        "minutes": Range(45.0, 120.0, "min", "on the spot"),
    },
)
