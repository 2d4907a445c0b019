"""`map.html`: one file that shows tracks and flags, opens with no network, and runs nothing it was sent.

In: fused positions, the flags' GeoJSON, and what entities say of themselves.
Out: HTML of a few megabytes: `maps.lines` bounds the positions it holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from feeds.reports import subject
from fusion.tracks import Tracks
from maps.layer import Layer, Scene, layers
from maps.plain import plain
from maps.sheet import Sheet, folium_parts
from maps.shell import AFTER, BEFORE, script_text, shell
from maps.view import view_of

NAME_LIMIT = 64
NAME_FIELDS = 12


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
        credits: owed to the sources of what is shown; those of the layers are added.
    """
    scene = Scene(tracks, features, names)
    drawn = layers()
    sheet = Sheet(view_of(scene))
    for layer in drawn:
        layer.draw().add_to(sheet)
    body, folium_script = folium_parts(sheet)
    files = dict.fromkeys((*BEFORE, *(script for layer in drawn for script in layer.scripts)))
    return shell(
        title=plain(title) or "Headland",
        body=body,
        scripts=[*map(script_text, files), folium_script, *map(script_text, AFTER)],
        data={layer.name: layer.data(scene) for layer in drawn}
        | {"page": _page(scene, drawn, title, credits)},
    )


def _page(scene: Scene, drawn: Sequence[Layer], title: str, owed: Sequence[str]) -> dict[str, Any]:
    """What belongs to no layer: title, credits, names by subject, and the list of layers."""
    owing = [*(layer.credit for layer in drawn), *(plain(str(credit)) for credit in owed)]
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
        "credits": list(dict.fromkeys(filter(None, owing))),
        "names": said,
        "layers": [{"name": layer.name, "title": layer.title} for layer in drawn],
    }
