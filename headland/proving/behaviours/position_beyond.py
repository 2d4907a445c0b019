"""Position anomaly: a vessel says she is far beyond the horizon of every station that hears her."""

from __future__ import annotations

import numpy as np

from geo.sphere import destination
from headland.proving.mover_making import mover, planned
from headland.proving.mover_names import FLAGS_OF_TRADE, vessel
from headland.proving.mover_staging import alarm, must_be_heard
from headland.proving.routes import RouteError
from headland.proving.routes_sea import passage
from headland.proving.truth import Scene
from headland.proving.world import LEAD_S, Draw, Play, Range, World
from headland.proving.world_places import gate, harbour

CARGO = 70


def make(world: World, draw: Draw) -> Scene:
    """All her passage is said elsewhere, on a track parallel to the true one."""
    _, home = harbour(world, draw)
    way = passage(world, draw, home, gate(world, draw), 6.0, rest=(True, False))
    moved, _ = planned(way, "ship")
    acts_s = min(float(moved.time_s[-1]), 60.0 * draw("minutes"))
    if acts_s < 1500.0:
        raise RouteError("a passage too short")
    begin_s = world.begin_for(draw, 0.0, acts_s)
    whole = mover(world, way, moved, vessel(world, draw, CARGO, (80.0, 150.0), mids=FLAGS_OF_TRADE), begin_s)
    span = begin_s, begin_s + acts_s
    must_be_heard(world, whole, *span)
    made = whole.knots(whole.time_s <= span[1] + LEAD_S)
    course, away_m = np.full(len(made), draw.between(0.0, 360.0)), np.full(len(made), draw("away_m"))
    lat, lon = destination(made.lat_deg, made.lon_deg, course, away_m)
    told = made.with_knots(said_lat_deg=lat, said_lon_deg=lon)
    return alarm(
        "position_anomaly",
        {"ship": told},
        (span[0], float(made.time_s[-1])),
        "says she is far beyond the horizon of all who hear her",
    )


PLAY = Play(
    name="position_beyond",
    kind="position_anomaly",
    what="a ship that is near says positions 150 to 600 km away, class A",
    make=make,
    ranges={
        "away_m": Range(150_000.0, 600_000.0, "m", "beyond any horizon, and beyond most ducts"),
        "minutes": Range(30.0, 120.0, "min", "until she is heard no more"),
    },
)
