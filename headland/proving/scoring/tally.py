"""`Tally`: the counts of one kind in one world; tallies add up, and only sums become shares and rates.

A flag counts as false where no planted thing was assigned to it, whatever the
reason, so that precision flatters nobody; the reasons are told apart beside it:
a repeat of what was already found, a subject that does something else worth a
flag, ordinary life (by its note), or somebody the truth does not name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from headland.proving.scoring.matching import NONE, fitting, match
from headland.proving.scoring.rules import Rules
from headland.proving.scoring.trials import FLIGHT, VESSEL, Claim, Planted, Trial

REPEAT, OTHER, UNNAMED = "repeats", "of another alarm", "not named in the truth"
PROPER_NAME = re.compile(r"[A-Z][\w'’.-]*(?: (?:on |le |of the )?[A-Z][\w'’.-]*)*")


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Counts of one kind.

    Attributes:
        half: matches that name one of two subjects; they are neither found nor false.
        issued: flags at or above the lowest score that were not withdrawn.
        false_vessel, false_flight: of the false ones, those about a vessel, and about an aircraft.
        false_why: the false ones by reason.
        withdrawn_true: withdrawn flags that would have fitted something planted.
        delays_s: from the start of each found thing until its flag was raised.
        forecasts: score, and whether it fitted anything planted, of every flag that was not withdrawn.
    """

    planted: int = 0
    found: int = 0
    half: int = 0
    issued: int = 0
    false: int = 0
    false_vessel: int = 0
    false_flight: int = 0
    withdrawn: int = 0
    withdrawn_true: int = 0
    false_why: Counter[str] = field(default_factory=Counter)
    missed_what: Counter[str] = field(default_factory=Counter)
    delays_s: tuple[float, ...] = ()
    forecasts: tuple[tuple[float, bool], ...] = ()

    def __add__(self, other: Tally) -> Tally:
        added: dict[str, Any] = {
            each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(Tally)
        }
        return Tally(**added)


def kinds_of(trials: Sequence[Trial]) -> list[str]:
    """Every kind that was planted or claimed."""
    planted = {each.kind for trial in trials for each in trial.planted}
    return sorted(planted | {claim.kind for trial in trials for claim in trial.claims})


def tally(trial: Trial, kind: str, rules: Rules) -> Tally:
    """Count one kind of one world."""
    planted = [each for each in trial.planted if each.kind == kind]
    claims = [claim for claim in trial.claims if claim.kind == kind]
    standing = [claim for claim in claims if not claim.withdrawn]
    faint = trial.claims if trial.faint is None else trial.faint
    forecast = [claim for claim in faint if claim.kind == kind and not claim.withdrawn]
    issued = [claim for claim in standing if claim.score >= rules.min_score]
    withdrawn = [claim for claim in claims if claim.withdrawn and claim.score >= rules.min_score]
    made = match(issued, planted, rules)
    used = {claim for claim, _ in (*made.pairs, *made.halves)}
    false = [i for i in range(len(issued)) if i not in used]
    hit = {truth for _, truth in (*made.pairs, *made.halves)}
    return Tally(
        planted=len(planted),
        found=len(made.pairs),
        half=len(made.halves),
        issued=len(issued),
        false=len(false),
        false_vessel=sum(issued[i].of(VESSEL) for i in false),
        false_flight=sum(issued[i].of(FLIGHT) for i in false),
        withdrawn=len(withdrawn),
        withdrawn_true=sum(fits(claim, planted, rules) for claim in withdrawn),
        false_why=Counter(REPEAT if made.fits[i] else why_false(issued[i], trial) for i in false),
        missed_what=Counter(without_names(each.note) for i, each in enumerate(planted) if i not in hit),
        delays_s=tuple(sorted(max(issued[i].raised_s - planted[j].start_s, 0.0) for i, j in made.pairs)),
        forecasts=tuple(sorted((claim.score, fits(claim, planted, rules)) for claim in forecast)),
    )


def fits(claim: Claim, planted: Sequence[Planted], rules: Rules) -> bool:
    """Whether a claim would fit any planted thing."""
    return any(fitting(claim, each, rules) != NONE for each in planted)


def why_false(claim: Claim, trial: Trial) -> str:
    """What a false flag was about: an alarm of another kind or time, ordinary life by its note, or nobody known."""
    alarming = {subject for each in trial.planted for subject in each.subjects}
    if alarming & set(claim.subjects):
        return OTHER
    notes = [trial.quiet[subject] for subject in claim.subjects if subject in trial.quiet]
    return without_names(notes[0]) if notes else UNNAMED


def without_names(note: str) -> str:
    """A note with its proper names left out, so that like life is counted together.

    >>> without_names("ferry between Milford-on-Sea and Saint Catherine's Point")
    'ferry between … and …'
    """
    return PROPER_NAME.sub("…", note)
