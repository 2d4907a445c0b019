"""The land: OpenStreetMap's coast of the British Isles at 200 m, the page's base map."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import folium

from geo.basemap import coast_geojson
from maps.layer import STATIC, Scene
from maps.sheet import Scripted


class Coast:
    """Land as polygons under everything else."""

    name = "coast"
    title = ""
    rank = 0
    scripts: tuple[Path, ...] = (STATIC / "js" / "layers" / "coast.js",)

    def data(self, scene: Scene) -> dict[str, Any]:  # noqa: ARG002  the protocol's
        """GeoJSON; the same for every scene."""
        return coast_geojson()

    def draw(self) -> folium.map.Layer:
        """The layer's Folium element."""
        return Scripted(self.name)


LAYER = Coast()
