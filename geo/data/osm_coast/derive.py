# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "pyarrow", "roaring-landmask==0.11.0", "scipy", "shapely>=2.1"]
# ///
"""Derive the coast files of this folder anew from the OpenStreetMap land polygons in the PyPI wheel roaring-landmask.

    uv run geo/data/osm_coast/derive.py            write the files
    uv run geo/data/osm_coast/derive.py --check    compare with the files here; exit 1 if they differ

Writes `coast.parquet` (land of the covered countries), `neighbours.parquet` (the
French coast, cut to a window), `near_coast.npz` (distance raster, see
`geo/coast.py`) and `coast_200m.geojson.gz` (for pages). About half a minute.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from roaring_landmask import LandmaskProvider, Shapes

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2]))

from geo.coast import Raster  # noqa: E402  the project is not installed where this script runs
from geo.plane import project, unproject  # noqa: E402
from geo.shore import Shore  # noqa: E402

WINDOW = (-14.2, 48.9, 1.8, 61.0)
"""The covered countries, Rockall to Lowestoft and the Minquiers to Muckle Flugga: west, south, east, north."""
CHANNEL_ISLANDS = shapely.Polygon(
    [(-2.75, 48.92), (-1.9, 48.92), (-1.9, 49.45), (-2.1, 49.5), (-2.1, 49.8), (-2.75, 49.8), (-2.75, 49.2)]
)
"""South of 49.8 north and east of 3.5 west only what lies in here is ours; so is nothing south of 51 and east of 1.2."""
ABROAD = (-5.0, 48.0, 3.0, 51.4)
"""What is kept of France. Its edges cross land over 90 km from our coast, so they are never the nearest shore."""
MAP_TOLERANCE_M, MAP_LEAST_M2, MAP_STEP_DEG = 200.0, 40_000.0, 0.0001


def osm_land() -> np.ndarray:
    """Every land polygon in the world."""
    return shapely.get_parts(shapely.from_wkb(bytes(Shapes.wkb(LandmaskProvider.Osm))))


def ours(land: np.ndarray) -> np.ndarray:
    """Polygons of the covered countries, largest first."""
    west, south, east, north = WINDOW
    box = shapely.bounds(land)
    inside = land[(box[:, 0] > west) & (box[:, 1] > south) & (box[:, 2] < east) & (box[:, 3] < north)]
    box = shapely.bounds(inside)
    channel = (box[:, 1] < 49.8) & (box[:, 0] > -3.5)
    picardy = (box[:, 1] < 51.0) & (box[:, 0] > 1.2)
    kept = inside[~picardy & (~channel | shapely.covers(CHANNEL_ISLANDS, inside))]
    return kept[np.argsort(-shapely.area(kept), kind="stable")]


def abroad(land: np.ndarray, home: np.ndarray) -> np.ndarray:
    """France's land in its window, without ours."""
    near = land[shapely.intersects(land, shapely.box(*ABROAD))]
    cut = shapely.get_parts(shapely.intersection(near, shapely.box(*ABROAD)))
    mine = shapely.STRtree(home).query(shapely.point_on_surface(cut), predicate="within")[0]
    cut = np.delete(cut, mine)
    return cut[shapely.area(cut) > 0]


def write_polygons(land: np.ndarray, path: Path) -> None:
    """GeoParquet 1.0: one WKB polygon a row, longitude and latitude in WGS 84."""
    geo = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {
                "encoding": "WKB",
                "geometry_types": ["Polygon"],
                "bbox": [float(v) for v in shapely.total_bounds(land)],
            }
        },
    }
    table = pa.table({"geometry": pa.array(shapely.to_wkb(land), pa.binary())})
    pq.write_table(
        table.replace_schema_metadata({"geo": json.dumps(geo)}),
        path,
        compression="zstd",
        compression_level=19,
    )


def map_lines(land: np.ndarray) -> bytes:
    """The coast for pages: simplified on the map of the British Isles, four decimals, gzip."""
    flat = shapely.transform(land, lambda p: np.column_stack(project(p[:, 1], p[:, 0])))
    flat = shapely.simplify(flat, MAP_TOLERANCE_M)
    flat = flat[shapely.area(flat) > MAP_LEAST_M2]
    back = shapely.transform(flat, lambda p: np.column_stack(unproject(p[:, 0], p[:, 1])[::-1]))
    # Rounding alone makes necks cross themselves; snapping to the same grid keeps polygons valid.
    back = shapely.get_parts(shapely.set_precision(back, MAP_STEP_DEG))
    back = shapely.transform(back[~shapely.is_empty(back)], lambda p: p.round(4))
    features = [
        {
            "type": "Feature",
            "properties": {},
            "geometry": json.loads(shapely.to_geojson(shapely.MultiPolygon(back))),
        }
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    return gzip.compress(text.encode(), 9, mtime=0)


def derive(out: Path) -> None:
    """Write every file into `out`."""
    land = osm_land()
    home = ours(land)
    france = abroad(land, home)
    write_polygons(home, out / "coast.parquet")
    write_polygons(france, out / "neighbours.parquet")
    (out / "coast_200m.geojson.gz").write_bytes(map_lines(np.concatenate([home, france])))
    Raster.build(home, Shore(home)).save(out / "near_coast.npz")
    print(f"{len(home)} polygons, {shapely.get_num_coordinates(home).sum()} vertices; abroad {len(france)}")


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    from shipped import run  # the rule for --check stands once, beside the data folders

    sys.exit(run(derive, HERE))
