"""Rescue helicopters: a search at sea, low and slow, heard on ADS-B and as an AIS search and rescue aircraft."""

from __future__ import annotations

from dataclasses import replace

from geo.airfields import AirfieldKind, airfields
from headland.proving.mover import Mover
from headland.proving.mover_flying import flown
from headland.proving.mover_names import aircraft, unused
from headland.proving.routes_air import Pace, sortie, through
from headland.proving.routes_sea import rows
from headland.proving.truth import Innocent, Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import Place, field, sea

HELICOPTERS = 111_232_500
"""ITU-R M.585: 111, the country, 5 for a helicopter, two digits of its own."""


def make(world: World, draw: Draw) -> Scene:
    """One search: two transponders on one path."""
    listed = airfields()
    row = field(world, draw, (AirfieldKind.MEDIUM, AirfieldKind.LARGE, AirfieldKind.SMALL))
    base: Place = (float(listed.lat_deg[row]), float(listed.lon_deg[row]))
    datum = sea(world, draw, shore_m=(1500.0, 30_000.0))
    lines = rows(datum, draw.between(0.0, 360.0), draw("line_m"), draw("spacing_m"), 4 + draw.pick(5), 1.0)
    corners: list[Place] = [(float(a), float(b)) for a, b in zip(lines.lat_deg, lines.lon_deg, strict=True)]
    search = through(corners, Pace("helicopter", draw("search_mps"), 20.0), draw("height_m"), squawk=23)
    way = sortie(base, search, Pace("helicopter", 68.0, 20.0))
    made = flown(world, draw, way, "helicopter", aircraft(world, draw, "A7"), [base, datum, *corners])
    ais = _as_ais(world, draw, made)
    plain = Scene.ordinary([made, ais], "helicopter", "rescue helicopter searching")
    listing = tuple(Innocent(entity=each.entity, reason="search and rescue") for each in (made, ais))
    return Scene.joined([plain, Scene(innocents=listing)])


def _as_ais(world: World, draw: Draw, made: Mover) -> Mover:
    number = unused(world, HELICOPTERS + draw.pick(100))
    return replace(made, number=number, transponder="SAR", category="")


PLAY = Play(
    name="rescue_helicopters",
    what="a creeping-line search at sea; ADS-B A7 and AIS type 9, both listed as exclusions",
    make=make,
    needs=("adsb",),
    ranges={
        "search_mps": Range(28.0, 42.0, "m/s", "55 to 80 kn"),
        "height_m": Range(70.0, 150.0, "m", "200 to 500 ft over the sea"),
        "line_m": Range(3000.0, 8000.0, "m", "length of a search line"),
        "spacing_m": Range(500.0, 1200.0, "m", "between lines"),
    },
)
