"""From a planned flight to a mover: timed, clear of the ground, on until nobody hears it, cut to the world's span."""

from __future__ import annotations

from headland.proving.mover import Mover
from headland.proving.mover_making import mover, planned
from headland.proving.mover_names import Who
from headland.proving.routes import Way
from headland.proving.routes_air import clear_of_ground, leaving
from headland.proving.world import Draw, World
from headland.proving.world_places import Place


def flown(world: World, draw: Draw, way: Way, craft: str, who: Who, fields: list[Place]) -> Mover:
    """A flight at a drawn moment, most of it within the span.

    Args:
        world: where.
        draw: the playing's chances.
        way: the planned way.
        craft: the kind of craft.
        who: what it says it is.
        fields: near these it may be low.

    Raises:
        RouteError: the craft cannot fly that, or would come too near to the ground.
    """
    way = leaving(world, way)
    moved, _ = planned(way, craft)
    clear_of_ground(moved, fields)
    lasts_s = float(moved.time_s[-1])
    latest_s = max(world.end_s - lasts_s, world.start_s)
    return mover(world, way, moved, who, draw.between(world.start_s - 0.3 * lasts_s, latest_s))
