"""A score as tables: for a terminal in columns, for a page in Markdown. A dash stands where nothing can be said."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from geo.units import MINUTE_S
from headland.proving.scoring.intervals import Estimate
from headland.proving.scoring.scores import TOGETHER, KindScore, Score

NOTHING = "–"
WHYS = 6
"""How many reasons of false flags a table names; the rest are counted together."""


@dataclass(frozen=True)
class Sheet:
    """One table: a title, its head, and its rows of text."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def as_text(self) -> str:
        """In columns; the first one left, numbers right."""
        lines = [self.head, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.head))]
        pads = (str.ljust, *(str.rjust,) * (len(widths) - 1))
        told = [
            "  ".join(pad(*cell) for pad, cell in zip(pads, zip(line, widths, strict=True), strict=True))
            for line in lines
        ]
        return "\n".join([self.title, *(line.rstrip() for line in told)])

    def as_markdown(self) -> str:
        """A table of Markdown, without the title."""
        lines = [self.head, ("---", *("---:",) * (len(self.head) - 1)), *self.rows]
        return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    """What stands in a cell is text, whatever it looks like."""
    return escape(text.replace("|", "/"), quote=False)


def sheets(score: Score) -> list[Sheet]:
    """Everything that a score says, as tables."""
    return [
        found_sheet(score.kinds),
        false_sheet(score.kinds),
        calibration_sheet(score.kinds),
        why_sheet(score.kinds),
    ]


def found_sheet(kinds: Mapping[str, KindScore]) -> Sheet:
    """What was planted, what of it was found, and how soon."""
    return _sheet(
        "Found",
        kinds,
        {
            "planted": lambda each: str(each.tally.planted),
            "found": lambda each: str(each.tally.found),
            "half": lambda each: str(each.tally.half),
            "recall": lambda each: percent(each.recall),
            "flags": lambda each: str(each.tally.issued),
            "false": lambda each: str(each.tally.false),
            "precision": lambda each: percent(each.precision),
            "delay, median min": lambda each: minutes(each.delay_median_s),
            "delay, 90th centile min": lambda each: minutes(each.delay_p90_s),
        },
    )


def false_sheet(kinds: Mapping[str, KindScore]) -> Sheet:
    """False flags by the time there was to be wrong in, and what was taken back."""
    return _sheet(
        "False flags",
        kinds,
        {
            "per 100 vessel-hours": lambda each: number(each.per_100_vessel_h),
            "per 100 flight-hours": lambda each: number(each.per_100_flight_h),
            "per day of watch": lambda each: number(each.per_day),
            "withdrawn": lambda each: str(each.tally.withdrawn),
            "of them right": lambda each: str(each.tally.withdrawn_true),
        },
    )


def calibration_sheet(kinds: Mapping[str, KindScore]) -> Sheet:
    """How far scores are probabilities; lower is better but for resolution."""
    return _sheet(
        "Calibration",
        kinds,
        {
            "scores": lambda each: str(each.calibration.count),
            "Brier": lambda each: number(each.calibration.brier, 3),
            "reliability": lambda each: plain(each.calibration.reliability, 3),
            "resolution": lambda each: plain(each.calibration.resolution, 3),
            "uncertainty": lambda each: plain(each.calibration.uncertainty, 3),
        },
    )


def reliability_sheet(each: KindScore) -> Sheet:
    """The table behind a reliability plot."""
    rows = tuple(
        (f"{b.low:.1f} to {b.high:.1f}", str(b.count), plain(b.mean, 2), percent(b.came))
        for b in each.calibration.bins
    )
    return Sheet("Reliability", ("score", "flags", "mean score", "came true"), rows)


def why_sheet(kinds: Mapping[str, KindScore]) -> Sheet:
    """What false flags were about, the most frequent first."""
    rows: list[tuple[str, ...]] = []
    for kind, each in kinds.items():
        if kind == TOGETHER:
            continue
        ranked = sorted(each.tally.false_why.items(), key=lambda item: (-item[1], item[0]))
        rows += [(kind, why, str(count)) for why, count in ranked[:WHYS]]
        rest = sum(count for _, count in ranked[WHYS:])
        rows += [(kind, "others", str(rest))] if rest else []
    return Sheet("What false flags were about", ("pattern", "about", "flags"), tuple(rows))


def percent(estimate: Estimate) -> str:
    """A share with its interval: `80 % (44 to 97)`."""
    return _said(estimate, lambda value: f"{100 * value:.0f}", " %")


def number(estimate: Estimate, digits: int = 2) -> str:
    """A rate with its interval."""
    return _said(estimate, lambda value: plain(value, digits))


def minutes(estimate: Estimate) -> str:
    """Seconds as minutes, with their interval."""
    return _said(estimate, lambda value: f"{value / MINUTE_S:.0f}")


def plain(value: float, digits: int) -> str:
    """A number with so many decimals."""
    return f"{value:.{digits}f}" if math.isfinite(value) else NOTHING


def _said(estimate: Estimate, spell: Callable[[float], str], unit: str = "") -> str:
    if not math.isfinite(estimate.value):
        return NOTHING
    if not math.isfinite(estimate.low):
        return spell(estimate.value) + unit
    return f"{spell(estimate.value)}{unit} ({spell(estimate.low)} to {spell(estimate.high)})"


def _sheet(
    title: str, kinds: Mapping[str, KindScore], columns: Mapping[str, Callable[[KindScore], str]]
) -> Sheet:
    rows = tuple((kind, *(spell(each) for spell in columns.values())) for kind, each in kinds.items())
    return Sheet(title, ("pattern", *columns), rows)


def joined(parts: Iterable[Sheet], spell: Callable[[Sheet], str]) -> str:
    """Tables one after another, empty ones left out."""
    told: Sequence[str] = [spell(part) for part in parts if part.rows]
    return "\n\n".join(told)
