"""The journal read: from any position, to its end, and on from there while it is being written.

    reader = JournalReader(folder, position)
    for entry in reader.read():   # all that is whole now; call again later for more
        ...
    reader.position               # after the last entry: where to go on, now or after a restart

Each record is held to its CRC and to the chain. Where a file does not go on,
reading goes on with the next file and the damage is listed; in the last file
it waits, for there the writer may be in the middle of a record. `verify`
reads a whole journal and tells the first place where the chain breaks.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

from feeds.errors import JournalError
from feeds.journal_record import (
    HASH_BYTES,
    HEADER_BYTES,
    Entry,
    EntryKind,
    Fault,
    Position,
    header_of,
    record_of,
    serial_of,
)

CHUNK_BYTES = 1 << 20


class Damage(NamedTuple):
    """Where a journal could not be read, and why."""

    position: Position
    fault: Fault

    def __str__(self) -> str:
        return f"{self.fault} at {self.position}"


def journal_files(folder: Path) -> dict[int, Path]:
    """The files of a journal by rising serial."""
    found = {serial: path for path in folder.iterdir() if (serial := serial_of(path.name)) is not None}
    return dict(sorted(found.items()))


class Scan:
    """The records of one open file from a byte on; iterate it.

    Attributes:
        at: byte after the last record given.
        chain: chain value there.
        fault: why the iteration ended; None at a clean end.
    """

    def __init__(self, file: BinaryIO, at: int, chain: bytes) -> None:
        self.at = at
        self.chain = chain
        self.fault: Fault | None = None
        self._file = file

    def stand_at(self, byte: int) -> bool:
        """Go to a byte where a record ended; whether the file reaches there."""
        if not HEADER_BYTES <= byte <= self._file.seek(0, os.SEEK_END):
            return False
        self._file.seek(byte - HASH_BYTES)
        self.at, self.chain = byte, self._file.read(HASH_BYTES)
        return True

    def __iter__(self) -> Iterator[Entry]:
        self._file.seek(self.at)
        self.fault = None
        data, start = b"", 0
        while True:
            found = record_of(data, start, self.chain)
            if isinstance(found, Fault):
                if found is Fault.TORN and (more := self._file.read(CHUNK_BYTES)):
                    data, start = data[start:] + more, 0
                    continue
                self.fault = found if start < len(data) else None
                return
            self.at += found.end - start
            self.chain = found.chain
            start = found.end
            yield found.entry


class JournalReader:
    """Reads entries in order and remembers where it is; a context manager that closes its file.

    Attributes:
        position: after the last entry read.
        chain: chain value there; None where it is not known.
        damage: what could not be read, and was passed over.
        unread: why reading stopped in the last file; None at a clean end.
    """

    def __init__(self, folder: Path, position: Position | None = None) -> None:
        """Stand at a position, or at the beginning of what is kept.

        Raises:
            JournalError: the position is not in the journal, or no longer.
        """
        self.damage: list[Damage] = []
        self.unread: Fault | None = None
        self._folder = folder
        self._stack = ExitStack()
        self._scan: Scan | None = None
        self.position = position or Position(min(journal_files(folder), default=1), HEADER_BYTES)
        if position is not None:
            self._go_back_to(position)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    @property
    def chain(self) -> bytes | None:
        """See the class."""
        return self._scan.chain if self._scan is not None else None

    def read(self) -> Iterator[Entry]:
        """Every whole entry from here to the end of the journal as it is now."""
        while True:
            # Looked up first: once a next file is there, nothing more is written to this one.
            files = journal_files(self._folder)
            following = min((serial for serial in files if serial > self.position.file), default=None)
            yield from self._rest(files.get(self.position.file))
            if following is None:
                return
            self._enter(following, files[following])

    def make_durable(self) -> None:
        """Bring all that was read to the disk: whoever keeps the position calls this first.

        A reader may be ahead of the writer's own sync; after a power cut a
        position kept without this could lie beyond the journal's end.
        """
        path = journal_files(self._folder).get(self.position.file)
        if path is not None:
            with path.open("rb") as file:
                os.fsync(file.fileno())

    def _rest(self, path: Path | None) -> Iterator[Entry]:
        """What is left of this file."""
        if self._scan is None and path is not None:
            self._open(path)
        if self._scan is None:
            self.unread = None if path is None else Fault.HEADER
            return
        for entry in self._scan:
            self.position = Position(self.position.file, self._scan.at)
            yield entry
        self.unread = self._scan.fault

    def _enter(self, serial: int, path: Path) -> None:
        """Leave this file for a later one; note what was wrong with it, and whether the chain goes on."""
        if self.unread is not None:
            self.damage.append(Damage(self.position, self.unread))
        chain = self.chain if self.unread is None else None
        follows = serial == self.position.file + 1
        self._close()
        self.position, self.unread = Position(serial, HEADER_BYTES), None
        before = self._open(path)
        if not follows or (chain is not None and before is not None and before != chain):
            self.damage.append(Damage(self.position, Fault.MISSING))

    def _open(self, path: Path) -> bytes | None:
        """Stand at a file's first record; the chain value that the file goes on from, None if it has no header."""
        file = self._stack.enter_context(path.open("rb"))
        header = header_of(file.read(HEADER_BYTES))
        if header is None or header.serial != self.position.file:
            self._close()
            return None
        self._scan = Scan(file, HEADER_BYTES, header.chain)
        return header.before

    def _go_back_to(self, position: Position) -> None:
        path = journal_files(self._folder).get(position.file)
        if path is not None:
            self._open(path)
        if self._scan is None or not self._scan.stand_at(position.byte):
            self._close()
            raise JournalError(f"{self._folder}: there is no position {position} in this journal")

    def _close(self) -> None:
        self._stack.close()
        self._scan = None


@dataclass(frozen=True)
class Verified:
    """What `verify` found.

    Attributes:
        files, records: how many were read.
        begins_on: chain value of the record before the first that is kept; zeros where nothing was pruned.
        ends_on: chain value of the last record read.
        broken: the first place where the chain does not hold; None where it holds throughout.
    """

    files: int
    records: int
    begins_on: bytes
    ends_on: bytes
    broken: Damage | None


def verify(folder: Path) -> Verified:
    """Hold every record of a journal to its CRC and to the chain, up to the first that does not."""
    records, ends_on = 0, b""
    files = journal_files(folder)
    with JournalReader(folder) as reader:
        for _ in reader.read():
            if reader.damage:
                break
            records += 1
            ends_on = reader.chain or b""
        broken = reader.damage[0] if reader.damage else None
        if broken is None and reader.unread is not None:
            broken = Damage(reader.position, reader.unread)
    return Verified(len(files), records, _before(files), ends_on, broken)


def entries_since_taken(folder: Path) -> Iterator[Entry]:
    """The entries from the last list of taken sequence numbers on: what the intake must remember."""
    files = journal_files(folder)
    for serial in reversed(files):
        with JournalReader(folder, Position(serial, HEADER_BYTES)) as reader:
            entries = reader.read()
            first = next(entries, None)
            if serial == min(files) or (first is not None and first.kind == EntryKind.TAKEN):
                if first is not None:
                    yield first
                yield from entries
                return


def sha256_upto(folder: Path, position: Position) -> str:
    """Of the journal's files one after another up to a position, as `sha256sum` of them joined would say."""
    digest = hashlib.sha256()
    for serial, path in journal_files(folder).items():
        left = path.stat().st_size if serial < position.file else position.byte
        if serial > position.file:
            break
        with path.open("rb") as file:
            while left and (data := file.read(min(left, CHUNK_BYTES))):
                digest.update(data)
                left -= len(data)
    return digest.hexdigest()


def _before(files: dict[int, Path]) -> bytes:
    for path in files.values():
        with path.open("rb") as file:
            header = header_of(file.read(HEADER_BYTES))
        return b"" if header is None else header.before
    return b""
