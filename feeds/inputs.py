"""Recorded input: opened (plain, .gz, .zst, `-`), detected by content, read in batches.

A file that is damaged, or a download that broke off, is read as far as it
goes: the damage ends the stream for the reader as the end of the file would,
so that the batch it was building is not lost, and is counted as a reject.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Self, cast

import pyarrow as pa

from feeds.errors import InputError
from feeds.format import Format, Reading, formats
from feeds.reports import Said
from hardware.frames import Frames

HEAD_BYTES = 65536
PIECE_BYTES = 65536
"""Most asked of a decompressor at once: it drops what it made of a piece in which it finds damage."""
DAMAGED = "file ends early or is damaged"
GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


class _Hashed(io.RawIOBase):
    """A reader that hashes what passes through it; closing it closes the file."""

    def __init__(self, source: io.BufferedReader) -> None:
        super().__init__()
        self._source = source
        self.sha256 = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        # read1: from a pipe, what is there now, not after the buffer has filled.
        data = self._source.read1(len(buffer))
        buffer[: len(data)] = data
        self.sha256.update(data)
        return len(data)

    def close(self) -> None:
        if self._source is not sys.stdin.buffer:
            self._source.close()
        super().close()


class Input:
    """One opened input; a context manager that closes it.

    Attributes:
        where: its name as the user gave it.
        format: how it is written.
    """

    def __init__(self, where: str, override: str | None = None) -> None:
        """Open and detect.

        Raises:
            InputError: missing, empty, damaged from the start, of no known format, or `override` names none.
        """
        self.where = where
        self._raw = _Hashed(_opened(where))
        try:
            self._unpacked = _Tolerant(_decompressed(where, self._raw))
            head = _head(self._unpacked)
            self.format = _detected(where, head, override, self._unpacked.damage)
        except InputError:
            self.close()
            raise
        self._source = cast("BinaryIO", _Rewound(head, self._unpacked))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._raw.close()

    def read(self, reading: Reading) -> Iterator[Frames | Said]:
        """Batches in file order. A compressed file that ends early is read as far as it goes.

        Raises:
            InputError: as `Format.read`, with the name of this input.
        """
        try:
            yield from self.format.read(self._source, reading)
        except InputError as error:
            raise InputError(self.where, error.reason) from error
        if self._unpacked.damage is not None:
            reading.rejects.add(DAMAGED, self._unpacked.damage.encode())

    def sha256(self) -> str:
        """Of the file as it lies on disk, the unread rest included."""
        while self._raw.read(1 << 20):
            pass
        return self._raw.sha256.hexdigest()


class _Tolerant(io.RawIOBase):
    """A stream that ends where its source is found damaged.

    Attributes:
        damage: what was found, or None.
    """

    def __init__(self, source: BinaryIO) -> None:
        super().__init__()
        self._read = getattr(source, "read1", source.read)
        self.damage: str | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self.damage is not None:
            return 0
        try:
            data: bytes = self._read(min(len(buffer), PIECE_BYTES))
        except (EOFError, OSError, zlib.error, pa.ArrowException) as error:
            self.damage = str(error)
            return 0
        buffer[: len(data)] = data
        return len(data)


class _Rewound(io.RawIOBase):
    """The head that was looked at, then the rest."""

    def __init__(self, head: bytes, rest: io.RawIOBase) -> None:
        super().__init__()
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._head:
            return self._rest.readinto(buffer) or 0
        data, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


def _opened(where: str) -> io.BufferedReader:
    if where == "-":
        return cast("io.BufferedReader", sys.stdin.buffer)
    try:
        return open(where, "rb")  # noqa: PTH123  `Input` closes it; `-` cannot be a Path
    except OSError as error:
        raise InputError(where, error.strerror or str(error)) from error


def _decompressed(where: str, raw: _Hashed) -> BinaryIO:
    source: io.BufferedReader = io.BufferedReader(raw, HEAD_BYTES * 4)
    try:
        magic = source.peek(4)[:4]
    except OSError as error:
        raise InputError(where, error.strerror or str(error)) from error
    if magic.startswith(GZIP_MAGIC):
        return cast("BinaryIO", gzip.GzipFile(fileobj=source))
    if magic == ZSTD_MAGIC:
        return cast("BinaryIO", pa.CompressedInputStream(pa.PythonFile(source, "r"), "zstd"))
    return source


def _head(source: io.RawIOBase) -> bytes:
    head = b""
    while len(head) < HEAD_BYTES and (more := source.read(HEAD_BYTES - len(head))):
        head += more
    return head


def _detected(where: str, head: bytes, override: str | None, damage: str | None) -> Format:
    known = formats()
    if override is not None:
        if override not in known:
            raise InputError(where, f"unknown format {override!r}; known: {', '.join(known)}")
        return known[override]
    if damage is not None and not head.strip():
        raise InputError(where, f"damaged compression: {damage}")
    if not head.strip():
        raise InputError(where, "is empty")
    for each in known.values():
        if each.recognises(head):
            return each
    raise InputError(where, f"is of no known format ({', '.join(known)}); --format names one")
