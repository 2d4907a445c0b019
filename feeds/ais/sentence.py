"""One !xxVDM or !xxVDO sentence taken apart.

    !AIVDM,2,1,7,A,55NPw...,0*2F
     |     | | | |  |       | checksum (held to before this module is asked)
     |     | | | |  |       fill bits 0..5
     |     | | | |  payload in the six-bit armour `0`..`W`, `` ` ``..`w`
     |     | | | channel, often empty
     |     | | sequence number, empty in single sentences
     |     | number of this sentence
     |     sentences in the message, 1..9
     talker, two characters (Norway sends `B2`, Denmark `--`), and VDM or VDO

Source: IEC 61162-1 (VDM, VDO).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from feeds.ais.refusal import Refusal

PAYLOAD_CHARACTERS = 200
"""Longest payload, of a sentence or a message. The longest message has 5 slots, 1,064 bits, 178 characters."""

_SENTENCE = re.compile(
    rb"![!-+\--~]{2}VD[MO],([1-9]),([1-9]),([0-9]{0,2}),([0-9A-Za-z]?),([0-W`-w]{0,200}),([0-5])\*.."
)
_ARMOURED = re.compile(rb"[0-W`-w]*")


class Sentence(NamedTuple):
    """The fields of one sentence; `number` counts from 1 to `total`."""

    total: int
    number: int
    sequence: bytes
    channel: bytes
    payload: bytes
    fill: int


def is_ais(raw: bytes) -> bool:
    """Whether the bytes claim to be an AIS sentence; `$GPGGA` and the like do not.

    >>> is_ais(b"!BSVDM,1,1,,A,13,0*24"), is_ais(b"$PGHP,1,2010*00")
    (True, False)
    """
    return raw[:1] == b"!" and raw[3:5] == b"VD" and raw[5:7] in {b"M,", b"O,"}


def sentence_of(raw: bytes) -> Sentence | Refusal:
    """The sentence that the bytes are, or why they are none; the checksum is not looked at."""
    match = _SENTENCE.fullmatch(raw)
    if match is None:
        return _why(raw)
    total, number, sequence, channel, payload, fill = match.groups()
    if number > total:
        return Refusal.MALFORMED
    return Sentence(total[0] - 48, number[0] - 48, sequence, channel, payload, fill[0] - 48)


def _why(raw: bytes) -> Refusal:
    fields = raw.split(b",", 7)
    if len(fields) != 7:
        return Refusal.MALFORMED
    if len(fields[5]) > PAYLOAD_CHARACTERS:
        return Refusal.TOO_LONG
    return Refusal.MALFORMED if _ARMOURED.fullmatch(fields[5]) else Refusal.ALPHABET
