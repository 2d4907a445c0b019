"""The land: a coast of the British Isles at 200 m, and a finer one where the tracks are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import folium
import numpy as np
import shapely

from geo.basemap import CREDIT, coast_bytes
from geo.coast import Polygons, coast
from maps.layer import STATIC, Scene, view_of
from maps.sheet import Scripted

COARSE_DEG = 1e-4
FINE_DEG = 1e-5
ZOOM_OUT = 0.6
"""How far beyond the view the finer coast reaches, in widths and heights of the view."""
LEAST_DEG = 0.15
MOST_VERTICES = 60_000
"""Above this, half a megabyte, a view is so wide that 200 m are under two pixels of it."""


class Coast:
    """Land as polygons under everything else."""

    name = "coast"
    title = ""
    credit = f"Coast {CREDIT}, ODbL"
    rank = 0
    scripts: tuple[Path, ...] = (STATIC / "js" / "layers" / "coast.js",)

    def data(self, scene: Scene) -> dict[str, Any]:
        """Rings of both coasts, `[lon, lat, then differences]` in whole steps, and the boxes they are cut to."""
        base = shapely.get_parts(shapely.from_geojson(coast_bytes()))
        coarse = _wire(base, COARSE_DEG) | {"box": shapely.total_bounds(base)}
        return {"coarse": coarse, "fine": _fine(scene)}

    def draw(self) -> folium.map.Layer:
        """The layer's Folium element."""
        return Scripted(self.name)


def _fine(scene: Scene) -> dict[str, Any] | None:
    """The coast at its full detail about the view, with the box it is cut to; None where that is too much."""
    view = view_of(scene)
    if view is None:
        return None
    (south, west), (north, east) = view
    tall, wide = (max(LEAST_DEG, ZOOM_OUT * size) for size in (north - south, east - west))
    box = (west - wide, max(south - tall, -85.0), east + wide, min(north + tall, 85.0))
    land = np.concatenate([coast(source).land for source in ("osm", "neighbours")])
    cut = shapely.clip_by_rect(land, *box)
    if shapely.get_num_coordinates(cut).sum() > MOST_VERTICES:
        return None
    return _wire(cut, FINE_DEG) | {"box": box}


def _wire(polygons: Polygons, step_deg: float) -> dict[str, Any]:
    """Rings as flat lists of whole steps, each pair less the one before."""
    rings = shapely.get_rings(shapely.get_parts(polygons))
    flat, which = shapely.get_coordinates(rings, return_index=True)
    steps = np.rint(flat / step_deg).astype(np.int64)
    starts = np.searchsorted(which, np.arange(len(rings)))
    differences = steps.copy()
    differences[1:] -= steps[:-1]
    differences[starts] = steps[starts]
    return {"step": step_deg, "rings": [part.ravel() for part in np.split(differences, starts[1:])]}


LAYER = Coast()
