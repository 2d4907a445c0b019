"""AVR raw text, as dump1090 `--raw` and port 30002 write it, one frame a line.

    *HEX;                    no time at all
    @TTTTTTTTTTTTHEX;        12 digits of 12 MHz ticks before the frame (`--mlat`); also with %
    <TTTTTTTTTTTTSSHEX;      ticks, then two digits of signal

`--start` says when the recording began. A frame without ticks takes the time
of the one before it, and the doubt that goes with it: of a log of `*` lines
alone, what was said can be read, but not when.

Source: readsb `net_io.c`; dump1090 README.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from feeds.format import Reading
from feeds.lines import capped_lines
from feeds.modes.gather import Gather
from feeds.modes.ticks import TickClock, clock_from, is_relayed, signal_dbfs
from hardware.frames import Frames

_LINE = re.compile(
    rb"(?:\*|[@%](?P<ticks>[0-9a-f]{12})|<(?P<timed>[0-9a-f]{12})(?P<level>[0-9a-f]{2}))"
    rb"(?P<frame>[0-9a-f]{14}(?:[0-9a-f]{14})?);?",
    re.IGNORECASE,
)


class _Avr:
    name = "avr"

    def recognises(self, head: bytes) -> bool:
        return _LINE.fullmatch(head.lstrip().split(b"\n", 1)[0].strip()) is not None

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Frames]:
        clock = clock_from(reading.start_s, "AVR recording")
        gather = Gather(reading)
        for line in capped_lines(source, reading.rejects):
            _take(line, clock, gather, reading)
            if gather.full:
                yield gather.taken()
        yield gather.taken()


def _take(line: bytes, clock: TickClock, gather: Gather, reading: Reading) -> None:
    """Add one line to the batch, or count why not."""
    found = _LINE.fullmatch(line)
    if found is None:
        reading.rejects.add("no AVR line of 7 or 14 bytes", line)
        return
    ticks = int(found["ticks"] or found["timed"] or b"0", 16)
    if is_relayed(ticks):
        reading.rejects.add("computed elsewhere, not heard by this receiver", line)
        return
    time_s, guessed = clock.time_s(ticks)
    payload = bytes.fromhex(found["frame"].decode())
    gather.add_bytes(
        time_s, reading.station, payload, line, signal_dbfs(int(found["level"] or b"0", 16)), guessed
    )


FORMAT = _Avr()
