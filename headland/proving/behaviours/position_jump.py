"""Position anomaly: what a vessel says of her place leaps away by miles at once, and after a time back."""

from __future__ import annotations

import numpy as np

from geo.sphere import destination
from headland.proving.mover_making import mover, planned
from headland.proving.mover_names import FLAGS_OF_TRADE, vessel
from headland.proving.mover_staging import alarm, must_be_heard, with_knots_at
from headland.proving.routes import RouteError
from headland.proving.routes_sea import passage
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import gate

CARGO = 70


def make(world: World, draw: Draw) -> Scene:
    """A ship passing through whose fix is false for a while."""
    begin = gate(world, draw)
    way = passage(world, draw, begin, gate(world, draw, away_from=begin), 7.0, rest=(False, False))
    moved, _ = planned(way, "ship")
    lasts_s, room_s = 60.0 * draw("minutes"), float(moved.time_s[-1]) - 1800.0
    if room_s < lasts_s:
        raise RouteError("a passage too short")
    off_s = 900.0 + draw.between(0.0, room_s - lasts_s)
    begin_s = world.begin_for(draw, off_s, off_s + lasts_s)
    made = mover(world, way, moved, vessel(world, draw, CARGO, (90.0, 180.0), mids=FLAGS_OF_TRADE), begin_s)
    span = begin_s + off_s, begin_s + off_s + lasts_s
    must_be_heard(world, made, span[0] - 300.0, span[1])
    finer = with_knots_at(made, np.array(span))
    false = (finer.time_s >= span[0]) & (finer.time_s < span[1])
    lat, lon = destination(
        finer.lat_deg,
        finer.lon_deg,
        np.full(len(finer), draw.between(0.0, 360.0)),
        np.full(len(finer), draw("leap_m")),
    )
    told = finer.with_knots(
        said_lat_deg=np.where(false, lat, np.nan), said_lon_deg=np.where(false, lon, np.nan)
    )
    return alarm(
        "position_anomaly",
        {"ship": told},
        span,
        "says she is miles from where she is, from one moment to the next",
    )


PLAY = Play(
    name="position_jump",
    kind="position_anomaly",
    what="a ship's position leaps by miles and, after a time, back, class A",
    make=make,
    ranges={
        "leap_m": Range(8000.0, 40_000.0, "m", "far beyond any error, within radio range or nearly"),
        "minutes": Range(5.0, 30.0, "min", "until it leaps back"),
    },
)
