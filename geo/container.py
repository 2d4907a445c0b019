"""One file for a tree of plain values and arrays: exact, checked, without pickle.

A tree is a dict whose leaves are numpy arrays, numbers, text, bytes, booleans
and None, in dicts, lists and tuples. What is read equals what was written, to
the bit of every float and the order of every dict. Equal trees give equal
bytes. Numbers of the layout are little-endian:

    offset  bytes
    0       8      magic, `HLSTATE` and a line feed
    8       4      version of this layout: 1
    12      8      H, length of the head
    20      H      head: JSON, `{"arrays": [[type, shape], ...], "tree": ...}`
    .       .      the arrays in that order, C order, each from a multiple of 64
    .       32     SHA-256 of all before it

A type is numpy's description (`"<f8"`, or a list of fields). In the tree
`{"$": ["array", 3]}` stands for the array of that place, and likewise
`["tuple", [...]]`, `["bytes", TEXT]` (a character a byte) and `["float",
"nan"]`, `"inf"`, `"-inf"` for what JSON has no word for.

It stands on the ground floor because feeds and fusion both put their memory
into it and neither may know the other's machinery; it knows no meaning.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import struct
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from geo.batch import Column

Tree = dict[str, Any]

MAGIC = b"HLSTATE\n"
VERSION = 1
ALIGNMENT = 64
_HEADER = struct.Struct("<8sIQ")
_DIGEST_BYTES = 32
_PIECE_BYTES = 1 << 20
_MARK = "$"


class DamagedError(ValueError):
    """The bytes of a file are not those that were written: torn, rotted or of something else."""


class OtherVersionError(ValueError):
    """A whole file in a layout that this version of the reader does not know."""


def write(file: BinaryIO, tree: Tree) -> None:
    """Write a tree.

    Raises:
        TypeError: a leaf that is none of the kinds named above.
    """
    digest = hashlib.sha256()
    for piece in _pieces(tree):
        digest.update(piece)
        file.write(piece)
    file.write(digest.digest())


def read(path: Path) -> Tree:
    """The tree that a file holds; every array has memory of its own.

    Raises:
        DamagedError: not the bytes that were written.
        OtherVersionError: whole, but of another layout.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        # All of it is checked before any of it is believed: a damaged length must not ask for memory.
        if size < _HEADER.size + _DIGEST_BYTES or not _whole(file, size):
            raise DamagedError(f"{path}: torn or damaged")
        file.seek(0)
        magic, version, length = _HEADER.unpack(file.read(_HEADER.size))
        if magic != MAGIC:
            raise DamagedError(f"{path}: no container")
        if version != VERSION:
            raise OtherVersionError(f"{path}: layout {version}, and this version reads layout {VERSION}")
        head = json.loads(file.read(length))
        arrays = [_array(file, _dtype(kind), tuple(shape)) for kind, shape in head["arrays"]]
    tree: Tree = _meant(head["tree"], arrays)
    return tree


def _pieces(tree: Tree) -> Iterator[bytes | memoryview]:
    arrays: list[Column] = []
    told = _told(tree, arrays)
    kinds = [[_description(array.dtype), list(array.shape)] for array in arrays]
    head = json.dumps({"arrays": kinds, "tree": told}, allow_nan=False, separators=(",", ":")).encode()
    at = _HEADER.size + len(head)
    yield _HEADER.pack(MAGIC, VERSION, len(head))
    yield head
    for array in arrays:
        yield bytes(-at % ALIGNMENT)
        data = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        yield data.data
        at += -at % ALIGNMENT + len(data)


def _whole(file: BinaryIO, size: int) -> bool:
    digest = hashlib.sha256()
    left = size - _DIGEST_BYTES
    while left > 0:
        piece = file.read(min(left, _PIECE_BYTES))
        if not piece:
            return False
        digest.update(piece)
        left -= len(piece)
    return file.read(_DIGEST_BYTES) == digest.digest()


def _array(file: BufferedReader, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Column:
    file.seek(-file.tell() % ALIGNMENT, os.SEEK_CUR)
    data = np.empty(math.prod(shape) * dtype.itemsize, np.uint8)
    if file.readinto(data.data) != len(data):
        raise DamagedError("an array ends before it should")
    return data.view(dtype).reshape(shape)


def _description(dtype: np.dtype[Any]) -> Any:
    """What names a type; padding is refused, for nobody knows what stands in it."""
    if dtype.hasobject or not dtype.itemsize:
        raise TypeError(f"an array of {dtype} cannot be kept")
    if dtype.names is None:
        return dtype.str
    fields = [dtype[name] for name in dtype.names]
    if sum(each.itemsize for each in fields) != dtype.itemsize:
        raise TypeError("records with padding between their fields cannot be kept")
    return [[name, each.base.str, list(each.shape)] for name, each in zip(dtype.names, fields, strict=True)]


def _dtype(description: Any) -> np.dtype[Any]:
    if isinstance(description, str):
        return np.dtype(description)
    fields = [(name, kind, tuple(shape)) if shape else (name, kind) for name, kind, shape in description]
    return np.dtype(fields)


def _told(value: Any, arrays: list[Column]) -> Any:
    """A value as JSON has words for it; arrays are put aside."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {_MARK: ["float", repr(value)]}
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {_MARK: ["array", len(arrays) - 1]}
    if isinstance(value, bytes):
        return {_MARK: ["bytes", value.decode("latin-1")]}
    return _told_nest(value, arrays)


def _told_nest(value: Any, arrays: list[Column]) -> Any:
    if isinstance(value, list):
        return [_told(each, arrays) for each in value]
    if isinstance(value, tuple):
        return {_MARK: ["tuple", [_told(each, arrays) for each in value]]}
    if isinstance(value, dict) and all(isinstance(key, str) and key != _MARK for key in value):
        return {key: _told(each, arrays) for key, each in value.items()}
    raise TypeError(f"a {type(value).__name__} cannot be kept")


def _meant(told: Any, arrays: list[Column]) -> Any:
    if isinstance(told, list):
        return [_meant(each, arrays) for each in told]
    if not isinstance(told, dict):
        return told
    if _MARK not in told:
        return {key: _meant(each, arrays) for key, each in told.items()}
    kind, content = told[_MARK]
    return _MEANINGS[kind](content, arrays)


_MEANINGS: dict[str, Callable[[Any, list[Column]], Any]] = {
    "array": lambda place, arrays: arrays[place],
    "bytes": lambda text, _: text.encode("latin-1"),
    "float": lambda text, _: float(text),
    "tuple": lambda told, arrays: tuple(_meant(each, arrays) for each in told),
}
