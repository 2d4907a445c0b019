"""Airliners: in over the edge to a long runway, one in three by way of a hold, or out from one."""

from __future__ import annotations

import numpy as np

from geo.airfields import AirfieldKind
from headland.proving.mover_flying import flown
from headland.proving.mover_names import aircraft
from headland.proving.routes import Way
from headland.proving.routes_air import Pace, Strip, arriving, departing, level_over, strip_of, through
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import Place, ahead, apart_m, edge, field

SQUAWK = 2247


def make(world: World, draw: Draw) -> Scene:
    """One airliner."""
    strip = strip_of(world, field(world, draw, (AirfieldKind.MEDIUM, AirfieldKind.LARGE), runway_m=1200.0))
    pace = Pace("turboprop" if strip.length_m < 1900.0 else "jet", draw("speed_mps"), draw("approach_mps"))
    pace = Pace(pace.craft, min(pace.cruise_mps, 0.9 * pace.limits.top_mps), pace.approach_mps)
    out = edge(world, draw, 10_000.0)
    level_m = level_over([out, strip.along(0.0)], draw("level_m"))
    if draw.chance(0.35):
        way = Way.concat(
            [
                departing(strip, pace, 0.3 * level_m, squawk=SQUAWK),
                through([out], pace, level_m, squawk=SQUAWK),
            ]
        )
        note = "airliner leaving"
    else:
        hold = _hold(draw, strip, pace, level_m) if draw.chance(0.35) else []
        way = Way.concat(
            [
                through([out], pace, level_m, squawk=SQUAWK),
                *hold,
                arriving(strip, pace, final_m=14_000.0, squawk=SQUAWK),
            ]
        )
        note = f"airliner arriving{', after a hold' if hold else ''}"
    who = aircraft(world, draw, "A3", airline=True)
    made = flown(
        world, draw, way, pace.craft, who, [strip.along(0.0), strip.along(-14_000.0), strip.along(10_000.0)]
    )
    return Scene.ordinary([made], pace.craft, note)


def _hold(draw: Draw, strip: Strip, pace: Pace, level_m: float) -> list[Way]:
    """Racetracks at a fix some way before the runway, a minute's straight each side."""
    fix = ahead(
        strip.along(-14_000.0),
        strip.course_deg + 180.0 + draw.between(-50.0, 50.0),
        draw.between(9000.0, 16_000.0),
    )
    speed, course = 0.75 * pace.cruise_mps, draw.between(0.0, 360.0)
    wide_m = 2.1 * float(pace.limits.radius_m(np.array(speed)))
    far = ahead(fix, course, 90.0 * speed)
    lap: list[Place] = [fix, far, ahead(far, course + 90.0, wide_m), ahead(fix, course + 90.0, wide_m)]
    if apart_m(fix, far) < wide_m:
        return []
    return [through(lap * int(2 + draw.pick(3)), pace, min(level_m, 2700.0), speed_mps=speed, squawk=SQUAWK)]


PLAY = Play(
    name="airliners",
    what="an airliner to or from a runway of 1,200 m and more, a third of arrivals holding first, ADS-B A3",
    make=make,
    needs=("adsb",),
    ranges={
        "speed_mps": Range(110.0, 150.0, "m/s", "below 10,000 ft: 250 kn and less"),
        "approach_mps": Range(58.0, 72.0, "m/s", "115 to 140 kn"),
        "level_m": Range(2100.0, 4500.0, "m", "descending from, climbing to"),
    },
)
