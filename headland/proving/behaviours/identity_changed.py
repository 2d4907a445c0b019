"""Identity conflict: a vessel falls silent and comes back on the same way as somebody else."""

from __future__ import annotations

from geo.ports import nearest_port
from headland.proving.mover_making import clipped, mover, planned
from headland.proving.mover_names import FLAGS_OF_TRADE, vessel
from headland.proving.mover_staging import alarm, during, must_be_heard
from headland.proving.routes import RouteError
from headland.proving.routes_sea import passage
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import gate

CARGO = 70
PORT_M = 4000.0


def make(world: World, draw: Draw) -> Scene:
    """Two movers on one path: the first until the gap, the second, with another number and name, after it."""
    begin = gate(world, draw)
    way = passage(
        world, draw, begin, gate(world, draw, away_from=begin), draw("speed_mps"), rest=(False, False)
    )
    moved, _ = planned(way, "ship")
    gap_s, lasts_s = 60.0 * draw("gap_min"), float(moved.time_s[-1])
    if lasts_s < gap_s + 3600.0:
        raise RouteError("a passage too short to change on")
    off_s = 1500.0 + draw.between(0.0, lasts_s - gap_s - 3300.0)
    begin_s = world.begin_for(draw, off_s - 900.0, off_s + gap_s + 900.0)
    old = vessel(world, draw, CARGO, (70.0, 140.0), mids=FLAGS_OF_TRADE)
    new = vessel(world, draw, CARGO, (70.0, 140.0), mids=FLAGS_OF_TRADE)
    change = begin_s + off_s, begin_s + off_s + gap_s
    whole, again = (mover(world, way, moved, who, begin_s) for who in (old, new))
    must_be_heard(world, whole, change[0] - 900.0, change[1] + 900.0)
    lat, lon, _ = during(whole, *change)
    if nearest_port(lat, lon)[1].min() < PORT_M:
        raise RouteError("a port too near to the change")
    first, second = clipped(whole, world.start_s, change[0]), clipped(again, change[1], world.end_s)
    span = change[0], min(change[1] + 900.0, float(second.time_s[-1]))
    made = (("ship", first), ("ship", second))
    return alarm(
        "identity_conflict", made, span, "silent for a while, then the same hull under another number"
    )


PLAY = Play(
    name="identity_changed",
    kind="identity_conflict",
    what="a ship falls silent under way and goes on under another MMSI, name and call sign, class A",
    make=make,
    ranges={
        "speed_mps": Range(4.5, 8.5, "m/s", "9 to 16 kn"),
        "gap_min": Range(8.0, 45.0, "min", "between the last word of one and the first of the other"),
    },
)
