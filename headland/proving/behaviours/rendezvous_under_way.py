"""Rendezvous under way: a boat comes alongside a ship that hardly slows, keeps with her, and goes home."""

from __future__ import annotations

import math

import numpy as np

from geo.ports import nearest_port
from geo.sphere import bearing_deg
from headland.proving.mover_making import planned
from headland.proving.mover_names import FLAGS_OF_TRADE, vessel
from headland.proving.mover_staging import (
    Staged,
    alarm,
    corner,
    during,
    longest_leg,
    must_be_heard,
    split,
    staged,
)
from headland.proving.routes import RouteError, Way
from headland.proving.routes_sea import along, passage
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import Place, ahead, gate, harbour

CARGO, PLEASURE = 70, 37
PORT_M = 4000.0


def make(world: World, draw: Draw) -> Scene:
    """The ship's speed is that of the meeting from its first corner to its last, and her own elsewhere."""
    speed, lasts_s = draw("speed_mps"), 60.0 * draw("minutes")
    begin = gate(world, draw)
    way, row = _with_meeting(
        draw,
        passage(world, draw, begin, gate(world, draw, away_from=begin), 7.5, rest=(False, False)),
        speed,
        lasts_s,
    )
    moved, done_s = planned(way, "ship")
    ship = Staged(way, moved, float(done_s[row]), float(done_s[row + 1]))
    first, last = (_abeam(way, row + i, draw("apart_m")) for i in (0, 1))
    _, home = harbour(world, draw)
    boat = staged(
        passage(world, draw, home, first, draw("boat_mps"), rest=(True, False)),
        along([first, last], speed),
        passage(world, draw, last, home, draw("boat_mps"), rest=(False, True)),
        "motorboat",
    )
    begin_s = world.begin_for(draw, ship.from_s, ship.until_s)
    lead = ship.mover(world, vessel(world, draw, CARGO, (80.0, 150.0), mids=FLAGS_OF_TRADE), begin_s)
    span = begin_s + ship.from_s, begin_s + ship.until_s
    lat, lon, _ = during(lead, *span)
    if nearest_port(lat, lon)[1].min() < PORT_M:
        raise RouteError("a port too near to the meeting")
    who = vessel(world, draw, PLEASURE, (9.0, 14.0), transponder="B")
    second = boat.mover(world, who, span[0] - boat.from_s)
    must_be_heard(world, lead, *span)
    return alarm(
        "rendezvous", {"ship": lead, "motorboat": second}, span, "a boat keeps alongside a ship under way"
    )


def _with_meeting(draw: Draw, way: Way, speed: float, lasts_s: float) -> tuple[Way, int]:
    """The way with corners where the meeting begins and ends, slower between; the row of the first."""
    row, metres = longest_leg(way)
    share = speed * lasts_s / metres
    if share > 0.7:
        raise RouteError("no straight stretch long enough for a meeting")
    begins = draw.between(0.1, 0.9 - share)
    longer = split(way, row, (begins, begins + share))
    speeds = longer.speed_mps.copy()
    speeds[row + 1] = speed
    return longer.replaced(speed_mps=speeds), row


def _abeam(way: Way, row: int, apart_m: float) -> Place:
    """A place to starboard of a corner on a straight stretch."""
    here, on = corner(way, row), corner(way, row + 1)
    course = float(bearing_deg(*(np.array(value) for value in (*here, *on))))
    if math.isnan(course):
        raise RouteError("a stretch without a course")
    return ahead(here, course + 90.0, apart_m)


PLAY = Play(
    name="rendezvous_under_way",
    kind="rendezvous",
    what="a motor boat keeps 60 to 150 m off a ship under way for half an hour, and goes home",
    make=make,
    ranges={
        "speed_mps": Range(2.5, 5.0, "m/s", "5 to 10 kn: bare steerage to half ahead"),
        "minutes": Range(20.0, 50.0, "min", "side by side"),
        "apart_m": Range(60.0, 150.0, "m", "abeam"),
        "boat_mps": Range(8.0, 13.0, "m/s", "16 to 25 kn out and home"),
    },
)
