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

import numpy as np

from feeds.format import Reading
from feeds.modes.beast_scan import ESCAPE, HEAD_BYTES, OTHER, Records, records_of
from feeds.modes.ticks import SIGNALS_DBFS, TickClock, clock_from, is_relayed
from hardware.frames import Frames, Kind

BLOCK_BYTES = 1 << 20
_DATA_BYTES = {b"2": 7, b"3": 14}
_MODE_AC = b"1"
_RECORD = re.compile(rb"\x1a([^\x1a])([^\x1a]*(?:\x1a\x1a[^\x1a]*)*)")
_LONGEST_RECORD = 64
_HEAD = 4096


class _Beast:
    name = "beast"

    def recognises(self, head: bytes) -> bool:
        records = [found.group(1, 2) for found in _RECORD.finditer(head[:_HEAD])][:-1]
        sized = [
            len(_unescaped(body)) == HEAD_BYTES + _DATA_BYTES[kind]
            for kind, body in records
            if kind in _DATA_BYTES
        ]
        return head[:1] == b"\x1a" and bool(sized) and all(sized)

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Frames]:
        clock = clock_from(reading.start_s, "Beast recording")
        station = reading.names.number(reading.station)
        rest, last = b"", False
        while not last:
            chunk = source.read(BLOCK_BYTES)
            last = not chunk
            data = rest + chunk
            records = records_of(np.frombuffer(data, np.uint8), whole=last)
            _refuse(data, records, reading)
            rest = _rest(data[records.past[-1] if len(records.past) else 0 :], reading, last=last)
            if len(records.ticks):
                yield _frames(records, clock, station)


def _frames(records: Records, clock: TickClock, station: int) -> Frames:
    time_s, guessed = clock.times_s(records.ticks)
    n = len(time_s)
    return Frames.of(
        n,
        time_s=time_s,
        station=np.full(n, station, np.uint32),
        kind=np.full(n, Kind.MODE_S, np.uint8),
        time_guessed=guessed,
        signal_dbfs=SIGNALS_DBFS[records.level],
        payload=records.payload,
    )


def _rest(rest: bytes, reading: Reading, *, last: bool) -> bytes:
    """What the next bytes go on with."""
    if last and rest:
        reading.rejects.add("bytes between records", rest)
    elif len(rest) > 2 * _LONGEST_RECORD:
        reading.rejects.add("record too long", rest)
        return rest[-1:] if rest[-1] == ESCAPE else b""
    return rest


def _refuse(data: bytes, records: Records, reading: Reading) -> None:
    """Count what stands between records, and records that are no frames."""
    before = np.concatenate([[0], records.past[:-1]])
    for row in np.flatnonzero(records.first > before).tolist():
        reading.rejects.add("bytes between records", data[before[row] : records.first[row]])
    for row in np.flatnonzero(records.what == OTHER).tolist():
        first, past = records.first[row], records.past[row]
        _judge(data[first + 1 : first + 2], _unescaped(data[first + 2 : past]), reading)


def _judge(kind: bytes, body: bytes, reading: Reading) -> None:
    """Count why a record is no frame, where it should have been one."""
    if kind == _MODE_AC and not any(body):  # a heartbeat
        return
    if kind == _MODE_AC:
        reading.rejects.add("Mode A/C replies are not decoded", body.hex().encode())
    elif len(body) != HEAD_BYTES + _DATA_BYTES.get(kind, -HEAD_BYTES - 1):
        reading.rejects.add("no Beast record", (kind + body).hex().encode())
    elif is_relayed(int.from_bytes(body[:6], "big")):
        reading.rejects.add("computed elsewhere, not heard by this receiver", body.hex().encode())


def _unescaped(body: bytes) -> bytes:
    return body.replace(b"\x1a\x1a", b"\x1a")


FORMAT = _Beast()
