"""Air to sea contact: a low aircraft works over a stopped vessel, then goes back over land."""

from __future__ import annotations

import numpy as np

from geo.airfields import OPEN, nearest
from headland.proving.mover_names import aircraft, vessel
from headland.proving.mover_staging import (
    alarm,
    corner,
    must_be_heard,
    must_clear_the_ground,
    silenced,
    staged,
)
from headland.proving.routes import RouteError, Way
from headland.proving.routes_air import Pace, errand, light_pace, orbit, strip_of, through
from headland.proving.routes_sea import drift, passage
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import ahead, field, harbour, sea

PLEASURE = 37


def make(world: World, draw: Draw) -> Scene:
    """The boat lies stopped, in a third of draws dark; the aircraft passes over it again and again."""
    place = sea(world, draw, shore_m=(2500.0, 25_000.0), port_m=5000.0, heard=True)
    if nearest(np.array([place[0]]), np.array([place[1]]), kinds=OPEN)[1][0] < 7000.0:
        raise RouteError("an aerodrome too near to the meeting")
    strip, pace = strip_of(world, field(world, draw, OPEN, runway_m=450.0)), light_pace(draw)
    radius_m = draw("radius_m")
    out, spot, back = errand(strip, pace, place, radius_m)
    # Some hundred metres off the boat, so that it is not always in the middle.
    circle = orbit(
        ahead(place, draw.between(0.0, 360.0), draw.between(0.0, 400.0)), radius_m, draw("turns"), spot, spot
    )
    low = through(circle, Pace(pace.craft, draw("speed_mps"), pace.approach_mps), draw("height_m"))
    flight = staged(Way.concat([out, low.take([0])]), low, back, pace.craft)
    must_clear_the_ground(flight)
    _, home = harbour(world, draw)
    acts_s = flight.until_s - flight.from_s
    lies = drift(world, draw, place, acts_s + 2 * 1500.0)
    boat = staged(
        passage(world, draw, home, place, 9.0, rest=(True, False)),
        lies,
        passage(world, draw, corner(lies, -1), home, 9.0, rest=(False, True)),
        "motorboat",
    )
    begin_s = world.begin_for(draw, boat.from_s, boat.until_s)
    lower = boat.mover(world, vessel(world, draw, PLEASURE, (7.0, 13.0), transponder="B"), begin_s)
    meets_s = begin_s + boat.from_s + 1500.0
    upper = flight.mover(world, aircraft(world, draw, "A1"), meets_s - flight.from_s)
    span = meets_s, meets_s + acts_s
    must_be_heard(world, upper, *span)
    dark = draw.chance(0.33)
    if dark:
        lower = silenced(lower, meets_s - 900.0, span[1] + 900.0)
    note = f"a low aircraft works over a {'dark' if dark else 'stopped'} vessel"
    return alarm("air_sea_contact", {pace.craft: upper, "motorboat": lower}, span, note)


PLAY = Play(
    name="air_sea_contact",
    kind="air_sea_contact",
    what="a light aircraft circles low over a boat that lies stopped, dark in a third of draws, ADS-B A1",
    make=make,
    needs=("ais", "adsb"),
    ranges={
        "height_m": Range(60.0, 200.0, "m", "200 to 650 ft over the sea"),
        "speed_mps": Range(34.0, 46.0, "m/s", "65 to 90 kn"),
        "radius_m": Range(500.0, 1100.0, "m", "of its circles"),
        "turns": Range(3.0, 8.0, "", "over the boat"),
    },
)
