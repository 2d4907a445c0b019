"""Snapshots of what a decoder of the readsb family knows: `aircraft.json`, and objects that bear their own time.

    {"now": 1765584000.1, "messages": 4711, "aircraft": [{"hex": "400abc", "lat": ..., "seen_pos": 0.3, ...}]}
    {"now": 1765584000123, "ac": [...]}                      the same from a network's interface, in milliseconds
    {"now": 1765584000.1, "hex": "400abc", "lat": ..., ...}  readsb's JSON port, one aircraft an object

One file or many of them one after another, each on a line or over many. What
the objects say stands in `feeds.relayed.aircraft`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import BinaryIO

from feeds.format import Reading
from feeds.json_objects import objects
from feeds.relayed.sightings import Sightings
from feeds.relayed.snapshots import SNAPSHOT_CHARACTERS, take
from feeds.reports import Said

_TIME = re.compile(rb'"now"\s*:')
_AIRCRAFT = re.compile(rb'"(?:aircraft|ac)"\s*:\s*\[|"hex"\s*:')


class AircraftJson:
    """The format `aircraft-json`."""

    name = "aircraft-json"

    def recognises(self, head: bytes) -> bool:
        """It begins as an object, and names a time and aircraft."""
        begins = head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
        return begins and bool(_TIME.search(head)) and bool(_AIRCRAFT.search(head))

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Said]:
        """Batches in file order; what is no aircraft is counted."""
        sightings = Sightings(reading)
        start_s = math.nan if reading.start_s is None else reading.start_s
        for found in objects(source, reading.rejects, "", SNAPSHOT_CHARACTERS):
            for _ in take(found.told, sightings, start_s):
                if sightings.full:
                    yield sightings.taken()
        yield sightings.taken()


FORMAT = AircraftJson()
