"""Drop-off at sea: a ship slows or stops off her way; within hours a small craft goes out to that water and back."""

from __future__ import annotations

from headland.proving.mover_names import FLAGS_OF_TRADE, vessel
from headland.proving.mover_staging import Staged, alarm, corner, must_be_heard, staged
from headland.proving.routes_sea import drift, passage, wander
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import Place, gate, harbour, sea

CARGO, PLEASURE = 70, 37


def make(world: World, draw: Draw) -> Scene:
    """The ship is on a passage; the boat mills about where what was dropped has drifted to."""
    ship, left = _ship(world, draw)
    later_s = 3600.0 * draw("later_h")
    boat = _boat(world, draw, corner(drift(world, draw, left, max(0.4 * later_s, 600.0)), -1))
    begin_s = world.begin_for(draw, ship.from_s, ship.until_s + later_s + boat.until_s - boat.from_s)
    lead = ship.mover(world, vessel(world, draw, CARGO, (80.0, 180.0), mids=FLAGS_OF_TRADE), begin_s)
    there_s = begin_s + ship.until_s + later_s
    who = vessel(world, draw, PLEASURE, (6.0, 10.0), transponder="B")
    second = boat.mover(world, who, there_s - boat.from_s)
    span = begin_s + ship.from_s, there_s + boat.until_s - boat.from_s
    must_be_heard(world, lead, span[0], begin_s + ship.until_s)
    must_be_heard(world, second, there_s, span[1])
    note = "a ship stops off her way; a boat goes out to that water and back"
    return alarm("drop_off", {"ship": lead, "motorboat": second}, span, note)


def _ship(world: World, draw: Draw) -> tuple[Staged, Place]:
    """From gate to gate, drifting for a while on the way; and where she is when she goes on."""
    place = sea(world, draw, shore_m=(4000.0, 25_000.0), port_m=7000.0, heard=True)
    begin = gate(world, draw)
    slow = drift(world, draw, place, 60.0 * draw("slow_min"))
    end = gate(world, draw, away_from=begin)
    before = passage(world, draw, begin, place, 7.0, rest=(False, False))
    after = passage(world, draw, corner(slow, -1), end, 7.0, rest=(False, False))
    return staged(before, slow, after, "ship"), corner(slow, -1)


def _boat(world: World, draw: Draw, there: Place) -> Staged:
    """Out of one harbour to a place, about it for some minutes, and back or to another harbour."""
    (_, home), (_, other) = harbour(world, draw), harbour(world, draw)
    search = wander(draw, there, draw.between(0.0, 360.0), (150.0, 350.0), 3 + draw.pick(5), 1.5)
    before = passage(world, draw, home, there, draw("boat_mps"), rest=(True, False))
    end = home if draw.chance(0.5) else other
    after = passage(world, draw, corner(search, -1), end, draw("boat_mps"), rest=(False, True))
    return staged(before, search, after, "motorboat")


PLAY = Play(
    name="drop_off",
    kind="drop_off",
    what="a ship drifts off her way; hours later a small boat goes out to that water, mills about, and goes back",
    make=make,
    ranges={
        "slow_min": Range(20.0, 50.0, "min", "engine stopped"),
        "later_h": Range(0.7, 2.5, "h", "until the boat is there"),
        "boat_mps": Range(7.0, 12.0, "m/s", "14 to 23 kn"),
    },
)
