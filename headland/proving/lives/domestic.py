"""Domestic flights: light aircraft from one known aerodrome to another, some landing below all coverage."""

from __future__ import annotations

from headland.proving.mover_flying import flown
from headland.proving.mover_names import aircraft
from headland.proving.routes import RouteError
from headland.proving.routes_air import flight, light_pace, strip_of
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import ahead, apart_m, field


def make(world: World, draw: Draw) -> Scene:
    """One flight, now and then by a roundabout way."""
    begin = strip_of(world, field(world, draw, runway_m=400.0))
    end = strip_of(world, field(world, draw, runway_m=400.0))
    if apart_m(begin.along(0.0), end.along(0.0)) < 15_000.0:
        raise RouteError("two aerodromes too near to each other for a flight")
    pace = light_pace(draw)
    middle = ((begin.lat_deg + end.lat_deg) / 2, (begin.lon_deg + end.lon_deg) / 2)
    via = [ahead(middle, draw.between(0.0, 360.0), draw.between(2000.0, 15_000.0))]
    way = flight(begin, end, via, pace, draw("level_m"))
    made = flown(
        world, draw, way, pace.craft, aircraft(world, draw, "A1"), [begin.along(0.0), end.along(0.0)]
    )
    return Scene.ordinary([made], pace.craft, "domestic flight between two aerodromes")


PLAY = Play(
    name="domestic",
    what="a light aircraft from one open aerodrome to another, ADS-B A1",
    make=make,
    needs=("adsb",),
    ranges={"level_m": Range(450.0, 1200.0, "m", "1,500 to 4,000 ft")},
)
