"""Lines gathered into batches: up to 200 lines, 48 kB or 250 ms, one number for each.

One `seq` spans the three streams of a boot, given when a batch is begun. A
boot id is 64 random bits a start, so that a machine without a clock needs no
memory of the boots before.

Source: 50 to 200 lines a payload carry 25 to 130 times what single lines do
(measured, QoS 1); Mosquitto is advised to refuse packets above 64 KiB, hence
the bound in bytes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from hardware.drafts import Draft
from hardware.source import Lines
from hardware.spool import Batch
from hardware.wire import FIRST_SEQ, Stream

LINES_AT_MOST = 200
BYTES_AT_MOST = 48_000
AGE_S = 0.25


def new_boot() -> str:
    """The id of one start: 16 hexadecimal digits."""
    return secrets.token_hex(8)


@dataclass
class _Open:
    """A batch in the making."""

    seq: int
    lines: list[bytes] = field(default_factory=list)
    size: int = 0

    def room(self, lines: list[bytes]) -> int:
        """How many of these lines it still takes."""
        size = self.size
        for count, line in enumerate(lines[: LINES_AT_MOST - len(self.lines)]):
            size += len(line) + 1
            if size > BYTES_AT_MOST:
                return count
        return min(len(lines), LINES_AT_MOST - len(self.lines))

    def take(self, lines: list[bytes]) -> None:
        self.lines += lines
        self.size += sum(map(len, lines)) + len(lines)


class Batches:
    """Cuts what is heard into batches and hands each to `sink`.

    Attributes:
        boot: the id of this start.
        seq: the next number.
    """

    def __init__(self, boot: str, drafts: dict[Stream, Draft], sink: Callable[[Batch], None]) -> None:
        """Begin with the first number.

        Args:
            boot: `new_boot()`.
            drafts: the drafts of the streams that are gathered line by line.
            sink: stores a batch; when it returns, the batch needs no draft any more.
        """
        self.boot = boot
        self.seq = FIRST_SEQ
        self._drafts = drafts
        self._sink = sink
        self._open: dict[Stream, _Open] = {}

    def add(self, told: Lines) -> int | None:
        """Take lines. The seq of a batch that this began and that must be cut within `AGE_S`, if any."""
        begun: int | None = None
        rest = told.lines
        while rest:
            batch = self._open.get(told.stream)
            if batch is None:
                batch = self._open[told.stream] = _Open(self._number())
                begun = batch.seq
            room = max(batch.room(rest), not batch.lines)  # a single line always fits
            taken, rest = rest[:room], rest[room:]
            self._draft(told.stream, batch, taken)
            batch.take(taken)
            if rest or len(batch.lines) >= LINES_AT_MOST:
                self.cut(told.stream, batch.seq)
                begun = None
        return begun

    def cut(self, stream: Stream, seq: int) -> None:
        """End the batch of this number, unless it was full and has been cut already."""
        batch = self._open.get(stream)
        if batch is None or batch.seq != seq:
            return
        del self._open[stream]
        self._sink(Batch(self.boot, batch.seq, stream, b"\n".join(batch.lines)))
        if stream in self._drafts:
            self._drafts[stream].clear()

    def whole(self, stream: Stream, line: bytes) -> None:
        """A batch of one line, cut at once."""
        self._sink(Batch(self.boot, self._number(), stream, line))

    def flush(self) -> None:
        """Cut everything."""
        for stream, batch in list(self._open.items()):
            self.cut(stream, batch.seq)

    def _number(self) -> int:
        self.seq += 1
        return self.seq - 1

    def _draft(self, stream: Stream, batch: _Open, lines: list[bytes]) -> None:
        if stream not in self._drafts or not lines:
            return
        if batch.lines:
            self._drafts[stream].add(lines)
        else:
            self._drafts[stream].begin(self.boot, batch.seq, lines)
