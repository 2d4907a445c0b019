"""The peers that the benchmark of feeds runs beside Headland, each as its own documentation would have it.

pyais, pyModeS and rs1090 are given what they need in the form that suits them
best, made before the clock runs: bare sentences, frames as hexadecimal text.
Headland is given the bytes of the file. polars reads the same file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import rs1090
from pyais import IterMessages, decode
from pyais.exceptions import AISBaseException
from pyModeS import PipeDecoder

from feeds.tables.dialect import Dialect

KNOT_MPS = 1852.0 / 3600.0
RS1090_BATCH = 5000


def pyais_stream(sentences: Sequence[bytes]) -> Callable[[], int]:
    """Sentences put together and decoded; checksums are not looked at."""
    return lambda: _pyais_decoded(sentences)


def pyais_lines(payloads: Sequence[bytes]) -> Callable[[], int]:
    """Payloads of tag-blocked lines, a line at a time, as a subscriber of a broker would; long messages are put together."""
    return lambda: sum(_pyais_decoded(payload.split(b"\n")) for payload in payloads)


def _pyais_decoded(sentences: Sequence[bytes]) -> int:
    """How many messages pyais reads from the sentences."""
    read = 0
    for message in IterMessages(sentences):
        try:
            message.decode()
        except AISBaseException:
            continue
        read += 1
    return read


def pyais_json(payloads: Sequence[bytes]) -> Callable[[], int]:
    """Payloads of AIS-catcher's JSON, an object a line."""

    def work() -> int:
        read = 0
        for payload in payloads:
            for line in payload.split(b"\n"):
                said = json.loads(line)
                try:
                    decode(*said["nmea"])
                except AISBaseException:
                    continue
                read += 1
        return read

    return work


def pymodes(frames: Sequence[tuple[float, str]]) -> Callable[[], int]:
    """Frames one by one, with positions."""

    def work() -> int:
        pipe = PipeDecoder()
        for time_s, frame in frames:
            pipe.decode(frame, timestamp=time_s)
        return len(frames)

    return work


def rs1090_batches(frames: Sequence[tuple[float, str]]) -> Callable[[], int]:
    """Frames in batches, with positions."""
    words, times_s = [frame for _, frame in frames], [time_s for time_s, _ in frames]

    def work() -> int:
        read = 0
        for first in range(0, len(words), RS1090_BATCH):
            part = slice(first, first + RS1090_BATCH)
            read += len(rs1090.decode(words[part], times_s[part], batch=RS1090_BATCH))
        return read

    return work


def polars_table(path: Path, dialect: Dialect, time_format: str) -> Callable[[], int]:
    """A position table read and cleaned: rows refused, sentinels emptied, units changed, codes looked up, rows hashed."""

    def work() -> int:
        names = {field: dialect.fields[field].columns for field in dialect.fields}
        read = pl.scan_csv(path, infer_schema=False)
        columns = {name.lower(): name for name in read.collect_schema().names()}
        source = {
            field: columns[next(name for name in known if name in columns)]
            for field, known in names.items()
            if any(name in columns for name in known)
        }
        cleaned = read.select(_cleaned(source, dialect, time_format)).filter(
            pl.col("time_s").is_not_null()
            & pl.col("mmsi").is_between(1, 999_999_999)
            & (pl.col("lat_deg").is_null() | pl.col("lat_deg").is_between(-90, 90))
            & (pl.col("lon_deg").is_null() | pl.col("lon_deg").is_between(-180, 180))
        )
        said = ("mmsi", "lat_deg", "lon_deg", "sog_mps", "cog_deg")
        reports = cleaned.with_columns(pl.struct(said).hash().alias("message"))
        static = [name for name in (*NUMBERS, *TEXTS) if name in source]
        batch = reports.collect()
        batch.select("mmsi", *static).unique(maintain_order=True)
        return len(batch)

    return work


NUMBERS = (
    "imo",
    "ship_type",
    "draught_m",
    "bow_m",
    "stern_m",
    "port_m",
    "starboard_m",
    "length_m",
    "width_m",
)
TEXTS = ("name", "callsign", "destination")


def _cleaned(source: dict[str, str], dialect: Dialect, time_format: str) -> list[pl.Expr]:
    """The house's columns, as the dialect maps them."""
    time_s = pl.col(source["time_s"]).str.strptime(pl.Datetime("us"), time_format, strict=False)
    mmsi = pl.col(source["entity"]).cast(pl.Int64, strict=False).alias("mmsi")
    found = [(time_s.dt.epoch("us") / 1e6).alias("time_s"), mmsi]
    limits = {"sog_mps": (0.0, 1500.0), "cog_deg": (0.0, 360.0), "heading_deg": (0.0, 360.0)}
    for name in ("lat_deg", "lon_deg", "sog_mps", "cog_deg", "heading_deg", "status", *NUMBERS):
        if name in source:
            number = _number(pl.col(source[name]), dialect, name)
            if name in limits:
                number = pl.when(number.is_between(*limits[name])).then(number)
            found.append(number.alias(name))
    for name in TEXTS:
        if name in source:
            text = pl.col(source[name]).str.strip_chars_end("@ ").str.strip_chars()
            silent = ["", *dialect.fields[name].missing_texts]
            found.append(pl.when(~text.str.to_lowercase().is_in(silent)).then(text).alias(name))
    return found


def _number(cell: pl.Expr, dialect: Dialect, name: str) -> pl.Expr:
    field = dialect.fields[name]
    number = cell.str.strip_chars().cast(pl.Float64, strict=False)
    if field.words:
        looked_up = cell.str.to_lowercase().replace_strict(
            dict(field.words), default=None, return_dtype=pl.Float64
        )
        number = pl.coalesce(number, looked_up)
    for sentinel in field.missing_numbers:
        number = pl.when((number - sentinel).abs() >= 1e-4).then(number)
    return number * field.factor if field.factor != 1.0 else number
