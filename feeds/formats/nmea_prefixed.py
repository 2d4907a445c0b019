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
from datetime import UTC, datetime, timedelta, tzinfo
from typing import BinaryIO

import numpy as np

from feeds.format import Reading
from feeds.nmea import IMPOSSIBLE_TIME, Plain, Stamped, unix_s
from feeds.nmea_block import Block, Understood
from feeds.nmea_frames import frames_in
from feeds.nmea_prefix_scan import Before, prefix_scan
from geo.batch import Bools, Floats, Ints
from hardware.frames import Frames

_TIME = rb"[0-9]{9,13}(?:\.[0-9]{1,9})?|[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z?"
_PREFIXED = re.compile(rb"(" + _TIME + rb")[ \t]*[,;]?[ \t]*([!$\\].*)")
_FOUND = re.compile(
    rb"^(?:" + _TIME + rb")[ \t]*[,;]?[ \t]*(?:\\[^\\\r\n]*\\)?![!-~]{2}VD[MO],", re.MULTILINE
)
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9_ ,;]*")

BACKWARDS_S = 1800.0
"""A log runs backwards by more than this only where the clock was set back: by an hour, almost everywhere."""
_Readings = tuple[float, float]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND_US, _MINUTE_US = 1_000_000, 60_000_000


class Prefixes:
    """Reads the time before each sentence; remembers the last, for a clock set back shows an hour twice."""

    def __init__(self, zone: tzinfo | None) -> None:
        self._zone = zone or UTC
        self._plain = Plain()
        self._said: _Readings | None = None
        self._time_s: float | None = None
        self._first = True

    def __call__(self, line: bytes) -> Stamped | str | None:
        """See `feeds.nmea.Understand`."""
        first, self._first = self._first, False
        match = _PREFIXED.fullmatch(line)
        if not match:
            return None if first and _HEADER.fullmatch(line) else self._plain(line)
        times = self._times(match[1])
        if times is None:
            return IMPOSSIBLE_TIME
        time_s = self._chosen(times)
        said = self._plain(match[2])
        return Stamped(said.sentence, time_s, said.station) if isinstance(said, Stamped) else said

    def understood(self, block: Block, anew: Bools) -> Understood:
        """What the lines of a block say, as if each had been called for."""
        found = prefix_scan(block.text, block.first, block.past)
        early_s, late_s = self._both(found)
        rest, refused, silent = found.rest.copy(), [], []
        lines = np.flatnonzero(block.past > block.first)
        for row in lines[~found.known[lines]].tolist():
            line = block.line(row)
            rest[row] = block.first[row]
            if match := _PREFIXED.fullmatch(line):
                rest[row] += match.start(2)
                times = self._times(match[1])
                if times is None:
                    refused.append(row)
                else:
                    early_s[row], late_s[row] = times
            elif self._first and row == lines[0] and _HEADER.fullmatch(line):
                silent.append(row)
        self._first = self._first and not len(lines)
        rest[[*refused, *silent]] = block.past[[*refused, *silent]]
        said = self._plain.understood(block._replace(first=rest), anew)
        for row in refused:
            said.tell(block, row, IMPOSSIBLE_TIME)
        prefixed = ~np.isnan(early_s)
        said.time_s = np.where(prefixed, self._in_order(early_s, late_s), said.time_s)
        return said

    def _times(self, text: bytes) -> _Readings | None:
        """What a time may mean: where a clock was set back, two readings; None where it is none."""
        if b":" not in text:
            time_s = unix_s(text)
            return None if time_s is None else (time_s, time_s)
        try:
            at = datetime.fromisoformat(text.decode())
            local = at if at.tzinfo else at.replace(tzinfo=self._zone)
            return local.timestamp(), local.replace(fold=1).timestamp()
        except (ValueError, OverflowError):
            return None

    def _chosen(self, times: _Readings) -> float:
        """The reading that does not run backwards; the same as the line before where the time is the same."""
        early_s, late_s = times
        if times != self._said or self._time_s is None:
            backwards = self._time_s is not None and early_s < self._time_s - BACKWARDS_S
            self._said, self._time_s = times, late_s if backwards and early_s < late_s else early_s
        return self._time_s

    def _both(self, found: Before) -> tuple[Floats, Floats]:
        """Both readings of every time, NaN where none is said; a zone is asked once a minute of the log."""
        rows = np.flatnonzero((found.clock_us >= 0) & found.known)
        clock_us = found.clock_us[rows]
        early_s, late_s = (
            np.where(found.known, found.time_s, np.nan),
            np.where(found.known, found.time_s, np.nan),
        )
        ahead_us = np.zeros((2, len(rows)), np.int64)
        if self._zone is not UTC:
            # Since the years that logs are from, clocks are set at whole minutes only (tz database).
            minutes, which = np.unique(clock_us // _MINUTE_US, return_inverse=True)
            shown = [_EPOCH + timedelta(minutes=int(minute)) for minute in minutes]
            ahead = [[self._ahead_us(at, fold) for at in shown] for fold in (0, 1)]
            ahead_us = np.where(found.utc[rows], 0, np.array(ahead, np.int64).reshape(2, -1)[:, which])
        early_s[rows], late_s[rows] = (clock_us - ahead_us) / _SECOND_US
        return early_s, late_s

    def _ahead_us(self, shown: datetime, fold: int) -> int:
        """How far the zone is ahead of UTC when its clock shows this."""
        ahead = shown.replace(tzinfo=self._zone, fold=fold).utcoffset() or timedelta()
        return ahead // timedelta(microseconds=1)

    def _in_order(self, early_s: Floats, late_s: Floats) -> Floats:
        """The reading of each time; where there are two, it hangs on the line before."""
        time_s = early_s.copy()
        rows: Ints = np.flatnonzero(~np.isnan(early_s))
        done = 0
        for at in [*np.flatnonzero(early_s[rows] < late_s[rows]).tolist(), len(rows) - 1]:
            for row in rows[max(at - 1, done) : at + 1].tolist():
                time_s[row] = self._chosen((float(early_s[row]), float(late_s[row])))
            done = at + 1
        return time_s


class Prefixed:
    """The format `nmea-prefixed`."""

    name = "nmea-prefixed"

    def recognises(self, head: bytes) -> bool:
        """A line is a time and an AIS sentence."""
        return _FOUND.search(head) is not None

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Frames]:
        """Frames in line order."""
        return frames_in(source, Prefixes(reading.zone), reading)


FORMAT = Prefixed()
