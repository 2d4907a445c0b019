"""What a run leaves in its folder: `flags.geojson`, `tracks.parquet`, `report.json`.

In: a FeatureCollection (`alerts.features`), batches of `Tracks`, a report as a
dict. Out: files, each written under a temporary name beside its own, brought
to the disk, and renamed: whoever opens one finds all of it or none of it.

`tracks.parquet` is GeoParquet 1.1.0 (geoparquet.org): WKB points in
`geometry`, OGC:CRS84 (longitude, latitude), bounding box in the metadata.
Rows come in the order given. Equal rows give equal row groups however they
were batched.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from alerts.features import canonical_json
from feeds.reports import subject
from fusion.tracks import Tracks
from geo.batch import Floats, Ids

ROW_GROUP_ROWS = 1 << 17
"""About 8 MB in memory: small enough to hold, large enough that readers skip by it."""

WKB_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("lon", "<f8"), ("lat", "<f8")])
"""OGC 06-103r4, 8.2: byte order (1 is little-endian), geometry type (1 is a point), x, y."""

SCHEMA = pa.schema(
    [
        ("time", pa.timestamp("us", "UTC")),
        ("track", pa.uint64()),
        ("subject", pa.string()),
        ("geometry", pa.binary()),
        ("alt_m", pa.float64()),
        ("sog_mps", pa.float64()),
        ("cog_deg", pa.float64()),
        ("sigma_m", pa.float64()),
        ("stations", pa.int32()),
        ("doubt", pa.uint32()),
        ("independent", pa.int8()),
        ("plausible", pa.int8()),
    ]
)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A name to write to; it becomes `path` if the block ends well, and vanishes if not."""
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_flags(path: Path, collection: Mapping[str, Any]) -> None:
    """Write a FeatureCollection (`alerts.features.collection`); equal flags, equal bytes.

    Raises:
        ValueError: a number in it is not finite.
    """
    with whole(path) as part:
        part.write_bytes(canonical_json(collection))


def write_report(path: Path, report: Mapping[str, Any]) -> None:
    """Write a report for people and programs: the canonical content, indented.

    Raises:
        ValueError: a number in it is not finite.
    """
    text = json.dumps(json.loads(canonical_json(report)), ensure_ascii=False, indent=2)
    with whole(path) as part:
        part.write_bytes(text.encode("utf-8", "backslashreplace") + b"\n")


class TracksWriter:
    """Writes `tracks.parquet` a batch at a time; holds one row group at most, and the batch given.

    with TracksWriter(folder / "tracks.parquet") as writer:
        for tracks in run:
            writer.append(tracks)

    Attributes:
        rows: how many were written.
    """

    def __init__(self, path: Path) -> None:
        self.rows = 0
        self._path = path
        self._stack = ExitStack()
        self._waiting: list[pa.Table] = []
        self._held = 0
        self._box = np.array([np.inf, np.inf, -np.inf, -np.inf])

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            part = stack.enter_context(whole(self._path))
            self._writer = stack.enter_context(pq.ParquetWriter(part, SCHEMA, compression="zstd"))
            stack.push(self._finish)
            self._stack = stack.pop_all()
        return self

    def append(self, tracks: Tracks) -> None:
        """Take one batch."""
        for start in range(0, len(tracks), ROW_GROUP_ROWS):
            self._append(tracks.take(np.arange(start, min(start + ROW_GROUP_ROWS, len(tracks)))))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def _finish(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush(self._held)
            self._writer.add_key_value_metadata({"geo": json.dumps(geo_metadata(self._box))})

    def _append(self, tracks: Tracks) -> None:
        self._waiting.append(track_table(tracks))
        self._held += len(tracks)
        self.rows += len(tracks)
        placed = np.isfinite(tracks.lat_deg) & np.isfinite(tracks.lon_deg)
        if placed.any():
            lon, lat = tracks.lon_deg[placed], tracks.lat_deg[placed]
            self._box[:2] = np.minimum(self._box[:2], [lon.min(), lat.min()])
            self._box[2:] = np.maximum(self._box[2:], [lon.max(), lat.max()])
        if self._held >= ROW_GROUP_ROWS:
            self._flush(ROW_GROUP_ROWS)

    def _flush(self, rows: int) -> None:
        """Write the first `rows` of what waits, as one group whatever batches they came in."""
        if not rows:
            return
        table = pa.concat_tables(self._waiting)
        self._writer.write_table(table.slice(0, rows).combine_chunks(), row_group_size=rows)
        self._waiting, self._held = [table.slice(rows)], self._held - rows


def track_table(tracks: Tracks) -> pa.Table:
    """The columns of `tracks.parquet`; NaN becomes null, for that is how Parquet says nothing."""
    numbers = ("alt_m", "sog_mps", "cog_deg", "sigma_m")
    return pa.table(
        {
            "time": timestamps(tracks.time_s),
            "track": pa.array(tracks.track),
            "subject": subjects(tracks.entity),
            "geometry": wkb_points(tracks.lat_deg, tracks.lon_deg),
            **{name: pa.array(getattr(tracks, name), from_pandas=True) for name in numbers},
            "stations": pa.array(tracks.stations),
            "doubt": pa.array(tracks.doubt),
            "independent": pa.array(tracks.independent),
            "plausible": pa.array(tracks.plausible, mask=tracks.plausible < 0),
        },
        schema=SCHEMA,
    )


def timestamps(time_s: Floats) -> pa.Array:
    """Unix seconds as UTC microseconds; null where it is not a time. Shape: (n,)."""
    known = np.isfinite(time_s)
    micros = np.round(np.where(known, time_s, 0.0) * 1e6).astype(np.int64)
    return pa.array(micros, pa.int64(), mask=~known).cast(pa.timestamp("us", "UTC"))


def subjects(entity: Ids) -> pa.Array:
    """The contract's word for each entity; each distinct one is spelt once. Shape: (n,)."""
    distinct, rows = np.unique(entity, return_inverse=True)
    words = pa.array([subject(number) for number in distinct.tolist()], pa.string())
    return words.take(pa.array(rows))


def wkb_points(lat_deg: Floats, lon_deg: Floats) -> pa.Array:
    """Points as well-known binary, built as one buffer; null where there is no place. Shape: (n,)."""
    points = np.empty(len(lat_deg), WKB_POINT)
    points["order"], points["type"], points["lon"], points["lat"] = 1, 1, lon_deg, lat_deg
    placed = np.isfinite(lat_deg) & np.isfinite(lon_deg)
    offsets = np.arange(len(points) + 1, dtype=np.int32) * WKB_POINT.itemsize
    valid = None if placed.all() else pa.py_buffer(np.packbits(placed, bitorder="little"))
    return pa.Array.from_buffers(
        pa.binary(), len(points), [valid, pa.py_buffer(offsets), pa.py_buffer(points.tobytes())]
    )


def geo_metadata(box: Floats) -> dict[str, Any]:
    """The `geo` entry of the file's metadata; without a box where nothing has a place."""
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": ["Point"]}
    if np.isfinite(box).all():
        column["bbox"] = box.tolist()
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
