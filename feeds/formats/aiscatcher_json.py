"""AIS-catcher's JSON_NMEA and JSON_FULL, one object a line, as `-o 3`, `-o 5` and its MQTT output write them.

    {"class":"AIS","device":"AIS-catcher","rxuxtime":1795340983,"signalpower":null,"mmsi":259076000,"type":1,
     "nmea":["!AIVDM,1,1,,A,13o4g`00000I2ENRH4g83S0L088C,0*26"]}

The sentences are read where they are given, all fragments of a message in one
object; the decoded fields beside them are not. See `feeds.aiscatcher`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from feeds.aiscatcher.sentences import Messages
from feeds.format import Reading
from feeds.json_objects import objects
from hardware.frames import Frames

_CLASS = re.compile(rb'"class"\s*:\s*"AIS"')
_BODY = re.compile(rb'"(?:nmea|mmsi)"\s*:')


class AiscatcherJson:
    """The format `aiscatcher-json`."""

    name = "aiscatcher-json"

    def recognises(self, head: bytes) -> bool:
        """It begins as an object, and says that it is of the class AIS."""
        begins = head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"["))
        return begins and bool(_CLASS.search(head)) and bool(_BODY.search(head))

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Frames]:
        """Frames in line order; what is no message is counted."""
        messages = Messages(reading)
        for found in objects(source, reading.rejects):
            messages.add(found.told)
            if messages.full:
                yield messages.taken()
        yield messages.taken()


FORMAT = AiscatcherJson()
