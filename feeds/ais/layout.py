"""Where the fields of each message stand, and what their bits mean, as tables for compiled loops.

The fact has one home: pyais' declarations, from which messages are also
written (`feeds.ais.writing_bits`). A layout is a message type, with the parts
of type 24 told apart. Of every field asked for, `Table` says the first bit,
the width, whether it is signed, and how its number becomes the value that
pyais gives: as it is, in tenths, as degrees, or by looking it up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pyais import messages
from pyais.messages import MSG_CLASS, Payload

from feeds.ais.writing_bits import Field, fields_of
from geo.batch import Floats, Ints

PART_A, PART_B, PART_B_CRAFT = 24, 29, 30
"""Layouts of type 24: name; particulars; particulars of a parent ship's craft."""
LAYOUTS: dict[int, type[Payload]] = {
    **{kind: MSG_CLASS[kind] for kind in (1, 2, 3, 4, 5, 9, 11, 18, 19, 20, 21, 27)},
    PART_A: messages.MessageType24PartA,
    PART_B: messages.MessageType24PartB,
    PART_B_CRAFT: messages.MessageType24PartBAuxiliaryCraft,
}
"""pyais' class of each layout that is decoded in columns; all other types are pyais' own to decode."""
SILENT = frozenset({6, 7, 8, 10, 12, 13, 14, 15, 16, 17, 20, 22, 23, 25, 26})
"""Message types of which nothing is read but that they came; pyais refuses none of them, whatever their bits."""
LAYOUT_COUNT = 1 + max(LAYOUTS)

AS_IT_IS, TENTHS, DEGREES, COARSE_DEGREES, LOOKED_UP = range(5)
"""How a number becomes a value; from `LOOKED_UP` on by the table of that number."""
_MEANINGS: dict[Callable[..., Any] | None, int] = {
    None: AS_IT_IS,
    messages.to_speed: TENTHS,
    messages.to_10th: TENTHS,
    messages.to_lat_lon: DEGREES,
    messages.to_lat_lon_600: COARSE_DEGREES,
}
_LOOKUP_BITS = 8
WIDTH_BIT, SIGNED_BIT, MEANING_BIT = 16, 24, 32


class Table(NamedTuple):
    """Fields by layout. Shapes: (LAYOUT_COUNT, fields), but `looked_up` (tables, 256).

    Attributes:
        first: first bit, counted from 0; -1 where the layout has no such field.
        width: bits.
        packed: all about a field in one number, for one look into memory: from the lowest bit on 16 bits of `first`,
            8 of `width`, 8 whether it is signed, then how it becomes a value; -1 where the layout has no such field.
        looked_up: values by number.
    """

    first: npt.NDArray[np.int16]
    width: npt.NDArray[np.int16]
    packed: Ints
    looked_up: Floats


def numbers(names: Sequence[str]) -> Table:
    """The table of fields that are numbers, enumerations or flags; a text of such a name is not there."""
    return _table(names, text=False)


def texts(names: Sequence[str]) -> Table:
    """The table of fields that are text."""
    return _table(names, text=True)


def _table(names: Sequence[str], *, text: bool) -> Table:
    shape = (LAYOUT_COUNT, len(names))
    first, width = np.full(shape, -1, np.int16), np.zeros(shape, np.int16)
    packed = np.full(shape, -1, np.int64)
    values: list[Floats] = []
    for layout, message in LAYOUTS.items():
        fields = _fields(message)
        for column, name in enumerate(names):
            field = fields.get(name)
            if field is not None and field.text == text:
                place = layout, column
                first[place], width[place] = field.first, field.width
                packed[place] = field.first | field.width << WIDTH_BIT | field.signed << SIGNED_BIT
                packed[place] |= _meaning(message, field, values) << MEANING_BIT
    return Table(first, width, packed, np.array(values).reshape(-1, 1 << _LOOKUP_BITS))


@cache
def _fields(message: type[Payload]) -> dict[str, Field]:
    return {field.name: field for field in fields_of(message)}


def _meaning(message: type[Payload], field: Field, values: list[Floats]) -> int:
    """How the number of a field becomes its value; what has to be looked up is added to `values`."""
    declared = message.field_dict()[field.name]
    # An enumeration may be made by the class itself, of what the bits said.
    convert = declared.metadata["to_converter"] or declared.converter
    meaning = AS_IT_IS if field.text else _MEANINGS.get(convert)
    if meaning is None:
        half = 1 << field.width - 1
        said = [n - 2 * half if field.signed and n >= half else n for n in range(2 * half)]
        values.append(np.resize([float(convert(number)) for number in said], 1 << _LOOKUP_BITS))
        meaning = LOOKED_UP + len(values) - 1
    return meaning
