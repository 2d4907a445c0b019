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

import numpy as np

from feeds.format import Reading
from feeds.nmea import Plain, Stamped, checksum_holds
from feeds.nmea_block import Block, Understood
from feeds.nmea_frames import frames_in
from feeds.nmea_stamps import CARRIED, NO_STAMP, stamp_rows, stamp_scan
from geo.batch import Bools, Floats, Ints
from hardware.frames import Frames

BAD_STAMP = "bad Gatehouse stamp"
_Stamp = tuple[float, str | None]

_STAMP = re.compile(rb"\$(PGHP,1,([0-9,]+),([0-9A-Za-z]{0,2}))\*([0-9A-Fa-f]{2})")
_STAMPED = re.compile(rb"^\$PGHP,1,[0-9]{4},", re.MULTILINE)
_FRAGMENT = re.compile(rb"!..VD[MO],([2-9],([1-9]),[0-9]*,[^,]*),")


class Stamper:
    """Holds a stamp until its message has passed."""

    def __init__(self) -> None:
        self._plain = Plain()
        self._stamp: _Stamp | None = None
        self._message = b""

    def __call__(self, line: bytes) -> Stamped | str | None:
        """See `feeds.nmea.Understand`."""
        if line.startswith(b"$PGHP"):
            self._message = b""
            self._stamp = _stamp(line)
            return BAD_STAMP if self._stamp is None else None
        said = self._plain(line)
        if not isinstance(said, Stamped):
            return said
        stamp = self._stamp_of(said.sentence)
        return said if stamp is None else Stamped(said.sentence, stamp[0], said.station or stamp[1])

    def understood(self, block: Block, anew: Bools) -> Understood:
        """What the lines of a block say, as if each had been called for."""
        found = stamp_scan(block.text, block.first, block.past)
        # To the reader of sentences a stamp is a blank line.
        said = self._plain.understood(
            block._replace(first=np.where(found.stamp, block.past, block.first)), anew
        )
        time_s = found.time_s.copy()
        name = said.numbered(block, found.name_first, found.name_past, _station)
        for row in np.flatnonzero(found.stamp & ~found.known).tolist():
            stamp = _stamp(block.line(row))
            if stamp is None:
                said.tell(block, row, BAD_STAMP)
            else:
                time_s[row], name[row] = stamp[0], said.names.of(stamp[1])
        self._spread(block, said, found.stamp, time_s, name)
        return said

    def _spread(self, block: Block, said: Understood, stamp: Bools, time_s: Floats, name: Ints) -> None:
        """Give each sentence the stamp that holds for it."""
        before = self._stamp or (np.nan, None)
        # One row more, the last: the stamp of the block before.
        time_s = np.append(time_s, before[0])
        name = np.append(name, said.names.of(before[1]))
        rows, held, message = stamp_rows(
            block.text,
            stamp,
            said.reason == 0,
            said.first,
            said.past,
            CARRIED if self._stamp else NO_STAMP,
            np.frombuffer(self._message, np.uint8),
        )
        ours = np.where(rows == CARRIED, len(stamp), rows)
        stamped = (rows != NO_STAMP) & ~np.isnan(time_s[ours])
        said.time_s = np.where(stamped, time_s[ours], said.time_s)
        said.name = np.where(stamped & (said.name < 0), name[ours], said.name)
        self._message = message.tobytes()
        if held != CARRIED:
            names = [*said.names.all(), None]
            self._stamp = (
                None
                if held == NO_STAMP or np.isnan(time_s[held])
                else (float(time_s[held]), names[name[held]])
            )

    def _stamp_of(self, sentence: bytes) -> _Stamp | None:
        """The stamp held, unless the message it was written for has passed."""
        fragment = _FRAGMENT.match(sentence)
        key = fragment[1] if fragment else b""
        continues = fragment and fragment[2] != b"1" and _but_number(key) == _but_number(self._message)
        if self._message and not continues:
            self._stamp = None
        stamp, self._message = self._stamp, key
        if fragment is None:
            self._stamp = None
        return stamp


def _but_number(key: bytes) -> bytes:
    """Total, sequence number and channel of a sentence: `2,1,7,A` and `2,2,7,A` are of one message."""
    return key[:2] + key[4:]


def _station(text: bytes) -> str:
    """The station that a stamp names: a base station, or else a country and region."""
    return text.decode().replace(",", "-")


def _stamp(line: bytes) -> _Stamp | None:
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
        return frames_in(source, Stamper(), reading)


FORMAT = Gatehouse()
