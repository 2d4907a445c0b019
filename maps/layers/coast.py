"""The land: a coast of the British Isles at 200 m, a finer one where the tracks are, and a plain one beyond."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import folium
import numpy as np
import shapely

from geo.basemap import BEYOND_CREDIT, CREDIT, CUT_LAT_DEG, CUT_LON_DEG, beyond_bytes, coast_bytes
from geo.coast import Polygons, coast
from maps.layer import STATIC, Bounds, Scene
from maps.sheet import Scripted
from maps.view import crowd_of, view_of

COARSE_DEG = 1e-4
FINE_DEG = 1e-5
BEYOND_DEG = 5e-3
ZOOM_OUT = 0.6
"""How far beyond the view the finer coast reaches, in widths and heights of the view."""
LEAST_DEG = 0.15
BRIM_DEG = 0.02
"""The finer coast is cut so much outside the box it is shown in, so that the cut is not seen."""
MOST_VERTICES = 60_000
"""Above this, half a megabyte, a view is so wide that 200 m are under two pixels of it."""


class Coast:
    """Land as polygons under everything else."""

    name = "coast"
    title = ""
    credit = f"Coast {CREDIT}, ODbL; beyond: {BEYOND_CREDIT}"
    rank = 0
    scripts: tuple[Path, ...] = (STATIC / "js" / "layers" / "coast.js",)

    def data(self, scene: Scene) -> dict[str, Any]:
        """Rings of each coast, `[lon, lat, then differences]` in whole steps; the finer one's box; where land was cut."""
        coarse, beyond = (
            shapely.get_parts(shapely.from_geojson(text)) for text in (coast_bytes(), beyond_bytes())
        )
        return {
            "coarse": _wire(coarse, COARSE_DEG),
            "beyond": _wire(beyond, BEYOND_DEG),
            "fine": _fine(scene),
            "cuts": {"lon": CUT_LON_DEG, "lat": CUT_LAT_DEG},
        }

    def draw(self) -> folium.map.Layer:
        """The layer's Folium element."""
        return Scripted(self.name)


def _fine(scene: Scene) -> dict[str, Any] | None:
    """The coast at its full detail about most tracks and the first view; of less, or None, where that is too much."""
    view, crowd = view_of(scene), crowd_of(scene.tracks)
    if view is None:
        return None
    land = np.concatenate([coast(source).land for source in ("osm", "neighbours")])
    for corners in ([view, crowd] if crowd else [view], [view]):
        west, south, east, north = box = _around(corners)
        cut = shapely.clip_by_rect(land, west - BRIM_DEG, south - BRIM_DEG, east + BRIM_DEG, north + BRIM_DEG)
        if shapely.get_num_coordinates(cut).sum() <= MOST_VERTICES:
            return _wire(cut, FINE_DEG) | {"box": box}
    return None


def _around(corners: list[Bounds]) -> tuple[float, float, float, float]:
    """West, south, east and north of all the corners, and `ZOOM_OUT` beyond them."""
    (south, west), (north, east) = np.min(corners, axis=0)[0], np.max(corners, axis=0)[1]
    tall, wide = (max(LEAST_DEG, ZOOM_OUT * float(size)) for size in (north - south, east - west))
    return (
        float(west) - wide,
        max(float(south) - tall, -85.0),
        float(east) + wide,
        min(float(north) + tall, 85.0),
    )


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
