# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "pyarrow", "scipy", "shapely>=2.1"]
# ///
"""Derive the force areas anew: Natural Earth's 10 m counties (Debian qgis-common), joined by `units.csv`.

    uv run geo/data/natural_earth_forces/derive.py [--check]

`units.csv` is ours: which force polices which of Natural Earth's units. Writes
`areas.parquet` (one multipolygon a force) and `shore_forces.npz`: about one point a
kilometre of the fine coast with the force of the nearest unit and, where another
force's unit is less than 2 km further, that one.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[2])]

from shipped import debian_package, run  # noqa: E402  stands once, beside the data folders

from geo.coast import coast  # noqa: E402  the project is not installed where this script runs
from geo.plane import project  # noqa: E402
from geo.shore import ring_vertices  # noqa: E402

COUNTRIES = ("GBR", "IRL", "IMN", "JEY", "GGY")
BORDER_M = 2000.0
THIN_DEG = 0.01
NOBODY = 255


def units() -> list[tuple[str, shapely.Geometry]]:
    """Name and shape of every county or unitary of the covered countries."""
    with tempfile.TemporaryDirectory() as name:
        folder = debian_package("qgis-common", Path(name))
        base = sqlite3.connect(folder / "usr/share/qgis/resources/data/world_map.gpkg")
        marks = ",".join("?" * len(COUNTRIES))
        query = f"select name, gn_name, geom from states_provinces where adm0_a3 in ({marks}) order by fid"  # noqa: S608  marks only
        rows = base.execute(query, COUNTRIES).fetchall()
    # Natural Earth calls Wirral a second Halton; only GeoNames' name beside it is right.
    return [
        ("Wirral" if gn == "Metropolitan Borough of Wirral" else unit, shape(raw)) for unit, gn, raw in rows
    ]


def shape(raw: bytes) -> shapely.Geometry:
    """The geometry of a GeoPackage blob: a header of 8 bytes and an envelope, then WKB."""
    envelope = (0, 32, 48, 48, 64)[raw[3] >> 1 & 7]
    return shapely.from_wkb(raw[8 + envelope :])


def areas() -> tuple[list[str], np.ndarray]:
    """Force names in alphabetical order, and the area of each."""
    with (HERE / "units.csv").open(encoding="utf-8", newline="") as file:
        force_of = {row["unit"]: row["force"] for row in csv.DictReader(file)}
    parts: dict[str, list[shapely.Geometry]] = {name: [] for name in sorted(set(force_of.values()))}
    for unit, geometry in units():
        parts[force_of[unit]].append(shapely.make_valid(geometry))
    joined = [
        shapely.multipolygons(shapely.get_parts(shapely.union_all(shapes))) for shapes in parts.values()
    ]
    return list(parts), np.array(joined)


def thinned() -> tuple[np.ndarray, np.ndarray]:
    """One vertex of the fine coast for each cell of a hundredth of a degree."""
    lat, lon, _ = ring_vertices(coast().land)
    cells = np.column_stack([np.floor(lat / THIN_DEG), np.floor(lon / THIN_DEG)])
    _, first = np.unique(cells, axis=0, return_index=True)
    return lat[first], lon[first]


def two_nearest(shapes: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The force of the nearest area, and the next where it is less than `BORDER_M` further."""
    flat = shapely.transform(shapes, lambda p: np.column_stack(project(p[:, 1], p[:, 0])))
    points = shapely.points(*project(lat, lon))
    metres = np.stack([shapely.distance(area, points) for area in flat])
    order = np.argsort(metres, axis=0, kind="stable")[:2]
    least, next_m = np.take_along_axis(metres, order, axis=0)
    return order[0].astype("u1"), np.where(next_m - least < BORDER_M, order[1], NOBODY).astype("u1")


def derive(out: Path) -> None:
    """Write both files into `out`."""
    names, shapes = areas()
    geo = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["MultiPolygon"]}},
    }
    table = pa.table({"force": names, "geometry": pa.array(shapely.to_wkb(shapes), pa.binary())})
    table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    pq.write_table(table, out / "areas.parquet", compression="zstd", compression_level=19)
    lat, lon = thinned()
    force, second = two_nearest(shapes, lat, lon)
    np.savez_compressed(
        out / "shore_forces.npz", lat=lat.astype("<f4"), lon=lon.astype("<f4"), force=force, second=second
    )
    print(f"{len(names)} forces, {len(lat)} shore points, {(second != NOBODY).sum()} near a border")


if __name__ == "__main__":
    sys.exit(run(derive, HERE))
