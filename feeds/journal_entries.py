"""What the bodies of the journal's records say.

    BATCH   0  1   stream (`Stream`)
            1  1   S, length of the station's id
            2  2   T, length of the topic
            4  S   station whose batch it is: of the topic, or of the settings for a foreign topic
            .  T   topic, UTF-8, as received
            .  .   payload, as received, to the end of the body
    MARK    empty: the record's time says all
    TAKEN   JSON (`feeds.taken`)

    MOVEMENTS, EXCLUSIONS, STATIONS, SETTINGS: what is in force from here on

            0   32  SHA-256 of the content
            32  2   N, length of the name
            34  N   name of the file, UTF-8, without its folder
            .   .   content, byte for byte as the operator gave it, to the end of the body; of settings
                    the full table as JSON: section, key, value

            empty: from here on there is none

The station and the stream stand in the record, not only in the topic, so
that a replay needs none of the settings that were in force. A list is kept
whole and not as what changed in it, so that each record says all.
"""

from __future__ import annotations

import hashlib
import struct
from enum import IntEnum
from typing import NamedTuple

from feeds.journal_record import Entry, EntryKind

_BATCH = struct.Struct("<BBH")
_GIVEN = struct.Struct("<32sH")

GIVEN_KINDS = frozenset({EntryKind.SETTINGS, EntryKind.MOVEMENTS, EntryKind.EXCLUSIONS, EntryKind.STATIONS})
GIVEN_BYTES = 4 << 20
"""Largest content: 60,000 expected arrivals, and no list of people's is nearly so long."""
NAME_BYTES = 255


class Stream(IntEnum):
    """How a batch's payload is to be read."""

    AIS = 1  # first line, then NMEA sentences behind tag blocks
    MODES = 2  # first line, then UNIXTIME.fff,HEX[,RSSI]
    HEALTH = 3  # first line, then one JSON object
    NMEA = 4  # foreign: NMEA sentences alone
    AISCATCHER = 5  # foreign: AIS-catcher's JSON, an object a line
    ADSBEE = 6  # foreign: raw frames of an ADSBee, one a line
    READSB = 7  # foreign: objects or snapshots of the readsb family


FOREIGN = frozenset({Stream.NMEA, Stream.AISCATCHER, Stream.ADSBEE, Stream.READSB})
"""Streams without a first line: nothing in them is numbered, and nothing is acknowledged."""


class Batch(NamedTuple):
    """One accepted payload and where it came from."""

    stream: int
    station: str
    topic: str
    payload: bytes


def batch_entry(batch: Batch, arrival_s: float) -> Entry:
    """A batch as an entry of the journal."""
    station, topic = batch.station.encode(), batch.topic.encode()
    head = _BATCH.pack(batch.stream, len(station), len(topic))
    return Entry(EntryKind.BATCH, arrival_s, b"".join((head, station, topic, batch.payload)))


def batch_of(body: bytes) -> Batch:
    """The batch of a BATCH record's body.

    Raises:
        ValueError: the body is none; only a writer's defect makes one, for records are checksummed.
    """
    if len(body) < _BATCH.size:
        raise ValueError("a batch record too short to hold a batch")
    stream, station_bytes, topic_bytes = _BATCH.unpack_from(body)
    topic_at = _BATCH.size + station_bytes
    payload_at = topic_at + topic_bytes
    if len(body) < payload_at:
        raise ValueError("a batch record too short for its station and topic")
    return Batch(
        stream,
        body[_BATCH.size : topic_at].decode(),
        body[topic_at:payload_at].decode(),
        body[payload_at:],
    )


def mark_entry(time_s: float) -> Entry:
    """A clock mark."""
    return Entry(EntryKind.MARK, time_s, b"")


class Given(NamedTuple):
    """What somebody gave to be in force: a list as its file holds it, or the settings.

    Attributes:
        kind: one of `GIVEN_KINDS`.
        name: of the file, without its folder; empty where there was none.
        content: None where from here on there is none.
    """

    kind: EntryKind
    name: str
    content: bytes | None

    @property
    def sha256(self) -> str | None:
        """Of the content, as `sha256sum` of the file says it."""
        return None if self.content is None else hashlib.sha256(self.content).hexdigest()


def given_entry(given: Given, time_s: float) -> Entry:
    """What came into force, as an entry of the journal.

    Raises:
        ValueError: content that is too large to be read back.
    """
    if given.content is None:
        return Entry(given.kind, time_s, b"")
    if len(given.content) > GIVEN_BYTES:
        raise ValueError(f"{given.name}: larger than {GIVEN_BYTES} bytes")
    # A name is for people: cut off rather than refused, and not within a character.
    name = given.name.encode("utf-8", "replace")[:NAME_BYTES].decode("utf-8", "ignore").encode()
    head = _GIVEN.pack(hashlib.sha256(given.content).digest(), len(name))
    return Entry(given.kind, time_s, head + name + given.content)


def given_of(kind: int, body: bytes) -> Given:
    """What the body of a record of one of `GIVEN_KINDS` says.

    Raises:
        ValueError: the body is none; only a writer's defect makes one, for records are checksummed.
    """
    if not body:
        return Given(EntryKind(kind), "", None)
    if len(body) < _GIVEN.size:
        raise ValueError("a record too short for a digest and a name")
    digest, name_bytes = _GIVEN.unpack_from(body)
    content = body[_GIVEN.size + name_bytes :]
    if len(content) > GIVEN_BYTES or hashlib.sha256(content).digest() != digest:
        raise ValueError("a record whose content is too large, or not the one it names")
    return Given(EntryKind(kind), body[_GIVEN.size : _GIVEN.size + name_bytes].decode(), content)
