"""JSON lines as jet1090 writes them: `{"timestamp": 1717664319.1, "frame": "8c34...", ...}`.

What jet1090 has decoded is not read: the frame is, so that one decoder
answers for all. `metadata`, where there is one, lists the sensors that heard
the frame, each with its own time and signal: one row each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from feeds.format import Reading
from feeds.lines import capped_lines
from feeds.modes.gather import Gather
from hardware.frames import Frames

SENSORS = 64
"""Sensors read of one line: no place on earth has more receivers in view of one aircraft on one server."""


class _Jet1090:
    name = "jet1090"

    def recognises(self, head: bytes) -> bool:
        first = head.lstrip().split(b"\n", 1)[0]
        return first.startswith(b"{") and b'"timestamp"' in first and b'"frame"' in first

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Frames]:
        gather = Gather(reading)
        for line in capped_lines(source, reading.rejects):
            try:
                told = orjson.loads(line)
            except orjson.JSONDecodeError:
                reading.rejects.add("not JSON", line)
                continue
            if not isinstance(told, dict) or not isinstance(told.get("frame"), str):
                reading.rejects.add("no frame in the line", line)
                continue
            for time_s, station, signal in _hearings(told, reading.station):
                gather.add(time_s, station, told["frame"], line, signal)
            if gather.full:
                yield gather.taken()
        yield gather.taken()


def _hearings(told: dict[str, Any], station: str) -> Iterator[tuple[Any, str, Any]]:
    """Time, station and signal of each sensor that heard the frame."""
    sensors = told.get("metadata")
    if not isinstance(sensors, list) or not sensors:
        yield told.get("timestamp"), station, told.get("rssi")
        return
    for sensor in sensors[:SENSORS]:
        if isinstance(sensor, dict):
            name = sensor.get("name") or sensor.get("serial") or station
            yield sensor.get("system_timestamp", told.get("timestamp")), str(name), sensor.get("rssi")


FORMAT = _Jet1090()
