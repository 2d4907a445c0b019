"""What travels from fusion to the web: rows of three kinds as Arrow IPC streams, each small enough for a broker.

| kind | a row is |
|---|---|
| `places` | where an entity is, as the page shows it: `Places` |
| `names` | what it says of itself: name, call sign, category, destination, ship type; what its number says: flag, state, registration; hostile text |
| `stations` | how a station said it was, and when |

A payload is one stream: a schema, whose metadata `headland` is a JSON object
(`Head`), and one record batch, not compressed. Rows stand alone: a payload
that is lost costs its rows and nothing else. What is read is believed in
nothing but its form: size, schema, row count and every offset are checked
before a value is looked at, and compression is refused unread, for sixty
kilobytes may unpack to gigabytes.

Source: Arrow columnar format 1.5, IPC; `Message.fbs` for the field numbers.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.batch import Batch, Floats, Ids, column

PAYLOAD_BYTES = 60_000
"""`feeds.bus` publishes no more."""
LATEST_S = 253402300799.0
"""The end of the year 9999, where calendars stop."""
METADATA = b"headland"
VERSION = 1
NAMES = ("name", "callsign", "category", "destination", "type", "flag", "state", "registration")
STATION_NUMBERS = ("heard_s", "clock_offset_s", "spool", "per_minute", "refused", "doubted")


class Kind(StrEnum):
    """What the rows of a payload are."""

    PLACES = "places"
    NAMES = "names"
    STATIONS = "stations"


@dataclass(frozen=True, eq=False, kw_only=True)
class Places(Batch):
    """One row an entity; see `maps.live.picture.Placed`, which it is.

    Columns:
        stations: how many heard it.
        provisional: straight after decoding, not fused yet.
    """

    time_s: Floats = column("f8", np.nan)
    entity: Ids = column("u8", 0)
    lat_deg: Floats = column("f8", np.nan)
    lon_deg: Floats = column("f8", np.nan)
    alt_m: Floats = column("f8", np.nan)
    sog_mps: Floats = column("f8", np.nan)
    cog_deg: Floats = column("f8", np.nan)
    source: npt.NDArray[np.uint8] = column("u1", 0)
    stations: npt.NDArray[np.int32] = column("i4", 0)
    doubt: npt.NDArray[np.uint32] = column("u4", 0)
    provisional: npt.NDArray[np.bool_] = column("?", missing=False)


SCHEMAS: dict[Kind, Any] = {
    Kind.PLACES: Places.empty().to_arrow().schema,
    Kind.NAMES: pa.schema([("entity", pa.uint64()), *((name, pa.string()) for name in NAMES)]),
    Kind.STATIONS: pa.schema(
        [("id", pa.string()), ("version", pa.string()), *((name, pa.float64()) for name in STATION_NUMBERS)]
    ),
}


NOT_ARROW = (
    pa.ArrowException,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    OverflowError,
    RecursionError,
    StopIteration,
    struct.error,
)
"""What reading bytes raises that were not written by us."""


class RefusedPayloadError(ValueError):
    """A payload that is not what it should be; the text says in what, and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a payload says of itself.

    Attributes:
        sent_s: fusion's clock when it was sent, Unix seconds.
        through_s: up to when, in event time, everything has been considered; None before that is known.
    """

    kind: Kind
    sent_s: float
    through_s: float | None


def names_table(names: Mapping[int, Mapping[str, str]]) -> Any:
    """Names as a table."""
    texts = {field: [said.get(field, "") for said in names.values()] for field in NAMES}
    return pa.table({"entity": list(names), **texts}, schema=SCHEMAS[Kind.NAMES])


def stations_table(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Stations as a table; NaN where a number was not said."""
    numbers = {name: [float(row.get(name, math.nan)) for row in rows] for name in STATION_NUMBERS}
    texts = {name: [str(row.get(name, "")) for row in rows] for name in ("id", "version")}
    return pa.table({**texts, **numbers}, schema=SCHEMAS[Kind.STATIONS])


def names_of_table(table: Any) -> dict[int, dict[str, str]]:
    """What `names_table` was made of."""
    entities = table.column("entity").to_pylist()
    texts = [table.column(field).to_pylist() for field in NAMES]
    return {
        entity: {field: text for field, text in zip(NAMES, said, strict=True) if text}
        for entity, *said in zip(entities, *texts, strict=True)
    }


def stations_of_table(table: Any) -> list[dict[str, Any]]:
    """What `stations_table` was made of; a station without a time that can be is left out: it could not be silent."""
    rows = [
        {key: value for key, value in row.items() if not (isinstance(value, float) and math.isnan(value))}
        for row in table.to_pylist()
    ]
    return [row for row in rows if row["id"] and _is_time(row.get("heard_s", math.nan))]


def packed(table: Any, head: Head) -> Iterator[bytes]:
    """A table as payloads, cut where one would be too large; one payload even where there are no rows."""
    payload = _stream(table, head)
    if len(payload) <= PAYLOAD_BYTES:
        yield payload
    elif table.num_rows > 1:
        # Parts of one size, so that a table a little too large does not become many small ones.
        parts = max(2, -(-len(payload) // (PAYLOAD_BYTES * 9 // 10)))
        rows = max(1, -(-table.num_rows // parts))
        for begin in range(0, table.num_rows, rows):
            yield from packed(table.slice(begin, rows), head)


def unpacked(payload: bytes) -> tuple[Head, Any]:
    """A payload's head and its table.

    Raises:
        RefusedPayloadError: anything about it is not as it should be.
    """
    if len(payload) > PAYLOAD_BYTES:
        raise RefusedPayloadError("payload too large")
    try:
        return _unpacked(payload)
    except RefusedPayloadError:
        raise
    except NOT_ARROW as error:
        raise RefusedPayloadError("no Arrow stream") from error


def _stream(table: Any, head: Head) -> bytes:
    told = json.dumps({"v": VERSION, **asdict(head)}, separators=(",", ":"))
    batch = table.combine_chunks().to_batches()
    schema = table.schema.with_metadata({METADATA: told})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        for each in batch or [pa.RecordBatch.from_pylist([], schema=table.schema)]:
            writer.write_batch(each.replace_schema_metadata({METADATA: told}))
    return cast("bytes", sink.getvalue().to_pybytes())


def _unpacked(payload: bytes) -> tuple[Head, Any]:
    messages = pa.ipc.MessageReader.open_stream(pa.py_buffer(payload))
    first, second = messages.read_next_message(), messages.read_next_message()
    if (first.type, second.type) != ("schema", "record batch"):
        raise RefusedPayloadError("neither schema nor rows")
    schema = pa.ipc.read_schema(first)
    head = _head((schema.metadata or {}).get(METADATA, b""))
    if not schema.remove_metadata().equals(SCHEMAS[head.kind]):
        raise RefusedPayloadError("another schema")
    if _is_compressed(second.metadata.to_pybytes()):
        raise RefusedPayloadError("compressed")
    batch = pa.ipc.read_record_batch(second, schema)
    if batch.num_rows > len(payload):
        raise RefusedPayloadError("more rows than bytes")
    batch.validate(full=True)
    if any(values.null_count for values in batch.columns):
        raise RefusedPayloadError("a value is missing")
    return head, pa.Table.from_batches([batch])


def _head(text: bytes) -> Head:
    said = json.loads(text)
    if not isinstance(said, dict) or said.pop("v", None) != VERSION:
        raise RefusedPayloadError("another version")
    head = Head(Kind(said["kind"]), said["sent_s"], said["through_s"])
    if not _is_time(head.sent_s) or not (head.through_s is None or _is_time(head.through_s)):
        raise RefusedPayloadError("a time that is none")
    return head


def _is_time(value: Any) -> bool:
    """Whether a calendar can hold it; NaN and what is no number are none."""
    return isinstance(value, int | float) and 0.0 <= value <= LATEST_S


def _is_compressed(message: bytes) -> bool:
    """Whether a message's record batch says that its buffers are compressed: `Message.header`, then `compression`."""
    (root,) = struct.unpack_from("<I", message, 0)
    header = _field(message, root, 2)
    (below,) = struct.unpack_from("<I", message, header)
    return _field(message, header + below, 3) != 0


def _field(data: bytes, table: int, number: int) -> int:
    """Where a field of a flatbuffer's table stands; 0 where it was not given."""
    (back,) = struct.unpack_from("<i", data, table)
    vtable = table - back
    if vtable < 0:
        raise RefusedPayloadError("no Arrow stream")
    (size,) = struct.unpack_from("<H", data, vtable)
    if 4 + 2 * number >= size:
        return 0
    (offset,) = struct.unpack_from("<H", data, vtable + 4 + 2 * number)
    return table + int(offset) if offset else 0
