"""What `headland score` does: files in, scores out, for a person or a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from headland.errors import Problem, SettingsError
from headland.proving.baseline import baseline_trials, read_positions
from headland.proving.scoring.plot import reliability_svg
from headland.proving.scoring.reading import TRACKS, read_trial
from headland.proving.scoring.rules import Rules
from headland.proving.scoring.scores import Score, score
from headland.proving.scoring.table import Sheet, found_sheet, joined, sheets
from headland.proving.scoring.trials import Followed, Trial
from headland.sections import build_section

Pair = tuple[Path, Path]
Hours = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Judged:
    """The score of the flags, and of each textbook rule that was asked for."""

    score: Score
    baselines: Mapping[str, Score] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        told = self.score.as_json()
        if self.baselines:
            told["baselines"] = {name: each.as_json() for name, each in self.baselines.items()}
        return told

    def as_text(self) -> str:
        """For a terminal."""
        f = self.score.followed
        head = (
            f"{self.score.worlds} world{'s' * (self.score.worlds != 1)}: {f.vessel_h:.0f} vessel-hours, "
            f"{f.flight_h:.0f} flight-hours, {f.watch_h:.1f} hours of watch"
        )
        parts = [head, joined(sheets(_kinds(self.score)), Sheet.as_text)]
        for name, each in self.baselines.items():
            if not any(told.tally.issued for told in each.kinds.values()):
                parts.append(f"Textbook rule: {name}: no flag")
                continue
            sheet = found_sheet({kind: told for kind, told in _kinds(each).items() if told["issued"]})
            parts.append(replace(sheet, title=f"Textbook rule: {name}").as_text())
        return "\n\n".join(parts)

    def plot(self) -> str:
        """The reliability plot, as SVG."""
        return reliability_svg(
            {kind: each["calibration"]["bins"] for kind, each in _kinds(self.score).items()}
        )


def _kinds(score: Score) -> dict[str, Any]:
    told: dict[str, Any] = score.as_json()["kinds"]
    return told


def judged(pairs: Sequence[Pair], overrides: Sequence[str], *, hours: Hours, baselines: bool) -> Judged:
    """Score flags against truths, pooled.

    Args:
        pairs: flags and truth of each world.
        overrides: `KEY=VALUE` for a rule of matching.
        hours: of vessels, of flights and of watch, in all worlds together, where there are no tracks.
        baselines: score the textbook rules as well; needs the tracks.

    Raises:
        SettingsError: an override is none.
        GivenFileError: a file is not what it should be.
        OSError: a file cannot be read.
    """
    rules = rules_of(overrides)
    followed = _given(hours)
    trials = [
        # Hours by somebody's word are of all worlds together, so the first one bears them.
        read_trial(flags, truth, rules, None if followed is None else (followed if i == 0 else Followed()))
        for i, (flags, truth) in enumerate(pairs)
    ]
    textbook = _textbook(pairs, trials, rules) if baselines else {}
    return Judged(score(trials, rules), textbook)


def rules_of(overrides: Sequence[str]) -> Rules:
    """The rules, with what is said of them.

    Raises:
        SettingsError: not `KEY=NUMBER`, an unknown key, or a number outside its bounds.
    """
    table: dict[str, float] = {}
    for each in overrides:
        key, _, value = each.partition("=")
        try:
            table[key.strip()] = float(value)
        except ValueError as error:
            raise SettingsError([Problem(f"--set {each}", key, "KEY=NUMBER is expected")]) from error
    return build_section(Rules, asdict(Rules()) | table, "--set")


def _given(hours: Hours) -> Followed | None:
    if all(each is None for each in hours):
        return None
    vessel_h, flight_h, watch_h = (each or 0.0 for each in hours)
    return Followed(vessel_h=vessel_h, flight_h=flight_h, watch_h=watch_h)


def _textbook(pairs: Sequence[Pair], trials: Sequence[Trial], rules: Rules) -> dict[str, Score]:
    """Every textbook rule on the tracks of every world."""
    worlds: dict[str, list[Trial]] = {}
    for (flags, _), trial in zip(pairs, trials, strict=True):
        folder = flags if flags.is_dir() else flags.parent
        for name, made in baseline_trials(read_positions(folder / TRACKS), trial).items():
            worlds.setdefault(name, []).append(made)
    return {name: score(made, rules) for name, made in worlds.items()}
