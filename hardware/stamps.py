r"""NMEA lines stamped with the time of their reception, in IEC 62320-1 tag blocks.

    !AIVDM,1,1,,A,13o4g...,0*3F                ->  \c:1733782034123*5D\!AIVDM,1,1,,A,13o4g...,0*3F
    \g:1-2-73,s:cliff*hh\!AIVDM,2,1,7,A,...    ->  \g:1-2-73,s:cliff,c:1733782034123*hh\!AIVDM,2,1,7,A,...

`c:` is Unix milliseconds, UTC, in 13 digits; the checksum is the XOR of the
bytes between the backslashes, up to the `*`. Almost no receiver says when it
heard something, so the agent says it. A line that comes with its own `c:`
keeps it where it is within `SKEW_S` of now, for who stood nearer the antenna
knows better; further off, its clock is wrong, and the time is replaced and
counted. A tag block that cannot be read is taken off and counted: the
sentence behind it has a checksum of its own.

Source: IEC 62320-1 and NMEA 0183 v4 (tag blocks).
"""

from __future__ import annotations

import re
from functools import reduce
from operator import xor

from hardware.refusals import Refusals

SKEW_S = 10.0
"""The server's own bound on lateness: an older time would be doubted there."""
LINE_BYTES = 1024
"""Longest line taken: a sentence has 82 characters, and tag blocks seldom as many."""

NOT_NMEA = "not an NMEA sentence"
BAD_TAG_BLOCK = "tag block cannot be read: taken off"
OWN_TIME_WRONG = "own time is wrong: replaced"

_SENTENCE = re.compile(rb"[!$][!-~]{2,9},[ -~]*")
_TAGGED = re.compile(rb"\\([^\\]*)\\(.*)")
_BLOCK = re.compile(rb"([ -\[\]-~]*)\*([0-9A-Fa-f]{2})")
_OWN_TIME = re.compile(rb"c:([0-9]{1,13})")
_MILLISECONDS_FROM = 10**11


def checksum(body: bytes) -> int:
    """XOR of all bytes."""
    return reduce(xor, body, 0)


def time_text(utc_s: float) -> bytes:
    """Unix milliseconds in 13 digits."""
    return b"%013d" % max(round(utc_s * 1000), 0)


def stamped(line: bytes, utc_s: float, refusals: Refusals) -> bytes | None:
    """The line behind a tag block that says when; None where it is no sentence, which is counted.

    Args:
        line: without its end.
        utc_s: when it was heard.
        refusals: takes the count of what was refused, replaced or taken off.
    """
    fields: list[bytes] = []
    sentence = line
    if tagged := _TAGGED.fullmatch(line):
        block, sentence = tagged.groups()
        held = _BLOCK.fullmatch(block)
        if held and checksum(held[1]) == int(held[2], 16):
            fields = held[1].split(b",") if held[1] else []
        else:
            refusals.add(BAD_TAG_BLOCK, line)
    if not _SENTENCE.fullmatch(sentence):
        refusals.add(NOT_NMEA, line)
        return None
    return _tag_block(fields, utc_s, line, refusals) + sentence


def _tag_block(fields: list[bytes], utc_s: float, line: bytes, refusals: Refusals) -> bytes:
    own = [field for field in fields if field.startswith(b"c:")]
    kept = [field for field in fields if not field.startswith(b"c:")]
    time = b"c:" + time_text(utc_s)
    if own:
        said = _OWN_TIME.fullmatch(own[-1])
        if said and abs(_seconds(int(said[1])) - utc_s) <= SKEW_S:
            time = own[-1]
        else:
            refusals.add(OWN_TIME_WRONG, line)
    body = b",".join([*kept, time])
    return b"\\%s*%02X\\" % (body, checksum(body))


def _seconds(number: int) -> float:
    return number / 1000 if number >= _MILLISECONDS_FROM else float(number)
