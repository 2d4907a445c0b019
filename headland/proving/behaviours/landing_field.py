"""Unscheduled landing in a field: a light aircraft comes down on farmland, stays a little, and leaves."""

from __future__ import annotations

from geo.airfields import OPEN
from headland.proving.mover_names import aircraft
from headland.proving.mover_staging import alarm, must_be_heard, must_clear_the_ground, staged
from headland.proving.routes_air import (
    Strip,
    arriving,
    departing,
    inbound,
    leaving,
    level_over,
    light_pace,
    strip_at,
    strip_of,
    through,
)
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import Place, abroad, edge, farmland, field


def make(world: World, draw: Draw) -> Scene:
    """From an aerodrome or from over the sea; it takes off again or stays."""
    pace = light_pace(draw)
    place = farmland(world, draw, field_m=draw("field_m"))
    strip = strip_at(world, place, length_m=500.0)
    begin: Strip | Place
    if draw.chance(0.5):
        begin = strip_of(world, field(world, draw, OPEN, runway_m=400.0))
        level_m = level_over([begin.along(0.0), place], draw("level_m"))
        before = departing(begin, pace, level_m - begin.elevation_m)
        final = arriving(strip, pace, final_m=2500.0, wait_s=60.0 * draw("ground_min"))
    else:
        begin = abroad(world, draw)
        whole = inbound(begin, strip, [], pace, draw("level_m"), final_m=2500.0)
        before, final = whole.take([0]), whole.take([1, 2, 3, 4]).staying(60.0 * draw("ground_min"))
    away = edge(world, draw, 3000.0)
    leaves = departing(strip, pace, 350.0, wait_s=0.0).take([1, 2])
    # It turned round where it stopped, and runs back into the wind from the beginning of the field.
    back = through([strip.along(0.0)], pace, strip.elevation_m, speed_mps=4.0)
    back = back.replaced(ground=~back.ground).staying(30.0)
    after = [back, leaves, through([away], pace, level_over([place, away], draw("level_m")))]
    plan = staged(
        before, final, leaving(world, type(back).concat(after)) if draw.chance(0.6) else None, pace.craft
    )
    must_clear_the_ground(plan)
    down_s = plan.until_s - float(final.stay_s[-1])
    begin_s = world.begin_for(draw, down_s - 900.0, down_s + 300.0)
    made = plan.mover(world, aircraft(world, draw, "A1"), begin_s)
    must_be_heard(world, made, begin_s + down_s - 300.0, begin_s + down_s - 60.0)
    span = begin_s + down_s, begin_s + plan.until_s
    return alarm("unscheduled_landing", {pace.craft: made}, span, "lands in a field, far from any aerodrome")


PLAY = Play(
    name="landing_field",
    kind="unscheduled_landing",
    what="a light aircraft lands on farmland, from an aerodrome or from over the sea; three in five leave again, ADS-B A1",
    make=make,
    needs=("adsb",),
    ranges={
        "field_m": Range(5000.0, 9000.0, "m", "no listed field of any kind nearer"),
        "level_m": Range(450.0, 900.0, "m", "1,500 to 3,000 ft before it comes down"),
        "ground_min": Range(5.0, 30.0, "min", "on the ground"),
    },
)
