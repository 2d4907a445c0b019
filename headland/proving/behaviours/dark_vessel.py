"""Dark transponder at sea: a vessel under way in good reception switches off, and goes on."""

from __future__ import annotations

import numpy as np

from geo.ports import nearest_port
from headland.proving.mover_making import mover, planned
from headland.proving.mover_names import FLAGS_OF_TRADE, vessel
from headland.proving.mover_staging import alarm, during, must_be_heard, silenced
from headland.proving.routes import RouteError
from headland.proving.routes_sea import passage
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import gate, harbour

CARGO, PLEASURE = 70, 37
PORT_M = 4000.0


def make(world: World, draw: Draw) -> Scene:
    """A ship passing through, or a motor boat out of a harbour; three in four are heard again."""
    ship = draw.chance(0.6)
    begin = gate(world, draw) if ship else harbour(world, draw)[1]
    end = gate(world, draw, away_from=begin)
    craft, speed = ("ship", draw("ship_mps")) if ship else ("motorboat", draw("boat_mps"))
    way = passage(world, draw, begin, end, speed, rest=(not ship, False))
    moved, _ = planned(way, craft)
    dark_s, lasts_s = 60.0 * draw("dark_min"), float(moved.time_s[-1])
    back = draw.chance(0.75)
    room_s = lasts_s - 1500.0 - (dark_s if back else 1200.0)
    if room_s < 0:
        raise RouteError("a passage too short to go dark on")
    off_s = 1200.0 + draw.between(0.0, room_s)
    off_end_s = off_s + dark_s if back else lasts_s + 1.0
    begin_s = world.begin_for(draw, off_s - 1200.0, min(off_s + dark_s, lasts_s))
    who = vessel(
        world, draw, CARGO if ship else PLEASURE, (80.0, 200.0) if ship else (9.0, 18.0), mids=FLAGS_OF_TRADE
    )
    whole = mover(world, way, moved, who, begin_s)
    span = begin_s + off_s, begin_s + min(off_s + dark_s, lasts_s)
    must_be_heard(world, whole, span[0] - 900.0, span[0] + 1200.0)
    lat, lon, _ = during(whole, span[0] - 300.0, span[0] + 600.0)
    if np.min(nearest_port(lat, lon)[1]) < PORT_M:
        raise RouteError("a port too near to where it goes dark")
    made = silenced(whole, span[0], begin_s + off_end_s)
    return alarm(
        "dark_transponder",
        {craft: made},
        span,
        f"under way, switches off{' for a time' if back else ' for good'}",
    )


PLAY = Play(
    name="dark_vessel",
    kind="dark_transponder",
    what="a ship or boat under way switches off where it is heard well, away from ports; three in four come back",
    make=make,
    ranges={
        "dark_min": Range(25.0, 100.0, "min", "long enough to meet somebody and be back on course"),
        "ship_mps": Range(5.0, 9.0, "m/s", "10 to 17 kn"),
        "boat_mps": Range(5.0, 11.0, "m/s", "10 to 21 kn"),
    },
)
