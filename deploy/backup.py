"""Copies journal, checkpoints and alerts while the service runs, and puts a copy back where nothing is.

    python3 backup.py save JOURNAL STATE COPY        COPY/journal grows, COPY/state is replaced whole
    python3 backup.py restore COPY JOURNAL STATE     JOURNAL and STATE must be empty, the service stopped

The order makes the copy fit together without stopping anything: first the
checkpoints, then the alerts, then the journal. A checkpoint tells where in the
journal to read on, and every flag before it is among the alerts; so alerts and
journal may be newer than the checkpoint, never older. What is read again after
a restore gives the same flags, and the store takes a flag's version once.

A file of the journal only grows while its hour lasts, then stays: only files
whose size or time differ are copied. Files that the server has removed for
their age stay in the copy. The last file may end within a record; the writer
cuts that off when it opens the journal again.

Standard library only. Exit codes: 0 done, 1 the disk refused, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

JOURNAL, STATE, ALERTS = "journal", "state", "alerts.db"
CHECKPOINTS = "checkpoints"


class Refusal(Exception):  # noqa: N818  it ends the script with a sentence
    """Why nothing was copied."""


def save(journal: Path, state: Path, copy: Path) -> None:
    """Bring `copy` up to date; a copy that is interrupted leaves the state before it."""
    for folder in (journal, state):
        if not folder.is_dir():
            raise Refusal(f"{folder} is no folder")
    fresh, before = copy / f"{STATE}.new", copy / f"{STATE}.old"
    for folder in (fresh, before):
        shutil.rmtree(folder, ignore_errors=True)
    fresh.mkdir(parents=True)
    checkpoints = _copied(sorted((state / CHECKPOINTS).glob("*.checkpoint")), fresh / CHECKPOINTS)
    alerts = _alerts(state / ALERTS, fresh / ALERTS)
    files = _copied(sorted(journal.glob("*.journal*")), copy / JOURNAL)
    # A copy of the state is of no use with a journal that ends before it: it counts when the journal is there.
    if (copy / STATE).exists():
        (copy / STATE).rename(before)
    fresh.rename(copy / STATE)
    _sync(copy)
    shutil.rmtree(before, ignore_errors=True)
    print(f"{files} files of the journal, {checkpoints} checkpoints, {alerts} bytes of alerts: {copy}")


def restore(copy: Path, journal: Path, state: Path) -> None:
    """Put a copy where nothing is."""
    if not (copy / STATE).is_dir() or not (copy / JOURNAL).is_dir():
        raise Refusal(f"{copy} holds no whole copy")
    for folder in (journal, state):
        if folder.is_dir() and any(folder.iterdir()):
            raise Refusal(f"{folder} is not empty: stop the service, and move away what is there")
    files = _copied(sorted((copy / JOURNAL).iterdir()), journal)
    _copied(sorted((copy / STATE / CHECKPOINTS).glob("*.checkpoint")), state / CHECKPOINTS)
    if (copy / STATE / ALERTS).exists():
        _copied([copy / STATE / ALERTS], state)
    print(f"{files} files of the journal and the state are back")


def _copied(paths: Iterable[Path], folder: Path) -> int:
    """Copy what has changed, each file whole or not at all; how many were copied."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for path in paths:
        there = folder / path.name
        try:
            told = path.stat()
            if there.exists() and (told.st_size, told.st_mtime_ns) == _size_and_time(there):
                continue
            part = folder / f".{path.name}.part"
            shutil.copy2(path, part)
        except FileNotFoundError:  # an old checkpoint or file of the journal, removed meanwhile
            continue
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(there)
        count += 1
    _sync(folder)
    return count


def _size_and_time(path: Path) -> tuple[int, int]:
    told = path.stat()
    return told.st_size, told.st_mtime_ns


def _alerts(store: Path, there: Path) -> int:
    """Copy the store by SQLite's own way, which is whole while others write; its length."""
    if not store.exists():
        return 0
    there.touch(mode=0o600)
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(there)) as copy:
        source.backup(copy)
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise Refusal(f"{store} is damaged: {found}")
    return there.stat().st_size


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def main(words: list[str]) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(
        description="Copies journal, checkpoints and alerts while the service runs."
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, folders in (("save", ("journal", "state", "copy")), ("restore", ("copy", "journal", "state"))):
        under = verbs.add_parser(verb)
        for name in folders:
            under.add_argument(name, type=Path, metavar=name.upper())
    told = vars(parser.parse_args(words))
    try:
        {"save": save, "restore": restore}[told.pop("verb")](**told)
    except Refusal as refusal:
        print(f"backup: {refusal}", file=sys.stderr)
        return 2
    except (OSError, sqlite3.Error) as error:
        print(f"backup: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main(sys.argv[1:]))
