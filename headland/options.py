"""What a replay is told beside its inputs: the command line fills it in, `headland.replay` reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from headland.settings import Settings

Progress = Callable[[str, float], None]
"""Called with the name of a stage and how much of it is done, 0..1; NaN where that is not known."""


def silent(_stage: str, _done: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True, kw_only=True)
class ReplayOptions:
    """One field an option of `headland replay`; the defaults are the command's own.

    Attributes:
        format: name of a format that overrides detection by content.
        zone: zone of local times in the input; None where times must be UTC.
        start_s: Unix seconds of the first frame, for formats that only count ticks.
        columns_toml: which columns of a position table are which.
        stations: antennas and their heights; without them coverage is learned from the data alone.
        movements: expected arrivals.
        exclusions: identities and areas that are known to be innocent.
        checkpoint: of a live server, a file or the folder of them, from which its journal is read on.
        settings: what is in force; of a journal that recorded its own, only what is said of it below.
        settings_held: these settings hold, whatever a journal recorded.
        overrides: `SECTION.KEY=VALUE`, in `settings` already, and to be put above those that a journal recorded.
        smooth: write `tracks_smoothed.parquet` as well.
        coverage: write `coverage.html` and `coverage.geojson` as well.
        title: of the map; None for the names of the inputs.
        credits: whose recordings they are, as the map must say.
        progress: told of every stage; a terminal draws it, anything else prints lines.
    """

    format: str | None = None
    zone: tzinfo | None = None
    start_s: float | None = None
    columns_toml: Path | None = None
    stations: Path | None = None
    movements: Path | None = None
    exclusions: Path | None = None
    checkpoint: Path | None = None
    settings: Settings = field(default_factory=Settings)
    settings_held: bool = False
    overrides: tuple[str, ...] = ()
    smooth: bool = False
    coverage: bool = False
    title: str | None = None
    credits: tuple[str, ...] = ()
    progress: Progress = silent
