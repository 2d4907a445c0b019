"""The journal written: every accepted batch, on the disk before it is acknowledged.

In: entries (`feeds.journal_record.Entry`), many at a time. Out: hourly files
in a folder, in the format that `feeds.journal_record` lays down. `commit`
returns when its entries are on the disk; whoever acknowledges waits for it.
One sync serves all entries of a commit (group commit).

What a crash leaves half written at the end of the last file is cut off when
the journal is opened, and kept beside it under `NAME.cut-BYTE`: after damage
in the middle that rest may hold acknowledged records, and nobody but a person
may decide that they are lost. One process writes a journal; a lock on the
folder holds a second one off.

After an error of the disk nothing more is written: what a failed sync left
behind is not known (it may be gone from the cache and not be on the disk), so
the journal must be opened anew, which reads what is really there.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

from feeds.errors import JournalError
from feeds.journal_reader import Scan, journal_files
from feeds.journal_record import (
    HASH_BYTES,
    HEADER_BYTES,
    HOUR_S,
    NO_HASH,
    Entry,
    Fault,
    Header,
    Position,
    file_name,
    header_bytes,
    header_of,
    hour_of,
    record_bytes,
)

LOCK = "lock"
Preface = Callable[[float], Sequence[Entry]]


class Cut(NamedTuple):
    """What was cut off the end of a file when the journal was opened.

    Attributes:
        kept: where the bytes are now.
        length: how many they are.
    """

    position: Position
    fault: Fault
    kept: Path
    length: int

    def __str__(self) -> str:
        return f"{self.fault} at {self.position}: {self.length} bytes moved to {self.kept.name}"


def _nothing(_time_s: float) -> Sequence[Entry]:
    return ()


class Journal:
    """The writer; a context manager that lets the folder go.

    with Journal(folder) as journal:
        journal.commit([mark_entry(now_s)])

    Attributes:
        end: position after the last record on the disk.
        cuts: what opening had to cut off.
    """

    def __init__(self, folder: Path, preface: Preface = _nothing) -> None:
        """Take the folder, made if not there, and stand at the end of what is whole.

        Args:
            folder: of the files.
            preface: called with the time when a file begins; gives its first entries.

        Raises:
            JournalError: another process writes here, or the disk refuses.
        """
        self.cuts: list[Cut] = []
        self._folder = folder
        self._preface = preface
        self._stack = ExitStack()
        self._file: BinaryIO | None = None
        self._hour_s = 0
        self._chain = NO_HASH
        self._broken = False
        self.end = Position(0, 0)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock()
            self._resume()
        except JournalError:
            self.close()
            raise
        except OSError as error:
            self.close()
            raise JournalError(f"{folder}: {error.strerror or error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the folder go; what was committed is on the disk already."""
        self._stack.close()
        if self._file is not None:
            self._file.close()
            self._file = None

    def commit(self, entries: Sequence[Entry]) -> None:
        """Append entries in order; they are on the disk when this returns.

        The hour of the first decides in which file all of them go.

        Raises:
            JournalError: they may not be on the disk; nothing more can be committed.
            ValueError: a body too long for any reader; nothing was written.
        """
        if self._broken:
            raise JournalError(f"{self._folder}: no longer written to after an error; open it anew")
        if not entries:
            return
        try:
            self._turn_to(entries[0].time_s)
            self._write(entries)
        except OSError as error:
            self._broken = True
            raise JournalError(f"{self._folder}: {error.strerror or error}") from error

    def prune(self, before_s: float) -> list[Path]:
        """Remove the oldest files in which every record is older than `before_s`; says which.

        The file being written is never removed. What a file's own header says counts, not the next one's: a clock
        that once said 1970 begins a file of that hour, and those before it are as young as they were.
        """
        removed = []
        for path in list(journal_files(self._folder).values())[:-1]:
            header = _header(path)
            if header is None or header.hour_s + HOUR_S > before_s:
                break
            path.unlink()
            removed.append(path)
        if removed:
            _sync_folder(self._folder)
        return removed

    def _lock(self) -> None:
        lock = self._stack.enter_context((self._folder / LOCK).open("ab"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise JournalError(f"{self._folder}: another process writes this journal") from error

    def _resume(self) -> None:
        """Stand at the end of the last file that has a header; cut off what does not hold."""
        for serial, path in reversed(journal_files(self._folder).items()):
            header = _header(path)
            if header is None or header.serial != serial:
                self._cut(path, Position(serial, 0), Fault.HEADER)
                continue
            with path.open("rb") as file:
                scan = Scan(file, HEADER_BYTES, header.chain)
                for _ in scan:
                    pass
            self.end, self._chain, self._hour_s = Position(serial, scan.at), scan.chain, header.hour_s
            if scan.fault is not None:
                self._cut(path, self.end, scan.fault)
            self._file = path.open("ab", buffering=0)
            return

    def _cut(self, path: Path, position: Position, fault: Fault) -> None:
        """Move a file's bytes from a position on to a file of their own; a file without any left goes whole."""
        kept = _unused(path.with_name(f"{path.name}.cut-{position.byte}"))
        length = path.stat().st_size - position.byte
        if position.byte == 0:
            path.rename(kept)
        else:
            with path.open("r+b") as file, kept.open("wb") as rest:
                file.seek(position.byte)
                shutil.copyfileobj(file, rest)
                rest.flush()
                os.fsync(rest.fileno())
                file.truncate(position.byte)
                os.fsync(file.fileno())
        _sync_folder(self._folder)
        self.cuts.append(Cut(position, fault, kept, length))

    def _turn_to(self, time_s: float) -> None:
        """Begin a file where the hour is a new one.

        A clock set back by some minutes over the hour's edge goes on in the
        file that is open; one set back by more begins a file of the old hour,
        under a higher serial.
        """
        hour_s = hour_of(time_s)
        if self._file is not None and self._hour_s - HOUR_S <= hour_s <= self._hour_s:
            return
        if self._file is not None:
            self._file.close()
            self._file = None
        serial = self.end.file + 1
        header = header_bytes(serial, hour_s, self._chain)
        self._file = (self._folder / file_name(serial, hour_s)).open("xb", buffering=0)
        _write_all(self._file, header)
        self._hour_s, self._chain, self.end = hour_s, header[-HASH_BYTES:], Position(serial, HEADER_BYTES)
        _sync_folder(self._folder)
        self._write(self._preface(time_s))

    def _write(self, entries: Sequence[Entry]) -> None:
        if self._file is None:
            raise ValueError("a file is begun before anything is written")
        chain, records = self._chain, []
        for entry in entries:
            records.append(record_bytes(entry, chain))
            chain = records[-1][-HASH_BYTES:]
        data = b"".join(records)
        _write_all(self._file, data)
        os.fdatasync(self._file.fileno())
        self._chain, self.end = chain, Position(self.end.file, self.end.byte + len(data))


def _header(path: Path) -> Header | None:
    with path.open("rb") as file:
        return header_of(file.read(HEADER_BYTES))


def _unused(path: Path) -> Path:
    """The path, or one beside it that is not taken: the same byte may be cut at twice."""
    count, free = 1, path
    while free.exists():
        count += 1
        free = path.with_name(f"{path.name}-{count}")
    return free


def _write_all(file: BinaryIO, data: bytes) -> None:
    with memoryview(data) as view:
        written = 0
        while written < len(view):
            written += file.write(view[written:])


def _sync_folder(folder: Path) -> None:
    """A new or removed name is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
