"""Unscheduled arrival: a light aircraft from abroad lands at a known aerodrome, and nobody expected it."""

from __future__ import annotations

import numpy as np

from geo.airfields import OPEN, airfields
from headland.proving.mover_names import BLOCKS, aircraft
from headland.proving.mover_staging import alarm, must_be_heard, must_clear_the_ground, staged
from headland.proving.routes_air import inbound, light_pace, strip_of
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import abroad, field


def make(world: World, draw: Draw) -> Scene:
    """As the ordinary arrivals do, but the list of expected movements does not hold it."""
    row = field(world, draw, OPEN, runway_m=450.0)
    strip, pace = strip_of(world, row), light_pace(draw)
    whole = inbound(abroad(world, draw), strip, [], pace, draw("level_m"))
    plan = staged(whole.take([0]), whole.take(np.arange(1, 5)).staying(600.0), None, pace.craft)
    must_clear_the_ground(plan)
    down_s = plan.until_s - 600.0
    # It must be heard while it is still over the sea, or nobody can say where it came from.
    begin_s = world.begin_for(draw, max(down_s - 2400.0, 0.0), plan.until_s)
    who = aircraft(world, draw, "A1", state=list(BLOCKS)[draw.pick(len(BLOCKS))])
    made = plan.mover(world, who, begin_s)
    must_be_heard(world, made, made.time_s[0] + 120.0, begin_s + down_s - 120.0)
    span = begin_s + down_s, begin_s + plan.until_s
    return alarm(
        "unscheduled_landing",
        {pace.craft: made},
        span,
        f"from abroad, lands unexpected at {airfields().name[row]}",
    )


PLAY = Play(
    name="landing_abroad",
    kind="unscheduled_landing",
    what="a light aircraft from abroad lands at an open aerodrome and is not in movements.csv, ADS-B A1",
    make=make,
    needs=("adsb",),
    ranges={"level_m": Range(600.0, 1400.0, "m", "2,000 to 4,500 ft over the sea")},
)
