# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "pyarrow", "shapely>=2.1"]
# ///
"""Derive the land beyond OpenStreetMap's coast anew: Natural Earth 1:10 million, from the npm package world-atlas.

    uv run geo/data/natural_earth_land/derive.py            write the file
    uv run geo/data/natural_earth_land/derive.py --check    compare with the file here; exit 1 if it differs

Writes `land.geojson.gz`: Europe, North Africa and what lies between, without the
area that the folder osm_coast covers.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from shipped import npm_package, run  # noqa: E402  stands once, beside the data folders

PACKAGE = "world-atlas@2.0.2"
WINDOW = (-40.0, 20.0, 45.0, 75.0)
"""What is kept: west, south, east, north."""
COVERED = ((-14.2, 48.9, 1.8, 61.0), (-5.0, 48.0, 3.0, 51.4))
"""Where osm_coast has all land there is (its WINDOW and ABROAD), so that no two coasts lie on each other."""
TOLERANCE_DEG, STEP_DEG = 0.008, 0.005
"""About 900 and 550 m north to south; a coast at 1:10 million is no better."""
LEAST_DEG2 = 2e-4
"""Islets under some 2 square kilometres are left out."""


def polygons(topology: dict[str, Any]) -> np.ndarray:
    """The polygons of the object `land`; TopoJSON 1: arcs in steps, shared, and backwards where negative."""
    scale, origin = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.cumsum(arc, axis=0) * scale + origin for arc in topology["arcs"]]

    def ring(numbers: list[int]) -> np.ndarray:
        parts = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
        points = np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
        # Chukotka lies beyond the date line: left there, it drags Eurasia's edge around the world.
        lon = np.unwrap(points[:, 0], period=360.0)
        turns = np.rint((lon.min() + lon.max()) / 720.0)
        return np.column_stack([lon - 360.0 * turns, points[:, 1]])

    shells = [rings for geometry in topology["objects"]["land"]["geometries"] for rings in geometry["arcs"]]
    return np.array(
        [shapely.Polygon(ring(outer), [ring(hole) for hole in holes]) for outer, *holes in shells]
    )


def kept(land: np.ndarray) -> np.ndarray:
    """Land in the window and outside what is covered, simplified, largest first."""
    covered = shapely.union_all([shapely.box(*corners) for corners in COVERED])
    cut = shapely.difference(shapely.intersection(shapely.make_valid(land), shapely.box(*WINDOW)), covered)
    thin = shapely.simplify(shapely.get_parts(cut), TOLERANCE_DEG)
    # Rounding alone makes necks cross themselves; snapping to the same grid keeps polygons valid.
    parts = shapely.get_parts(shapely.set_precision(thin, STEP_DEG))
    parts = parts[shapely.area(parts) > LEAST_DEG2]
    return shapely.transform(parts[np.argsort(-shapely.area(parts), kind="stable")], lambda p: p.round(3))


def derive(out: Path) -> None:
    """Write the file into `out`."""
    with tempfile.TemporaryDirectory() as name:
        package = npm_package(PACKAGE, Path(name))
        land = kept(polygons(json.loads((package / "land-10m.json").read_text(encoding="utf-8"))))
    geometry = json.loads(shapely.to_geojson(shapely.MultiPolygon(land)))
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}, separators=(",", ":"))
    (out / "land.geojson.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(land)} polygons, {shapely.get_num_coordinates(land).sum()} vertices")


if __name__ == "__main__":
    sys.exit(run(derive, HERE))
