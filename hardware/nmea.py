"""NMEA lines from a byte stream, whatever brings the bytes: cut, capped, stamped.

A line is stamped when its last byte was read. At 38,400 baud a sentence takes
20 ms on the wire, which is less than the agent is asked to know.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator

from hardware.clock import Clock
from hardware.links import Opened, pieces
from hardware.refusals import Refusals
from hardware.source import Account, Lines
from hardware.stamps import LINE_BYTES, stamped
from hardware.wire import Stream

LINE_TOO_LONG = "line too long"


class LineCutter:
    """Cuts a byte stream into lines without their ends; empty ones are left out, over-long ones counted."""

    def __init__(self, refusals: Refusals) -> None:
        self._refusals = refusals
        self._rest = b""
        self._skipping = False

    def cut(self, data: bytes) -> list[bytes]:
        """The lines that these bytes complete; no bytes at all forget the half line before them."""
        if not data:
            self._rest, self._skipping = b"", False
            return []
        # A multiplexer may end its lines with CR alone; CR LF gives an empty line, which is left out.
        *whole, self._rest = (self._rest + data).replace(b"\r", b"\n").split(b"\n")
        lines = []
        for line in whole:
            if self._skipping:
                self._skipping = False
            elif len(line) > LINE_BYTES:
                self._refusals.add(LINE_TOO_LONG, line)
            elif stripped := line.strip():
                lines.append(stripped)
        if len(self._rest) > LINE_BYTES:
            if not self._skipping:
                self._refusals.add(LINE_TOO_LONG, self._rest)
            self._rest, self._skipping = b"", True
        return lines


def stamped_lines(lines: list[bytes], clock: Clock, refusals: Refusals) -> Lines | None:
    """The sentences among the lines, heard now; None where there are none."""
    now_s = clock.utc_s()
    told = [stamped(line, now_s, refusals) for line in lines]
    sentences = [line for line in told if line is not None]
    return Lines(Stream.AIS, sentences) if sentences else None


class NmeaStream:
    """A source of AIS over a link that is opened again when it breaks."""

    def __init__(self, name: str, opened: Opened, clock: Clock) -> None:
        self.account = Account(name)
        self._opened = opened
        self._clock = clock

    async def heard(self) -> AsyncGenerator[Lines, None]:
        """Sentences as they come."""
        cutter = LineCutter(self.account.refusals)
        async for data in pieces(self._opened, self.account):
            told = stamped_lines(cutter.cut(data), self._clock, self.account.refusals)
            if told is not None:
                yield told
