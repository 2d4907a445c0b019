"""Marina outings: yachts with class B out for the day and back; some switch off in the marina."""

from __future__ import annotations

import numpy as np

from headland.proving.mover_making import ordinary
from headland.proving.mover_names import vessel
from headland.proving.routes_sea import joined, passage, wander
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import harbour, sea

SAILING_YACHT, PLEASURE = 36, 37


def make(world: World, draw: Draw) -> Scene:
    """One yacht's day."""
    name, home = harbour(world, draw)
    sails = draw.chance(0.7)
    craft, speed = ("yacht", draw("sail_mps")) if sails else ("motorboat", draw("motor_mps"))
    turn = sea(world, draw, shore_m=(500.0, 12_000.0), near=(home, 3000.0, 25_000.0))
    out = passage(world, draw, home, turn, speed)
    play = wander(draw, turn, draw.between(0.0, 360.0), (600.0, 2500.0), 1 + draw.pick(8), speed)
    end = (float(play.lat_deg[-1]), float(play.lon_deg[-1]))
    back = passage(world, draw, end, home, speed, rest=(False, True)).staying(60.0 * draw("marina_min"))
    way = joined(out, play, back)
    stay_s = way.stay_s.copy()
    stay_s[0] = 60.0 * draw("marina_min")
    off = draw.chance(0.4)
    way = way.replaced(stay_s=stay_s, rest_on=np.full(len(way), not off))
    who = vessel(world, draw, SAILING_YACHT if sails else PLEASURE, (7.0, 18.0), transponder="B")
    note = f"yacht out of {name}{', switched off in the marina' if off else ''}"
    return Scene.ordinary([ordinary(world, draw, way, craft, who)], craft, note)


PLAY = Play(
    name="marina",
    what="a yacht's or motor boat's outing, class B; two in five switch off in the marina",
    make=make,
    ranges={
        "sail_mps": Range(1.8, 3.8, "m/s", "3.5 to 7.5 kn"),
        "motor_mps": Range(5.0, 13.0, "m/s", "10 to 25 kn"),
        "marina_min": Range(10.0, 60.0, "min", "in the marina before and after"),
    },
)
