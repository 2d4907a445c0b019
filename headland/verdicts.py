"""What `headland doctor` says of one thing, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """How a thing stands."""

    OK = "ok"
    OPTIONAL = "optional"  # not there, and not needed for what works today
    MISSING = "missing"  # needed


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        remedy: what to do about it; empty where nothing is to be done.
    """

    name: str
    verdict: Verdict
    found: str
    remedy: str = ""


def as_json(checks: list[Check]) -> dict[str, Any]:
    """For programs: the verdicts, and whether all is there that is needed."""
    return {
        "ok": all_there(checks),
        "checks": [
            {"name": c.name, "verdict": c.verdict, "found": c.found, "remedy": c.remedy or None}
            for c in checks
        ],
    }


def all_there(checks: list[Check]) -> bool:
    """Whether nothing is missing that is needed."""
    return all(check.verdict is not Verdict.MISSING for check in checks)


def as_lines(checks: list[Check]) -> Iterator[str]:
    """For people: a line a check, and under it what to do."""
    width = max(len(check.name) for check in checks)
    for check in checks:
        yield f"{check.verdict:<9}{check.name:<{width + 2}}{check.found}"
        if check.remedy:
            yield f"{'':9}{'':{width + 2}}-> {check.remedy}"
