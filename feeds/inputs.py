"""Recorded input: opened (plain, .gz, .zst, `-`), detected by content, read in batches."""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

import pyarrow as pa

from feeds.errors import InputError
from feeds.format import Format, Reading, formats
from feeds.reports import Said
from hardware.frames import Frames

HEAD_BYTES = 65536
GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


class _Hashed(io.RawIOBase):
    """A reader that hashes what passes through it and knows how much that was."""

    def __init__(self, source: BinaryIO) -> None:
        super().__init__()
        self._source = source
        self.sha256 = hashlib.sha256()
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._source.read(len(buffer))
        buffer[: len(data)] = data
        self.sha256.update(data)
        self.count += len(data)
        return len(data)


class Input:
    """One opened input.

    Attributes:
        where: its name as the user gave it.
        format: how it is written.
    """

    def __init__(self, where: str, override: str | None = None) -> None:
        """Open and detect.

        Raises:
            InputError: missing, empty, damaged, of no known format, or `override` names none.
        """
        self.where = where
        self._raw = _Hashed(_opened(where))
        buffered: io.BufferedReader = io.BufferedReader(self._raw, HEAD_BYTES * 4)
        self._source = _decompressed(buffered)
        try:
            head = _head(self._source)
        except (EOFError, OSError, zlib.error, pa.ArrowException) as error:
            raise InputError(where, f"damaged compression: {error}") from error
        self.format = _detected(where, head, override)
        self._source = cast("BinaryIO", _Rewound(head, self._source))

    def read(self, reading: Reading) -> Iterator[Frames | Said]:
        """Batches in file order. A compressed file that ends early is read as far as it goes.

        Raises:
            InputError: as `Format.read`.
        """
        try:
            yield from self.format.read(self._source, reading)
        except (EOFError, OSError, zlib.error, pa.ArrowException) as error:
            reading.rejects.add("file ends early or is damaged", str(error).encode())

    def sha256(self) -> str:
        """Of the file as it lies on disk, the unread rest included."""
        while self._raw.read(1 << 20):
            pass
        return self._raw.sha256.hexdigest()


class _Rewound(io.RawIOBase):
    """The head that was looked at, then the rest."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        super().__init__()
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data, self._head = (
            (self._head[: len(buffer)], self._head[len(buffer) :])
            if self._head
            else (self._rest.read(len(buffer)), b"")
        )
        buffer[: len(data)] = data
        return len(data)


def _opened(where: str) -> BinaryIO:
    if where == "-":
        return sys.stdin.buffer
    try:
        return open(where, "rb")  # noqa: PTH123  closed with the process; `-` cannot be a Path
    except OSError as error:
        raise InputError(where, error.strerror or str(error)) from error


def _decompressed(source: io.BufferedReader) -> BinaryIO:
    magic = source.peek(4)[:4]
    if magic.startswith(GZIP_MAGIC):
        return cast("BinaryIO", gzip.GzipFile(fileobj=source))
    if magic == ZSTD_MAGIC:
        return cast("BinaryIO", pa.CompressedInputStream(pa.PythonFile(source, "r"), "zstd"))
    return source


def _head(source: BinaryIO) -> bytes:
    head = b""
    while len(head) < HEAD_BYTES and (more := source.read(HEAD_BYTES - len(head))):
        head += more
    return head


def _detected(where: str, head: bytes, override: str | None) -> Format:
    known = formats()
    if override is not None:
        if override not in known:
            raise InputError(where, f"unknown format {override!r}; known: {', '.join(known)}")
        return known[override]
    if not head.strip():
        raise InputError(where, "is empty")
    for each in known.values():
        if each.recognises(head):
            return each
    raise InputError(where, f"is of no known format ({', '.join(known)}); --format names one")
