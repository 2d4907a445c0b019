"""What a jammer does to everybody about it: fixes lost or wandering, and transponders that say so.

In: movers and `Jam`s. Out: the same movers, with what they say changed while they are
within the jammed circle: the uncertainty of every fix is unknown (NIC and NACp 0 in ADS-B,
accuracy 0 in AIS), and an aircraft's position, kept by dead reckoning, wanders off from the
truth at some metres a second until the fix comes back.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from geo.sphere import destination, distance_m
from headland.proving.mover import Mover
from headland.proving.mover_staging import with_knots_at
from headland.proving.truth import Jam

STEP_S = 5.0


def jammed(made: Mover, jams: Iterable[Jam]) -> Mover:
    """The mover as it speaks under these jammers; itself where it meets none."""
    for jam in jams:
        made = _under(made, jam)
    return made


def _under(made: Mover, jam: Jam) -> Mover:
    begin, end = max(jam.start_s, made.time_s[0]), min(jam.end_s, made.time_s[-1])
    if begin >= end:
        return made
    finer = with_knots_at(made, np.append(np.arange(begin, end, STEP_S), end))
    away_m = distance_m(np.array(jam.lat_deg), np.array(jam.lon_deg), finer.lat_deg, finer.lon_deg)
    inside = (away_m <= jam.radius_m) & (finer.time_s >= jam.start_s) & (finer.time_s < jam.end_s)
    if not inside.any():
        return made
    nothing = np.full(len(finer), np.nan)
    epu_m = nothing if finer.said_epu_m is None else finer.said_epu_m
    told: dict[str, object] = {"said_epu_m": np.where(inside, np.inf, epu_m)}
    if made.kind == "aircraft":
        # Since the last sound fix, however often it enters and leaves the circle.
        sound_s = np.maximum.accumulate(np.where(inside, -np.inf, finer.time_s))
        lost_s = finer.time_s - np.maximum(sound_s, begin)
        lat, lon = destination(
            finer.lat_deg, finer.lon_deg, np.full(len(finer), jam.toward_deg), jam.wander_mps * lost_s
        )
        for name, column in (("said_lat_deg", lat), ("said_lon_deg", lon)):
            before = getattr(finer, name)
            told[name] = np.where(inside, column, nothing if before is None else before)
    return finer.with_knots(**told)
