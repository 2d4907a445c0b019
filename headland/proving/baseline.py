"""Textbook rules as yardsticks: what a rule may look at, what it says, and where rules are found.

A baseline is one file in `headland/proving/baselines/` that offers `RULES`: frozen
dataclasses of numbers with one verb, `find`, from the fused positions of a
replay (`tracks.parquet`) to what it marks. They are the published rules, scaled
to a coast where their own numbers rule it out, and deliberately no more: no
context, no coverage, no probability. A pattern that does not do better than
the rule it replaces has not earned its keep.

`flags_of` makes flags in the form that patterns have, all with score 1, for
these rules are always sure.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import headland.proving.baselines
from feeds.reports import entity_of
from fusion.flags import Flag, State, flag_id
from geo.batch import Bools, Floats, Ints
from geo.sphere import distance_m
from headland.errors import GivenFileError
from headland.outputs import WKB_POINT
from headland.proving.scoring.trials import VESSEL, Claim, Trial

SHORTEST_STEP_S = 1.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Positions:
    """Fused positions, by subject and then by time.

    Attributes:
        subjects: their words, sorted.
        first: where each subject's rows begin, and the end. Shape: (subjects + 1,).
        alt_m: NaN at sea, and where not said; sog_mps, cog_deg: as the filter has them.
    """

    subjects: tuple[str, ...]
    first: Ints
    time_s: Floats
    lat_deg: Floats
    lon_deg: Floats
    alt_m: Floats
    sog_mps: Floats
    cog_deg: Floats

    @property
    def end_s(self) -> float:
        """When the watch ended; NaN where nothing was heard."""
        return float(self.time_s.max(initial=-np.inf)) if len(self.time_s) else float("nan")

    def each(self, *, vessels: bool) -> Iterator[tuple[str, slice]]:
        """Every vessel, or every aircraft, with its rows."""
        for i, word in enumerate(self.subjects):
            if word.startswith(VESSEL) == vessels:
                yield word, slice(int(self.first[i]), int(self.first[i + 1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a rule says: somebody, since when, until when, where; `raised_s` is when it could first be said."""

    subjects: tuple[str, ...]
    start_s: float
    end_s: float
    raised_s: float
    lat_deg: float
    lon_deg: float


class Rule(Protocol):
    """A textbook rule."""

    @property
    def name(self) -> str:
        """Whose rule it is, for a table."""
        ...

    @property
    def kind(self) -> str:
        """The pattern it stands beside."""
        ...

    def find(self, positions: Positions) -> list[Mark]:
        """Everything that it marks."""
        ...


def rules() -> list[Any]:
    """Every rule: those of each module in `headland/proving/baselines/`, by kind and name."""
    folder = headland.proving.baselines
    names = [module.name for module in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}.")]
    found = [rule for name in names for rule in importlib.import_module(name).RULES]
    return sorted(found, key=lambda rule: (rule.kind, rule.name))


def read_positions(path: Path) -> Positions:
    """Positions from a `tracks.parquet`; rows without a place are left out.

    Raises:
        GivenFileError: it is not the tracks of a replay.
        OSError: the file cannot be read.
    """
    try:
        table = pq.read_table(path)
        time_s = table["time"].cast(pa.int64()).to_numpy() / 1e6
        words, geometry = table["subject"].to_pylist(), table["geometry"]
        columns = [table[name].to_numpy() for name in ("alt_m", "sog_mps", "cog_deg")]
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, KeyError) as error:
        raise GivenFileError(f"{path}: not the tracks of a replay: {error}") from error
    placed = ~geometry.is_null().to_numpy()
    points = np.frombuffer(b"".join(geometry.drop_null().to_pylist()), WKB_POINT)
    return positions_of(
        [word for word, there in zip(words, placed.tolist(), strict=True) if there],
        time_s[placed],
        points["lat"],
        points["lon"],
        *(column[placed] for column in columns),
    )


def positions_of(
    words: Sequence[str],
    time_s: Floats,
    lat: Floats,
    lon: Floats,
    alt_m: Floats,
    sog_mps: Floats,
    cog_deg: Floats,
) -> Positions:
    """Positions in any order, put in theirs. Shapes: (n,) each."""
    subjects, number = np.unique(np.array(words, np.str_), return_inverse=True)
    order = np.lexsort((time_s, number))
    return Positions(
        subjects=tuple(subjects.tolist()),
        first=np.searchsorted(number[order], np.arange(len(subjects) + 1)),
        time_s=time_s[order],
        lat_deg=lat[order].astype(np.float64),
        lon_deg=lon[order].astype(np.float64),
        alt_m=alt_m[order],
        sog_mps=sog_mps[order],
        cog_deg=cog_deg[order],
    )


def runs(holds: Bools) -> list[tuple[int, int]]:
    """First and last row of every unbroken run of true. Shape: (n,).

    >>> runs(np.array([True, True, False, True]))
    [(0, 1), (3, 3)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], holds, [False]]).astype(np.int8)))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def impossible(positions: Positions, rows: slice, bound_mps: float) -> Ints:
    """Rows of one subject that it could reach from the row before only faster than a bound.

    Steps of less than a second are left out: there the noise of two positions alone makes a speed.
    """
    t, lat, lon = positions.time_s[rows], positions.lat_deg[rows], positions.lon_deg[rows]
    step_s = np.diff(t)
    far = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]) > bound_mps * step_s
    return np.asarray(rows.start + 1 + np.flatnonzero(far & (step_s >= SHORTEST_STEP_S)))


def flags_of(rule: Rule, positions: Positions) -> list[Flag]:
    """What a rule marks, as flags; `alerts.features.collection` writes them."""
    return [_flag(rule, mark) for mark in rule.find(positions)]


def baseline_trials(positions: Positions, trial: Trial) -> dict[str, Trial]:
    """What every rule marks in one world, beside the truth of the kinds that it is for; by kind and name."""
    made = {}
    for rule in rules():
        made[f"{rule.kind}: {rule.name}"] = Trial(
            claims=tuple(_claim(rule, mark) for mark in rule.find(positions)),
            planted=tuple(each for each in trial.planted if each.kind == rule.kind),
            quiet=trial.quiet,
            followed=trial.followed,
        )
    return made


def _claim(rule: Rule, mark: Mark) -> Claim:
    return Claim(
        kind=rule.kind,
        subjects=tuple(sorted(mark.subjects)),
        start_s=mark.start_s,
        raised_s=mark.raised_s,
        lat_deg=mark.lat_deg,
        lon_deg=mark.lon_deg,
        score=1.0,
    )


def _flag(rule: Rule, mark: Mark) -> Flag:
    subjects = tuple(sorted(map(entity_of, mark.subjects)))
    numbers = {name: value for name, value in asdict(rule).items() if isinstance(value, int | float)}  # type: ignore[call-overload]  # every rule is a dataclass
    return Flag(
        id=flag_id(rule.kind, subjects, mark.start_s),
        kind=rule.kind,
        subjects=subjects,
        start_s=mark.start_s,
        end_s=mark.end_s,
        raised_s=mark.raised_s,
        lat_deg=mark.lat_deg,
        lon_deg=mark.lon_deg,
        score=1.0,
        state=State.CLOSED,
        version=1,
        summary=f"Textbook rule: {rule.name}.",
        reasons=(),
        pattern=rule.name,
        pattern_version=1,
        parameters=numbers,
    )
