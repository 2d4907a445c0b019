"""What the bodies of the journal's records say.

    BATCH   0  1   stream (`Stream`)
            1  1   S, length of the station's id
            2  2   T, length of the topic
            4  S   station whose batch it is: of the topic, or of the settings for a foreign topic
            .  T   topic, UTF-8, as received
            .  .   payload, as received, to the end of the body
    MARK    empty: the record's time says all
    TAKEN   JSON (`feeds.taken`)

The station and the stream stand in the record, not only in the topic, so
that a replay needs none of the settings that were in force.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import NamedTuple

from feeds.journal_record import Entry, EntryKind

_BATCH = struct.Struct("<BBH")


class Stream(IntEnum):
    """How a batch's payload is to be read."""

    AIS = 1  # first line, then NMEA sentences behind tag blocks
    MODES = 2  # first line, then UNIXTIME.fff,HEX[,RSSI]
    HEALTH = 3  # first line, then one JSON object
    NMEA = 4  # foreign: NMEA sentences alone


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
