"""A score as tables: for a terminal in columns, for a page in Markdown. A dash stands where nothing can be said.

In: the `kinds` of `Score.as_json`, fresh or read back from a file, so that a
page can be written anew from the numbers that were kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from geo.units import MINUTE_S
from headland.proving.scoring.intervals import Estimate
from headland.proving.scoring.scores import TOGETHER

NOTHING = "–"
WHYS = 6
"""How many reasons of false flags a table names; the rest are counted together."""
Kind = Mapping[str, Any]
Kinds = Mapping[str, Kind]


@dataclass(frozen=True)
class Sheet:
    """One table: a title, its head, its rows of text, and how many columns hold words; the others hold numbers."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1

    def as_text(self) -> str:
        """In columns; words left, numbers right."""
        lines = [self.head, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.head))]
        pads = [str.ljust if i < self.words else str.rjust for i in range(len(widths))]
        told = [
            "  ".join(pad(cell, width) for pad, cell, width in zip(pads, line, widths, strict=True))
            for line in lines
        ]
        return "\n".join([self.title, *(line.rstrip() for line in told)])

    def as_markdown(self) -> str:
        """A table of Markdown, without the title."""
        ruled = tuple("---" if i < self.words else "---:" for i in range(len(self.head)))
        lines = [self.head, ruled, *self.rows]
        return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def sheets(kinds: Kinds) -> list[Sheet]:
    """Everything that a score says, as tables."""
    return [found_sheet(kinds), false_sheet(kinds), calibration_sheet(kinds), why_sheet(kinds)]


def found_sheet(kinds: Kinds) -> Sheet:
    """What was planted, what of it was found, and how soon."""
    return _sheet(
        "Found",
        kinds,
        {
            "planted": lambda each: str(each["planted"]),
            "found": lambda each: str(each["found"]),
            "half": lambda each: str(each["half"]),
            "recall": lambda each: percent(each["recall"]),
            "flags": lambda each: str(each["issued"]),
            "false": lambda each: str(each["false"]),
            "precision": lambda each: percent(each["precision"]),
            "delay, median min": lambda each: minutes(each["delay_s"]["median"]),
            "delay, 90th centile min": lambda each: minutes(each["delay_s"]["p90"]),
        },
    )


def false_sheet(kinds: Kinds) -> Sheet:
    """False flags by the time there was to be wrong in, and what was taken back."""
    return _sheet(
        "False flags",
        kinds,
        {
            "per 100 vessel-hours": lambda each: number(each["per_100_vessel_h"]),
            "per 100 flight-hours": lambda each: number(each["per_100_flight_h"]),
            "per day of watch": lambda each: number(each["per_day"]),
            "withdrawn": lambda each: str(each["withdrawn"]),
            "of them right": lambda each: str(each["withdrawn_true"]),
        },
    )


def calibration_sheet(kinds: Kinds) -> Sheet:
    """How far scores are probabilities; lower is better but for resolution."""
    parts = ("reliability", "resolution", "uncertainty")
    return _sheet(
        "Calibration",
        kinds,
        {
            "scores": lambda each: str(each["calibration"]["count"]),
            "Brier": lambda each: number(each["calibration"]["brier"], 3),
            **{name: _part(name) for name in parts},
        },
    )


def reliability_sheet(kind: Kind) -> Sheet:
    """The table behind a reliability plot."""
    rows = tuple(
        (f"{b['low']:.1f} to {b['high']:.1f}", str(b["count"]), plain(b["mean"], 2), percent(b["came"]))
        for b in kind["calibration"]["bins"]
    )
    return Sheet("Reliability", ("score", "flags", "mean score", "came true"), rows)


def why_sheet(kinds: Kinds) -> Sheet:
    """What false flags were about, the most frequent first."""
    rows: list[tuple[str, ...]] = []
    for kind, each in kinds.items():
        if kind == TOGETHER:
            continue
        ranked = sorted(each["false_why"].items(), key=lambda item: (-item[1], item[0]))
        rows += [(kind, why, str(count)) for why, count in ranked[:WHYS]]
        rest = sum(count for _, count in ranked[WHYS:])
        rows += [(kind, "others", str(rest))] if rest else []
    return Sheet("What false flags were about", ("pattern", "about", "flags"), tuple(rows), words=2)


def percent(told: Mapping[str, float | None]) -> str:
    """A share with its interval: `80 % (44 to 97)`."""
    return _said(told, lambda value: f"{100 * value:.0f}", " %")


def number(told: Mapping[str, float | None], digits: int = 2) -> str:
    """A rate with its interval."""
    return _said(told, lambda value: plain(value, digits))


def minutes(told: Mapping[str, float | None]) -> str:
    """Seconds as minutes, with their interval."""
    return _said(told, lambda value: f"{value / MINUTE_S:.0f}")


def plain(value: float | None, digits: int) -> str:
    """A number with so many decimals."""
    return NOTHING if value is None else f"{value:.{digits}f}"


def joined(parts: Iterable[Sheet], spell: Callable[[Sheet], str]) -> str:
    """Tables one after another, empty ones left out."""
    told: Sequence[str] = [spell(part) for part in parts if part.rows]
    return "\n\n".join(told)


def _part(name: str) -> Callable[[Kind], str]:
    return lambda each: plain(each["calibration"][name], 3)


def _said(told: Mapping[str, float | None], spell: Callable[[float], str], unit: str = "") -> str:
    value, low, high = Estimate.of_json(told)
    if not math.isfinite(value):
        return NOTHING
    if not math.isfinite(low):
        return spell(value) + unit
    return f"{spell(value)}{unit} ({spell(low)} to {spell(high)})"


def _sheet(title: str, kinds: Kinds, columns: Mapping[str, Callable[[Kind], str]]) -> Sheet:
    rows = tuple((kind, *(spell(each) for spell in columns.values())) for kind, each in kinds.items())
    return Sheet(title, ("pattern", *columns), rows)


def _cell(text: str) -> str:
    """What stands in a cell is text, whatever it looks like."""
    return escape(text.replace("|", "/"), quote=False)
