"""Beast binary, read as it arrives: Mode S frames with their signal, from bytes cut anywhere.

    1a TYPE  6 bytes ticks  1 byte signal  data      every 1a after TYPE is doubled
    TYPE "1" Mode A/C, 2 bytes; "2" Mode S, 7; "3" Mode S, 14; others are no reception

A record is handed out with its last byte, not with the first of the next one:
on a quiet night that is seconds away, and the frame is stamped when it is
handed out. What stands between records is counted and skipped up to the next
1a that is not doubled.

Source: readsb `net_io.c` (types, the marks of what was computed elsewhere,
signal = root of the power, 255 being full scale), and a recording of dump1090.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from hardware.refusals import Refusals

ESCAPE = 0x1A
_HEAD_BYTES = 7
_BODY_BYTES = {ord("1"): 7 + 2, ord("2"): 7 + 7, ord("3"): 7 + 14}
_MODE_AC = ord("1")
_COMPUTED = {0xFF004D4C4154, 0xFF004D4C4155}
"""Ticks that spell MLAT, and their neighbour for 978 MHz: this receiver did not hear the frame."""
_SILENT = frozenset(b"4\xe3\xe4\xe8PW")
"""Types that are no reception: state, receiver's name, clock, ping, switches. Their bodies are passed over."""

BETWEEN = "bytes between Beast records"
MODE_AC = "Mode A/C replies are not sent"
COMPUTED = "computed elsewhere, not heard by this receiver"


@dataclass(frozen=True, slots=True)
class Heard:
    """One Mode S frame: 7 or 14 bytes, and its signal in dBFS (NaN where the receiver gave none)."""

    frame: bytes
    signal_dbfs: float


class BeastParser:
    """Takes bytes in any pieces, gives frames."""

    def __init__(self, refusals: Refusals) -> None:
        self._refusals = refusals
        self._rest = b""
        self._passing_over = False

    def feed(self, data: bytes) -> list[Heard]:
        """The frames that these bytes complete."""
        buffer = self._rest + data
        frames: list[Heard] = []
        place = 0
        while (start := buffer.find(ESCAPE, place)) >= 0:
            self._between(buffer[place:start])
            end, body = self._record(buffer, start)
            if end is None:
                break
            if body is not None and (heard := self._judged(buffer[start + 1], body)) is not None:
                frames.append(heard)
            place = end
        else:
            self._between(buffer[place:])
            start = len(buffer)
        self._rest = buffer[start:]
        return frames

    def _between(self, skipped: bytes) -> None:
        """Count what belongs to no record, unless it is the body of a type that is passed over."""
        if skipped and not self._passing_over:
            self._refusals.add(BETWEEN, skipped)

    def _record(self, buffer: bytes, start: int) -> tuple[int | None, bytes | None]:
        """Where to read on after the escape at `start` (None: when more has come), and the body of a record."""
        if start + 1 == len(buffer):
            return None, None
        kind = buffer[start + 1]
        if kind == ESCAPE:  # a doubled one belongs to what it stands in
            self._between(buffer[start : start + 2])
            return start + 2, None
        self._passing_over = kind in _SILENT
        if kind not in _BODY_BYTES:
            self._between(buffer[start : start + 2])
            return start + 2, None
        end, body = _unescaped(buffer, start + 2, _BODY_BYTES[kind])
        if body is None and end is not None:
            self._refusals.add(BETWEEN, buffer[start:end])
        return end, body

    def _judged(self, kind: int, body: bytes) -> Heard | None:
        if kind == _MODE_AC:
            if any(body):  # all zero: a heartbeat
                self._refusals.add(MODE_AC, body)
            return None
        if int.from_bytes(body[:6], "big") in _COMPUTED:
            self._refusals.add(COMPUTED, body)
            return None
        level = body[6]
        signal_dbfs = 20.0 * math.log10(level / 255.0) if level else math.nan
        return Heard(body[_HEAD_BYTES:], signal_dbfs)


def _unescaped(buffer: bytes, start: int, count: int) -> tuple[int | None, bytes | None]:
    """The `count` bytes from `start` on with doubled escapes made single, and where they end.

    Without bytes: the end is None where more must come, else where another record cuts this one short.
    """
    plain = buffer[start : start + count]
    if len(plain) == count and ESCAPE not in plain:
        return start + count, plain
    body = bytearray()
    place = start
    while len(body) < count:
        following = buffer[place : place + 2]
        if not following or following == b"\x1a":
            return None, None
        if following[0] != ESCAPE:
            place += 1
        elif following[1] == ESCAPE:
            place += 2
        else:
            return place, None
        body.append(following[0])
    return place, bytes(body)


def modes_line(heard: Heard, utc_s: float) -> bytes:
    """The line `UNIXTIME.fff,HEX[,RSSI_dBFS]` of a frame.

    >>> modes_line(Heard(bytes.fromhex("02e197b00179c3"), -12.34), 1733782034.1234)
    b'1733782034.123,02e197b00179c3,-12.3'
    """
    signal = b"" if math.isnan(heard.signal_dbfs) else b",%.1f" % heard.signal_dbfs
    return b"%.3f,%s%s" % (utc_s, heard.frame.hex().encode(), signal)
