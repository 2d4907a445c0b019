"""Replay: recorded input in, `flags.geojson`, `tracks.parquet`, `map.html` and `report.json` out."""

from __future__ import annotations

import math
import platform
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from alerts.features import collection, iso
from feeds.decoder import Decoder
from feeds.reports import Identities, Said, subject
from fusion.engine import Engine
from fusion.exclusions import load_exclusions
from fusion.flags import Flag
from fusion.movements import load_movements
from fusion.tracks import Tracks
from geo.forces import forces
from geo.stations import load_stations
from headland.journaled import Journaled
from headland.options import ReplayOptions
from headland.outputs import TracksWriter, write_flags, write_report
from headland.recorded import Recorded, read_recorded
from maps.page import write_map

VERSIONED = ("headland", "numpy", "numba", "pyais", "shapely", "pyarrow", "folium")


def replay(inputs: Sequence[str], out: Path, options: ReplayOptions) -> dict[str, Any]:
    """Decode, fuse and flag recorded input; write the results into `out`.

    Returns:
        What `report.json` says.

    Raises:
        InputError: an input cannot be read.
        ValueError: a stations, movements or exclusions file is not what it should be.
        OSError: `out` cannot be written.
    """
    engine = make_engine(options)
    recorded = read_recorded(inputs, options)
    if options.stations is not None:
        load_stations(options.stations, recorded.names)
    out.mkdir(parents=True, exist_ok=True)
    tally: Counter[str] = Counter()
    flags: dict[str, Flag] = {}
    tracks: list[Tracks] = []
    with TracksWriter(out / "tracks.parquet") as writer:
        for outcome in outcomes(engine, recorded, options, tally):
            writer.append(outcome.tracks)
            tracks.append(outcome.tracks)
            flags.update((flag.id, flag) for flag in outcome.flags)
    believed = Tracks.concat(tracks)
    features = collection(flags.values(), forces)
    options.progress("writing", math.nan)
    write_flags(out / "flags.geojson", features)
    write_map(
        out / "map.html",
        believed,
        features,
        names_of(engine.names.settled),
        title=options.title or ", ".join(each["name"] for each in recorded.inputs),
        credits=options.credits,
    )
    report = _report(engine, recorded, believed, features, tally, options)
    write_report(out / "report.json", report)
    return report


def make_engine(options: ReplayOptions) -> Engine:
    """The engine that these options ask for, with every pattern found.

    Raises:
        ValueError: a movements or exclusions file is not what it should be.
    """
    settings = options.settings
    return Engine(
        list(settings.patterns.values()),
        settings.fusion,
        settings.flags,
        movements=load_movements(options.movements) if options.movements else None,
        exclusions=load_exclusions(options.exclusions) if options.exclusions else None,
    )


def outcomes(
    engine: Engine, recorded: Recorded | Journaled, options: ReplayOptions, tally: Counter[str]
) -> Any:
    """Every step of the recording through the engine, the last one included; counts what was said."""
    decoder = Decoder(recorded.rejects, recorded.names, options.settings.feeds.skew_s)
    lateness_s = options.settings.fusion.lateness_s
    done = 0
    for end_s, frames, table in recorded.windows():
        said = Said.concat([decoder.step(frames), table])
        tally["frames"] += len(frames)
        tally["reports"] += len(said.reports)
        tally["identities"] += len(said.identities)
        done += len(frames) + len(table.reports)
        # A message of several sentences is as old as its first one, so the mark lags the span.
        yield engine.step(said, end_s - lateness_s)
        options.progress("replaying", done / recorded.rows if recorded.rows else math.nan)
    decoder.finish()
    yield engine.finish()


def names_of(identities: Identities) -> dict[int, dict[str, str]]:
    """What each entity calls itself, for the map: hostile text, to be set as text only."""
    columns = ("name", "callsign", "category", "destination")
    told: dict[int, dict[str, str]] = {}
    for i, entity in enumerate(identities.entity.tolist()):
        words = {column: str(getattr(identities, column)[i]) for column in columns}
        if identities.ship_type[i] >= 0:
            words["type"] = str(identities.ship_type[i])
        told[entity] = {key: word for key, word in words.items() if word}
    return told


def _report(
    engine: Engine,
    recorded: Recorded | Journaled,
    tracks: Tracks,
    features: dict[str, Any],
    tally: Counter[str],
    options: ReplayOptions,
) -> dict[str, Any]:
    flags = [feature["properties"] for feature in features["features"]]
    times = tracks.time_s
    return {
        "inputs": recorded.inputs,
        "in": dict(sorted(tally.items())),
        "rejected": recorded.rejects.by_reason(),
        "rejected_total": recorded.rejects.total(),
        "late": engine.waiting.late,
        "untimed": engine.waiting.untimed,
        "out": {
            "positions": len(tracks),
            "tracks": len(np.unique(tracks.track)),
            "flags": dict(sorted(Counter(flag["kind"] for flag in flags).items())),
            "excluded": {f"{name}, row {row + 1}": n for (name, row), n in sorted(engine.excluded.items())},
        },
        "span": {"start": iso(times.min()), "end": iso(times.max())} if len(times) else None,
        "subjects": len({subject(e) for e in np.unique(tracks.entity).tolist()}),
        "versions": {name: version(name) for name in VERSIONED} | {"python": platform.python_version()},
        "settings": options.settings.as_table(),
    }
