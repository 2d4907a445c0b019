"""`Rules`: when a flag is taken for the thing that was planted."""

from __future__ import annotations

from dataclasses import dataclass

from fusion.parameters import parameter

PLACELESS = frozenset({"identity_conflict", "position_anomaly"})
"""Kinds whose subject lies about where it is: no place of such a flag is wrong."""


@dataclass(frozen=True, slots=True)
class Rules:
    """When a flag is taken for the thing that was planted; the kind and a subject must agree in any case."""

    min_score: float = parameter(
        0.5, "", "what a desk is shown by default; lower flags count for calibration alone", 0.0, 1.0
    )
    lead_s: float = parameter(
        120.0, "s", "a landing is over when the aircraft stands, and is seen when it touches down", 0, 3600
    )
    grace_s: float = parameter(
        1800.0,
        "s",
        "a flag may come this long after the end: the longest window a pattern looks back",
        0,
        86400,
    )
    place_m: float = parameter(
        5000.0, "m", "of the truth's place: a search from a boat or a helicopter begins so near", 100, 100_000
    )
    vessel_mps: float = parameter(
        10.0, "m/s", "a behaviour that lasts may be anywhere a ship at 20 kn has come to", 0, 50
    )
    flight_mps: float = parameter(60.0, "m/s", "the same for a light aircraft at 115 kn", 0, 300)
    area_m: float = parameter(
        40_000.0, "m", "where an area is the subject: jamming is felt over tens of kilometres", 1000, 500_000
    )
    follow_s: float = parameter(
        600.0,
        "s",
        "a subject is followed between two positions no further apart: a ship at anchor speaks "
        "each three minutes",
        10,
        86400,
    )
