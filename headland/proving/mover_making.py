"""From a planned way to a mover: timed, cut to the world's span, and held to the water.

In: a `Way`, a craft, who it says it is, and when it begins. Out: a `Mover`. Whether
aircraft keep clear of the ground is for the planners in `routes_air`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geo.batch import Floats
from headland.proving.mover import Mover
from headland.proving.mover_crafts import CRAFTS
from headland.proving.mover_names import Who
from headland.proving.routes import Motion, RouteError, Way, motion
from headland.proving.routes_water import on_water
from headland.proving.world import Draw, World

_COLUMNS = ("time_s", "lat_deg", "lon_deg", "alt_m", "sog_mps", "cog_deg", "climb_mps")


def planned(way: Way, craft: str) -> tuple[Motion, Floats]:
    """A motion that begins at 0, and the second at which each leg (with the stay at its end) is done.

    Raises:
        RouteError: the craft cannot go that way.
    """
    moved = motion(way, CRAFTS[craft], 0.0)
    last = np.searchsorted(moved.leg, np.arange(len(way)), side="right")
    return moved, moved.time_s[np.clip(last, 0, len(moved) - 1)]


def mover(world: World, way: Way, moved: Motion, who: Who, begin_s: float) -> Mover:
    """The mover of a planned motion that begins at `begin_s`, cut to the world's span.

    Raises:
        RouteError: a vessel would touch land, or nothing of it falls into the span.
    """
    made = _whole(way, moved, who, begin_s)
    made = clipped(made, world.start_s, world.end_s)
    if who.kind == "vessel" and not on_water(made.lat_deg, made.lon_deg):
        raise RouteError("a vessel would touch land")
    return made


def _whole(way: Way, moved: Motion, who: Who, begin_s: float) -> Mover:
    heading = way.heading_deg[moved.leg]
    columns: dict[str, Any] = {name: getattr(moved, name) for name in _COLUMNS}
    columns["time_s"] = moved.time_s + begin_s
    columns["cog_deg"] = moved.cog_deg % 360.0
    columns["heading_deg"] = np.where(np.isnan(heading), columns["cog_deg"], heading % 360.0)
    # An aircraft rests on the ground; hovering is a leg flown slowly.
    columns["on_ground"] = way.ground[moved.leg] | (moved.rests & (who.kind == "aircraft"))
    columns["transmitting"] = np.where(moved.rests, way.rest_on[moved.leg], way.on[moved.leg])
    resting = moved.rests & (way.rest_status[moved.leg] >= 0)
    columns["status"] = np.where(resting, way.rest_status[moved.leg], way.status[moved.leg])
    columns["squawk"] = way.squawk[moved.leg]
    return Mover(**who.fields(), **columns)


def clipped(whole: Mover, start_s: float, end_s: float) -> Mover:
    """The part of a mover within a span, its ends on the span's own.

    Raises:
        RouteError: no part of it, or less than a second.
    """
    begin, end = max(whole.time_s[0], start_s), min(whole.time_s[-1], end_s)
    if end - begin < 1.0:
        raise RouteError("nothing of it falls into the world's span")
    inside = whole.time_s[(whole.time_s > begin) & (whole.time_s < end)]
    told = whole.at(np.concatenate([[begin], inside, [end]]))
    kept = {name: column for name, column in told.items() if getattr(whole, name) is not None}
    return whole.with_knots(**kept)


def ordinary(world: World, draw: Draw, way: Way, craft: str, who: Who) -> Mover:
    """A craft at its ordinary business, met at a drawn moment of it.

    Raises:
        RouteError: the craft cannot go that way, or would touch land.
    """
    moved, _ = planned(way, craft)
    lasts_s = moved.time_s[-1]
    begin_s = draw.between(
        world.start_s - 0.8 * lasts_s, world.end_s - min(0.3 * lasts_s, 0.5 * world.span_s)
    )
    return mover(world, way, moved, who, begin_s)
