"""One world taken all the way: its files read, decoded, fused, flagged, and held against its truth.

One pass gives the flags twice: by the settings as they are, for what a desk
would be shown; and with a lowest score of `LOW_SCORE`, for calibration wants
to know what became of the flags that were thought improbable. What a pattern
finds does not depend on the lowest score, so it is asked once, and what it
says is heard by a second book of flags as well. No map is drawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from alerts.features import collection
from feeds.reports import Domain, domains, subject
from fusion.episodes import Episodes
from fusion.exclusions import load_exclusions
from fusion.flags import Flag
from fusion.pattern import Found, Pattern, Verdict
from fusion.tracks import Tracks
from fusion.view import View
from geo.batch import Floats
from headland.options import ReplayOptions
from headland.proving.baseline import Positions, baseline_trials, positions_of
from headland.proving.scoring.followed import followed
from headland.proving.scoring.reading import claims_of, planted_of, quiet_of
from headland.proving.scoring.rules import Rules
from headland.proving.scoring.trials import Followed, Trial
from headland.proving.wire_files import AIS_FILE, MODES_FILE, STATIONS_FILE
from headland.replay import outcomes
from headland.run import begun

LOW_SCORE = 0.05
"""The lowest that `flags.min_score` may be set to."""
Features = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """What came of a recording: features as in `flags.geojson`, by either lowest score, and tracks."""

    flags: Features
    low: Features
    tracks: Tracks


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """One world held against its truth.

    Attributes:
        trial: what a desk would be shown, and for calibration what it would not.
        textbook: what each textbook rule marks.
        reports: how many there were.
    """

    trial: Trial
    textbook: dict[str, Trial]
    reports: int


def judge_folder(folder: Path, options: ReplayOptions, rules: Rules) -> Judgement:
    """Replay what `headland simulate` wrote into a folder, and hold it against the truth there.

    Args:
        folder: with `truth.json`, what was heard, and the lists beside it.
        options: settings and progress; its lists are taken from the folder.
        rules: what matches.

    Raises:
        InputError, ValueError: a file is not what it should be.
        OSError: a file cannot be read.
    """
    heard = [str(folder / name) for name in (AIS_FILE, MODES_FILE) if (folder / name).stat().st_size > 64]
    listed = replace(
        options,
        stations=folder / STATIONS_FILE,
        movements=folder / "movements.csv",
        exclusions=folder / "exclusions.csv",
    )
    replayed = replay_twice(heard, listed)
    document = orjson.loads((folder / "truth.json").read_bytes())
    options.progress("scoring", 0.0)
    trial = Trial(
        claims=claims_of({"features": replayed.flags}),
        faint=claims_of({"features": replayed.low}),
        planted=planted_of(document["alarm"]),
        quiet=quiet_of(document["quiet"]),
        followed=followed_by(replayed.tracks, rules),
    )
    textbook = baseline_trials(positions_in(replayed.tracks), trial)
    options.progress("scoring", 1.0)
    return Judgement(trial=trial, textbook=textbook, reports=len(replayed.tracks))


def replay_twice(inputs: Sequence[str], options: ReplayOptions) -> Replayed:
    """Replay recorded input by the settings, and by the lowest `flags.min_score`, in one pass.

    Raises:
        InputError, ValueError, OSError: as `headland.replay.replay`.
    """
    faint = Faint(options)
    settings = options.settings
    heard = {name: faint.overheard(pattern) for name, pattern in settings.patterns.items()}
    options = replace(options, settings=replace(settings, patterns=heard))
    flags: dict[str, Flag] = {}
    tracks: list[Tracks] = []
    for outcome in outcomes(begun(inputs, options), options, Counter()):
        tracks.append(outcome.tracks)
        flags.update((flag.id, flag) for flag in outcome.flags)
    shown, low = (collection(known.values(), _nobody)["features"] for known in (flags, faint.flags))
    return Replayed(flags=shown, low=low, tracks=Tracks.concat(tracks))


class Faint:
    """A second book of flags, with the lowest `flags.min_score` there may be.

    Attributes:
        flags: the last version of each, by id.
    """

    def __init__(self, options: ReplayOptions) -> None:
        self.flags: dict[str, Flag] = {}
        self._episodes = Episodes(replace(options.settings.flags, min_score=LOW_SCORE))
        self._exclusions = load_exclusions(options.exclusions) if options.exclusions else None

    def overheard(self, pattern: Any) -> Any:
        """The same pattern with the same numbers, whose findings are taken down here too."""
        take = self._take

        def find(self: Any, view: View) -> Found:
            found: Found = pattern.find(view)
            take(self, found, view.now_s)
            return found

        kind = type(pattern)
        # A pattern is its dataclass: flags and settings read its fields, so what stands for it must have them.
        twin = type(kind.__name__, (kind,), {"__slots__": (), "find": find})
        return twin(**{each.name: getattr(pattern, each.name) for each in fields(pattern)})

    def _take(self, pattern: Pattern, found: Found, now_s: float) -> None:
        f = found.findings
        if self._exclusions is not None and len(f):
            subjects = np.stack([f.subject_a, f.subject_b], axis=-1)
            rule = self._exclusions.applies(pattern.name, subjects, f.lat_deg, f.lon_deg, now_s)
            found = found.take((rule < 0) | (f.verdict != Verdict.HOLDS))
        self.flags.update((flag.id, flag) for flag in self._episodes.take(pattern, found, now_s))


def positions_in(tracks: Tracks) -> Positions:
    """Fused positions as the textbook rules look at them."""
    placed = tracks.take(np.isfinite(tracks.lat_deg) & np.isfinite(tracks.lon_deg))
    distinct, row = np.unique(placed.entity, return_inverse=True)
    words = np.array([subject(entity) for entity in distinct.tolist()], np.str_)
    columns = ("time_s", "lat_deg", "lon_deg", "alt_m", "sog_mps", "cog_deg")
    return positions_of(words[row].tolist(), *(getattr(placed, name) for name in columns))


def followed_by(tracks: Tracks, rules: Rules) -> Followed:
    """For how long everybody was followed."""
    distinct, row = np.unique(tracks.entity, return_inverse=True)
    return followed(tracks.time_s, row, domains(distinct) == Domain.AIS, rules.follow_s)


def _nobody(lat_deg: Floats, _lon_deg: Floats) -> list[tuple[str, ...]]:
    """No force is asked: whose water it is does not matter to a score."""
    return [()] * len(lat_deg)
