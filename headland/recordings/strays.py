"""Planted for the demo: one number borne by two vessels, and one vessel whose place leaps away and back.

Two coasters call themselves by one number, the one south of the island, the
other west of it, 8 km and more apart. A third, off Selsey, says for a quarter
of an hour that she is 12 km from where she was. Times are demo seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from headland.proving.mover_crafts import CRAFTS
from headland.proving.routes import Motion, Way, motion

LEAP_S = (1800.0, 2700.0)
LEAP_DEG = (0.063, 0.147)
SECOND_S = 2405.0
"""When the second of the two is first heard."""


class Stray(NamedTuple):
    """What `plant.Cast` is made of, in its order."""

    subject: str
    name: str
    moves: Motion
    note: str
    flagged: str
    transponder: str


def strays() -> Iterator[Stray]:
    """All three."""
    for begin_s, lat, lon in (
        (-100.0, [50.560, 50.555], [-1.350, -1.080]),
        (SECOND_S, [50.600, 50.560], [-1.505, -1.350]),
    ):
        moves = motion(Way.through(lat, lon, speed_mps=3.7), CRAFTS["ship"], begin_s)
        note = "one number in two places: south and west of the island"
        yield Stray("mmsi:232999003", "DEMO TWICE", moves, note, "identity_conflict", "A")
    moves = leaping(
        motion(Way.through([50.600, 50.590], [-0.720, -1.080], speed_mps=5.0), CRAFTS["ship"], -50.0)
    )
    yield Stray(
        "mmsi:232999004", "DEMO LEAP", moves, "leaps 12 km off Selsey, and back", "position_anomaly", "A"
    )


def leaping(moves: Motion) -> Motion:
    """The same motion, said elsewhere for a while."""
    time_s = np.union1d(moves.time_s, [each + step for each in LEAP_S for step in (-0.5, 0.0)])
    along = {
        name: np.interp(time_s, moves.time_s, getattr(moves, name))
        for name in ("lat_deg", "lon_deg", "sog_mps", "cog_deg")
    }
    false = (time_s >= LEAP_S[0]) & (time_s < LEAP_S[1])
    along["lat_deg"], along["lon_deg"] = (
        np.where(false, along[name] + off, along[name])
        for name, off in zip(("lat_deg", "lon_deg"), LEAP_DEG, strict=True)
    )
    return Motion.of(
        len(time_s), time_s=time_s, alt_m=np.zeros(len(time_s)), climb_mps=np.zeros(len(time_s)), **along
    )
