"""Rendezvous, slow: two vessels from different places lie close together off the coast, drifting, and part."""

from __future__ import annotations

import numpy as np

from headland.proving.mover_names import FLAGS_OF_TRADE, vessel
from headland.proving.mover_staging import alarm, must_be_heard, shifted, staged
from headland.proving.routes_sea import drift, passage
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import ahead, gate, harbour, sea

CARGO, FISHING_VESSEL = 70, 30


def make(world: World, draw: Draw) -> Scene:
    """A coaster that comes in over the edge, and a fishing boat out of a harbour."""
    place = sea(world, draw, shore_m=(2500.0, 30_000.0), port_m=6500.0, heard=True)
    outside, (_, home) = gate(world, draw), harbour(world, draw)
    apart_m, meets_s = draw("apart_m"), 60.0 * draw("minutes")
    lies = drift(world, draw, place, meets_s + 600.0)
    # Both hulls are carried by one tide: the smaller one's drift is that of the other.
    count = max(round(meets_s / 300.0), 2) + 1
    beside = shifted(lies.take(np.arange(count)), ahead(place, draw.between(0.0, 360.0), apart_m))
    last, left = (
        (float(lies.lat_deg[-1]), float(lies.lon_deg[-1])),
        (float(beside.lat_deg[-1]), float(beside.lon_deg[-1])),
    )
    first_in = (float(beside.lat_deg[0]), float(beside.lon_deg[0]))
    ship = staged(
        passage(world, draw, outside, place, 6.5, rest=(False, False)),
        lies,
        passage(world, draw, last, outside, 6.5, rest=(False, False)),
        "ship",
    )
    boat = staged(
        passage(world, draw, home, first_in, 4.5, rest=(True, False)),
        beside,
        passage(world, draw, left, home, 4.5, rest=(False, True)),
        "trawler",
    )
    begin_s = world.begin_for(draw, ship.from_s, ship.until_s)
    lead = ship.mover(world, vessel(world, draw, CARGO, (75.0, 120.0), mids=FLAGS_OF_TRADE), begin_s)
    meet_s = begin_s + ship.from_s + 120.0
    second = boat.mover(world, vessel(world, draw, FISHING_VESSEL, (12.0, 24.0)), meet_s - boat.from_s)
    span = meet_s, meet_s + boat.until_s - boat.from_s
    must_be_heard(world, lead, *span)
    return alarm(
        "rendezvous", {"ship": lead, "trawler": second}, span, "two vessels lie close together off the coast"
    )


PLAY = Play(
    name="rendezvous_slow",
    kind="rendezvous",
    what="a coaster and a fishing boat lie 60 to 250 m apart off the coast, drifting together",
    make=make,
    ranges={
        "apart_m": Range(60.0, 250.0, "m", "close enough for a boat between them"),
        "minutes": Range(25.0, 80.0, "min", "to hand over cargo"),
    },
)
