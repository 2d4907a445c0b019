"""What a pattern is, what it may look at, and where patterns are found.

A pattern is one file in `fusion/patterns/` that offers `PATTERN`: a frozen
dataclass of parameters with one verb, `find`, which looks at a `View` of the
world at one tick and returns `Findings`. It keeps no memory and never sees a
flag: what it says depends on what was heard, and on nothing else. Opening,
growing, closing and withdrawing flags is the work of `fusion.episodes`.
Nothing else is edited to add one; outside packages may join by the entry
point group `headland.patterns`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from importlib.metadata import entry_points
from typing import Any, ClassVar, Protocol, cast

import numpy as np
import numpy.typing as npt

import fusion.patterns
from fusion.records import Records
from fusion.view import View
from geo.batch import Batch, Floats, Ids, column


class Verdict(IntEnum):
    """What a finding says of the behaviour."""

    HOLDS = 1  # it goes on
    OVER = 2  # it happened, and has ended
    WRONG = 3  # it did not happen: what looked like it has another cause


@dataclass(frozen=True, slots=True)
class Factor:
    """A number that a pattern weighs.

    Attributes:
        threshold: name of the parameter that gives it meaning; None where there is none.
        digits: decimals that are meaningful, and printed.
    """

    name: str
    unit: str
    threshold: str | None = None
    digits: int = 0


@dataclass(frozen=True, eq=False, kw_only=True)
class Findings(Batch):
    """One row a behaviour found at this tick.

    Columns:
        subject_a, subject_b: entities; 0 where there is no second (or no first).
        start_s, end_s: of the behaviour; end NaN while it goes on.
        verdict: `Verdict`.
    """

    subject_a: Ids = column("u8", 0)
    subject_b: Ids = column("u8", 0)
    start_s: Floats = column("f8", np.nan)
    end_s: Floats = column("f8", np.nan)
    lat_deg: Floats = column("f8", np.nan)
    lon_deg: Floats = column("f8", np.nan)
    score: Floats = column("f8", 0.0)
    verdict: npt.NDArray[np.uint8] = column("u1", int(Verdict.HOLDS))


@dataclass(frozen=True, eq=False)
class Found:
    """Findings and the numbers behind them.

    Attributes:
        factors: (n, k) values, one column for each of the pattern's `factors`; NaN where not known.
    """

    findings: Findings
    factors: Floats

    @classmethod
    def nothing(cls, factors: int) -> Found:
        """No findings of a pattern with so many factors."""
        return cls(Findings.empty(), np.empty((0, factors)))

    @classmethod
    def judged(cls, state: Records, verdict: Verdict, end_s: Floats, factors: int) -> Found:
        """One verdict on each of these tracks, from its last silence on; no numbers are weighed."""
        if not len(state):
            return cls.nothing(factors)
        findings = Findings.of(
            len(state),
            subject_a=state["entity"],
            start_s=state["lost_s"],
            end_s=end_s,
            lat_deg=state["lat"],
            lon_deg=state["lon"],
            verdict=np.full(len(state), int(verdict), np.uint8),
        )
        return cls(findings, np.full((len(state), factors), np.nan))

    @classmethod
    def concat(cls, parts: list[Found]) -> Found:
        """All parts, one after another; at most ticks all of them are empty."""
        parts = [part for part in parts if len(part.findings)] or parts[:1]
        if len(parts) == 1:
            return parts[0]
        findings = Findings.concat([part.findings for part in parts])
        return cls(findings, np.concatenate([part.factors for part in parts]))

    def take(self, index: npt.ArrayLike) -> Found:
        """The findings named by an index or a mask."""
        findings = self.findings.take(index) if len(self.findings) else self.findings
        return self if findings is self.findings else Found(findings, self.factors[np.asarray(index)])


class Pattern(Protocol):
    """One kind of behaviour that deserves a second look."""

    name: ClassVar[str]
    version: ClassVar[int]
    every_s: ClassVar[float]
    factors: ClassVar[tuple[Factor, ...]]

    def find(self, view: View) -> Found:
        """What holds, is over, or has proved wrong at this tick. May not write to the view."""
        ...

    def summary(self, finding: Findings, factors: Mapping[str, float]) -> str:
        """Who, what, where and when of one finding, in one plain sentence."""
        ...

    def area(self, finding: Findings, factors: Mapping[str, float]) -> Mapping[str, Any] | None:
        """A GeoJSON geometry where the thing has extent, else None."""
        ...


def patterns() -> dict[str, type[Any]]:
    """Every pattern by name: one module each in `fusion/patterns/`, plus installed guests."""
    found: dict[str, type[Any]] = {}
    for module in pkgutil.iter_modules(fusion.patterns.__path__, "fusion.patterns."):
        pattern = cast("type[Any]", importlib.import_module(module.name).PATTERN)
        found[pattern.name] = pattern
    for guest in entry_points(group="headland.patterns"):
        found.setdefault(guest.name, guest.load())
    return dict(sorted(found.items()))
