"""Columns of whole numbers become armoured AIS payloads and sentences.

Which field stands where in a message is pyais' declaration, the one from which
messages are decoded; here every field is laid into six-bit symbols for all
rows at once. In: numbers already in the message's own steps. Out: sentences as
an array of bytes, one a row, or a row of them where a message takes several.

Source: ITU-R M.1371-5 annex 8 (tables, six-bit text), IEC 61162-1 (armour, sentences).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pyais.messages import Payload

from feeds.ais.message import ARMOUR
from feeds.writing import Letters, beside, hex_pair, letters, xor_of
from geo.batch import Column, Ints

Sentences = npt.NDArray[np.bytes_]
"""One sentence a row, shape (n,), or the sentences of one message in a row, shape (n, parts)."""

SENTENCE_CHARACTERS = 60
"""Payload of one sentence: with head, checksum and line end it stays within NMEA's 82 characters."""
_SYMBOL_BITS = 6
_ARMOURED = np.array([ARMOUR[bits] for bits in range(64)], np.uint8)
_PAD = 0
"""The symbol `@`, which ends a text."""
_UNKNOWN = ord("?") & 63


class Field(NamedTuple):
    """One field of a message: its first bit counted from 0, its width, and how it is written."""

    name: str
    first: int
    width: int
    signed: bool
    text: bool


def fields_of(message: type[Payload]) -> Iterator[Field]:
    """The fields of a message in their order, as pyais declares them."""
    first = 0
    for each in message.fields():
        meta = each.metadata
        yield Field(each.name, first, meta["width"], bool(meta["signed"]), meta["d_type"] is str)
        first += meta["width"]


def payloads(message: type[Payload], n: int, bits: int, said: Mapping[str, Any]) -> Letters:
    """Armoured payloads of `bits` bits; fields not said are zero. Shape: (n, characters).

    Args:
        message: pyais' class of the message.
        n: rows.
        bits: length of the message, to the end of a field.
        said: by field name, a number for all rows, a column of numbers or a column of text.

    Raises:
        ValueError: a number that its field cannot hold, or a field that the message does not have.
    """
    symbols = np.zeros((-(-bits // _SYMBOL_BITS), n), np.uint8)
    rest = dict(said)
    for field in fields_of(message):
        value = rest.pop(field.name, None)
        if value is None or field.first >= bits:
            continue
        if field.text:
            _lay_text(symbols, field, np.asarray(value))
        else:
            _lay(symbols, field.first, field.width, _held(message, field, np.asarray(value, np.int64)))
    if rest:
        raise ValueError(f"{message.__name__} has no field {sorted(rest)}")
    return np.ascontiguousarray(_ARMOURED[symbols].T)


def sentences(payload: Letters, bits: int, channel: Column | str, sequence: Ints | int = 0) -> Sentences:
    """The sentences `!AIVDM` of armoured payloads, one or more a row. Shape: (n, characters) -> (n,) or (n, parts).

    Args:
        payload: as `payloads` makes it.
        bits: length of the message; tells the fill bits of its last sentence.
        channel: `A` or `B`, for all rows or by row.
        sequence: by which the sentences of one message know each other; its last digit is written.
    """
    n, characters = payload.shape
    parts = max(-(-characters // SENTENCE_CHARACTERS), 1)
    heard_on = letters(np.broadcast_to(np.asarray(channel), (n,)))
    tied = (np.broadcast_to(np.asarray(sequence, np.int64), (n,)) % 10 + ord("0")).astype(np.uint8)[:, None]
    written = []
    for part in range(parts):
        piece = payload[:, part * SENTENCE_CHARACTERS : (part + 1) * SENTENCE_CHARACTERS]
        fill = b"%d" % ((-bits) % _SYMBOL_BITS if part == parts - 1 else 0)
        number = tied if parts > 1 else np.zeros((n, 1), np.uint8)
        head = b"AIVDM,%d,%d," % (parts, part + 1)
        body = beside(n, head, number, b",", heard_on, b",", piece, b",", fill)
        written.append(_packed(beside(n, b"!", body, b"*", hex_pair(xor_of(body))), gap=parts == 1))
    return written[0] if parts == 1 else np.stack(written, axis=1)


def _packed(line: Letters, *, gap: bool) -> Sentences:
    """Rows of equally many letters as byte strings; `gap`: the place of the sequence number is empty."""
    place = len(b"!AIVDM,1,1,")
    whole = np.delete(line, place, axis=1) if gap else line
    packed: Sentences = np.ascontiguousarray(whole).view(f"S{whole.shape[1]}")[:, 0]
    return packed


def _held(message: type[Payload], field: Field, value: Ints) -> Ints:
    """The value as it stands in the field's bits: two's complement where it is signed."""
    least = -(1 << field.width - 1) if field.signed else 0
    past = 1 << field.width - field.signed
    if value.size and not (least <= value.min() and value.max() < past):
        raise ValueError(f"{message.__name__}.{field.name} holds {least} to {past - 1}")
    held: Ints = value & ((1 << field.width) - 1)
    return held


def _lay(symbols: Letters, first: int, width: int, value: Ints) -> None:
    """Put a field's bits into every symbol that it touches."""
    past = first + width
    for place in range(first // _SYMBOL_BITS, (past - 1) // _SYMBOL_BITS + 1):
        behind = past - _SYMBOL_BITS * (place + 1)
        piece = value >> behind if behind >= 0 else value << -behind
        symbols[place] |= (piece & 63).astype(np.uint8)


def _lay_text(symbols: Letters, field: Field, text: Column) -> None:
    """Put a column of text, capitals and cut to its field, `?` where six bits have no such letter."""
    count = field.width // _SYMBOL_BITS
    broad = np.broadcast_to(np.strings.upper(text.astype(f"U{count}")), symbols.shape[1:])
    codes = np.ascontiguousarray(broad).view(np.uint32).reshape(-1, count)
    six = np.where((codes >= 32) & (codes < 96), codes & 63, _UNKNOWN)
    six = np.where(codes == 0, _PAD, six)
    for place in range(count):
        _lay(symbols, field.first + _SYMBOL_BITS * place, _SYMBOL_BITS, six[:, place])
