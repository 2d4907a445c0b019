"""Arrivals from abroad: light aircraft over the sea to a known aerodrome, each on the list of expected movements."""

from __future__ import annotations

from headland.proving.mover_flying import flown
from headland.proving.mover_names import BLOCKS, aircraft
from headland.proving.routes_air import inbound, light_pace, strip_of
from headland.proving.truth import Arrival, Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import abroad, field


def make(world: World, draw: Draw) -> Scene:
    """One arrival, filed: its expected time is off by some minutes."""
    row = field(world, draw, runway_m=500.0)
    strip, pace = strip_of(world, row), light_pace(draw)
    begin = abroad(world, draw)
    who = aircraft(world, draw, "A1", state=list(BLOCKS)[draw.pick(len(BLOCKS))])
    made = flown(
        world, draw, inbound(begin, strip, [], pace, draw("level_m")), pace.craft, who, [strip.along(0.0)]
    )
    eta_s = round(float(made.time_s[-1]) + 60.0 * draw("eta_min"))
    plain = Scene.ordinary([made], pace.craft, "expected arrival from abroad")
    return Scene.joined(
        [plain, Scene(arrivals=(Arrival(callsign=who.callsign, icao24=who.number, field=row, eta_s=eta_s),))]
    )


PLAY = Play(
    name="arrivals",
    what="a light aircraft from beyond the territorial sea to an open aerodrome, listed in movements.csv",
    make=make,
    needs=("adsb",),
    ranges={
        "level_m": Range(600.0, 1500.0, "m", "2,000 to 5,000 ft over the sea"),
        "eta_min": Range(-25.0, 25.0, "min", "how far the expected time is off"),
    },
)
