"""Circuits: a trainer going round and round its own field, touching the runway each time."""

from __future__ import annotations

import numpy as np

from headland.proving.mover_flying import flown
from headland.proving.mover_names import aircraft
from headland.proving.routes import Way
from headland.proving.routes_air import GLIDE, Pace, Strip, light_pace, strip_of
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import Place, ahead, field


def make(world: World, draw: Draw) -> Scene:
    """One lesson."""
    row = field(world, draw, runway_m=450.0)
    strip, pace = strip_of(world, row), light_pace(draw)
    side = 90.0 if draw.chance(0.3) else -90.0
    laps = 3 + draw.pick(6)
    parts = [_lap(strip, pace, draw("height_m"), side, last=i == laps - 1) for i in range(laps)]
    start = Way.through(
        strip.lat_deg, strip.lon_deg, alt_m=strip.elevation_m, ground=True, stay_s=180.0, squawk=7000
    )
    made = flown(
        world, draw, Way.concat([start, *parts]), pace.craft, aircraft(world, draw, "A1"), [strip.along(0.0)]
    )
    return Scene.ordinary([made], pace.craft, "circuits at an aerodrome")


def _lap(strip: Strip, pace: Pace, height_m: float, side: float, *, last: bool) -> Way:
    """From the runway, climbing, crosswind, downwind, base, final, and the runway again."""
    wide_m, before_m = 1500.0, 2200.0
    far = strip.along(strip.length_m + 1200.0)
    short = strip.along(-before_m)
    places: list[Place] = [strip.along(pace.roll_m), far, ahead(far, strip.course_deg + side, wide_m)]
    places += [ahead(short, strip.course_deg + side, wide_m), short, strip.along(-80.0)]
    low_m, high_m = strip.elevation_m, strip.elevation_m + height_m
    glide_m = low_m + 1.5 * GLIDE * before_m
    speed = [
        pace.approach_mps,
        1.15 * pace.approach_mps,
        *[1.3 * pace.approach_mps] * 2,
        1.1 * pace.approach_mps,
    ]
    alt = [low_m, low_m + 0.7 * height_m, high_m, high_m, glide_m, low_m]
    alt_from = [np.nan, np.nan, np.nan, np.nan, high_m, glide_m]
    ground = [True, *[False] * 5]
    if last:
        places.append(strip.along(pace.roll_m - 20.0))
        alt, alt_from, ground = [*alt, low_m], [*alt_from, np.nan], [*ground, True]
        speed.append(pace.approach_mps)
    lat, lon = np.array(places).T
    way = Way.through(
        lat,
        lon,
        speed_mps=[*speed, pace.approach_mps],
        alt_m=alt,
        alt_from_m=alt_from,
        ground=ground,
        squawk=7000,
    )
    return way.staying(120.0) if last else way


PLAY = Play(
    name="circuits",
    what="a light aircraft's touch-and-goes at an open aerodrome, ADS-B A1",
    make=make,
    needs=("adsb",),
    ranges={"height_m": Range(230.0, 310.0, "m", "800 to 1,000 ft circuits")},
)
