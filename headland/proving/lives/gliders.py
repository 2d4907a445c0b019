"""Gliders: towed up from their field, circling in lift, gliding on, and home."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from headland.proving.mover_flying import flown
from headland.proving.mover_names import aircraft
from headland.proving.routes import Way
from headland.proving.routes_air import Pace, arriving, departing, ground_m, orbit, strip_of
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import Place, ahead, apart_m, field


def make(world: World, draw: Draw) -> Scene:
    """One soaring flight."""
    strip = strip_of(world, field(world, draw, runway_m=400.0))
    pace = Pace("glider", draw("glide_mps"), 24.0)
    home = strip.along(0.0)
    parts = [departing(strip, pace, 500.0)]
    came, high_m = strip.along(pace.roll_m + 2500.0), strip.elevation_m + 500.0
    lifts = [strip.along(5000.0)]
    for _ in range(1 + draw.pick(4)):
        near = (
            lifts[-1] if apart_m(lifts[-1], home) < 9000.0 else ahead(home, draw.between(0.0, 360.0), 5000.0)
        )
        lifts.append(ahead(near, draw.between(0.0, 360.0), draw.between(2500.0, 4500.0)))
    for lift, after in pairwise([*lifts, strip.along(-4000.0)]):
        part, high_m = _thermal(draw, (came, lift, after), high_m, pace)
        parts.append(part)
        came = lift
    parts.append(arriving(strip, pace, final_m=1500.0))
    made = flown(world, draw, Way.concat(parts), pace.craft, aircraft(world, draw, "B1"), [home])
    return Scene.ordinary([made], pace.craft, "glider soaring")


def _thermal(draw: Draw, places: tuple[Place, Place, Place], from_m: float, pace: Pace) -> tuple[Way, float]:
    """A glide to a thermal, and circles in it up to the cloud; the height at its top."""
    came, lift, after = places
    turns = 6 + draw.pick(10)
    low_m = max(from_m - 180.0, ground_m(lift) + 350.0)
    top_m = low_m + turns * 24.0 * draw("lift_mps")
    corners = orbit(lift, draw.between(90.0, 160.0), turns, came, after)
    lat, lon = np.array(corners).T
    alt = np.linspace(low_m, top_m, len(lat))
    alt_from = np.append(from_m, alt[:-1])
    way = Way.through(lat, lon, speed_mps=0.9 * pace.cruise_mps, alt_m=alt, alt_from_m=alt_from, squawk=7000)
    return way, top_m


PLAY = Play(
    name="gliders",
    what="a soaring flight with circles in two to five thermals, ADS-B B1",
    make=make,
    needs=("adsb",),
    ranges={
        "glide_mps": Range(25.0, 33.0, "m/s", "50 to 65 kn"),
        "lift_mps": Range(1.0, 2.5, "m/s", "a fair British day"),
    },
)
