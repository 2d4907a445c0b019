"""Aerodromes, heliports and disused fields, for a landing is judged by where there is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import folium
import numpy as np

from geo.airfields import OPEN, AirfieldKind, airfields
from maps.layer import STATIC, Scene
from maps.sheet import Scripted

SORTS = dict.fromkeys(OPEN, "open") | {AirfieldKind.HELIPORT: "heliport", AirfieldKind.CLOSED: "closed"}


class Airfields:
    """A small sign for each field, with its name when seen from near."""

    name = "airfields"
    title = "Airfields"
    credit = "Airfields: OurAirports"
    rank = 10
    scripts: tuple[Path, ...] = (STATIC / "js" / "labels.js", STATIC / "js" / "layers" / "airfields.js")

    def data(self, scene: Scene) -> list[list[Any]]:  # noqa: ARG002  the protocol's
        """`[lat, lon, sort, name]` a field; balloon and seaplane bases are left out."""
        fields = airfields()
        known = fields.take(np.isin(fields.kind, list(SORTS)))
        return [
            [round(float(lat), 4), round(float(lon), 4), SORTS[AirfieldKind(kind)], str(icao) or str(name)]
            for lat, lon, kind, icao, name in zip(
                known.lat_deg, known.lon_deg, known.kind, known.icao, known.name, strict=True
            )
        ]

    def draw(self) -> folium.map.Layer:
        """The layer's Folium element."""
        return Scripted(self.name)


LAYER = Airfields()
