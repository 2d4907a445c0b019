"""The land as pages draw it: OpenStreetMap's coast, simplified to 200 m, without islets under 4 hectares.

Out: GeoJSON in degrees, four decimals, with France's Channel coast; (c) OpenStreetMap
contributors, ODbL 1.0, which every page must say.
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Any, cast

import orjson

PATH = Path(__file__).parent / "data" / "osm_coast" / "coast_200m.geojson.gz"
CREDIT = "© OpenStreetMap contributors"


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
