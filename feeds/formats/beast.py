"""Beast binary, as receivers and readsb or dump1090 send it on port 30005.

    1a TYPE  6 bytes ticks  1 byte signal  data      every 1a after TYPE is doubled
    TYPE "1" Mode A/C, 2 bytes; "2" Mode S, 7; "3" Mode S, 14; "4" the receiver's state;
    e3 + 8 bytes names the receiver of the next frame; others are commands and pings

Ticks are 12 MHz and bear no date: `--start` says when the recording began.

Source: readsb `net_io.c`, and a recording of dump1090.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from feeds.format import Reading
from feeds.lines import CHUNK_BYTES
from feeds.modes.gather import Gather
from feeds.modes.ticks import TickClock, clock_from, is_relayed, signal_dbfs
from hardware.frames import Frames

_HEAD_BYTES = 7
_DATA_BYTES = {b"2": 7, b"3": 14}
_MODE_AC = b"1"
_SILENT = {b"4", b"\xe3", b"\xe4", b"\xe8", b"P", b"W"}
"""Types that are no reception: state, receiver's name, clock, ping, switches."""
_RECORD = re.compile(rb"\x1a([^\x1a])([^\x1a]*(?:\x1a\x1a[^\x1a]*)*)")
_LONGEST_RECORD = 64


class _Beast:
    name = "beast"

    def recognises(self, head: bytes) -> bool:
        records = [found.group(1, 2) for found in _RECORD.finditer(head[:4096])][:-1]
        sized = [
            len(_unescaped(body)) == _HEAD_BYTES + _DATA_BYTES[kind]
            for kind, body in records
            if kind in _DATA_BYTES
        ]
        return head[:1] == b"\x1a" and bool(sized) and all(sized)

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Frames]:
        clock = clock_from(reading.start_s, "Beast recording")
        gather = Gather(reading)
        for kind, body in _records(source, reading):
            _take(kind, body, clock, gather, reading)
            if gather.full:
                yield gather.taken()
        yield gather.taken()


def _unescaped(body: bytes) -> bytes:
    return body.replace(b"\x1a\x1a", b"\x1a")


def _records(source: BinaryIO, reading: Reading) -> Iterator[tuple[bytes, bytes]]:
    """Types and contents of the stream; what stands between records is counted."""
    rest, last = b"", False
    while not last:
        chunk = source.read(CHUNK_BYTES)
        last = not chunk
        rest += chunk
        place = 0
        for found in _RECORD.finditer(rest):
            # The last record of a chunk may go on in the next, even after a 1a that stands alone so far.
            if found.end() >= len(rest) - 1 and not last:
                break
            if found.start() > place:
                reading.rejects.add("bytes between records", rest[place : found.start()])
            place = found.end()
            yield found.group(1), _unescaped(found.group(2))
        rest = rest[place:]
        if last and rest:
            reading.rejects.add("bytes between records", rest)
        elif len(rest) > 2 * _LONGEST_RECORD:
            reading.rejects.add("record too long", rest)
            rest = rest[-1:] if rest.endswith(b"\x1a") else b""


def _take(kind: bytes, body: bytes, clock: TickClock, gather: Gather, reading: Reading) -> None:
    """Add one record to the batch, or count why not."""
    ticks = int.from_bytes(body[:6], "big")
    if kind in _SILENT or (kind == _MODE_AC and not any(body)):  # all zero: a heartbeat
        return
    if kind == _MODE_AC:
        reading.rejects.add("Mode A/C replies are not decoded", body.hex().encode())
    elif len(body) != _HEAD_BYTES + _DATA_BYTES.get(kind, -_HEAD_BYTES - 1):
        reading.rejects.add("no Beast record", (kind + body).hex().encode())
    elif is_relayed(ticks):
        reading.rejects.add("computed elsewhere, not heard by this receiver", body.hex().encode())
    else:
        time_s, guessed = clock.time_s(ticks)
        sample = body[_HEAD_BYTES:].hex().encode()
        gather.add_bytes(time_s, reading.station, body[_HEAD_BYTES:], sample, signal_dbfs(body[6]), guessed)


FORMAT = _Beast()
