"""What a layer of the map is, and where layers are found.

A layer is one file in `maps/layers/` that offers `LAYER`: it puts its part on
a Folium map and names the data its script reads. Text from outside travels
in that data only and is set by `textContent`; it never reaches Folium's
Python side, whose template literals would execute it.

Outside packages may join by the entry point group `headland.layers`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol, cast

import folium

import maps.layers
from fusion.tracks import Tracks

Bounds = tuple[tuple[float, float], tuple[float, float]]

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class Scene:
    """What a page is to show.

    Attributes:
        tracks: fused positions in any order.
        features: flags as the GeoJSON FeatureCollection of `flags.geojson`.
        names: what an entity says it is (`name`, `callsign`, `type`, ...), hostile.
    """

    tracks: Tracks
    features: Mapping[str, Any]
    names: Mapping[int, Mapping[str, str]]


class Layer(Protocol):
    """One thing to be seen on the map."""

    @property
    def name(self) -> str:
        """Key of the layer's data in the page, and of its script's factory: `[a-z_]+`."""
        ...

    @property
    def title(self) -> str:
        """What people call it; empty where it cannot be switched off."""
        ...

    @property
    def credit(self) -> str:
        """What is owed to the source of the layer's own data; may be empty."""
        ...

    @property
    def rank(self) -> int:
        """Layers are put on the map from the lowest rank to the highest."""
        ...

    @property
    def scripts(self) -> tuple[Path, ...]:
        """JavaScript files the page must hold before the layer is made; may be none."""
        ...

    def data(self, scene: Scene) -> Any:
        """What the script reads, as a JSON value; text from outside is welcome here."""
        ...

    def draw(self) -> folium.map.Layer:
        """The layer's Folium element. It is given no scene, so no text can slip into a script.

        Only the body and script parts of Folium's output are kept, not its header.
        """
        ...


def layers() -> tuple[Layer, ...]:
    """Every layer, lowest first: one module each in `maps.layers`, plus installed guests."""
    found: dict[str, Layer] = {}
    for module in pkgutil.iter_modules(maps.layers.__path__, "maps.layers."):
        known = cast("Layer", importlib.import_module(module.name).LAYER)
        found[known.name] = known
    for guest in entry_points(group="headland.layers"):
        found.setdefault(guest.name, guest.load())
    return tuple(sorted(found.values(), key=lambda layer: (layer.rank, layer.name)))
