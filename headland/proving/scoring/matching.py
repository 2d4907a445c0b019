"""Which flag is which planted thing: the best one-to-one assignment.

In: the claims and the planted things of one kind in one world. Out: a
`Matching`. A flag matches where it names all subjects of the truth, comes
between start (less a moment) and end plus grace, and lies near enough; it half-matches where
of two subjects it names one. As many whole matches as possible are made, then
as many half ones, then those with the least delay.

Source: Kuhn, "The Hungarian Method", Naval Research Logistics Quarterly 2
(1955), as scipy's linear_sum_assignment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from geo.batch import Bools, Floats
from geo.sphere import distance_m
from headland.proving.scoring.rules import PLACELESS, Rules
from headland.proving.scoring.trials import FLIGHT, Claim, Planted

NONE, HALF, WHOLE = 0, 1, 2


@dataclass(frozen=True)
class Matching:
    """Who was matched with whom.

    Attributes:
        pairs: rows of claims and of planted things, whole matches.
        halves: the same for half matches.
        fits: for each claim, whether it would fit any planted thing at all, whole or half. Shape: (claims,).
    """

    pairs: tuple[tuple[int, int], ...]
    halves: tuple[tuple[int, int], ...]
    fits: Bools


def match(claims: Sequence[Claim], planted: Sequence[Planted], rules: Rules) -> Matching:
    """Assign claims to planted things; both of one kind."""
    fit = np.array([[fitting(claim, each, rules) for each in planted] for claim in claims], np.int8)
    fit = fit.reshape(len(claims), len(planted))
    rows, columns = linear_sum_assignment(_worth(fit, claims, planted), maximize=True)
    made = list(zip(rows.tolist(), columns.tolist(), strict=True))
    return Matching(
        pairs=tuple(pair for pair in made if fit[pair] == WHOLE),
        halves=tuple(pair for pair in made if fit[pair] == HALF),
        fits=np.asarray(fit.any(axis=1)),
    )


def fitting(claim: Claim, planted: Planted, rules: Rules) -> int:
    """`WHOLE`, `HALF` or `NONE`."""
    named = _named(claim, planted)
    in_time = planted.start_s - rules.lead_s <= claim.raised_s <= planted.end_s + rules.grace_s
    return (
        named if claim.kind == planted.kind and named and in_time and _near(claim, planted, rules) else NONE
    )


def _named(claim: Claim, planted: Planted) -> int:
    """How well the subjects agree; a truth about an area wants a flag about an area."""
    if not planted.subjects:
        return NONE if claim.subjects else WHOLE
    shared = set(planted.subjects) & set(claim.subjects)
    if len(shared) == len(set(planted.subjects)):
        return WHOLE
    return HALF if shared else NONE


def _near(claim: Claim, planted: Planted, rules: Rules) -> bool:
    if planted.subjects and planted.kind in PLACELESS:
        return True
    flies = any(each.startswith(FLIGHT) for each in planted.subjects)
    pace_mps = rules.flight_mps if flies else rules.vessel_mps
    reach_m = rules.place_m + pace_mps * (planted.end_s - planted.start_s)
    apart_m = distance_m(
        np.array(claim.lat_deg), np.array(claim.lon_deg), np.array(planted.lat_deg), np.array(planted.lon_deg)
    )
    return bool(apart_m <= (reach_m if planted.subjects else rules.area_m))


def _worth(fit: npt.NDArray[np.int8], claims: Sequence[Claim], planted: Sequence[Planted]) -> Floats:
    """What each pair adds. A whole match outweighs all half ones together, and a half one all promptness."""
    most = min(fit.shape) + 1.0
    raised = np.array([claim.raised_s for claim in claims])[:, None]
    start = np.array([each.start_s for each in planted])[None, :]
    delay_s = np.maximum(raised - start, 0.0)
    prompt = 1.0 / (1.0 + delay_s / 3600.0) / most
    worth = np.where(fit == WHOLE, most, 1.0) + prompt
    return np.asarray(np.where(fit == NONE, 0.0, worth))
