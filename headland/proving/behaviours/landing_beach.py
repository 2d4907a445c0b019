"""Unscheduled landing on a beach: a light aircraft in from over the sea lands along the shore, and leaves again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geo.coast import coast
from geo.sphere import destination
from headland.proving.mover_names import aircraft
from headland.proving.mover_staging import alarm, must_be_heard, must_clear_the_ground, staged
from headland.proving.routes_air import (
    Strip,
    departing,
    inbound,
    leaving,
    level_over,
    light_pace,
    strip_at,
    through,
)
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import Place, abroad, ahead, edge, farmland

LENGTH_M = 420.0


def make(world: World, draw: Draw) -> Scene:
    """In from beyond the territorial sea, a few minutes on the sand, and out over the edge."""
    pace = light_pace(draw)
    place = farmland(world, draw, field_m=4000.0, shore_m=(10.0, 180.0))
    strip = _along_shore(world, place)
    begin = abroad(world, draw)
    whole = inbound(begin, strip, [], pace, draw("level_m"), final_m=2200.0)
    final = whole.take([1, 2, 3, 4]).staying(60.0 * draw("ground_min"))
    away = edge(world, draw, 3000.0)
    back = through([strip.along(0.0)], pace, strip.elevation_m, speed_mps=4.0)
    back = back.replaced(ground=~back.ground).staying(30.0)
    leaves = departing(strip, pace, 300.0, wait_s=0.0).take([1, 2])
    out = through([away], pace, level_over([place, away], draw("level_m")))
    after = leaving(world, type(back).concat([back, leaves, out]))
    plan = staged(whole.take([0]), final, after, pace.craft)
    must_clear_the_ground(plan)
    down_s = plan.until_s - float(final.stay_s[-1])
    begin_s = world.begin_for(draw, down_s - 900.0, down_s + 300.0)
    made = plan.mover(world, aircraft(world, draw, "A1", state="FR"), begin_s)
    must_be_heard(world, made, begin_s + down_s - 300.0, begin_s + down_s - 60.0)
    span = begin_s + down_s, begin_s + plan.until_s
    return alarm("unscheduled_landing", {pace.craft: made}, span, "in from over the sea, lands on a beach")


def _along_shore(world: World, place: Place) -> Strip:
    """The strip about a place that keeps nearest to the shore."""
    plain = strip_at(world, place, length_m=LENGTH_M)
    courses = np.arange(0.0, 360.0, 10.0)
    lat, lon = destination(np.full(36, place[0]), np.full(36, place[1]), courses, np.full(36, LENGTH_M / 2))
    off_m = coast().distance_m(lat, lon)
    course = float(courses[np.argmin(off_m + np.roll(off_m, 18))])
    begin = ahead(place, course + 180.0, LENGTH_M / 2)
    return replace(plain, lat_deg=begin[0], lon_deg=begin[1], course_deg=course)


PLAY = Play(
    name="landing_beach",
    kind="unscheduled_landing",
    what="a light aircraft in from over the sea lands along a beach for some minutes, ADS-B A1",
    make=make,
    needs=("adsb",),
    ranges={
        "level_m": Range(300.0, 700.0, "m", "1,000 to 2,300 ft over the sea"),
        "ground_min": Range(3.0, 15.0, "min", "to unload"),
    },
)
