"""Traces as readsb writes them for tar1090: all places of one aircraft, a day or an hour in a file.

    {"icao": "400abc", "r": "G-ABCD", "timestamp": 1709263477.1,
     "trace": [[12.3, 50.7, -1.1, 1200, 93.1, 170.2, 0, -192, {"flight": "GABCD   ", ...}, "adsb_icao", 1150, -256, 93, null], ...]}

A row: seconds after `timestamp`; latitude and longitude; altitude in feet,
`"ground"` or null; ground speed in knots; track; flags (4: the rate, 8: the
altitude is geometric); vertical rate in feet a minute; an object with more, or
null; type of source; geometric altitude; geometric rate; airspeed; roll. Old
files end after the object.

Source: readsb `README-json.md`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from feeds.format import Reading
from feeds.json_objects import Told, objects
from feeds.relayed.aircraft import UnfitError, number
from feeds.relayed.sightings import Sightings
from feeds.reports import Said

TRACE_CHARACTERS = 64 << 20
"""Largest file: a day of places at two a second is a third of this."""
NO_ROW = "row of a trace is too short"
NO_TRACE = "no trace"
_COLUMNS = ("lat", "lon", "alt_baro", "gs", "track", "", "baro_rate", "", "type", "alt_geom", "geom_rate")
"""Of a row, after its time, by the keys of `feeds.relayed.aircraft`."""
_FLAGS, _MORE = 6, 8
_LEAST = 5
_GEOMETRIC_ALTITUDE = 8
_KEYS = [re.compile(rb'"%s"\s*:' % key) for key in (b"icao", b"timestamp", b"trace")]


class ReadsbTrace:
    """The format `readsb-trace`."""

    name = "readsb-trace"

    def recognises(self, head: bytes) -> bool:
        """It begins as an object, and has an address, a time and a trace."""
        begins = head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
        return begins and all(key.search(head) for key in _KEYS)

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Said]:
        """Batches in file order; rows that are none are counted."""
        sightings = Sightings(reading)
        for found in objects(source, reading.rejects, "", TRACE_CHARACTERS):
            for _ in _rows(found.told, sightings):
                if sightings.full:
                    yield sightings.taken()
        yield sightings.taken()


def _rows(told: Told, sightings: Sightings) -> Iterator[None]:
    """Add the rows of one trace; gives way after each."""
    trace = told.get("trace")
    try:
        begin_s = number(told, "timestamp")
    except UnfitError:
        begin_s = math.nan
    if not isinstance(trace, list) or math.isnan(begin_s):
        sightings.refuse(NO_TRACE, told)
        return
    about = {"hex": told.get("icao"), "r": told.get("r")}
    for row in trace:
        if not isinstance(row, list) or len(row) < _LEAST or isinstance(row[0], bool):
            sightings.refuse(NO_ROW, row)
        elif not isinstance(row[0], int | float):
            sightings.refuse("time is no Unix time", row)
        else:
            sightings.add(about | _object(row), begin_s + row[0])
            about.pop("r", None)  # once is enough
            yield


def _object(row: list[Any]) -> Told:
    """A row as an object of the family."""
    said = {name: value for name, value in zip(_COLUMNS, row[1:], strict=False) if name}
    flags = row[_FLAGS] if len(row) > _FLAGS and isinstance(row[_FLAGS], int) else 0
    if flags & _GEOMETRIC_ALTITUDE and said["alt_baro"] != "ground":
        said["alt_geom"] = said.pop("alt_baro")
    more = row[_MORE] if len(row) > _MORE and isinstance(row[_MORE], dict) else {}
    # Ages in there are of the object, not of the row: the row's own time says when.
    return {
        key: more[key] for key in ("flight", "squawk", "category", "nic", "true_heading") if key in more
    } | said


FORMAT = ReadsbTrace()
