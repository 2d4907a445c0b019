"""The bytes of the journal: file header, records, the hash that chains them.

A journal is a folder of files `SERIAL-HOUR.journal` (`00000007-20261122T14.journal`),
one an hour. Numbers are little-endian; times are Unix seconds UTC by the
server's clock. A file begins with a header:

    offset  bytes
    0       8      magic, `HLJOURN` and a line feed
    8       4      version of this format: 1
    12      4      serial of the file, from 1, rising by one; also the start of its name
    16      8      first second of its hour, signed
    24      32     chain value of the last record of the file before; zeros in the first file
    56      32     chain value of the header: SHA-256 of bytes 0 to 55

Records follow without gaps:

    offset  bytes
    0       4      N, length of the body
    4       4      CRC-32 (of ISO 3309, as in zlib) of bytes 0 to 3 and 8 to 16 + N
    8       1      kind (`EntryKind`)
    9       8      time, IEEE 754 double
    17      N      body (`feeds.journal_entries`)
    17 + N  32     chain value: SHA-256 of the chain value before, and bytes 0 to 16 + N

The CRC tells a record that was torn or rotted; the chain tells one that
somebody changed and gave a fitting CRC. The 32 bytes before any record are
the chain value it builds on, so that a reader may start at any of them.

Nothing here opens a file.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple

MAGIC = b"HLJOURN\n"
VERSION = 1
HASH_BYTES = 32
NO_HASH = bytes(HASH_BYTES)
BODY_BYTES = 1 << 26
"""Longest body believed in, 64 MiB: what a list of every station's sequence numbers may grow to."""

_HEADER = struct.Struct("<8sIIq32s")
_RECORD = struct.Struct("<IIBd")
_LENGTH = struct.Struct("<I")
HEADER_BYTES = _HEADER.size + HASH_BYTES
RECORD_BYTES = _RECORD.size + HASH_BYTES
"""A record's bytes beside its body."""
HOUR_S = 3600

_NAME = re.compile(r"([0-9]{8})-[0-9]{8}T[0-9]{2}\.journal")


class EntryKind(IntEnum):
    """What a record holds. A reader hands on kinds it does not know as they are."""

    BATCH = 1  # what a station sent, exactly as received
    MARK = 2  # the server's clock, each second: silence passes too
    MOVEMENTS = 3  # 3 to 6: what is in force from here on; at each start, at each change, and in each file
    EXCLUSIONS = 4
    STATIONS = 5
    SETTINGS = 6
    TAKEN = 7  # every sequence number taken so far; the first record of each file


class Fault(StrEnum):
    """Why bytes are not the next record."""

    TORN = "torn record"  # the bytes end before it does
    DAMAGED = "damaged record"
    ALTERED = "altered record"  # whole by its CRC, but not the one that the chain holds
    HEADER = "damaged file header"
    MISSING = "file missing or out of order"


class Position(NamedTuple):
    """A place between two records, stable for as long as the file is kept: serial of the file, byte in it.

    >>> Position.of(str(Position(7, 88)))
    Position(file=7, byte=88)
    """

    file: int
    byte: int

    def __str__(self) -> str:
        return f"{self.file}:{self.byte}"

    @classmethod
    def of(cls, text: str) -> Position:
        """The position that `str` wrote.

        Raises:
            ValueError: not two whole numbers with a colon between them.
        """
        file, _, byte = text.partition(":")
        return cls(int(file), int(byte))


class Entry(NamedTuple):
    """What one record says."""

    kind: int
    time_s: float
    body: bytes


class Header(NamedTuple):
    """What a file says of itself; `chain` is the value that its first record builds on."""

    serial: int
    hour_s: int
    before: bytes
    chain: bytes


class Found(NamedTuple):
    """A record that was read: what it says, where it ends in its buffer, the chain value it leaves."""

    entry: Entry
    end: int
    chain: bytes


def file_name(serial: int, hour_s: int) -> str:
    """The name of a file; names sort as serials do, and show people the hour."""
    return f"{serial:08d}-{datetime.fromtimestamp(hour_s, UTC):%Y%m%dT%H}.journal"


def serial_of(name: str) -> int | None:
    """The serial in a file's name; None where it is no journal file's name."""
    match = _NAME.fullmatch(name)
    return int(match[1]) if match else None


def hour_of(time_s: float) -> int:
    """The first second of the hour that holds a time."""
    return int(time_s // HOUR_S) * HOUR_S


def header_bytes(serial: int, hour_s: int, before: bytes) -> bytes:
    """A file's header, chain value included."""
    head = _HEADER.pack(MAGIC, VERSION, serial, hour_s, before)
    return head + hashlib.sha256(head).digest()


def header_of(data: bytes) -> Header | None:
    """The header at the start of a file; None where there is none that holds."""
    if len(data) < HEADER_BYTES:
        return None
    head, chain = data[: _HEADER.size], data[_HEADER.size : HEADER_BYTES]
    magic, version, serial, hour_s, before = _HEADER.unpack(head)
    if magic != MAGIC or version != VERSION or hashlib.sha256(head).digest() != chain:
        return None
    return Header(serial, hour_s, before, chain)


def record_bytes(entry: Entry, chain: bytes) -> bytes:
    """An entry as a record that builds on a chain value; its own are the last `HASH_BYTES`.

    Raises:
        ValueError: the body is longer than any reader would believe.
    """
    if len(entry.body) > BODY_BYTES:
        raise ValueError(f"a body of {len(entry.body)} bytes; at most {BODY_BYTES} are read back")
    length = _LENGTH.pack(len(entry.body))
    rest = _RECORD.pack(0, 0, entry.kind, entry.time_s)[8:] + entry.body
    record = length + _LENGTH.pack(zlib.crc32(rest, zlib.crc32(length))) + rest
    return record + hashlib.sha256(chain + record).digest()


def record_of(data: bytes, at: int, chain: bytes) -> Found | Fault:
    """The record that begins at `at`, if it is whole and builds on `chain`; else why it is none."""
    left = len(data) - at
    if left < _RECORD.size:
        return Fault.TORN
    length, crc, kind, time_s = _RECORD.unpack_from(data, at)
    if length > BODY_BYTES:
        return Fault.DAMAGED
    if left < RECORD_BYTES + length:
        return Fault.TORN
    body_at = at + _RECORD.size
    end = body_at + length
    with memoryview(data) as view:
        if zlib.crc32(view[at + 8 : end], zlib.crc32(view[at : at + 4])) != crc:
            return Fault.DAMAGED
        hashed = hashlib.sha256(chain)
        hashed.update(view[at:end])
    own = hashed.digest()
    if data[end : end + HASH_BYTES] != own:
        return Fault.ALTERED
    return Found(Entry(kind, time_s, data[body_at:end]), end + HASH_BYTES, own)
