"""Text written a column at a time: rows of letters, with zeros where a row has nothing.

A `Letters` matrix has one row a line and one byte a place; a zero byte is no
letter. Parts of any width are laid side by side, and `text_of` drops the zeros,
so that a million lines of varying length cost no object each. A zero changes no
XOR either, so that NMEA checksums may be taken before it is dropped.

    beside(n, b"c:", decimal(time_ms), b"*", hex_pair(sum)) -> Letters -> text_of -> bytes
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.batch import Column, Floats, Ints, Ragged

Letters = npt.NDArray[np.uint8]

LINE_END = b"\n"
_DIGITS = np.frombuffer(b"0123456789ABCDEF", np.uint8)


def letters(text: Column) -> Letters:
    """A column of ASCII text or bytes. Shape: (n,) -> (n, w).

    Raises:
        UnicodeEncodeError: a letter that is not ASCII.
    """
    column = np.asarray(text)
    narrow = column if column.dtype.kind == "S" else np.strings.encode(column, "ascii")
    width = max(narrow.dtype.itemsize, 1)
    return np.ascontiguousarray(narrow, f"S{width}").view(np.uint8).reshape(len(narrow), width)


def letters_of(text: Ragged) -> Letters:
    """Rows of bytes of any length, zeros behind their ends. Shape: n rows -> (n, w)."""
    counts = text.counts
    line = np.zeros((len(text), int(counts.max(initial=1))), np.uint8)
    line[np.arange(line.shape[1]) < counts[:, None]] = text.values
    return line


def ragged_of(text: Letters) -> Ragged:
    """Rows of letters without their zeros: the payload of `Frames`. Shape: (n, w) -> n rows."""
    written = text != 0
    return Ragged(np.concatenate([[0], np.cumsum(written.sum(axis=1))]), text[written])


def decimal(numbers: Ints) -> Letters:
    """Whole numbers from 0 on, without leading zeros. Shape: (n,) -> (n, w).

    >>> text_of(decimal(np.array([7, 120, 0])), b" ")
    b'7 120 0 '
    """
    values = np.asarray(numbers, np.int64)
    width = len(str(int(values.max(initial=0))))
    powers = 10 ** np.arange(width - 1, -1, -1)
    quotients = values[:, None] // powers
    written: Letters = np.where((quotients > 0) | (powers == 1), _DIGITS[quotients % 10], 0).astype(np.uint8)
    return written


def fixed(numbers: Floats, places: int) -> Letters:
    """Numbers with so many places behind the point, nothing where NaN. Shape: (n,) -> (n, w).

    >>> text_of(fixed(np.array([1733782034.2, -0.05, np.nan]), 1), b" ")
    b'1733782034.2 0.0  '
    """
    values = np.asarray(numbers, np.float64)
    said = np.isfinite(values)
    steps = np.rint(np.where(said, values, 0.0) * 10.0**places).astype(np.int64)
    whole, rest = np.divmod(np.abs(steps), 10**places)
    sign = np.where(steps < 0, ord("-"), 0).astype(np.uint8)[:, None]
    # The fraction keeps its leading zeros: written as 1000 + fraction, less the 1.
    fraction = decimal(rest + 10**places)[:, 1:]
    return np.where(said[:, None], beside(len(values), sign, decimal(whole), b".", fraction), 0)


def hex_pair(octets: npt.NDArray[np.uint8]) -> Letters:
    """Two upper-case hexadecimal digits a byte, all bytes of a row in line. Shape: (n,) or (n, k) -> (n, 2k)."""
    table = octets.reshape(len(octets), -1)
    pairs = np.stack([_DIGITS[table >> 4], _DIGITS[table & 15]], axis=-1)
    return pairs.reshape(len(table), -1)


def lower_hex(octets: npt.NDArray[np.uint8]) -> Letters:
    """As `hex_pair`, in lower case. Shape: (n, k) -> (n, 2k)."""
    digits = hex_pair(octets)
    return np.where(digits > ord("9"), digits | ord(" "), digits).astype(np.uint8)


def xor_of(text: Letters) -> npt.NDArray[np.uint8]:
    """The XOR of each row, which is NMEA's checksum. Shape: (n, w) -> (n,)."""
    total: npt.NDArray[np.uint8] = np.bitwise_xor.reduce(text, axis=1)
    return total


def beside(n: int, *parts: bytes | Letters) -> Letters:
    """Columns of text and text that is the same in every row, side by side. Shapes: (n, w) each -> (n, sum)."""
    widths = [len(part) if isinstance(part, bytes) else part.shape[1] for part in parts]
    line = np.empty((n, sum(widths)), np.uint8)
    place = 0
    for part, width in zip(parts, widths, strict=True):
        line[:, place : place + width] = np.frombuffer(part, np.uint8) if isinstance(part, bytes) else part
        place += width
    return line


def text_of(text: Letters, end: bytes = LINE_END) -> bytes:
    """Every row with its end, zeros dropped. Shape: (n, w) -> bytes."""
    lines = beside(len(text), text, end)
    written: bytes = lines[lines != 0].tobytes()
    return written
