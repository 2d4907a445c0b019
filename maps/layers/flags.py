"""Flags: what deserves a second look, where it happened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import folium

from maps.layer import STATIC, Scene
from maps.plain import plain_tree
from maps.sheet import Scripted


class FlagsLayer:
    """One symbol a flag, its shape by kind, its fill by state."""

    name = "flags"
    title = "Flags"
    credit = ""
    rank = 30
    scripts: tuple[Path, ...] = (STATIC / "js" / "layers" / "flags.js",)

    def data(self, scene: Scene) -> list[Any]:
        """The GeoJSON features, every text in them made plain."""
        features = scene.features.get("features") or []
        return [plain_tree(feature) for feature in features]

    def draw(self) -> folium.map.Layer:
        """The layer's Folium element."""
        return Scripted(self.name)


LAYER = FlagsLayer()
