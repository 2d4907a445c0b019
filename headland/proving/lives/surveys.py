"""Survey boats: parallel lines over a block of sea bed for hours, at a steady few knots."""

from __future__ import annotations

from headland.proving.mover_making import ordinary
from headland.proving.mover_names import vessel
from headland.proving.routes_sea import RESTRICTED, joined, passage, rows
from headland.proving.truth import Innocent, Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import harbour, sea

OTHER = 90


def make(world: World, draw: Draw) -> Scene:
    """One block surveyed; half of the boats are listed by the authority that ordered it."""
    name, home = harbour(world, draw)
    block = sea(world, draw, shore_m=(1200.0, 20_000.0), near=(home, 3000.0, 25_000.0))
    lines = 6 + draw.pick(8)
    work = rows(
        block,
        draw.between(0.0, 360.0),
        draw("line_m"),
        draw("spacing_m"),
        lines,
        draw("survey_mps"),
        RESTRICTED,
    )
    ends = [(float(work.lat_deg[i]), float(work.lon_deg[i])) for i in (0, -1)]
    out = passage(world, draw, home, ends[0], 6.0, rest=(True, False))
    back = passage(world, draw, ends[1], home, 6.0, rest=(False, True)).staying(1800.0)
    made = ordinary(world, draw, joined(out, work, back), "tug", vessel(world, draw, OTHER, (14.0, 40.0)))
    plain = Scene.ordinary([made], "tug", f"survey boat out of {name}")
    if draw.chance(0.5):
        plain = Scene.joined(
            [plain, Scene(innocents=(Innocent(entity=made.entity, reason="hydrographic survey"),))]
        )
    return plain


PLAY = Play(
    name="surveys",
    what="parallel survey lines, status 3, class A; half are listed as exclusions",
    make=make,
    ranges={
        "survey_mps": Range(1.8, 2.8, "m/s", "3.5 to 5.5 kn with the sonar running"),
        "line_m": Range(1200.0, 3500.0, "m", "length of a line"),
        "spacing_m": Range(100.0, 250.0, "m", "between lines"),
    },
)
