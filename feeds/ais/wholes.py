"""Whole messages of a batch in columns, however many sentences each was heard in.

In: the frames of a batch and their sentences taken apart. Out: `Wholes`, in
the order in which they became whole. A message of one sentence is whole as it
stands; of the others the plain ones are joined in columns (`feeds.ais.joining`)
and the rest goes through the stations' assemblers, which keep what is not
whole yet. Assemblers are also told of every moment at which they would give
something up, in the order of the rows, as if they had seen each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from feeds.ais.assembly import TIMEOUT_S, Assemblers, Heard, Whole
from feeds.ais.joining import Runs, plain_runs, steady
from feeds.ais.payload_bits import Payloads
from feeds.ais.sentence import Sentence, sentence_of
from feeds.ais.sentence_scan import Parts, key_of
from feeds.nmea_block import gathered
from geo.batch import Bools, Floats, Ints, frozen
from hardware.frames import Frames

FEW = 24
"""Sentences of several that are given to assemblers one by one: sorting out the plain ones costs as much (120 us)."""


class Wholes(NamedTuple):
    """Complete payloads. Shapes: (n,).

    Attributes:
        row: of the sentence in the batch that made the message whole.
        station: who heard it.
        time_s, guessed, signal_dbfs: of the first of its sentences to be heard.
        arrival_s: of the one that made it whole.
        sentences: their number.
        payloads: what they hold.
    """

    row: Ints
    station: Ints
    time_s: Floats
    guessed: Bools
    signal_dbfs: Floats
    arrival_s: Floats
    sentences: Ints
    payloads: Payloads

    def take(self, rows: npt.NDArray[np.generic]) -> Wholes:
        """Some of the messages."""
        heard: dict[str, Any] = {name: getattr(self, name)[rows] for name in HEARD}
        return Wholes(**heard, payloads=self.payloads.take(rows))


HEARD = Wholes._fields[:-1]
"""The columns of `Wholes` that are not payloads."""


def wholes_of(
    frames: Frames, parts: Parts, assemblers: Assemblers, most: int, arrive: Callable[[int], None]
) -> Wholes:
    """The messages that the sentences of a batch complete.

    Args:
        frames: the sentences.
        parts: the same, taken apart.
        assemblers: keep what is not whole yet.
        most: stations that may have begun a message.
        arrive: called with a row before an assembler is told of it.
    """
    fine = parts.refused < 0
    lone = (fine & (parts.total == 1)).nonzero()[0]
    several = (fine & (parts.total > 1)).nonzero()[0]
    payloads = Payloads(frames.payload.values, parts.first[lone], parts.past[lone], parts.fill[lone])
    alone = _heard(frames, lone, lone, np.ones(len(lone), np.int64), payloads)
    if not len(several) and not len(assemblers):
        return alone
    runs = _runs(frames, parts, several, assemblers, most)
    left = np.setdiff1d(several, runs.rows, assume_unique=True)
    pieces = [alone, _joined(frames, parts, runs), _assembled(frames, left, assemblers, most, arrive)]
    return _together([each for each in pieces if len(each.row)] or [alone])


def _heard(frames: Frames, first: Ints, last: Ints, sentences: Ints, payloads: Payloads) -> Wholes:
    return Wholes(
        last,
        frames.station[first].astype(np.int64),
        frames.time_s[first],
        frames.time_guessed[first],
        frames.signal_dbfs[first],
        frames.arrival_s[last],
        sentences,
        payloads,
    )


def _runs(frames: Frames, parts: Parts, several: Ints, assemblers: Assemblers, most: int) -> Runs:
    stations = np.unique(frames.station[several])
    if len(several) < FEW or len(assemblers) + len(stations) > most:
        return Runs(several[:0], several[:0])
    held = {
        station: {key_of(part.sequence, part.channel, part.total) for part, _ in assemblers.begun(station)}
        for station in assemblers.stations()
    }
    return plain_runs(several, parts, frames.station.astype(np.int64), frames.time_s, held)


def _joined(frames: Frames, parts: Parts, runs: Runs) -> Wholes:
    offsets, values = gathered(frames.payload.values, parts.first, parts.past, runs.rows)
    ends = np.append(runs.begins[1:], len(runs.rows))[: len(runs.begins)]
    last = runs.rows[ends - 1]
    payloads = Payloads(values, offsets[runs.begins], offsets[ends], parts.fill[last])
    return _heard(frames, runs.rows[runs.begins], last, ends - runs.begins, payloads)


def _assembled(
    frames: Frames, left: Ints, assemblers: Assemblers, most: int, arrive: Callable[[int], None]
) -> Wholes:
    """Take the sentences left over through their stations' assemblers."""
    found: list[tuple[int, int, Whole]] = []
    offered = set(left.tolist())
    rows, now_s = _moments(frames, left, assemblers, most)
    for row, latest_s in zip(rows.tolist(), now_s.tolist(), strict=True):
        station = int(frames.station[row])
        arrive(row)
        if station in assemblers:
            assemblers.expire(station, latest_s)
        if row not in offered:
            continue
        raw = frames.payload.row(row).tobytes()
        part = sentence_of(raw)
        heard = Heard(
            float(frames.time_s[row]),
            float(frames.arrival_s[row]),
            bool(frames.time_guessed[row]),
            float(frames.signal_dbfs[row]),
        )
        whole = assemblers.offer(part, raw, station, heard, most) if isinstance(part, Sentence) else None
        if whole is not None:
            found.append((row, station, whole))
    return _columns(found)


def _moments(frames: Frames, left: Ints, assemblers: Assemblers, most: int) -> tuple[Ints, Floats]:
    """Rows at which an assembler has something to do, and the latest time of its station since the one before.

    Those are the sentences left over, and where something begun is given up. Shape: (n,) x2.
    """
    busy = np.union1d(frames.station[left], np.array(assemblers.stations(), np.uint32))
    forwards = steady(frames.station.astype(np.int64), frames.time_s) if len(busy) else np.zeros(0, np.bool_)
    # Which station gives up its own for want of room hangs on which others have: then no row may be passed over.
    crowded = len(busy) > most
    rows, now_s = [np.zeros(0, np.int64)], [np.zeros(0)]
    for station in busy.tolist():
        own = (frames.station == station).nonzero()[0]
        if not len(own):
            continue
        mine = left[frames.station[left] == station]
        if crowded:
            rows.append(own)
            now_s.append(frames.time_s[own])
        elif forwards[own].all():
            begun_s = [time_s for _, time_s in assemblers.begun(station)]
            rows.append(_given_up(frames.time_s[own], own, mine, np.append(frames.time_s[mine], begun_s)))
            now_s.append(frames.time_s[rows[-1]])
        else:
            # Where time runs back, what is given up is seen at the next sentence left over: what lies between
            # gives up the same, whether each row is asked or their latest.
            past = np.union1d(np.searchsorted(own, mine) + 1, len(own))
            rows.append(own[past - 1])
            now_s.append(np.fmax.reduceat(frames.time_s[own], np.append(0, past[:-1])))
    row = np.concatenate(rows)
    order = np.argsort(row)
    return row[order], np.concatenate(now_s)[order]


def _given_up(time_s: Floats, own: Ints, mine: Ints, begun_s: Floats) -> Ints:
    """The sentences left over, and where a clock that never runs back is first so late that something is given up.

    Args:
        time_s: of the station's rows.
        own: its rows.
        mine: those left over.
        begun_s: when messages were begun, or may have been.
    """
    limits_s = begun_s[~np.isnan(begun_s)] + TIMEOUT_S
    at = np.concatenate([np.searchsorted(time_s, limits_s, side=side) for side in ("left", "right")])
    return np.union1d(mine, own[at[at < len(own)]])


def _columns(found: list[tuple[int, int, Whole]]) -> Wholes:
    rows, stations, wholes = zip(*found, strict=True) if found else ((), (), ())
    offsets = np.cumsum([0, *(len(each.payload) for each in wholes)], dtype=np.int64)
    buffer = np.frombuffer(b"".join(each.payload for each in wholes), np.uint8)
    fill = np.array([each.fill for each in wholes], np.int8)
    return Wholes(
        np.array(rows, np.int64),
        np.array(stations, np.int64),
        np.array([each.first.time_s for each in wholes], np.float64),
        np.array([each.first.guessed for each in wholes], np.bool_),
        np.array([each.first.signal_dbfs for each in wholes], np.float64),
        np.array([each.arrival_s for each in wholes], np.float64),
        np.array([each.sentences for each in wholes], np.int64),
        Payloads(buffer, offsets[:-1], offsets[1:], fill),
    )


def _together(pieces: list[Wholes]) -> Wholes:
    """All of them, in the order of the sentences that made them whole."""
    begins = np.cumsum([0, *(len(each.payloads.buffer) for each in pieces)])
    payloads = Payloads(
        frozen(np.concatenate([each.payloads.buffer for each in pieces])),
        np.concatenate([each.payloads.first + at for each, at in zip(pieces, begins, strict=False)]),
        np.concatenate([each.payloads.past + at for each, at in zip(pieces, begins, strict=False)]),
        np.concatenate([each.payloads.fill for each in pieces]),
    )
    heard: dict[str, Any] = {name: np.concatenate([getattr(each, name) for each in pieces]) for name in HEARD}
    return Wholes(**heard, payloads=payloads).take(np.argsort(heard["row"], kind="stable"))
