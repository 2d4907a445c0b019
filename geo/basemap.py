"""The land as pages draw it: OpenStreetMap's coast, simplified to 200 m, without islets under 4 hectares; beyond it Natural Earth's.

Out: GeoJSON in degrees. The coast of the British Isles with France's Channel coast, four decimals:
(c) OpenStreetMap contributors, ODbL 1.0, which every page must say. The land beyond, from 40 west to
45 east and 20 to 75 north, to about 1 km: public domain. The two meet and do not overlap.
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Any, cast

import orjson

PATH = Path(__file__).parent / "data" / "osm_coast" / "coast_200m.geojson.gz"
CREDIT = "© OpenStreetMap contributors"
BEYOND_PATH = Path(__file__).parent / "data" / "natural_earth_land" / "land.geojson.gz"
BEYOND_CREDIT = "Natural Earth"
CUT_LON_DEG = (-40.0, -14.2, -5.0, 1.8, 3.0, 45.0)
CUT_LAT_DEG = (20.0, 48.0, 48.9, 51.4, 61.0, 75.0)
"""Meridians and parallels along which land was cut: an edge of a polygon that lies on one is no shore."""


def coast_gzip() -> bytes:
    """The file as it is, for a server that sends gzip."""
    return PATH.read_bytes()


@cache
def coast_bytes() -> bytes:
    """The GeoJSON text, UTF-8."""
    return gzip.decompress(coast_gzip())


def coast_geojson() -> dict[str, Any]:
    """The parsed FeatureCollection; a new one each time, so nobody writes into another's."""
    return cast("dict[str, Any]", orjson.loads(coast_bytes()))


@cache
def beyond_bytes() -> bytes:
    """GeoJSON text of the land beyond, UTF-8."""
    return gzip.decompress(BEYOND_PATH.read_bytes())
