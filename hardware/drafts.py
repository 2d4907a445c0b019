"""Drafts: the lines of a batch in the making, on the disk from the moment they are heard.

A batch is cut a quarter of a second after its first line; a kill in between
must not cost it. A draft is one file a stream, its content the payload as it
would be published: first line, then a line a line. The number (`seq`) is
given when the draft is begun, so that the one who finds it after a kill knows
whether the batch had reached the spool already, and nothing is sent twice
under two numbers. It is not synced: it guards against a kill, not a power cut.
"""

from __future__ import annotations

import os
from pathlib import Path

import structlog

from hardware.spool import Batch
from hardware.wire import Stream, first_line, parse_first_line

log = structlog.get_logger(__name__)


class Draft:
    """The file of one stream's batch in the making."""

    def __init__(self, folder: Path, stream: Stream) -> None:
        """Take the file; what was in it is gone: `found` looks before.

        Raises:
            OSError: it cannot be opened.
        """
        self._file = os.open(
            _path(folder, stream), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_TRUNC, 0o600
        )
        self._failed = False

    def begin(self, boot: str, seq: int, lines: list[bytes]) -> None:
        """Write the first lines of a batch."""
        self._write(first_line(boot, seq), lines)

    def add(self, lines: list[bytes]) -> None:
        """Write further lines."""
        self._write(None, lines)

    def clear(self) -> None:
        """The batch is in the spool."""
        os.ftruncate(self._file, 0)
        self._failed = False

    def close(self) -> None:
        """Let the file go."""
        os.close(self._file)

    def _write(self, head: bytes | None, lines: list[bytes]) -> None:
        whole = [*([head] if head else []), *lines, b""]
        if self._failed:  # a hole would make one line of two halves
            return
        try:
            os.write(self._file, b"\n".join(whole))
        except OSError as error:
            # The lines are in memory still, and reach the spool unless the process is killed just now.
            self._failed = True
            log.warning("draft cannot be written", reason=str(error))


def found(folder: Path, stream: Stream) -> Batch | None:
    """The batch that a killed process left; a line that it did not finish is void."""
    try:
        data = _path(folder, stream).read_bytes()
    except OSError:
        return None
    whole, _, _ = data.rpartition(b"\n")
    head_line, _, body = whole.partition(b"\n")
    if not body:
        return None
    try:
        head = parse_first_line(head_line)
    except ValueError:
        return None
    return Batch(head.boot, head.seq, stream, body)


def _path(folder: Path, stream: Stream) -> Path:
    return folder / f"draft.{stream.name.lower()}"
