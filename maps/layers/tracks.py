"""Tracks: where everything went, and a symbol where it was last heard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import folium
import numpy as np

from feeds.reports import Domain, Source, domains, subject
from fusion.tracks import Tracks
from maps.kinds import KINDS, kind_of
from maps.layer import STATIC, Scene
from maps.lines import Lines, columns, stray_columns, thinned
from maps.sheet import Scripted


class TracksLayer:
    """Lines and symbols, coloured by what a thing says it is."""

    name = "tracks"
    title = "Tracks"
    credit = ""
    rank = 20
    scripts: tuple[Path, ...] = (
        STATIC / "js" / "traffic.js",
        STATIC / "js" / "strays.js",
        STATIC / "js" / "layers" / "tracks.js",
    )

    def data(self, scene: Scene) -> dict[str, Any]:
        """Columns of positions, and one entry a track: subjects, kind, doubt, positions heard."""
        tracks = scene.tracks
        airborne = (domains(tracks.entity) != Domain.AIS) | (tracks.source == Source.AIS_SAR)
        lines = thinned(tracks, airborne)
        kinds = list(KINDS)
        latest = lines.tracks.take(lines.last)
        wire = columns(lines)
        return wire | {
            "strays": stray_columns(lines, wire["epoch"]),
            "kinds": [[name, words] for name, words in KINDS.items()],
            "subjects": _subjects(tracks, lines),
            "kind": [
                kinds.index(kind_of(int(entity), int(source), scene.names.get(int(entity), {})))
                for entity, source in zip(latest.entity, latest.source, strict=True)
            ],
            "source": latest.source,
            "doubt": lines.doubts,
            "heard": lines.heard,
            "stations": latest.stations,
            "total": lines.total,
            "tolerance_m": lines.tolerance_m,
        }

    def draw(self) -> folium.map.Layer:
        """The layer's Folium element."""
        return Scripted(self.name)


def _subjects(tracks: Tracks, lines: Lines) -> list[list[str]]:
    """Every entity of each track, the one last heard first: one hull may have had two names."""
    order = np.lexsort((tracks.entity, tracks.track))
    track_of, entity_of = tracks.track[order], tracks.entity[order]
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = (np.diff(track_of) != 0) | (np.diff(entity_of) != 0)
    latest = lines.tracks.entity[lines.last]
    found: dict[int, list[str]] = {
        int(track): [subject(int(entity))] for track, entity in zip(lines.ids, latest, strict=True)
    }
    for track, entity in zip(track_of[fresh], entity_of[fresh], strict=True):
        names = found.get(int(track))
        if names is not None and (name := subject(int(entity))) not in names:
            names.append(name)
    return list(found.values())


LAYER = TracksLayer()
