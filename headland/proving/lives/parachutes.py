"""Parachute dropping: steep climbs over one field, a slow run, steep down again, several times."""

from __future__ import annotations

import math

import numpy as np

from headland.proving.mover_flying import flown
from headland.proving.mover_names import aircraft
from headland.proving.routes import Way
from headland.proving.routes_air import Pace, arriving, departing, orbit, strip_of, through
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import field

RADIUS_M, TAXI_MPS = 3500.0, 8.0


def make(world: World, draw: Draw) -> Scene:
    """Some lifts of one afternoon."""
    strip = strip_of(world, field(world, draw, runway_m=500.0))
    pace = Pace("turboprop", 62.0, 42.0)
    middle = strip.along(0.5 * strip.length_m)
    parts: list[Way] = []
    for lift in range(1 + draw.pick(3)):
        top_m = strip.elevation_m + draw("drop_m")
        turns = top_m / (6.0 * 2 * math.pi * RADIUS_M / pace.cruise_mps)
        out = departing(strip, pace, 600.0, wait_s=900.0 if lift else 120.0)
        if lift:
            # Where the last lift ended is not where this one begins: she taxies back.
            out = out.replaced(speed_mps=np.append(TAXI_MPS, out.speed_mps[1:]))
        gone = (float(out.lat_deg[-1]), float(out.lon_deg[-1]))
        # Up in circles beyond the field, over it against the runway, down in circles before it.
        run = [strip.along(5000.0), strip.along(-5000.0)]
        climb = orbit(strip.along(10_500.0), RADIUS_M, turns, gone, run[0])
        down = orbit(strip.along(-12_500.0), RADIUS_M, 1.0, run[1], strip.along(-4500.0))
        parts += [out, through(climb, pace, top_m), through(run, pace, top_m, speed_mps=45.0)]
        parts += [
            through(down, pace, strip.elevation_m + 700.0, speed_mps=75.0),
            arriving(strip, pace, final_m=3500.0),
        ]
    made = flown(world, draw, Way.concat(parts), pace.craft, aircraft(world, draw, "A1"), [middle])
    return Scene.ordinary([made], pace.craft, "parachute dropping")


PLAY = Play(
    name="parachutes",
    what="one to three lifts over one field, a drop at the top, ADS-B A1",
    make=make,
    needs=("adsb",),
    ranges={"drop_m": Range(2400.0, 3900.0, "m", "8,000 to 13,000 ft above the field")},
)
