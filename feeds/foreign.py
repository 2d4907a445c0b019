"""What receivers without the agent publish, read: one payload of a mapped topic at a time.

In: a payload as it was received, when it arrived, and whose it is. Out: frames,
or what their own decoders said, both with their arrival. Whoever tells no time
of his own was heard a moment before it arrived, and is doubted for it. What a
payload may hold was capped before it came here (`feeds.intake`).
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from contextlib import suppress

import numpy as np
import orjson

from feeds.adsbee import raw_of
from feeds.aiscatcher.plain import plain_frames
from feeds.aiscatcher.sentences import Messages
from feeds.format import Reading
from feeds.json_objects import Told, objects
from feeds.lines import LINE_BYTES
from feeds.modes.gather import Gather
from feeds.relayed.sightings import Sightings
from feeds.relayed.snapshots import take
from feeds.reports import Said
from hardware.frames import Frames


def frames_of_aiscatcher(payload: bytes, arrival_s: float, reading: Reading) -> Frames:
    """The sentences of AIS-catcher's objects, whatever station they name."""
    found = _told(payload, reading)
    if isinstance(found, list) and (plain := plain_frames(found, arrival_s, reading)) is not None:
        return plain
    messages = Messages(reading, believe_station=False)
    for told in found:
        messages.add(told)
    return _arrived(messages.taken(), arrival_s)


def frames_of_adsbee(payload: bytes, arrival_s: float, reading: Reading) -> Frames:
    """The frames of an ADSBee, which knows no date."""
    gather = Gather(reading)
    for line in filter(None, map(bytes.strip, payload.split(b"\n"))):
        raw = raw_of(line)
        if isinstance(raw, str):
            reading.rejects.add(raw, line, reading.station)
        else:
            gather.add(arrival_s, reading.station, raw.digits, line)
    frames = gather.taken()
    return _arrived(frames.replaced(time_guessed=np.ones(len(frames), np.bool_)), arrival_s)


def said_of_readsb(payload: bytes, arrival_s: float, reading: Reading) -> Said:
    """What the readsb family's objects say; those without a time were written when they arrived."""
    sightings = Sightings(reading, arrival_s)
    for found in objects(io.BytesIO(payload), reading.rejects, reading.station, len(payload)):
        for _ in take(found.told, sightings, arrival_s):
            pass
    return sightings.taken()


def _told(payload: bytes, reading: Reading) -> Iterable[Told]:
    """The objects of a payload, however they are laid out."""
    lines = payload.split(b"\n")
    # As AIS-catcher writes them, an object a line, they are read three times as fast.
    with suppress(orjson.JSONDecodeError):
        told = [orjson.loads(line) for line in lines if line and not line.isspace()]
        if set(map(type, told)) == {dict} and max(map(len, lines)) <= LINE_BYTES:
            return told
    return (found.told for found in objects(io.BytesIO(payload), reading.rejects, reading.station))


def _arrived(frames: Frames, arrival_s: float) -> Frames:
    return frames.replaced(arrival_s=np.full(len(frames), arrival_s))
