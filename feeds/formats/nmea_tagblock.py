r"""NMEA sentences behind IEC 62320-1 tag blocks, as coast stations and the agent write them.

    \s:2573238,c:1733782034*0A\!BSVDM,1,1,,A,13o4g`00000I2ENRH4g83S0L088C,0*3F
    \g:1-2-73,s:cliff,c:1733782034123*hh\!AIVDM,2,1,7,A,...
    \g:2-2-73*hh\!AIVDM,2,2,7,A,...

`c:` is Unix seconds, or milliseconds when it has 13 digits; `s:` names the
station; a later line of a group `g:` may leave both out. A line without tag
block is taken with the time of the line before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from feeds.format import Reading
from feeds.nmea import Plain
from feeds.nmea_frames import frames_in
from hardware.frames import Frames

_TIMED = re.compile(rb"^\\(?:[^\\\r\n]*,)?c:[0-9][^\\\r\n]*\\[!$]", re.MULTILINE)


class TagBlocks:
    """The format `nmea-tagblock`."""

    name = "nmea-tagblock"

    def recognises(self, head: bytes) -> bool:
        """A line begins with a tag block that bears a time."""
        return _TIMED.search(head) is not None

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Frames]:
        """Frames in line order."""
        return frames_in(source, Plain(), reading)


FORMAT = TagBlocks()
