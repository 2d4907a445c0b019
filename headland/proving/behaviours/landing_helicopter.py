"""Unscheduled set-down: a helicopter comes down off any airfield, lifts off after some minutes, and goes."""

from __future__ import annotations

import numpy as np

from headland.proving.mover_names import aircraft
from headland.proving.mover_staging import alarm, must_be_heard, must_clear_the_ground, staged
from headland.proving.routes_air import Pace, hops, leaving, level_over, through
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import abroad, edge, farmland


def make(world: World, draw: Draw) -> Scene:
    """Not listed as anybody known; from over the sea or over the edge, and away over the edge."""
    place = farmland(world, draw, field_m=3500.0, shore_m=(50.0, 8000.0))
    begin = abroad(world, draw) if draw.chance(0.5) else edge(world, draw, 4000.0)
    pace = Pace("helicopter", draw("speed_mps"), 25.0)
    height_m = draw("height_m")
    down = hops([begin, place], [0.0, 60.0 * draw("ground_min")], pace.cruise_mps, height_m)
    away = edge(world, draw, 4000.0)
    level_m = level_over([begin, place, away], 0.0) - 250.0 + height_m
    # It comes in from the air, not from the ground where the first hop would begin.
    before = through([begin], pace, level_m)
    whole = leaving(world, through([place, away], pace, level_m))
    after = whole.take(np.arange(1, len(whole)))
    plan = staged(before, down.take([2, 3]), after, pace.craft)
    must_clear_the_ground(plan)
    down_s = plan.until_s - float(down.stay_s[-1])
    begin_s = world.begin_for(draw, down_s - 600.0, plan.until_s)
    made = plan.mover(world, aircraft(world, draw, "A7"), begin_s)
    must_be_heard(world, made, begin_s + down_s - 240.0, begin_s + down_s - 45.0)
    span = begin_s + down_s, begin_s + plan.until_s
    return alarm(
        "unscheduled_landing",
        {pace.craft: made},
        span,
        "a helicopter sets down off any airfield, and lifts off",
    )


PLAY = Play(
    name="landing_helicopter",
    kind="unscheduled_landing",
    what="a helicopter that nobody listed sets down off any airfield and lifts off again, ADS-B A7",
    make=make,
    needs=("adsb",),
    ranges={
        "speed_mps": Range(50.0, 68.0, "m/s", "100 to 130 kn"),
        "height_m": Range(120.0, 300.0, "m", "above the ground: 400 to 1,000 ft"),
        "ground_min": Range(2.0, 12.0, "min", "on the ground"),
    },
)
