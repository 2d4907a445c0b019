"""Lists that people keep as CSV: read whole, and every mistake told with file and line.

In: the bytes of a CSV file with a header that names exactly the columns asked for,
in any order; UTF-8, blanks around cells without meaning. Out: its rows as text. Such
a list has hundreds of rows, not millions; one wrong row stops the reading, for
a rule that was left out in silence would be believed in.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from feeds.reports import entity_of

SUBJECT = re.compile(r"mmsi:\d{9}|icao24:~?[0-9a-f]{6}")


def content_of(path: Path) -> bytes:
    """What a file holds.

    Raises:
        ValueError: it cannot be read; the message begins with its name.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error}") from error


def rows(content: bytes, where: str, columns: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Where each row stands (for messages) and its cells by column; empty lines are left out.

    Args:
        content: of the file, whole.
        where: what messages call it.
        columns: that it must have.

    Raises:
        ValueError: unreadable, another header, or a row of another length.
    """
    try:
        text = io.StringIO(content.decode("utf-8-sig"), newline="")
        yield from _rows(csv.reader(text, strict=True), where, columns)
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{where}: cannot be read: {error}") from error


def instant(text: str, where: str) -> float:
    """Unix seconds of `1452603731` or of ISO 8601; a time without a zone is UTC.

    Raises:
        ValueError: neither; the message begins with `where`.
    """
    try:
        seconds = float(text)
    except ValueError:
        seconds = _iso_s(text)
    if not math.isfinite(seconds):
        raise ValueError(f"{where}: {text!r} is neither Unix seconds nor an ISO 8601 time")
    return seconds


def entity(text: str, where: str) -> int:
    """The entity of `mmsi:235012345`, `icao24:400abc` or `icao24:~400abc`; 0 where nothing is written.

    Raises:
        ValueError: written otherwise; the message begins with `where`.
    """
    if text and not SUBJECT.fullmatch(text.lower()):
        raise ValueError(
            f"{where}: {text!r} is neither mmsi: with nine digits nor icao24: with six of hexadecimal"
        )
    return entity_of(text.lower()) if text else 0


def _rows(
    reader: Iterator[list[str]], where: str, columns: Sequence[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    header = [cell.strip() for cell in next(reader, [])]
    if sorted(header) != sorted(columns):
        raise ValueError(f"{where}: line 1: the header must be {','.join(columns)}")
    for number, cells in enumerate(reader, 2):
        if not any(cell.strip() for cell in cells):
            continue
        at = f"{where}: line {number}"
        if len(cells) != len(header):
            raise ValueError(f"{at}: {len(header)} cells are expected, here are {len(cells)}")
        yield at, dict(zip(header, (cell.strip() for cell in cells), strict=True))


def _iso_s(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return math.nan
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
