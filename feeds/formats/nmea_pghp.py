"""NMEA sentences behind Gatehouse stamps, as the Danish authorities' network writes them.

    $PGHP,1,2010,6,11,11,46,12,386,219,24,992190924,1,12*20
    !AIVDM,1,1,,B,402=481uaUcf;OQ55JS9ITi025Jp,0*2B

Fields after the type (1): year, month, day, hour, minute, second, millisecond
(UTC), country, region, MMSI of the base station, 1 for live or 0 for buffered,
XOR of the checksums of the sentences that follow (00 for VDO). A stamp holds
for all sentences of the message after it. Where no base station is named the
stamp's country and region stand for the station: two countries' fragments
with equal sequence numbers must not meet in one assembler.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from feeds.format import Reading
from feeds.lines import capped_lines
from feeds.nmea import Plain, Stamped, checksum_holds, frames_of
from hardware.frames import Frames

BAD_STAMP = "bad Gatehouse stamp"

_STAMP = re.compile(rb"\$(PGHP,1,([0-9,]+),([0-9A-Za-z]{0,2}))\*([0-9A-Fa-f]{2})")
_STAMPED = re.compile(rb"^\$PGHP,1,[0-9]{4},", re.MULTILINE)
_FRAGMENT = re.compile(rb"!..VD[MO],([2-9],)([1-9]),([0-9]*,[^,]*),")


class _Stamper:
    """Holds a stamp until its message has passed."""

    def __init__(self) -> None:
        self._plain = Plain()
        self._stamp: tuple[float, str | None] | None = None
        self._message: bytes | None = None

    def __call__(self, line: bytes) -> Stamped | str | None:
        """See `feeds.nmea.Understand`."""
        if line.startswith(b"$PGHP"):
            self._message = None
            self._stamp = _stamp(line)
            return BAD_STAMP if self._stamp is None else None
        said = self._plain(line)
        if not isinstance(said, Stamped):
            return said
        stamp = self._stamp_of(said.sentence)
        return said if stamp is None else Stamped(said.sentence, stamp[0], said.station or stamp[1])

    def _stamp_of(self, sentence: bytes) -> tuple[float, str | None] | None:
        """The stamp held, unless the message it was written for has passed."""
        fragment = _FRAGMENT.match(sentence)
        if self._message is not None and not (
            fragment and fragment[1] + fragment[3] == self._message and fragment[2] != b"1"
        ):
            self._stamp = None
        stamp = self._stamp
        self._message = fragment[1] + fragment[3] if fragment else None
        if fragment is None:
            self._stamp = None
        return stamp


def _stamp(line: bytes) -> tuple[float, str | None] | None:
    match = _STAMP.fullmatch(line)
    if not match or not checksum_holds(match[1], match[4]):
        return None
    fields = match[2].split(b",")
    if len(fields) != 11 or not all(fields[:7]):
        return None
    year, month, day, hour, minute, second, millisecond = map(int, fields[:7])
    try:
        at = datetime(year, month, day, hour, minute, second, millisecond * 1000, UTC)
    except (ValueError, OverflowError):
        return None
    country, region, base = (field.decode() for field in fields[7:10])
    return at.timestamp(), base or (f"{country}-{region}" if country else None)


class Gatehouse:
    """The format `nmea-pghp`."""

    name = "nmea-pghp"

    def recognises(self, head: bytes) -> bool:
        """A line is a Gatehouse stamp."""
        return _STAMPED.search(head) is not None

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Frames]:
        """Frames in line order."""
        return frames_of(capped_lines(source, reading.rejects), _Stamper(), reading)


FORMAT = Gatehouse()
