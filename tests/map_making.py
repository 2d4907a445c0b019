"""Tracks and flags for pages, and payloads that a transmitter or a feeder might send."""

from __future__ import annotations

from typing import Any

import numpy as np

from feeds.reports import Domain, entities
from fusion.tracks import Tracks

NOON_S = 1_452_600_000.0  # 2016-01-12 12:00:00 UTC
FERRY = int(entities(Domain.AIS, [235_012_345])[0])
YACHT = int(entities(Domain.AIS, [232_005_270])[0])
CESSNA = int(entities(Domain.ICAO, [0x400ABC])[0])


def sailed(entity: int, start: tuple[float, float], end: tuple[float, float], **columns: Any) -> Tracks:
    """An hour of one entity on a slightly bent line, a position every 20 s."""
    share = np.linspace(0.0, 1.0, 180)
    bend = 0.01 * np.sin(6 * share)
    constant = {name: np.full(180, value) for name, value in columns.items()}
    return Tracks.of(
        180,
        time_s=NOON_S + 20.0 * np.arange(180),
        track=np.full(180, entity, np.uint64),
        entity=np.full(180, entity, np.uint64),
        lat_deg=start[0] + share * (end[0] - start[0]) + bend,
        lon_deg=start[1] + share * (end[1] - start[1]),
        **constant,
    )


def flag(number: int, **changed: Any) -> dict[str, Any]:
    """A feature of `flags.geojson`."""
    properties = {
        "id": f"{number:016x}",
        "kind": "loitering",
        "subjects": ["mmsi:232005270"],
        "start": "2016-01-12T12:05:00Z",
        "end": "2016-01-12T12:40:00Z",
        "raised": "2016-01-12T12:35:00Z",
        "score": 0.83,
        "state": "open",
        "version": 2,
        "summary": "SEA BREEZE stayed within 0.4 nm for 35 min.",
        "reasons": [
            {"factor": "time within radius", "value": 2100.0, "unit": "s", "threshold": 1800.0},
            {"factor": "radius", "value": 741.0, "unit": "m", "threshold": 800.0},
        ],
        "pattern": {"name": "loitering", "version": 1, "parameters": {"radius_m": 800}},
        "area": None,
        "force": ["Hampshire"],
    } | changed
    point = {"type": "Point", "coordinates": [-1.20, 50.72]}
    return {"type": "Feature", "geometry": point, "properties": properties}


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    """A FeatureCollection of flags."""
    return {"type": "FeatureCollection", "features": list(features)}
