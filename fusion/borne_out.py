"""What the witnesses of a place weigh, for a pattern that asks whether the place is real.

In: `fusion.corroboration.Heard`. Out: weights of evidence (`fusion.odds`) that
a craft is not where it says, and the numbers a flag shows for it.
"""

from __future__ import annotations

import numpy as np

from fusion.corroboration import UNKNOWN, Heard
from fusion.pattern import Factor
from geo.batch import Floats

WITNESS_WEIGHT, WITNESSES_MOST = -0.8, 3
"""Receivers err each by itself; more than three of them say no more, for what all hear may still be made up."""
NONE_COULD_WEIGHT = 1.5
"""Ducts carry VHF so far now and then: of five places that none of those who heard them could hear, one is real."""

INDEPENDENT = Factor("independent_sites", "sites")
FACTORS = (INDEPENDENT, Factor("sites_in_reach", "sites"))
"""What a pattern adds to its factors to say `numbers`."""


def numbers(heard: Heard) -> dict[str, Floats]:
    """What a flag shows: by factor of `FACTORS`; NaN where the places of stations are not known. Shapes: (n,)."""
    in_reach = np.where(heard.plausible == UNKNOWN, np.nan, heard.plausible)
    return {"independent_sites": heard.independent.astype(np.float64), "sites_in_reach": in_reach}


def unreal_weight(heard: Heard) -> Floats:
    """Weight of evidence that a place is not real: 0 for one witness, less for more, more where none could hear it.

    >>> unreal_weight(Heard(np.array([1, 3, 2], np.int8), np.array([-1, 3, 0], np.int8))).tolist()
    [0.0, -1.6, 1.5]
    """
    witnesses = np.where(heard.plausible == UNKNOWN, heard.independent, heard.plausible).astype(np.float64)
    borne_out = WITNESS_WEIGHT * np.clip(witnesses - 1.0, 0.0, WITNESSES_MOST - 1.0)
    none_could = (heard.plausible == 0) & (heard.independent > 0)
    return np.where(none_could, NONE_COULD_WEIGHT, borne_out)
