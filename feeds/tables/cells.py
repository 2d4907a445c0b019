"""Columns of cells, text or typed, as numbers and words: whole columns at a time.

In: an Arrow array of one source column and its `Field`. Out: float64 with NaN
where nothing was said, and a mask of cells that say something which is no
number. Text is trimmed; an empty cell and the words of `BLANK` say nothing.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from feeds.tables.cell_scan import ODD, is_text, numbers_in
from feeds.tables.dialect import Field
from geo.batch import Bools, Column, Floats, Ints

BLANK = ("", "null", "none", "nan", "n/a", "na", "\\n")
"""Not said, in lower case, in a column of numbers; `\\n` is the two characters that databases export."""
NUMBER = r"^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$"
ADDRESS = r"^~?[0-9a-fA-F]{1,6}$"
SENTINEL_SLACK = 1e-4
"""A float32 column holds 102.3 as 102.30000305; AIS steps are a thousand times this."""


def trimmed(array: pa.Array) -> pa.Array:
    """Any column as text without outer blanks.

    Raises:
        ValueError: a type that has no text, such as a list.
    """
    try:
        return pc.utf8_trim_whitespace(array.cast(pa.string(), safe=False))
    except pa.ArrowException as error:
        raise ValueError(f"a column of {array.type} is neither text nor number") from error


def said(array: pa.Array, field: Field, *blanks: str) -> pa.Array:
    """A text column with null where nothing was said."""
    text = trimmed(array)
    silent = pc.is_in(pc.utf8_lower(text), pa.array([*blanks, *field.missing_texts], pa.string()))
    return pc.if_else(silent, pa.scalar(None, pa.string()), text)


def numbers(array: pa.Array, field: Field, decimal: str, prefix: str = "") -> tuple[Floats, Bools]:
    """A column as numbers in the source's unit, and which cells are not numbers. Shapes: (n,) x2.

    Args:
        array: the column.
        field: what it is.
        decimal: the sign between whole and part, beside the point.
        prefix: a pattern of what may stand before a number.
    """
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type) or pa.types.is_decimal(array.type):
        return _silenced(array.cast(pa.float64(), safe=False), field), np.zeros(len(array), np.bool_)
    if not is_text(array) or field.silences_numbers():
        values, bad = _spelt(trimmed(array), field, decimal, prefix)
    else:
        values, kinds = numbers_in(array, decimal)
        bad = np.zeros(len(array), np.bool_)
        rows = np.flatnonzero(kinds == ODD)
        if len(rows):
            distinct, which = distinct_texts(array, rows)
            odd, wrong = _spelt(trimmed(distinct), field, decimal, prefix)
            values[rows], bad[rows] = odd[which], wrong[which]
    return _silenced(values, field), bad


def distinct_texts(array: pa.Array, rows: Ints) -> tuple[pa.Array, Ints]:
    """The different texts among some rows, none of them null, and which of them each row has."""
    encoded = array.take(pa.array(rows)).dictionary_encode()
    return encoded.dictionary, encoded.indices.to_numpy().astype(np.int64)


def _spelt(trim: pa.Array, field: Field, decimal: str, prefix: str) -> tuple[Floats, Bools]:
    """As `numbers`, of text however it is written; sentinels stand."""
    bare = pc.replace_substring_regex(trim, prefix, "") if prefix else trim
    text = said(bare, field, *BLANK)
    digits = pc.replace_substring(text, ",", ".") if decimal == "," else text
    formed = pc.match_substring_regex(digits, NUMBER)
    parsed = pc.if_else(formed, digits, pa.scalar(None, pa.string())).cast(pa.float64())
    if field.words:
        parsed = pc.coalesce(parsed, _spoken(text, field))
    values = _as_floats(parsed)
    return values, _as_bools(pc.is_valid(text)) & ~np.isfinite(values)


def addresses(array: pa.Array, field: Field) -> tuple[Column, Bools, Bools]:
    """24-bit addresses in hexadecimal: the numbers, which bear the `~` of no ICAO address, which are none."""
    text = said(array, field, *BLANK)
    formed = pc.fill_null(pc.match_substring_regex(text, ADDRESS), fill_value=False)
    own = pc.starts_with(text, "~")
    digits = pc.if_else(formed, pc.utf8_ltrim(text, "~"), pa.scalar("0", pa.string()))
    address = pc.binary_join_element_wise("0x", digits, "").cast(pa.uint32())
    return address.to_numpy(), _as_bools(own), ~_as_bools(formed)


def words(array: pa.Array, field: Field) -> pa.Array:
    """Text as it stands; null where nothing was said."""
    # The six-bit alphabet of AIS pads with @; some writers leave the padding in.
    return said(pc.utf8_rtrim(trimmed(array), "@ "), field, "")


def _spoken(text: pa.Array, field: Field) -> pa.Array:
    found = pc.index_in(pc.utf8_lower(text), pa.array(list(field.words), pa.string()))
    return pa.array(list(field.words.values()), pa.float64()).take(found)


def _silenced(parsed: pa.Array | Floats, field: Field) -> Floats:
    values = parsed if isinstance(parsed, np.ndarray) else _as_floats(parsed)
    for sentinel in field.missing_numbers:
        values = np.where(np.abs(values - sentinel) < SENTINEL_SLACK, np.nan, values)
    return np.where(np.isfinite(values), values, np.nan)


def _as_floats(array: pa.Array) -> Floats:
    values: Floats = array.to_numpy(zero_copy_only=False)
    return values.astype(np.float64, copy=False)


def _as_bools(array: pa.Array) -> Bools:
    flags: Bools = pc.fill_null(array, fill_value=False).to_numpy(zero_copy_only=False)
    return flags
