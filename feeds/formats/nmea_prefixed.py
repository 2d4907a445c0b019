"""NMEA sentences behind a time, with or without a header line.

    epoch,AIS_Sentences                        header, optional
    1490075479,!AIVDM,1,1,,B,...               Unix seconds, whole or not
    2016-03-31 00:00:01, !AIVDM,1,1,,B,...     date and time, `T` for the blank, fraction or `Z` allowed

A date and time is UTC if it ends in `Z` or the reader was given no zone
(`--tz`), else local time of that zone. In the hour that a clock set back
repeats, the reading that does not run backwards is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import BinaryIO

from feeds.format import Reading
from feeds.lines import capped_lines
from feeds.nmea import IMPOSSIBLE_TIME, Plain, Stamped, frames_of, unix_s
from hardware.frames import Frames

_TIME = rb"[0-9]{9,13}(?:\.[0-9]{1,9})?|[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z?"
_PREFIXED = re.compile(rb"(" + _TIME + rb")[ \t]*[,;]?[ \t]*([!$\\].*)")
_FOUND = re.compile(
    rb"^(?:" + _TIME + rb")[ \t]*[,;]?[ \t]*(?:\\[^\\\r\n]*\\)?![!-~]{2}VD[MO],", re.MULTILINE
)
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9_ ,;]*")

BACKWARDS_S = 1800.0
"""A log runs backwards by more than this only where the clock was set back: by an hour, almost everywhere."""


class _Prefixes:
    """Reads the time before each sentence; remembers the last, for most lines share it with another."""

    def __init__(self, zone: tzinfo | None) -> None:
        self._zone = zone or UTC
        self._plain = Plain()
        self._text = b""
        self._time_s: float | None = None
        self._first = True

    def __call__(self, line: bytes) -> Stamped | str | None:
        """See `feeds.nmea.Understand`."""
        first, self._first = self._first, False
        match = _PREFIXED.fullmatch(line)
        if not match:
            return None if first and _HEADER.fullmatch(line) else self._plain(line)
        if match[1] != self._text:
            time_s = self._time(match[1])
            if time_s is None:
                return IMPOSSIBLE_TIME
            self._text, self._time_s = match[1], time_s
        said = self._plain(match[2])
        return Stamped(said.sentence, self._time_s, said.station) if isinstance(said, Stamped) else said

    def _time(self, text: bytes) -> float | None:
        if b":" not in text:
            return unix_s(text)
        try:
            at = datetime.fromisoformat(text.decode())
            local = at if at.tzinfo else at.replace(tzinfo=self._zone)
            early, late = local.timestamp(), local.replace(fold=1).timestamp()
        except (ValueError, OverflowError):
            return None
        runs_backwards = self._time_s is not None and early < self._time_s - BACKWARDS_S
        return late if runs_backwards and early < late else early


class Prefixed:
    """The format `nmea-prefixed`."""

    name = "nmea-prefixed"

    def recognises(self, head: bytes) -> bool:
        """A line is a time and an AIS sentence."""
        return _FOUND.search(head) is not None

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Frames]:
        """Frames in line order."""
        return frames_of(capped_lines(source, reading.rejects), _Prefixes(reading.zone), reading)


FORMAT = Prefixed()
