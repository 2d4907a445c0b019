"""Raw frames that an ADSBee receiver published over MQTT, kept one a line (see `feeds.adsbee`).

    {"t":123456,"icao":"495066","band":"1090","df":17,"rssi":-42,"hex":"8D495066587F469BB826D21AD767"}

The count is of milliseconds since it was switched on: `--start` says when the
recording began.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import BinaryIO

from feeds.adsbee import raw_of
from feeds.format import Reading
from feeds.lines import capped_lines
from feeds.modes.gather import Gather
from feeds.modes.ticks import TICKS_PER_S, TickClock, clock_from
from hardware.frames import Frames

_TICKS_PER_MS = TICKS_PER_S // 1000
_KEYS = [re.compile(rb'"%s"\s*:' % key) for key in (b"icao", b"band", b"hex")]


class AdsbeeRaw:
    """The format `adsbee-raw`."""

    name = "adsbee-raw"

    def recognises(self, head: bytes) -> bool:
        """The first line is an object with an address, a band and a frame."""
        first = head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0]
        return first.startswith(b"{") and all(key.search(first) for key in _KEYS)

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Frames]:
        """Frames in line order; lines that hold none are counted.

        Raises:
            InputError: no start time was given.
        """
        clock = clock_from(reading.start_s, "ADSBee recording")
        gather = Gather(reading)
        for line in capped_lines(source, reading.rejects):
            _take(line, clock, gather, reading)
            if gather.full:
                yield gather.taken()
        yield gather.taken()


def _take(line: bytes, clock: TickClock, gather: Gather, reading: Reading) -> None:
    """Add one line to the batch, or count why not."""
    raw = raw_of(line)
    if isinstance(raw, str):
        reading.rejects.add(raw, line)
        return
    # A count of 0 says nothing to the clock, as 0 ticks do.
    time_s, guessed = clock.time_s(0 if math.isnan(raw.count_ms) else int(raw.count_ms) * _TICKS_PER_MS)
    try:
        payload = bytes.fromhex(raw.digits)
    except ValueError:
        reading.rejects.add("frame is not hexadecimal", line)
        return
    gather.add_bytes(time_s, reading.station, payload, line, guessed=guessed)


FORMAT = AdsbeeRaw()
