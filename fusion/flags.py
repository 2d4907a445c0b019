"""`Flag`: what fusion thinks deserves a second look, as a document with a history.

A flag is a record rather than a row: there are a few an hour, each with its
own list of reasons, and every one of them may have to stand in court. Times
are event time. A new version is issued only when the rounded content changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from feeds.reports import subject
from geo.container import Tree


class State(StrEnum):
    """Where a flag is in its life."""

    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Reason:
    """One factor with its number, and the threshold that gives the number its meaning."""

    factor: str
    value: float
    unit: str
    threshold: float | None


@dataclass(frozen=True, slots=True)
class Flag:
    """One version of a flag.

    Attributes:
        kind: `loitering`, `dark_transponder`, ...
        subjects: entities, sorted; none for a flag about an area.
        start_s, end_s: the behaviour; end None while open.
        raised_s: the tick at which the pattern first held.
        lat_deg, lon_deg: where it happened.
        score: 0..1, rounded to 0.01.
        parameters: of the pattern, by name.
        area: a GeoJSON geometry where the thing has extent.
    """

    id: str
    kind: str
    subjects: tuple[int, ...]
    start_s: float
    end_s: float | None
    raised_s: float
    lat_deg: float
    lon_deg: float
    score: float
    state: State
    version: int
    summary: str
    reasons: tuple[Reason, ...]
    pattern: str
    pattern_version: int
    parameters: Mapping[str, Any]
    area: Mapping[str, Any] | None = None


def flag_id(kind: str, subjects: tuple[int, ...], start_s: float) -> str:
    """16 hex digits: SHA-256 of kind, subjects and the first version's start."""
    text = "|".join([kind, *sorted(map(subject, subjects)), f"{start_s:.3f}"])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def kept_flag(flag: Flag) -> Tree:
    """A flag as a tree that is kept."""
    plain = {each.name: getattr(flag, each.name) for each in fields(Flag)}
    reasons = [[r.factor, r.value, r.unit, r.threshold] for r in flag.reasons]
    area = None if flag.area is None else dict(flag.area)
    return plain | {"reasons": reasons, "parameters": dict(flag.parameters), "area": area}


def flag_of(kept: Tree) -> Flag:
    """The flag that `kept_flag` was given."""
    reasons = tuple(Reason(*each) for each in kept["reasons"])
    return Flag(**kept | {"reasons": reasons, "state": State(kept["state"])})
