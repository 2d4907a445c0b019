"""Findings become flags: opened, grown, closed and withdrawn, out loud.

A pattern says at each tick what holds; an episode is the memory of it. It
opens when a finding reaches `min_score`, grows while the finding holds, and
closes when nothing has held for `linger_s`, or at once when the pattern says
it is over. When the pattern says that it was wrong, it is withdrawn. Found
again with the same start it is the same flag, in its next version. A new
version is issued only when the rounded content changes, and a growing one no
more often than every `update_s`. What a flag says is its strongest evidence:
a finding that has weakened does not take back what was seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fusion.flags import Flag, Reason, State, flag_id, flag_of, kept_flag
from fusion.parameters import FlagParameters, as_numbers
from fusion.pattern import Found, Pattern, Verdict
from geo.container import Tree

PLACE_DIGITS = 5
"""A metre of latitude: a flag's place is no better known."""
SCORE_DIGITS = 2
REMEMBER_S = 86400.0
"""Tracks are forgotten after hours; no behaviour is found again with the same start after a day."""


@dataclass
class _Episode:
    flag: Flag
    held_s: float
    told_s: float


class Episodes:
    """The open flags of every pattern."""

    def __init__(self, parameters: FlagParameters) -> None:
        self._parameters = parameters
        self._open: dict[tuple[str, int, int], _Episode] = {}
        self._ended: dict[str, tuple[Flag, float]] = {}
        self._oldest_s = np.inf  # none of them ended before

    def retune(self, parameters: FlagParameters) -> None:
        """Go by other numbers from now on; what is open stays open until they close it."""
        self._parameters = parameters

    def take(self, pattern: Pattern, found: Found, now_s: float) -> list[Flag]:
        """What changed, after a pattern's findings of one tick. Flags come in a fixed order."""
        p = self._parameters
        changed: list[Flag] = []
        if len(found.findings):
            strong = found.findings.score >= p.min_score * p.hold_ratio
            spoken = strong | (found.findings.verdict != Verdict.HOLDS)
            for i in np.flatnonzero(spoken).tolist():
                changed += self._one(pattern, found, i, now_s)
        changed += self._lapsed(pattern.name, now_s)
        for flag in changed:
            if flag.state is not State.OPEN:
                self._ended[flag.id] = flag, now_s
                self._oldest_s = min(self._oldest_s, now_s)
        if now_s - self._oldest_s > REMEMBER_S:
            self._ended = {id_: ended for id_, ended in self._ended.items() if now_s - ended[1] <= REMEMBER_S}
            self._oldest_s = min((ended_s for _, ended_s in self._ended.values()), default=np.inf)
        return sorted(changed, key=lambda flag: (flag.kind, flag.id))

    def state(self) -> Tree:
        """What is open and what has ended, as `restore` takes it."""
        return {
            "open": [
                [key, kept_flag(episode.flag), episode.held_s, episode.told_s]
                for key, episode in self._open.items()
            ],
            "ended": [[kept_flag(flag), ended_s] for flag, ended_s in self._ended.values()],
        }

    def restore(self, state: Tree) -> None:
        """Remember what `state` told, and nothing else."""
        self._open = {
            key: _Episode(flag_of(flag), held_s, told_s) for key, flag, held_s, told_s in state["open"]
        }
        ended = [(flag_of(flag), ended_s) for flag, ended_s in state["ended"]]
        self._ended = {flag.id: (flag, ended_s) for flag, ended_s in ended}
        self._oldest_s = min((ended_s for _, ended_s in ended), default=np.inf)

    def _one(self, pattern: Pattern, found: Found, i: int, now_s: float) -> list[Flag]:
        f = found.findings
        key = (pattern.name, int(f.subject_a[i]), int(f.subject_b[i]))
        episode = self._open.get(key)
        verdict, score = Verdict(int(f.verdict[i])), float(f.score[i])
        if episode is None:
            if verdict is Verdict.WRONG or score < self._parameters.min_score:
                return []
            flag = self._resumed(written(pattern, found.take([i]), now_s))
            if verdict is Verdict.HOLDS:
                self._open[key] = _Episode(flag, now_s, now_s)
            elif flag.id in self._ended:
                return []  # what ended is told once
            return [flag]
        if verdict is Verdict.HOLDS:
            return self._grown(pattern, found, i, episode, now_s)
        del self._open[key]
        end_s = float(f.end_s[i])
        state = State.CLOSED if verdict is Verdict.OVER else State.WITHDRAWN
        return [_ended(episode.flag, episode.held_s if np.isnan(end_s) else end_s, state)]

    def _resumed(self, flag: Flag) -> Flag:
        """The next version of a flag that has ended, where it is the same behaviour since the same time."""
        before, _ = self._ended.get(flag.id, (None, 0.0))
        if before is None:
            return flag
        return replace(flag, version=before.version + 1, raised_s=before.raised_s)

    def _grown(self, pattern: Pattern, found: Found, i: int, episode: _Episode, now_s: float) -> list[Flag]:
        episode.held_s = now_s
        score = round(float(found.findings.score[i]), SCORE_DIGITS)
        if score < episode.flag.score or now_s - episode.told_s < self._parameters.update_s:
            return []
        now = written(pattern, found.take([i]), now_s)
        old = episode.flag
        new = replace(now, id=old.id, start_s=old.start_s, raised_s=old.raised_s, version=old.version + 1)
        if replace(new, version=old.version) == old:
            return []
        episode.flag, episode.told_s = new, now_s
        return [new]

    def _lapsed(self, name: str, now_s: float) -> list[Flag]:
        over = [
            key
            for key, episode in self._open.items()
            if key[0] == name and now_s - episode.held_s > self._parameters.linger_s
        ]
        ended = [self._open.pop(key) for key in over]
        return [_ended(episode.flag, episode.held_s, State.CLOSED) for episode in ended]


def written(pattern: Pattern, found: Found, now_s: float) -> Flag:
    """The first version of a flag from one finding."""
    row = found.findings
    numbers = {
        factor.name: round(float(value), factor.digits)
        for factor, value in zip(pattern.factors, found.factors[0], strict=True)
    }
    subjects = tuple(sorted(int(s) for s in (row.subject_a[0], row.subject_b[0]) if s))
    start_s = round(float(row.start_s[0]), 3)
    return Flag(
        id=flag_id(pattern.name, subjects, start_s),
        kind=pattern.name,
        subjects=subjects,
        start_s=start_s,
        end_s=None if np.isnan(row.end_s[0]) else round(float(row.end_s[0]), 3),
        raised_s=now_s,
        lat_deg=round(float(row.lat_deg[0]), PLACE_DIGITS),
        lon_deg=round(float(row.lon_deg[0]), PLACE_DIGITS),
        score=round(float(row.score[0]), SCORE_DIGITS),
        state=State.OPEN if row.verdict[0] == Verdict.HOLDS else State.CLOSED,
        version=1,
        summary=pattern.summary(row, numbers),
        reasons=_reasons(pattern, numbers),
        pattern=pattern.name,
        pattern_version=pattern.version,
        parameters=as_numbers(pattern),
        area=pattern.area(row, numbers),
    )


def _reasons(pattern: Pattern, numbers: dict[str, float]) -> tuple[Reason, ...]:
    return tuple(
        Reason(factor.name, numbers[factor.name], factor.unit, _threshold(pattern, factor.threshold))
        for factor in pattern.factors
        if not np.isnan(numbers[factor.name])
    )


def _threshold(pattern: Any, name: str | None) -> float | None:
    return None if name is None else float(getattr(pattern, name))


def _ended(flag: Flag, end_s: float, state: State) -> Flag:
    return replace(flag, end_s=round(max(end_s, flag.start_s), 3), state=state, version=flag.version + 1)
