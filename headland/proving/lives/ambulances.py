"""Air ambulances: from base to where somebody is hurt, off any airfield, to a hospital, and home; listed as known."""

from __future__ import annotations

from geo.airfields import OPEN, AirfieldKind, airfields
from headland.proving.mover_flying import flown
from headland.proving.mover_names import aircraft
from headland.proving.routes import Way
from headland.proving.routes_air import hops
from headland.proving.truth import Innocent, Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import Place, farmland, field


def make(world: World, draw: Draw) -> Scene:
    """One call."""
    listed = airfields()
    places: list[Place] = []
    for kinds in ((*OPEN, AirfieldKind.HELIPORT), (AirfieldKind.HELIPORT, *OPEN)):
        row = field(world, draw, kinds)
        places.append((float(listed.lat_deg[row]), float(listed.lon_deg[row])))
    base, hospital = places
    scene = farmland(world, draw, field_m=3000.0)
    stops = [base, scene, hospital, base]
    way: Way = hops(
        stops, [300.0, 60.0 * draw("scene_min"), 900.0, 600.0], draw("speed_mps"), draw("height_m")
    )
    made = flown(world, draw, way, "helicopter", aircraft(world, draw, "A7"), stops)
    plain = Scene.ordinary([made], "helicopter", "air ambulance, set down off any airfield")
    return Scene.joined([plain, Scene(innocents=(Innocent(entity=made.entity, reason="air ambulance"),))])


PLAY = Play(
    name="ambulances",
    what="an air ambulance with a set-down in the open, ADS-B A7, listed as an exclusion",
    make=make,
    needs=("adsb",),
    ranges={
        "speed_mps": Range(58.0, 72.0, "m/s", "115 to 140 kn"),
        "height_m": Range(180.0, 350.0, "m", "above the ground: 600 to 1,150 ft"),
        "scene_min": Range(15.0, 45.0, "min", "on the ground at the scene"),
    },
)
