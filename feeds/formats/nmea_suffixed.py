"""NMEA sentences with the US Coast Guard's fields after the checksum.

    !AIVDM,1,1,,A,15N4cJ`005Jrek0H@9n`DW5608EP,0*13,d-103,S1215,r003669945,1325394001

The last field of nine or ten digits is the time in Unix seconds; a field
of `r` or `b` and digits names the station. `s`, `d`, `S`, `T` and `x` (signal
counts, signal in dBm, slot, time of arrival, count) are not used: dBm cannot
be told in dBFS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from feeds.format import Reading
from feeds.nmea import Plain
from feeds.nmea_frames import frames_in
from hardware.frames import Frames

_SUFFIX = re.compile(rb"^!..VD[MO],[^\r\n]*\*[0-9A-Fa-f]{2},(?:[^\r\n,]*,)*[0-9]{9,10}\s*$", re.MULTILINE)


class Suffixed:
    """The format `nmea-suffixed`."""

    name = "nmea-suffixed"

    def recognises(self, head: bytes) -> bool:
        """A sentence is followed by fields of which the last is a time."""
        return _SUFFIX.search(head) is not None

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Frames]:
        """Frames in line order."""
        return frames_in(source, Plain(), reading)


FORMAT = Suffixed()
