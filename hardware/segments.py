"""One file of the spool: batches appended one after another, each with its length and checksum.

    4 bytes  length of the body, big-endian
    4 bytes  CRC-32 of the body
    body     1 byte stream, 8 bytes seq, 16 bytes boot id, then the payload as it is published

A kill or a power cut leaves at most a torn record at the end: what stands
whole before it is read back, the rest is void. A body whose checksum fails
in the middle (a worn SD card) is passed over, for its length leads to the
next one. The index in memory has 18 bytes a batch: a station that is off the
network for a weekend spools a million.
"""

from __future__ import annotations

import contextlib
import os
import struct
import zlib
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hardware.ranges import Ranges
from hardware.wire import BOOT, Stream, parse_first_line

_LENGTH_AND_CRC = struct.Struct(">II")
_BODY_HEAD = struct.Struct(">BQ16s")
BODY_BYTES = 1 << 20
"""No body is longer; a length beyond it is damage."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A batch as it lies on the disk; `payload` is what is published, first line and all."""

    stream: Stream
    boot: str
    seq: int
    payload: bytes

    def record(self) -> bytes:
        """As bytes of a segment."""
        body = _BODY_HEAD.pack(self.stream, self.seq, self.boot.encode()) + self.payload
        return _LENGTH_AND_CRC.pack(len(body), zlib.crc32(body)) + body


def records(data: bytes) -> Iterator[tuple[int, Stored]]:
    """Each whole batch and where its record begins; ends at the first that is torn."""
    place = 0
    while place + _LENGTH_AND_CRC.size <= len(data):
        length, crc = _LENGTH_AND_CRC.unpack_from(data, place)
        begin = place + _LENGTH_AND_CRC.size
        if not _BODY_HEAD.size <= length <= BODY_BYTES or begin + length > len(data):
            return
        body = data[begin : begin + length]
        if zlib.crc32(body) == crc and (stored := _stored(body)) is not None:
            yield place, stored
        place = begin + length


def _stored(body: bytes) -> Stored | None:
    stream, seq, boot = _BODY_HEAD.unpack_from(body)
    name = boot.decode("ascii", "replace")
    if stream not in set(Stream) or not BOOT.fullmatch(name):
        return None
    return Stored(Stream(stream), name, seq, body[_BODY_HEAD.size :])


class Segment:
    """A segment and the index of its batches.

    Attributes:
        number: segments are numbered in the order in which they were begun.
        size: bytes on the disk.
        waiting: batches that the server has not acknowledged.
        declares: what the first lines of its batches declare as lost, by index.
    """

    def __init__(self, folder: Path, number: int) -> None:
        """The segment of this number; what is on the disk already is indexed."""
        self.path = folder / f"{number:010d}.spool"
        self.number = number
        self.waiting = 0
        self.declares: dict[int, Mapping[str, Ranges]] = {}
        self._boots: list[str] = []
        self._boot = array("H")
        self._seq = array("q")
        self._offset = array("q")
        self._waits = bytearray()
        data = self.path.read_bytes() if self.path.exists() else b""
        self.size = len(data)
        self._file: int | None = None
        for offset, stored in records(data):
            self._enter(offset, stored)

    def __len__(self) -> int:
        """How many batches it holds, acknowledged ones too."""
        return len(self._seq)

    def _enter(self, offset: int, stored: Stored) -> None:
        if stored.boot not in self._boots:
            self._boots.append(stored.boot)
        self._boot.append(self._boots.index(stored.boot))
        self._seq.append(stored.seq)
        self._offset.append(offset)
        self._waits.append(1)
        self.waiting += 1
        head, _, _ = stored.payload.partition(b"\n")
        if b'"lost' in head:
            with contextlib.suppress(ValueError):  # a batch of a later version, which says it otherwise
                self.declares[len(self) - 1] = parse_first_line(head).lost

    def append(self, stored: Stored) -> int:
        """Write a batch; returns its index.

        Raises:
            OSError: it was not written, and nothing of it is left.
        """
        if self._file is None:
            self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        record = stored.record()
        try:
            written = os.write(self._file, record)
        except OSError:
            written = 0
        if written < len(record):
            os.ftruncate(self._file, self.size)
            raise OSError(f"{self.path}: the disk took {written} of {len(record)} bytes")
        self._enter(self.size, stored)
        self.size += len(record)
        return len(self) - 1

    def read(self, index: int) -> Stored:
        """A batch, read from the disk.

        Raises:
            OSError: it is not there as it was written.
        """
        with self.path.open("rb") as file:
            file.seek(self._offset[index])
            head = file.read(_LENGTH_AND_CRC.size)
            length = _LENGTH_AND_CRC.unpack(head)[0] if len(head) == _LENGTH_AND_CRC.size else 0
            data = head + file.read(min(length, BODY_BYTES))
        for _, stored in records(data):
            return stored
        raise OSError(f"{self.path}: the batch at {self._offset[index]} cannot be read back")

    def name(self, index: int) -> tuple[str, int]:
        """Boot and seq of a batch."""
        return self._boots[self._boot[index]], self._seq[index]

    def waits(self, index: int) -> bool:
        """Whether the batch is still to be acknowledged."""
        return bool(self._waits[index])

    def next_waiting(self, index: int) -> int | None:
        """The first batch from `index` on that waits."""
        found = self._waits.find(1, index)
        return found if found >= 0 else None

    def cover(self, boot: str, covered: Ranges) -> int:
        """Take what is acknowledged off those that wait; returns how many."""
        if not self.waiting or boot not in self._boots or not len(covered):
            return 0
        first, last = np.array(list(covered)).T
        seq = np.array(self._seq)
        # The range that begins last before each seq; where none does, the comparison with `first` fails.
        place = np.maximum(np.searchsorted(first, seq, side="right") - 1, 0)
        hit = (first[place] <= seq) & (seq <= last[place]) & (np.array(self._boot) == self._boots.index(boot))
        waits = np.frombuffer(self._waits, np.uint8)
        before = self.waiting
        waits[hit] = 0
        self.waiting = int(waits.sum())
        return before - self.waiting

    def descriptor(self) -> int | None:
        """The open file, for syncing; None where nothing was written."""
        return self._file

    def close(self) -> None:
        """Sync and close; the index stays."""
        if self._file is not None:
            os.fsync(self._file)
            os.close(self._file)
            self._file = None

    def delete(self) -> None:
        """Close and delete the file; nothing in it is wanted any more."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        self.path.unlink(missing_ok=True)
