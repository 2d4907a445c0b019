"""`coverage.html`: how far and how well stations hear, as one file under the rules of `map.html`.

In: what was learned of coverage (`maps.cover`). Out: HTML that opens with no
network. Land, parallels and the shell are those of the map of a replay.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import Template

import numpy as np

from fusion.coverage import SEA_BAND
from fusion.tracks import Tracks
from maps.cover import Cover, told
from maps.layer import STATIC, Bounds, Layer, Scene
from maps.layers.coast import LAYER as COAST
from maps.layers.graticule import LAYER as GRATICULE
from maps.plain import plain
from maps.sheet import Scripted, Sheet, folium_parts
from maps.shell import BEFORE, STYLES, script_text, sealed
from maps.view import view_of

LAYERS: tuple[Layer, ...] = (COAST, GRATICULE)
COVER = STATIC / "js" / "cover"
SCRIPTS = (
    *(path for path in BEFORE if path.stem not in {"symbols", "fleet"}),
    COVER / "choice.js",
    *(script for layer in LAYERS for script in layer.scripts),
    COVER / "cells.js",
)
AFTER = (
    *(STATIC / "js" / f"{name}.js" for name in ("foot", "frame")),
    *(COVER / f"{name}.js" for name in ("legend", "compass", "panel", "start")),
)


def render_cover(cover: Cover, title: str, credits: Sequence[str]) -> str:  # noqa: A002  the word for it
    """The page as text; the same input gives the same text.

    Args:
        cover: counts and stations; their names are hostile.
        title: of the page.
        credits: owed to the sources of what is shown; those of the land are added.
    """
    scene = _scene(cover)
    sheet = Sheet(_view(scene, cover))
    for layer in LAYERS:
        layer.draw().add_to(sheet)
    Scripted("cover").add_to(sheet)
    body, folium_script = folium_parts(sheet)
    owing = [*(layer.credit for layer in LAYERS), *(plain(str(credit)) for credit in credits)]
    heading = plain(title) or "Headland"
    page = {"title": heading, "credits": list(dict.fromkeys(filter(None, owing))), "names": {}}
    values = sealed(
        heading,
        body,
        [*map(script_text, SCRIPTS), folium_script, *map(script_text, AFTER)],
        {layer.name: layer.data(scene) for layer in LAYERS} | {"cover": told(cover), "page": page},
        (*STYLES, STATIC / "css" / "cover.css"),
    )
    return Template((STATIC / "cover.html").read_text(encoding="utf-8")).substitute(values)


def write_cover(path: Path, cover: Cover, title: str, credits: Sequence[str]) -> None:  # noqa: A002  as above
    """Write the page to `path`; see `render_cover`."""
    path.write_text(render_cover(cover, title, credits), encoding="utf-8", newline="\n")


def _view(scene: Scene, cover: Cover) -> Bounds | None:
    """Corners that hold most of the cells first shown, and every station that heard any."""
    view, heard = view_of(scene), set(cover.stations.station.tolist())
    corners = [(each.lat_deg, each.lon_deg) for each in cover.antennas if each.number in heard]
    if view is None or not corners:
        return view
    (south, west), (north, east) = (
        np.fmin.reduce([*view, *corners]).tolist(),
        np.fmax.reduce([*view, *corners]).tolist(),
    )
    return (south, west), (north, east)


def _scene(cover: Cover) -> Scene:
    """Each cell first shown as a track of one position: the view and the land about it follow from them."""
    sea = cover.network.band == SEA_BAND
    cells = cover.network.take(sea) if sea.any() else cover.network
    n = len(cells)
    tracks = Tracks.of(
        n,
        time_s=np.zeros(n),
        track=np.arange(n, dtype=np.uint64),
        lat_deg=cells.lat_deg,
        lon_deg=cells.lon_deg,
    )
    return Scene(tracks, {}, {})
