"""Replay: recorded input in, `flags.geojson`, `tracks.parquet`, `map.html` and `report.json` out."""

from __future__ import annotations

import math
import platform
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from alerts.features import collection, iso
from feeds.origins import origin_of
from feeds.reports import DOMAIN_SHIFT, Domain, Identities, subject
from fusion.engine import Outcome
from fusion.flags import Flag
from fusion.links import Link
from fusion.smoothing import smoothed
from fusion.tracks import Tracks
from geo.forces import forces
from headland.coverage_files import write_coverage
from headland.options import ReplayOptions
from headland.outputs import TracksWriter, write_flags, write_report
from headland.run import Run, begun
from maps.page import write_map

VERSIONED = ("headland", "numpy", "numba", "pyais", "shapely", "pyarrow", "folium")


def replay(inputs: Sequence[str], out: Path, options: ReplayOptions) -> dict[str, Any]:
    """Decode, fuse and flag recorded input; write the results into `out`.

    Returns:
        What `report.json` says.

    Raises:
        InputError: an input cannot be read.
        GivenFileError: a checkpoint that is none, not of this journal, of another version, or under other settings
            than the options hold fast.
        ValueError: a stations, movements or exclusions file is not what it should be.
        OSError: `out` cannot be written.
    """
    run = begun(inputs, options)
    engine = run.judges.engine
    out.mkdir(parents=True, exist_ok=True)
    tally: Counter[str] = Counter()
    flags: dict[str, Flag] = {}
    tracks: list[Tracks] = []
    links: list[Link] = []
    with TracksWriter(out / "tracks.parquet") as writer:
        for outcome in outcomes(run, options, tally):
            writer.append(outcome.tracks)
            tracks.append(outcome.tracks)
            links += outcome.links
            flags.update((flag.id, flag) for flag in outcome.flags)
    believed = Tracks.concat(tracks)
    if options.smooth:
        with TracksWriter(out / "tracks_smoothed.parquet") as writer:
            writer.append(smoothed(believed, run.in_force.settings.fusion))
    features = collection(flags.values(), forces)
    options.progress("writing", math.nan)
    write_flags(out / "flags.geojson", features)
    write_map(
        out / "map.html",
        believed,
        features,
        names_of(engine.names.settled),
        title=_title(run, options),
        credits=options.credits,
    )
    if options.coverage:
        _write_coverage(out, run, options)
    report = _report(run, believed, features, tally) | {"links": links_told(links)}
    write_report(out / "report.json", report)
    return report


def outcomes(run: Run, options: ReplayOptions, tally: Counter[str]) -> Iterator[Outcome]:
    """Every step of the recording through the engine, the last one included; counts what was said."""
    engine, decoder = run.judges
    done = 0
    for window in run.recorded.windows():
        run.in_force.apply(window.changes, run.judges)
        said = decoder.step(window.frames, window.said)
        tally["frames"] += len(window.frames)
        tally["reports"] += len(said.reports)
        tally["identities"] += len(said.identities)
        done += len(window.frames) + len(window.said.reports)
        # A message of several sentences is as old as its first one, so the mark lags the span.
        yield engine.step(said, window.end_s - run.in_force.settings.fusion.lateness_s)
        options.progress("replaying", done / run.recorded.rows if run.recorded.rows else math.nan)
    decoder.finish()
    yield engine.finish()


def names_of(identities: Identities) -> dict[int, dict[str, str]]:
    """What each entity calls itself, and what its number says, for the map: hostile text, to be set as text only."""
    columns = ("name", "callsign", "category", "destination")
    told: dict[int, dict[str, str]] = {}
    for i, entity in enumerate(identities.entity.tolist()):
        words = {column: str(getattr(identities, column)[i]) for column in columns}
        if identities.ship_type[i] >= 0:
            words["type"] = str(identities.ship_type[i])
        origin = origin_of(entity)
        if origin.nation is not None:
            words["flag" if entity >> DOMAIN_SHIFT == Domain.AIS else "state"] = origin.nation.name
        words["registration"] = origin.registration
        told[entity] = {key: word for key, word in words.items() if word}
    return told


def links_told(links: Sequence[Link]) -> list[dict[str, Any]]:
    """Two numbers that are one craft, each link as it was last told, in the order in which they were made."""
    last = {(link.entity_a, link.entity_b, link.since_s): link for link in links}
    return [
        {
            "subjects": sorted([subject(link.entity_a), subject(link.entity_b)]),
            "since": iso(link.since_s),
            "until": None if link.until_s is None else iso(link.until_s),
            "probability": link.probability,
        }
        for link in last.values()
    ]


def _title(run: Run, options: ReplayOptions) -> str:
    return options.title or ", ".join(each["name"] for each in run.recorded.inputs)


def _write_coverage(out: Path, run: Run, options: ReplayOptions) -> None:
    """What the engine learned of coverage, under the stations and numbers that were last in force."""
    engine, decoder = run.judges
    write_coverage(
        out,
        engine,
        run.in_force.settings.fusion,
        run.in_force.stations(decoder.names),
        decoder.names,
        _title(run, options),
        options.credits,
    )


def _report(run: Run, tracks: Tracks, features: dict[str, Any], tally: Counter[str]) -> dict[str, Any]:
    recorded = run.recorded
    flags = [feature["properties"] for feature in features["features"]]
    times = tracks.time_s
    return {
        "inputs": recorded.inputs,
        "in": dict(sorted(tally.items())),
        "rejected": recorded.rejects.by_reason(),
        "rejected_by_station": recorded.rejects.by_station(),
        "rejected_total": recorded.rejects.total(),
        "clocks": run.judges.decoder.clocks_off(),
        **run.unused(),
        "out": {
            "positions": len(tracks),
            "tracks": len(np.unique(tracks.track)),
            "flags": dict(sorted(Counter(flag["kind"] for flag in flags).items())),
            "excluded": {f"{name}, row {row + 1}": n for (name, row), n in sorted(run.excluded().items())},
        },
        "span": {"start": iso(times.min()), "end": iso(times.max())} if len(times) else None,
        "subjects": len({subject(e) for e in np.unique(tracks.entity).tolist()}),
        "versions": {name: version(name) for name in VERSIONED} | {"python": platform.python_version()},
        "in_force": run.in_force.told(),
        "settings": run.in_force.settings.as_table(),
    }
