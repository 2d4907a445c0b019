"""Columns of times, text or typed, as Unix seconds: whole columns at a time.

    iso          2016-01-12 13:02:11.218, 2016-01-12T13:02Z, 2016/01/12 13:02:11 +01:00
    day-first    12/01/2016 13:02:11, 12.1.2016 13:02
    month-first  1/12/2016 13:02:11
    unix         1452603731.218
    unix-ms      1452603731218

A time that bears no zone of its own is local to the zone given. Where a clock
is put back, the first of the two is meant; the calendar is the proleptic
Gregorian one, and a second of 60 is the first of the next minute.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from feeds.tables.cell_scan import ODD, is_text, moments_in
from feeds.tables.cells import BLANK, distinct_texts, numbers, said
from feeds.tables.dialect import Field
from geo.batch import Bools, Floats, Ints

_CLOCK = (
    r"[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:\.\d{1,20})?))?"
    r" ?(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?$"
)
_DATES = {
    "iso": r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
    "day-first": r"^(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})",
    "month-first": r"^(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})[-/.](?P<year>\d{4})",
}
SCALES = {"unix": 1.0, "unix-ms": 1e-3}
_QUARTER_S = 900
"""Zones change their offset at whole quarters of an hour."""
LAST_S = 4_102_444_800.0
"""2100-01-01: a later time is a mistaken unit, as is one before 1970."""


def seconds(array: pa.Array, field: Field, decimal: str, zone: tzinfo) -> tuple[Floats, Bools]:
    """Unix seconds, NaN where nothing was said, and which cells are no time. Shapes: (n,) x2."""
    if pa.types.is_timestamp(array.type):
        found, bad = _typed(array, zone), np.zeros(len(array), np.bool_)
    elif field.format in SCALES:
        found, bad = numbers(array, field, decimal)
        found = found * SCALES[field.format]
    elif not is_text(array) or field.silences_numbers():
        found, bad = _written(said(array, field, *BLANK), field.format, zone)
    else:
        local_s, kinds = moments_in(array, field.format)
        found, bad = _from_local(local_s, zone), np.zeros(len(array), np.bool_)
        rows = np.flatnonzero(kinds == ODD)
        if len(rows):
            distinct, which = distinct_texts(array, rows)
            odd_s, wrong = _written(said(distinct, field, *BLANK), field.format, zone)
            found[rows], bad[rows] = odd_s[which], wrong[which]
    with np.errstate(invalid="ignore"):
        outside = (found < 0.0) | (found >= LAST_S)
    return np.where(outside | bad, np.nan, found), bad | outside


def _typed(array: pa.Array, zone: tzinfo) -> Floats:
    nanos = array.cast(pa.timestamp("ns", array.type.tz), safe=False)
    known = pc.is_valid(nanos).to_numpy(zero_copy_only=False)
    whole = pc.fill_null(nanos.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    found = np.where(known, whole // 1_000_000_000 + (whole % 1_000_000_000) * 1e-9, np.nan)
    return found if array.type.tz else _from_local(found, zone)


def _written(text: pa.Array, form: str, zone: tzinfo) -> tuple[Floats, Bools]:
    parts = pc.extract_regex(text, _DATES[form] + _CLOCK)
    year, month, day = (_part(parts, name).astype(np.int64) for name in ("year", "month", "day"))
    hour, minute, second = (_part(parts, name) for name in ("hour", "minute", "second"))
    first = (np.clip(year, 1, 9999) - 1970).astype("M8[Y]").astype("M8[M]") + (np.clip(month, 1, 12) - 1)
    date = first.astype("M8[D]") + (day - 1)
    real = (
        _valid(parts) & (month >= 1) & (month <= 12) & (day >= 1) & (date.astype("M8[M]") == first)
        & (hour < 24) & (minute < 60) & (second < 61)
    )  # fmt: skip
    local = date.astype(np.int64) * 86400.0 + hour * 3600 + minute * 60 + second
    local = np.where(real, local, np.nan)
    offset, own = _offsets(parts)
    found = np.where(own, local - offset, _from_local(np.where(own, np.nan, local), zone))
    return found, _filled(pc.is_valid(text)) & ~real


def _offsets(parts: pa.Array) -> tuple[Ints, Bools]:
    """Seconds east of Greenwich where the cell says so, and where it does."""
    zone = pc.fill_null(parts.field("zone"), "")
    own = pc.not_equal(zone, "").to_numpy(zero_copy_only=False)
    signed = pc.match_substring_regex(zone, "^[+-]")
    digits = pc.if_else(signed, pc.replace_substring(zone, ":", ""), pa.scalar("+0000"))
    whole = pc.utf8_slice_codeunits(digits, 1, 5).cast(pa.int64()).to_numpy()
    west = pc.starts_with(digits, "-").to_numpy(zero_copy_only=False)
    east_s = whole // 100 * 3600 + whole % 100 * 60
    return np.where(west, -east_s, east_s), own


def _from_local(local_s: Floats, zone: tzinfo) -> Floats:
    """Local wall-clock seconds as UTC: the zone is asked once for each quarter of an hour there is."""
    if zone is UTC or not np.isfinite(local_s).any():
        return local_s
    known = np.isfinite(local_s)
    quarters, rows = np.unique(np.floor(local_s[known] / _QUARTER_S), return_inverse=True)
    offsets = np.array([_offset_s(quarter * _QUARTER_S, zone) for quarter in quarters.tolist()])
    found = local_s.copy()
    found[known] -= offsets[rows]
    return found


def _offset_s(local_s: float, zone: tzinfo) -> float:
    if not 0 <= local_s < LAST_S:
        return 0.0
    offset = datetime.fromtimestamp(local_s, UTC).replace(tzinfo=zone).utcoffset()
    return 0.0 if offset is None else offset.total_seconds()


def _part(parts: pa.Array, name: str) -> Floats:
    """A number taken out of the text; 0 where it is not there."""
    text = pc.fill_null(parts.field(name), "0")
    digits = pc.if_else(pc.equal(text, ""), pa.scalar("0"), text)
    found: Floats = digits.cast(pa.float64()).to_numpy()
    return found


def _valid(parts: pa.Array) -> Bools:
    return _filled(pc.is_valid(parts))


def _filled(array: pa.Array) -> Bools:
    flags: Bools = array.to_numpy(zero_copy_only=False)
    return flags
