"""A folder of numbered files of which the newest few are kept: each is there whole, or not at all.

A file is written beside its name, synced, renamed, and the folder synced: a
process or a machine that dies at any instant leaves the file before it. One
process writes a folder at a time.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

SUFFIX = ".checkpoint"
PARTIAL = ".partial"
_NAME = re.compile(rf"([0-9]{{8,}}){re.escape(SUFFIX)}")


def generations(folder: Path) -> list[Path]:
    """The files, newest first; nothing where there is no folder."""
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if _NAME.fullmatch(path.name)]
    return sorted(found, key=_serial, reverse=True)


def add(folder: Path, write: Callable[[BinaryIO], None], keep: int) -> Path:
    """Write the next file, then remove all but the newest `keep`.

    Raises:
        OSError: it cannot be written; the files before it stand as they did.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = generations(folder)
    serial = _serial(before[0]) + 1 if before else 1
    path = folder / f"{serial:08d}{SUFFIX}"
    partial = path.with_name(path.name + PARTIAL)
    try:
        with partial.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    _sync(folder)
    for old in [*generations(folder)[keep:], *folder.glob(f"*{SUFFIX}{PARTIAL}")]:
        old.unlink(missing_ok=True)
    return path


def _serial(path: Path) -> int:
    return int(path.name.removesuffix(SUFFIX))


def _sync(folder: Path) -> None:
    """Make the folder's own entry last: without it a power cut may take the new name back."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
