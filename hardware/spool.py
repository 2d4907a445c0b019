"""The spool: every batch on the station's disk, from before it is sent until the server has it on its own.

In come batches; out go places by which they are read back, oldest first, and
acknowledgements take them away. Nothing is lost by a kill at any instant, nor
by a power cut but for the last `SYNC_S`. When the disk space given is full the
oldest are dropped, a segment at a time, and the next batch says so in its
first line (`lost`), so that the server never waits for them and an operator
sees the hole. The declaration is durable as the batch that bears it: should
that be dropped too, the next one declares both.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import structlog

from hardware.errors import SpoolError
from hardware.losses import Losses
from hardware.ranges import Ranges, ranges_of
from hardware.segments import Segment, Stored
from hardware.wire import Stream, first_line

Place = tuple[int, int]
"""Where a batch lies: segment, index. Places rise with time."""

HEAD_BYTES = 16_384
"""More than a first line and a record's head take."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines of one stream, cut and numbered; `body` is the payload without its first line."""

    boot: str
    seq: int
    stream: Stream
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolLimits:
    """How much disk, in what pieces.

    Attributes:
        total_bytes: 256 MiB hold three days of a station that hears 5 AIS lines a second, and three quarters of an hour
            of one that hears 2,000 Mode S frames.
        segment_bytes: what is dropped at once when the space is full.
    """

    total_bytes: int = 256 << 20
    segment_bytes: int = 4 << 20


class Spool:
    """A folder of segments; one process at a time.

    Attributes:
        losses: what was dropped.
    """

    def __init__(self, folder: Path, limits: SpoolLimits | None = None) -> None:
        """Open the spool and read back what an earlier process left.

        Raises:
            SpoolError: the folder cannot be used, or another process uses it.
        """
        self.losses = Losses()
        self._folder = folder
        self._limits = limits or SpoolLimits()
        self._lock = _locked(folder)
        self._doomed: list[Segment] = []
        numbers = sorted(int(path.stem) for path in folder.glob("*.spool") if path.stem.isdecimal())
        self._segments = {number: Segment(folder, number) for number in numbers}
        for segment in list(self._segments.values()):
            for declared in segment.declares.values():
                # Dropped by a process that was killed before it could delete them: they count as lost already.
                self._cover(declared)
        # A torn tail is never appended to: this process begins a segment of its own.
        self._begin(max(numbers, default=0) + 1)
        self._remove_finished()

    def __len__(self) -> int:
        """How many batches wait for their acknowledgement."""
        return sum(segment.waiting for segment in self._segments.values())

    @property
    def size_bytes(self) -> int:
        """What the spool takes on the disk."""
        return sum(segment.size for segment in self._segments.values())

    def append(self, batch: Batch) -> Place | None:
        """Store a batch; its place, or None where the disk would not take it, which is declared as lost."""
        self._make_room(len(batch.body) + HEAD_BYTES)
        place = self._write(batch)
        if place is None and self._drop_oldest():  # the disk is fuller than it was promised to be
            self._bury()
            place = self._write(batch)
        if place is None:
            self.losses.note(batch.boot, batch.seq)
        # Only now: until a first line that declares them is on the disk, the dropped must be there to be found.
        self._bury()
        return place

    def read(self, place: Place) -> Stored | None:
        """A batch that waits; None where it is gone, or cannot be read, which is declared as lost."""
        if not self.is_waiting(place):
            return None
        segment, index = self._segments[place[0]], place[1]
        try:
            return segment.read(index)
        except OSError as error:
            log.warning("spool cannot read", reason=str(error))
        boot, seq = segment.name(index)
        self.losses.note(boot, seq)
        self._cover({boot: Ranges([(seq, seq)])})
        return None

    def is_waiting(self, place: Place) -> bool:
        """Whether a batch is still to be acknowledged."""
        segment = self._segments.get(place[0])
        return segment is not None and segment.waits(place[1])

    def after(self, place: Place | None) -> Place | None:
        """The oldest batch after this place that waits; after None, the oldest of all."""
        number, index = place or (0, -1)
        for each, segment in self._segments.items():  # in the order of their numbers
            if each >= number:
                found = segment.next_waiting(index + 1 if each == number else 0)
                if found is not None:
                    return each, found
        return None

    def holds(self, boot: str, seq: int) -> bool:
        """Whether the batch is in the spool, acknowledged or not."""
        return any(
            segment.name(index) == (boot, seq)
            for segment in self._segments.values()
            for index in range(len(segment))
        )

    def cover(self, covered: Mapping[str, Ranges]) -> int:
        """Take what the server has off the disk; returns how many batches that was."""
        count = self._cover(covered)
        self._remove_finished()
        return count

    def sync(self) -> Callable[[], None]:
        """What brings the last batches from the system's memory to the disk; call it in any thread, once."""
        descriptor = self._current().descriptor()
        if descriptor is None:
            return _nothing
        copy = os.dup(descriptor)  # the segment may be closed before the other thread comes to it

        def run() -> None:
            try:
                os.fsync(copy)
            finally:
                os.close(copy)

        return run

    def close(self) -> None:
        """Sync, and let the folder go; a segment of which nothing waits any more is deleted."""
        for segment in self._segments.values():
            segment.close() if segment.waiting else segment.delete()
        self._lock.close()

    def _begin(self, number: int) -> Segment:
        self._segments[number] = Segment(self._folder, number)
        return self._segments[number]

    def _current(self) -> Segment:
        return next(reversed(self._segments.values()))

    def _write(self, batch: Batch) -> Place | None:
        segment = self._current()
        if segment.size >= self._limits.segment_bytes:
            segment.close()
            segment = self._begin(segment.number + 1)
        lost = self.losses.declare()
        payload = first_line(batch.boot, batch.seq, lost) + b"\n" + batch.body
        try:
            return segment.number, segment.append(Stored(batch.stream, batch.boot, batch.seq, payload))
        except OSError as error:
            log.warning("spool cannot write", reason=str(error))
        self.losses.again({boot: ranges_of(ranges) for boot, ranges in lost.items()})
        return None

    def _make_room(self, need: int) -> None:
        while self.size_bytes + need > self._limits.total_bytes and self._drop_oldest():
            pass

    def _drop_oldest(self) -> bool:
        """Give up the oldest segment; False where there is none but an empty one."""
        number, oldest = next(iter(self._segments.items()))
        if not oldest.size:
            return False
        if oldest is self._current():
            self._begin(number + 1)
        index = oldest.next_waiting(0)
        while index is not None:
            self.losses.note(*oldest.name(index))
            self.losses.again(oldest.declares.get(index, {}))
            index = oldest.next_waiting(index + 1)
        self._doomed.append(self._segments.pop(number))
        return True

    def _bury(self) -> None:
        for segment in self._doomed:
            segment.delete()
        self._doomed.clear()

    def _cover(self, covered: Mapping[str, Ranges]) -> int:
        return sum(
            segment.cover(boot, ranges)
            for segment in self._segments.values()
            for boot, ranges in covered.items()
        )

    def _remove_finished(self) -> None:
        finished = [
            each for each in self._segments.values() if not each.waiting and each is not self._current()
        ]
        for segment in finished:
            del self._segments[segment.number]
            segment.delete()


def _nothing() -> None:
    """There is nothing to sync."""


def _locked(folder: Path) -> IO[str]:
    """The lock of a spool's folder, held until it is closed."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise SpoolError(str(folder), error.strerror or str(error)) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise SpoolError(str(folder), "another receiver spools there; give each its own folder") from error
    return lock
