"""Sentences become messages one by one: pyais' objects, for few frames at a time and for `headland decode`.

In: frames and the assemblers that remember what is not whole. Out: `Message`
objects in the order in which they became whole. This is the plain version of
the way in columns (`feeds.ais.columns`), which says the same.
"""

from __future__ import annotations

from collections.abc import Callable

from feeds.ais.assembly import Assemblers, Heard, Whole
from feeds.ais.message import kind_of, message_of
from feeds.ais.positions import Message
from feeds.ais.refusal import Refusal
from feeds.ais.sentence import Sentence, is_ais, sentence_of
from feeds.nmea import checksums_hold
from feeds.rejects import Rejects
from hardware.frames import Frames


def messages_of(
    nmea: Frames, assemblers: Assemblers, most: int, rejects: Rejects, name: Callable[[int], str]
) -> list[Message]:
    """Every message that the frames complete.

    Args:
        nmea: sentences.
        assemblers: remember what is not whole.
        most: stations that may have begun a message.
        rejects: takes what is refused.
        name: a station's name by its number.
    """
    data, bounds = nmea.payload.values.tobytes(), nmea.payload.offsets.tolist()
    heard = map(
        Heard,
        nmea.time_s.tolist(),
        nmea.arrival_s.tolist(),
        nmea.time_guessed.tolist(),
        nmea.signal_dbfs.tolist(),
    )
    sums = checksums_hold(nmea.payload).tolist()
    messages = []
    for row, (station, when) in enumerate(zip(nmea.station.tolist(), heard, strict=True)):
        if station in assemblers:
            assemblers.expire(station, when.time_s)
        raw = data[bounds[row] : bounds[row + 1]]
        part = _checked(raw, sums[row])
        if isinstance(part, Refusal):
            rejects.add(part, raw, name(station))
            continue
        whole: Whole | None = Whole(when, when.arrival_s, part.payload, part.fill, 1)
        if part.total > 1:
            whole = assemblers.offer(part, raw, station, when, most)
        if whole is None:
            continue
        message = message_in(whole, station)
        if isinstance(message, Message):
            messages.append(message)
        else:
            rejects.add(message, raw, name(station), whole.sentences)
    return messages


def message_in(whole: Whole, station: int) -> Message | Refusal:
    """The message that a whole payload is, or why it is none."""
    body = message_of(whole.payload, whole.fill)
    if isinstance(body, Refusal):
        return body
    return Message(station, whole, kind_of(whole.payload), body.mmsi, body)


def _checked(raw: bytes, sum_holds: bool) -> Sentence | Refusal:
    if not is_ais(raw):
        return Refusal.NOT_AIS
    if not sum_holds:
        return Refusal.BAD_CHECKSUM if raw[-3:-2] == b"*" else Refusal.MALFORMED
    return sentence_of(raw)
