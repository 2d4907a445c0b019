"""Unscheduled landing at a closed aerodrome: a disused runway is used once more."""

from __future__ import annotations

import numpy as np

from geo.airfields import OPEN, AirfieldKind, airfields, nearest
from headland.proving.mover_names import aircraft
from headland.proving.mover_staging import alarm, must_be_heard, must_clear_the_ground, staged
from headland.proving.routes import RouteError
from headland.proving.routes_air import inbound, light_pace, strip_of
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import abroad, edge, field

OPEN_M = 3000.0


def make(world: World, draw: Draw) -> Scene:
    """From over the edge or from over the sea to a field that OurAirports lists as closed."""
    row = field(world, draw, (AirfieldKind.CLOSED,))
    listed = airfields()
    if nearest(listed.lat_deg[[row]], listed.lon_deg[[row]], kinds=OPEN)[1][0] < OPEN_M:
        raise RouteError("an open aerodrome too near to the closed one")
    strip, pace = strip_of(world, row), light_pace(draw)
    begin = abroad(world, draw) if draw.chance(0.4) else edge(world, draw, 5000.0)
    whole = inbound(begin, strip, [], pace, draw("level_m"), final_m=3000.0)
    final = whole.take(np.arange(1, 5)).staying(60.0 * draw("ground_min"))
    plan = staged(whole.take([0]), final, None, pace.craft)
    must_clear_the_ground(plan)
    down_s = plan.until_s - float(final.stay_s[-1])
    begin_s = world.begin_for(draw, down_s - 900.0, down_s + 300.0)
    made = plan.mover(world, aircraft(world, draw, "A1"), begin_s)
    must_be_heard(world, made, begin_s + down_s - 300.0, begin_s + down_s - 60.0)
    span = begin_s + down_s, min(begin_s + plan.until_s, world.end_s)
    return alarm(
        "unscheduled_landing", {pace.craft: made}, span, f"lands at a closed aerodrome: {listed.name[row]}"
    )


PLAY = Play(
    name="landing_closed",
    kind="unscheduled_landing",
    what="a light aircraft lands at an aerodrome listed as closed, 3 km and more from an open one, ADS-B A1",
    make=make,
    needs=("adsb",),
    ranges={
        "level_m": Range(450.0, 900.0, "m", "1,500 to 3,000 ft before it comes down"),
        "ground_min": Range(10.0, 60.0, "min", "on the ground, transponder on"),
    },
)
