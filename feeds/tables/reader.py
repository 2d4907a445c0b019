"""What the readers of CSV and Parquet share: choosing a dialect, converting, counting what is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC

import numpy as np
import pyarrow as pa

from feeds.errors import InputError
from feeds.format import Reading
from feeds.rejects import SAMPLES_KEPT
from feeds.reports import Said
from feeds.tables.chunk import Chunk
from feeds.tables.dialect import Dialect, known_dialects, load_dialect, recognised
from feeds.tables.rows import convert
from feeds.text import canonical

SHOWN = 400
"""Most characters of a stranger's header that a message repeats."""
PLACE_WORDS = (("lat", "latitude"), ("lon", "lng", "longitude"))

RowText = Callable[[Sequence[int]], Sequence[bytes]]
"""The text of the rows of a chunk with these numbers, for samples."""


def looks_like_positions(columns: Sequence[str]) -> bool:
    """Whether some column is a latitude and another a longitude, by name (in lower case)."""
    return all(any(name.startswith(words) for name in columns) for words in PLACE_WORDS)


def chosen(columns: Sequence[str], reading: Reading) -> Dialect:
    """The user's own dialect where it fits a table with these columns, else the known one.

    Raises:
        InputError: none fits; it says what is lacking.
    """
    own = _own(reading)
    if own is not None and not own.lacks(columns):
        return own
    known = recognised(columns)
    if known is not None:
        return known
    shown = canonical(", ".join(columns), SHOWN)
    if own is not None:
        raise InputError(
            str(reading.columns_toml),
            f"maps no column of this table to {', '.join(own.lacks(columns))}: {shown}",
        )
    titles = ", ".join(dialect.title for dialect in known_dialects())
    raise InputError(
        "position table", f"its columns are of no known table ({titles}); map them with --columns: {shown}"
    )


def converted(columns: Mapping[str, pa.Array], dialect: Dialect, reading: Reading, row_text: RowText) -> Said:
    """What a chunk says; its bad rows are counted by reason, a few with their text.

    Raises:
        InputError: a column of a type that holds neither text, numbers nor times.
    """
    chunk = Chunk(columns, dialect, reading.zone or UTC)
    try:
        said = convert(chunk, reading.names.number(reading.station))
    except ValueError as error:
        raise InputError(dialect.title, str(error)) from error
    for index, reason in enumerate(chunk.reasons):
        rows = np.flatnonzero(chunk.why == index)
        samples = row_text(rows[:SAMPLES_KEPT].tolist())
        for sample, count in zip(samples, (1, 1, len(rows) - 2), strict=False):
            reading.rejects.add(reason, sample, reading.station, count)
    return said


def _own(reading: Reading) -> Dialect | None:
    if reading.columns_toml is None:
        return None
    try:
        return load_dialect(reading.columns_toml)
    except ValueError as error:
        raise InputError(str(reading.columns_toml), str(error)) from error
