"""Interference with satellite navigation over an area: everybody about it loses the fix, or wanders."""

from __future__ import annotations

import numpy as np

from headland.proving.mover import Mover
from headland.proving.mover_making import mover, planned
from headland.proving.mover_names import aircraft
from headland.proving.routes import RouteError
from headland.proving.routes_air import Pace, leaving, level_over, through
from headland.proving.truth import Event, Jam, Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import Place, ahead


def make(world: World, draw: Draw) -> Scene:
    """A jammer near the middle of the area, and aircraft that cross it while it works."""
    centre = ahead(world.area.middle, draw.between(0.0, 360.0), draw.between(0.0, 15_000.0))
    radius_m, lasts_s = draw("radius_m"), 60.0 * draw("minutes")
    if not world.reach.hears_aircraft(np.array([centre[0]]), np.array([centre[1]]), np.array([1500.0])).all():
        raise RouteError("nobody hears aircraft where the jammer is")
    start_s = world.begin_for(draw, 0.0, lasts_s)
    made = tuple(
        _crossing(world, draw, centre, radius_m, (start_s, start_s + lasts_s))
        for _ in range(6 + draw.pick(5))
    )
    jam = Jam(
        lat_deg=centre[0],
        lon_deg=centre[1],
        radius_m=radius_m,
        start_s=start_s,
        end_s=start_s + lasts_s,
        wander_mps=draw("wander_mps"),
        toward_deg=draw.between(0.0, 360.0),
    )
    area = Event(
        kind="position_anomaly",
        subjects=(),
        start_s=jam.start_s,
        end_s=jam.end_s,
        lat_deg=centre[0],
        lon_deg=centre[1],
        note=f"satellite navigation is disturbed within {radius_m / 1000:.0f} km",
    )
    return Scene(movers=made, crafts=("jet",) * len(made), alarm=(area,), jams=(jam,))


def _crossing(world: World, draw: Draw, centre: Place, radius_m: float, span: tuple[float, float]) -> Mover:
    """A jet across the circle, in its middle at a drawn moment of the span."""
    course, off_m = draw.between(0.0, 360.0), draw.between(-0.5, 0.5) * radius_m
    middle = ahead(centre, course + 90.0, off_m)
    ends = [ahead(middle, course + 180.0, 90_000.0), ahead(middle, course, 90_000.0)]
    pace = Pace("jet", draw.between(130.0, 230.0), 70.0)
    way = leaving(world, through(ends, pace, level_over(ends, draw("level_m")), squawk=5612))
    moved, done_s = planned(way, pace.craft)
    begin_s = draw.between(*span) - float(done_s[len(ends) - 1]) / 2
    return mover(world, way, moved, aircraft(world, draw, "A3", airline=True), begin_s)


PLAY = Play(
    name="position_interference",
    kind="position_anomaly",
    what="GNSS interference over an area: NIC and NACp 0 for all in it, aircraft wander; six to ten jets cross it",
    make=make,
    needs=("adsb",),
    ranges={
        "radius_m": Range(20_000.0, 45_000.0, "m", "of the circle in which everybody is disturbed"),
        "minutes": Range(20.0, 60.0, "min", "the jammer works"),
        "wander_mps": Range(2.0, 12.0, "m/s", "an inertial system without its fixes"),
        "level_m": Range(2500.0, 9000.0, "m", "of the aircraft that cross"),
    },
)
