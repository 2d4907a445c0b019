"""Police helicopters: orbits over a place on land or by the shore; listed as known."""

from __future__ import annotations

from geo.airfields import OPEN, AirfieldKind, airfields
from headland.proving.mover_flying import flown
from headland.proving.mover_names import aircraft
from headland.proving.routes_air import Pace, level_over, orbit, sortie, through
from headland.proving.truth import Innocent, Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import Place, farmland, field


def make(world: World, draw: Draw) -> Scene:
    """One task."""
    listed = airfields()
    row = field(world, draw, (*OPEN, AirfieldKind.HELIPORT))
    base: Place = (float(listed.lat_deg[row]), float(listed.lon_deg[row]))
    task = farmland(world, draw, field_m=2500.0, shore_m=(50.0, 6000.0))
    radius_m, speed = draw("radius_m"), draw("orbit_mps")
    turns = 60.0 * draw("task_min") * speed / (2 * 3.1416 * radius_m)
    circle = orbit(task, radius_m, turns, base, base)
    level_m = level_over([base, *circle[:13]], draw("height_m"))
    over = through(circle, Pace("helicopter", speed, 20.0), level_m, squawk=20)
    way = sortie(base, over, Pace("helicopter", 65.0, 20.0))
    made = flown(world, draw, way, "helicopter", aircraft(world, draw, "A7"), [base])
    plain = Scene.ordinary([made], "helicopter", "police helicopter over a task")
    return Scene.joined([plain, Scene(innocents=(Innocent(entity=made.entity, reason="police"),))])


PLAY = Play(
    name="police",
    what="a helicopter's orbits over one place near the coast, ADS-B A7, listed as an exclusion",
    make=make,
    needs=("adsb",),
    ranges={
        "orbit_mps": Range(28.0, 42.0, "m/s", "55 to 80 kn"),
        "radius_m": Range(500.0, 1200.0, "m", "of the orbit"),
        "height_m": Range(280.0, 600.0, "m", "above the sea, more where the ground is high"),
        "task_min": Range(10.0, 40.0, "min", "over the task"),
    },
)
