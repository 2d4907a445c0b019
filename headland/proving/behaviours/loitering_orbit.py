"""Loitering in the air: a light aircraft or helicopter orbits low over inshore water, away from any aerodrome."""

from __future__ import annotations

import math

import numpy as np

from geo.airfields import OPEN, airfields, nearest
from headland.proving.mover_names import aircraft
from headland.proving.mover_staging import alarm, must_be_heard, must_clear_the_ground, staged
from headland.proving.routes import RouteError, Way
from headland.proving.routes_air import Pace, errand, light_pace, orbit, strip_of, through
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import field, sea

AWAY_M = 8000.0


def make(world: World, draw: Draw) -> Scene:
    """Out of a known aerodrome and back to it; what is odd lies between."""
    row = field(world, draw, OPEN, runway_m=450.0)
    strip, pace = strip_of(world, row), light_pace(draw)
    place = sea(world, draw, shore_m=(600.0, 7000.0))
    if nearest(np.array([place[0]]), np.array([place[1]]), kinds=OPEN)[1][0] < AWAY_M:
        raise RouteError("an aerodrome too near to the orbit")
    radius_m, speed, height_m = draw("radius_m"), draw("speed_mps"), draw("height_m")
    turns = 60.0 * draw("minutes") * speed / (2 * math.pi * radius_m)
    out, spot, home = errand(strip, pace, place, radius_m)
    circle = orbit(place, radius_m, turns, spot, spot)
    low = through(circle, Pace(pace.craft, speed, pace.approach_mps), height_m)
    plan = staged(Way.concat([out, low.take([0])]), low, home, pace.craft)
    must_clear_the_ground(plan)
    begin_s = world.begin_for(draw, plan.from_s, plan.until_s)
    made = plan.mover(world, aircraft(world, draw, "A1"), begin_s)
    span = begin_s + plan.from_s, begin_s + plan.until_s
    must_be_heard(world, made, *span)
    name = str(airfields().name[row])
    return alarm("loitering", {pace.craft: made}, span, f"orbits low over inshore water, out of {name}")


PLAY = Play(
    name="loitering_orbit",
    kind="loitering",
    what="a light aircraft orbits low over inshore water, 8 km and more from any aerodrome, ADS-B A1",
    make=make,
    needs=("adsb",),
    ranges={
        "radius_m": Range(700.0, 2500.0, "m", "of the orbit"),
        "speed_mps": Range(38.0, 52.0, "m/s", "75 to 100 kn"),
        "height_m": Range(180.0, 450.0, "m", "600 to 1,500 ft over the sea"),
        "minutes": Range(25.0, 60.0, "min", "over one place"),
    },
)
