"""Meridians and parallels, so that open water has a scale and a place."""

from __future__ import annotations

from pathlib import Path

import folium

from maps.layer import STATIC, Scene
from maps.sheet import Scripted


class Graticule:
    """Drawn by its script alone; carries no data."""

    name = "graticule"
    title = "Latitude and longitude"
    credit = ""
    rank = 5
    scripts: tuple[Path, ...] = (STATIC / "js" / "layers" / "graticule.js",)

    def data(self, scene: Scene) -> None:
        """Nothing: the lines follow from the view."""

    def draw(self) -> folium.map.Layer:
        """The layer's Folium element."""
        return Scripted(self.name)


LAYER = Graticule()
