# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "pyarrow", "shapely>=2.1"]
# ///
"""Derive `coast.parquet` anew: the World Vector Shoreline at 1:1,000,000 in Debian's xtide-coastline.

    uv run geo/data/wvs_coast/derive.py [--check]

The file is records of 64 bytes: 60 of data and a trailer, whose first byte is 0 where
the chain goes on at the record numbered by the other three, else 1 + the data bytes in
use. The chain of the one-degree cell with its south-west corner at (lat, lon) begins at
record 129 + (lat + 90) * 360 + (lon + 180), counting from 1; a bit map from byte 64 on
tells which cells have one. A chain holds lines: count (9 bits) with a flag for "goes on",
then the first point, then steps of one byte each, less 128, in seconds of arc.

Source of the format: J. C. Depner and J. A. Hammack, Naval Oceanographic Office, 1989
(public domain).
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from shipped import debian_package, run  # noqa: E402  stands once, beside the data folders

RECORD, MAP_RECORDS, PER_DEG = 64, 128, 3_600
SOUTH, NORTH, WEST, EAST = 48, 62, -15, 3
CHANNEL_ISLANDS = shapely.Polygon(
    [(-2.75, 48.92), (-1.9, 48.92), (-1.9, 49.45), (-2.1, 49.5), (-2.1, 49.8), (-2.75, 49.8)]
)


def chain(raw: bytes, lat: int, lon: int) -> bytes:
    """The data of a cell; empty where the map has no shore there."""
    cell = (lat + 90) * 360 + lon + 180
    if not raw[RECORD + cell // 8] & (0x80 >> cell % 8):
        return b""
    record, data = cell + 1 + MAP_RECORDS, b""
    while True:
        at = raw[(record - 1) * RECORD : record * RECORD]
        if at[60]:
            return data + at[: at[60] - 1]
        data += at[:60]
        record = int.from_bytes(at[61:64], "big")


def lines(raw: bytes, lat: int, lon: int) -> Iterator[np.ndarray]:
    """The shore lines of a cell in whole seconds of longitude and latitude."""
    data, at = chain(raw, lat, lon), 0
    points: list[np.ndarray] = []
    while at + 6 <= len(data):
        count = (data[at] & 0x7F) * 4 + (data[at + 1] >> 6) + 1
        goes_on = data[at] >> 7
        low = np.frombuffer(data, ">u2", 2, at + 2).astype(np.int64)[::-1]
        if goes_on:
            high = np.array([data[at + 1] & 7, data[at + 1] >> 3 & 7], np.int64)
            start = points[-1][-1] + low + high * 65_536 - 262_144
        else:
            if points:
                yield np.concatenate(points)
            points, start = [], low + np.array([lon, lat]) * PER_DEG
        steps = (
            np.frombuffer(data, "u1", 2 * (count - 1), at + 6).reshape(-1, 2).astype(np.int64)[:, ::-1] - 128
        )
        points.append(np.concatenate([start[None, :], start + np.cumsum(steps, axis=0)]))
        at += 6 + 2 * (count - 1)
    if points:
        yield np.concatenate(points)


def ours(land: np.ndarray) -> np.ndarray:
    """Polygons of the covered countries, largest first."""
    box = shapely.bounds(land)
    france = ((box[:, 1] < 49.8) & (box[:, 0] > -3.5) & ~shapely.covered_by(land, CHANNEL_ISLANDS)) | (
        (box[:, 1] < 51.0) & (box[:, 0] > 1.2)
    )
    kept = land[~france & (box[:, 2] < 1.8) & (box[:, 1] > 48.9) & (box[:, 3] < 61.0)]
    return kept[np.argsort(-shapely.area(kept), kind="stable")]


def derive(out: Path) -> None:
    """Write the polygons into `out`."""
    with tempfile.TemporaryDirectory() as name:
        raw = (debian_package("xtide-coastline", Path(name)) / "usr/share/xtide-wvs/wvs1.dat").read_bytes()
    drawn = [
        shapely.linestrings(line / PER_DEG)
        for lat in range(SOUTH, NORTH)
        for lon in range(WEST, EAST)
        for line in lines(raw, lat, lon)
        if len(line) > 1
    ]
    land = ours(shapely.get_parts(shapely.polygonize([shapely.node(shapely.union_all(drawn))])))
    geo = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Polygon"]}},
    }
    table = pa.table({"geometry": pa.array(shapely.to_wkb(land), pa.binary())})
    table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    pq.write_table(table, out / "coast.parquet", compression="zstd", compression_level=19)
    print(f"{len(land)} polygons, {shapely.get_num_coordinates(land).sum()} vertices from {len(drawn)} lines")


if __name__ == "__main__":
    sys.exit(run(derive, HERE))
