"""Pilot boats: fast out to the boarding ground, a slow turn there, fast home, again and again."""

from __future__ import annotations

from headland.proving.mover_making import mover, planned
from headland.proving.mover_names import vessel
from headland.proving.routes import Way
from headland.proving.routes_sea import MOORED, joined, passage, wander
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import harbour, sea

PILOT = 50


def make(world: World, draw: Draw) -> Scene:
    """One boat, as many trips as the time allows."""
    name, home = harbour(world, draw)
    ground = sea(world, draw, shore_m=(1500.0, 1e9), near=(home, 4000.0, 14_000.0))
    trips: list[Way] = []
    lasts_s = 0.0
    while lasts_s < world.span_s + 7200.0:
        trip = _trip(world, draw, home, ground)
        lasts_s += planned(trip, "pilot")[0].time_s[-1]
        trips.append(trip)
    way = joined(*trips)
    moved, _ = planned(way, "pilot")
    made = mover(
        world, way, moved, vessel(world, draw, PILOT, (12.0, 20.0)), world.start_s - draw.between(0.0, 7200.0)
    )
    return Scene.ordinary([made], "pilot", f"pilot boat of {name}")


def _trip(world: World, draw: Draw, home: tuple[float, float], ground: tuple[float, float]) -> Way:
    speed = draw("speed_mps")
    out = passage(world, draw, home, ground, speed)
    wait = wander(draw, ground, draw.between(0.0, 360.0), (250.0, 500.0), 1 + draw.pick(6), 3.0)
    end = (float(wait.lat_deg[-1]), float(wait.lon_deg[-1]))
    back = passage(world, draw, end, home, speed, rest=(False, True)).staying(60.0 * draw("home_min"))
    return joined(out, wait, back.replaced(rest_status=back.rest_status * 0 + MOORED))


PLAY = Play(
    name="pilots",
    what="pilot boat between a harbour and its boarding ground, class A",
    make=make,
    ranges={
        "speed_mps": Range(8.0, 12.5, "m/s", "16 to 24 kn"),
        "home_min": Range(20.0, 120.0, "min", "between ships"),
    },
)
