"""`map.html`: one file that shows tracks and flags, opens with no network, and runs nothing it was sent.

In: fused positions, the flags' GeoJSON, and what entities say of themselves.
Out: HTML of a few megabytes: `maps.lines` bounds the positions it holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from feeds.reports import subject
from fusion.tracks import Tracks
from maps.layer import Layer, Scene, layers
from maps.plain import plain
from maps.sheet import Bounds, Sheet, folium_parts
from maps.shell import AFTER, BEFORE, script_text, shell

COAST_CREDIT = "Coast © OpenStreetMap contributors, ODbL"
NAME_LIMIT = 64
NAME_FIELDS = 12
CROWD = 0.5
"""Per cent of positions at each edge that do not decide where the map opens: strays are common."""


def write_map(
    path: Path,
    tracks: Tracks,
    features: Mapping[str, Any],
    names: Mapping[int, Mapping[str, str]],
    title: str,
    credits: Sequence[str],  # noqa: A002  the word for it
) -> None:
    """Write the page to `path`; see `render_map`."""
    path.write_text(render_map(tracks, features, names, title, credits), encoding="utf-8", newline="\n")


def render_map(
    tracks: Tracks,
    features: Mapping[str, Any],
    names: Mapping[int, Mapping[str, str]],
    title: str,
    credits: Sequence[str],  # noqa: A002  the word for it
) -> str:
    """The page as text; the same input gives the same text.

    Args:
        tracks: fused positions in any order.
        features: the FeatureCollection of `flags.geojson`.
        names: text from the air by entity: `name`, `callsign`, `type`, ... Hostile.
        title: of the page.
        credits: owed to the sources of what is shown; the coast's own is added.
    """
    scene = Scene(tracks, features, names)
    drawn = layers()
    sheet = Sheet(view_of(scene))
    for layer in drawn:
        layer.draw().add_to(sheet)
    body, folium_script = folium_parts(sheet)
    files = (*BEFORE, *(script for layer in drawn for script in layer.scripts))
    return shell(
        title=plain(title) or "Headland",
        body=body,
        scripts=[*map(script_text, files), folium_script, *map(script_text, AFTER)],
        data={layer.name: layer.data(scene) for layer in drawn}
        | {"page": _page(scene, drawn, title, credits)},
    )


def _page(scene: Scene, drawn: Sequence[Layer], title: str, owed: Sequence[str]) -> dict[str, Any]:
    """What belongs to no layer: title, credits, names by subject, and the list of layers."""
    said = {
        subject(int(entity)): {
            plain(str(key), NAME_LIMIT): text
            for key, value in list(fields.items())[:NAME_FIELDS]
            if (text := plain(str(value), NAME_LIMIT))
        }
        for entity, fields in scene.names.items()
    }
    return {
        "title": plain(title) or "Headland",
        "credits": list(dict.fromkeys([COAST_CREDIT, *(plain(str(credit)) for credit in owed)])),
        "names": said,
        "layers": [{"name": layer.name, "title": layer.title} for layer in drawn],
    }


def view_of(scene: Scene) -> Bounds | None:
    """Corners that hold all but the strays; the flags' places where there are no tracks; else None."""
    lat, lon = scene.tracks.lat_deg, scene.tracks.lon_deg
    placed = np.isfinite(lat) & np.isfinite(lon)
    if not placed.any():
        places = [_place(feature) for feature in scene.features.get("features") or []]
        found = np.array([place for place in places if place is not None]).reshape(-1, 2)
        lat, lon = found[:, 1], found[:, 0]
        placed = np.isfinite(lat) & np.isfinite(lon)
        if not placed.any():
            return None
    (south, north), (west, east) = (
        np.percentile(values[placed], [CROWD, 100 - CROWD]) for values in (lat, lon)
    )
    return (float(south), float(west)), (float(north), float(east))


def _place(feature: Mapping[str, Any]) -> tuple[float, float] | None:
    """Longitude and latitude of a flag's point."""
    try:
        lon, lat = (feature.get("geometry") or {})["coordinates"]
        return float(lon), float(lat)
    except (KeyError, TypeError, ValueError):
        return None
