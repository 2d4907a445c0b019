"""Calibration flights: the same approach flown again and again, low along the runway and off."""

from __future__ import annotations

from geo.airfields import AirfieldKind
from headland.proving.mover_flying import flown
from headland.proving.mover_names import aircraft
from headland.proving.routes import Way
from headland.proving.routes_air import GLIDE, Pace, level_over, strip_of, through
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import ahead, edge, field


def make(world: World, draw: Draw) -> Scene:
    """One calibration of a runway's aids."""
    strip = strip_of(world, field(world, draw, (AirfieldKind.MEDIUM, AirfieldKind.LARGE), runway_m=1000.0))
    pace = Pace("turboprop", draw("speed_mps"), 50.0)
    final_m = draw("final_m")
    turn_m = 5000.0
    begin, high_m = strip.along(-final_m), strip.elevation_m + GLIDE * final_m
    away = edge(world, draw)
    level_m = level_over([away, begin], high_m)
    parts = [through([away], pace, level_m)]
    for _ in range(3 + draw.pick(4)):
        over = strip.along(0.5 * strip.length_m)
        beyond = strip.along(strip.length_m + 6000.0)
        parts += [
            through([begin], pace, level_m),
            through([over], pace, strip.elevation_m + draw("low_m"), speed_mps=0.9 * pace.cruise_mps),
        ]
        parts.append(through([beyond, ahead(beyond, strip.course_deg + 90.0, turn_m)], pace, level_m))
        parts.append(through([ahead(begin, strip.course_deg + 90.0, turn_m)], pace, level_m))
    parts.append(through([away], pace, level_m))
    way = Way.concat(parts)
    clear = [strip.along(metres) for metres in (-final_m, -0.5 * final_m, 0.0, 6000.0)]
    made = flown(world, draw, way, pace.craft, aircraft(world, draw, "A1"), clear)
    return Scene.ordinary([made], pace.craft, "calibration flight")


PLAY = Play(
    name="calibrations",
    what="three to six low passes down the same approach, ADS-B A1",
    make=make,
    needs=("adsb",),
    ranges={
        "speed_mps": Range(65.0, 80.0, "m/s", "125 to 155 kn"),
        "final_m": Range(9000.0, 15_000.0, "m", "length of the approach"),
        "low_m": Range(15.0, 60.0, "m", "above the runway"),
    },
)
