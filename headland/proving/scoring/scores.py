"""`Score`: tallies of all worlds as shares, rates, delays and calibration, by kind and together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import reduce
from operator import add
from typing import Any

import numpy as np

from geo.batch import Floats
from headland.proving.scoring.calibration import Calibration, calibration
from headland.proving.scoring.intervals import LEVEL, Estimate, over_worlds, rate, rounded, share
from headland.proving.scoring.rules import Rules
from headland.proving.scoring.tally import REPEAT, Tally, kinds_of, tally
from headland.proving.scoring.trials import Followed, Trial

TOGETHER = "all"
SEED = 20261122
"""Of the drawn worlds; fixed, so that equal flags have equal intervals."""
DAY_H = 24.0


@dataclass(frozen=True, kw_only=True)
class KindScore:
    """How well one kind of thing was flagged.

    Attributes:
        recall: share of planted things found; `recall_half` counts half matches as found.
        precision: share of flags that were right; a half match is right.
        per_100_vessel_h, per_100_flight_h: false flags about vessels, and about aircraft, per 100 hours followed.
        per_day: false flags per 24 hours of watch.
        delay_median_s, delay_p90_s: from the start of a thing that was found until its flag was raised.
    """

    tally: Tally
    recall: Estimate
    recall_half: Estimate
    precision: Estimate
    per_100_vessel_h: Estimate
    per_100_flight_h: Estimate
    per_day: Estimate
    delay_median_s: Estimate
    delay_p90_s: Estimate
    calibration: Calibration


@dataclass(frozen=True, kw_only=True)
class Score:
    """What scoring found; `kinds` ends with all kinds together under `TOGETHER`."""

    worlds: int
    followed: Followed
    rules: Rules
    kinds: Mapping[str, KindScore]

    def as_json(self) -> dict[str, Any]:
        """For programs; null where nothing can be said."""
        return {
            "worlds": self.worlds,
            "followed": {name: rounded(hours) for name, hours in asdict(self.followed).items()},
            "rules": asdict(self.rules),
            "level": LEVEL,
            "kinds": {kind: _kind_json(each) for kind, each in self.kinds.items()},
        }


def score(trials: Sequence[Trial], rules: Rules) -> Score:
    """Score worlds together; their order and that of their flags does not matter."""
    trials = sorted(trials, key=lambda trial: repr(trial.order))
    followed = sum((trial.followed for trial in trials), Followed())
    by_kind = {kind: [tally(trial, kind, rules) for trial in trials] for kind in kinds_of(trials)}
    every = [reduce(add, tallies, Tally()) for tallies in zip(*by_kind.values(), strict=True)]
    return Score(
        worlds=len(trials),
        followed=followed,
        rules=rules,
        kinds={kind: kind_score(worlds, followed) for kind, worlds in (by_kind | {TOGETHER: every}).items()},
    )


def kind_score(worlds: Sequence[Tally], followed: Followed) -> KindScore:
    """Shares, rates, delays and calibration of one kind, from its tally in each world."""
    total = reduce(add, worlds, Tally())
    delays = [np.array(each.delays_s) for each in worlds]
    return KindScore(
        tally=total,
        recall=share(total.found, total.planted),
        recall_half=share(total.found + total.half, total.planted),
        precision=share(total.issued - total.false, total.issued),
        per_100_vessel_h=rate(total.false_vessel, followed.vessel_h / 100.0),
        per_100_flight_h=rate(total.false_flight, followed.flight_h / 100.0),
        per_day=rate(total.false, followed.watch_h / DAY_H),
        delay_median_s=over_worlds(delays, _median, SEED),
        delay_p90_s=over_worlds(delays, _p90, SEED),
        calibration=calibration([each.forecasts for each in worlds], SEED),
    )


def _median(rows: Floats) -> float:
    return float(np.median(rows))


def _p90(rows: Floats) -> float:
    return float(np.quantile(rows, 0.9))


def _kind_json(each: KindScore) -> dict[str, Any]:
    t, c = each.tally, each.calibration
    estimates = ("recall", "recall_half", "precision", "per_100_vessel_h", "per_100_flight_h", "per_day")
    counts = ("planted", "found", "half", "issued", "false", "withdrawn", "withdrawn_true")
    return {
        **{name: getattr(t, name) for name in counts},
        "repeats": t.false_why[REPEAT],
        "false_why": dict(sorted(t.false_why.items(), key=lambda item: (-item[1], item[0]))),
        "missed_what": dict(sorted(t.missed_what.items(), key=lambda item: (-item[1], item[0]))),
        **{name: getattr(each, name).as_json() for name in estimates},
        "delay_s": {"median": each.delay_median_s.as_json(), "p90": each.delay_p90_s.as_json()},
        "calibration": {
            "count": c.count,
            "brier": c.brier.as_json(),
            **{n: rounded(getattr(c, n)) for n in ("reliability", "resolution", "uncertainty", "within")},
            "bins": [asdict(b) | {"mean": rounded(b.mean), "came": b.came.as_json()} for b in c.bins],
        },
    }
