"""Identity conflict: a vessel with a number that no authority issues."""

from __future__ import annotations

import numpy as np

from feeds.mmsi import form_doubts
from headland.proving.mover_making import mover, planned
from headland.proving.mover_names import unused, vessel
from headland.proving.mover_staging import alarm, must_be_heard, renamed
from headland.proving.routes_sea import passage
from headland.proving.truth import Scene
from headland.proving.world import Draw, Play, Range, World
from headland.proving.world_places import gate, harbour

CARGO = 70
TYPED = (123_456_789, 111_111_111, 999_999_999, 1_193_046, 100_000_000, 888_888_888)
"""What is found in radios that nobody has set up, and what is typed in to hide."""


def make(world: World, draw: Draw) -> Scene:
    """One passage under such a number."""
    _, home = harbour(world, draw)
    way = passage(world, draw, home, gate(world, draw), draw("speed_mps"), rest=(True, False))
    moved, _ = planned(way, "ship")
    acts_s = min(float(moved.time_s[-1]), 0.7 * world.span_s - 1800.0)
    begin_s = world.begin_for(draw, 0.0, max(acts_s, 600.0))
    made = mover(world, way, moved, vessel(world, draw, CARGO, (60.0, 120.0)), begin_s)
    span = float(made.time_s[0]), min(begin_s + acts_s, float(made.time_s[-1]))
    must_be_heard(world, made, span[0], min(span[0] + 1800.0, span[1]))
    return alarm(
        "identity_conflict", {"ship": renamed(made, _number(world, draw))}, span, "an MMSI that nobody issues"
    )


def _number(world: World, draw: Draw) -> int:
    """One that was typed in, or one with the digits of no country."""
    typed, start = TYPED[draw.pick(len(TYPED))], 200_000_000 + draw.pick(500_000_000)
    if draw.chance(0.5):
        return unused(world, typed)
    nobody = np.flatnonzero(form_doubts(np.arange(200, 800) * 1_000_000))
    return unused(world, (200 + int(nobody[start % len(nobody)])) * 1_000_000 + start % 1_000_000)


PLAY = Play(
    name="identity_impossible",
    kind="identity_conflict",
    what="a ship whose MMSI has no country's digits or is one of those found in radios never set up, class A",
    make=make,
    ranges={"speed_mps": Range(4.5, 8.0, "m/s", "9 to 16 kn")},
)
