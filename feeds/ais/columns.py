"""Frames become what they say in columns: no object and no step of Python a sentence.

    sentences ──sentence_scan──▶ parts ──wholes──▶ payloads ──payload_bits──▶ Reports, Identities

A message type that has no layout here is pyais' own to decode, one by one
(`feeds.ais.objects`); only those that bear a position, of which type 28 is the
one, are worth it: of all others nothing is read but that they came.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from feeds.ais.assembly import Assemblers, Heard, Whole
from feeds.ais.layout import SILENT
from feeds.ais.objects import message_in
from feeds.ais.payload_bits import OTHER, SHORT, UNKNOWN_PART, UNKNOWN_TYPE, Heads, heads_of
from feeds.ais.position_columns import reports_in
from feeds.ais.positions import SOURCES, Message, reports_of
from feeds.ais.refusal import REFUSALS, Refusal
from feeds.ais.sentence_scan import parts_of
from feeds.ais.static_columns import identities_in
from feeds.ais.statics import KINDS
from feeds.ais.wholes import Wholes, wholes_of
from feeds.rejects import Rejects
from feeds.reports import Identities, Reports, Said
from feeds.tally import Refused, tally
from geo.batch import Bools, Ints
from hardware.frames import Frames

_FINE = -1
_WHY = np.full(4, _FINE)
_WHY[[-SHORT, -UNKNOWN_TYPE, -UNKNOWN_PART]] = [
    REFUSALS.index(each) for each in (Refusal.TRUNCATED, Refusal.UNKNOWN_TYPE, Refusal.UNKNOWN_PART)
]


def _of_types(kinds: frozenset[int] | dict[int, object]) -> Bools:
    mask = np.zeros(64, np.bool_)
    mask[list(kinds)] = True
    return mask


_SILENT, _PLACED, _NAMED = _of_types(SILENT), _of_types(dict(SOURCES)), _of_types(KINDS)


_NOBODY = Identities.empty()


class Decoded(NamedTuple):
    """What frames say, and of the messages that say it, in their order, types and numbers of sentences."""

    said: Said
    kinds: Ints
    sentences: Ints


class Decoding:
    """Decodes batches, all with the same assemblers and rejects."""

    def __init__(self, assemblers: Assemblers, rejects: Rejects, name: Callable[[int], str]) -> None:
        """Begin.

        Args:
            assemblers: remember what is not whole.
            rejects: takes what is refused.
            name: a station's name by its number.
        """
        self._assemblers = assemblers
        self._rejects = rejects
        self._name = name

    def step(self, nmea: Frames, most: int) -> Decoded:
        """What the messages say that these sentences complete; `most` stations may have begun one."""
        parts = parts_of(nmea.payload)
        bad, why = (parts.refused >= 0).nonzero()[0], parts.refused.astype(np.int64)
        counted = 0

        def arrive(row: int) -> None:
            # What an assembler gives up is counted between the sentences before and those after.
            nonlocal counted
            if counted < len(bad) and bad[counted] < row:
                past = int(np.searchsorted(bad, row))
                self._refuse(nmea, why, bad[counted:past])
                counted = past

        wholes = wholes_of(nmea, parts, self._assemblers, most, arrive)
        arrive(len(nmea))
        heads = heads_of(wholes.payloads)
        others = self._others(wholes, heads)
        worse = _WHY[np.maximum(-heads.layout.astype(np.int64), 0)]
        for row, other in others.items():
            if isinstance(other, Refusal):
                worse[row] = REFUSALS.index(other)
        self._refuse(nmea, worse, (worse >= 0).nonzero()[0], wholes)
        fine = worse < 0
        said = self._said(wholes, heads, fine, others)
        return Decoded(said, heads.kind[fine], wholes.sentences[fine])

    def _refuse(self, nmea: Frames, why: Ints, rows: Ints, wholes: Wholes | None = None) -> None:
        """Count sentences of the batch, or messages, as refused."""
        if not len(rows):
            return
        at = rows if wholes is None else wholes.row[rows]
        counts = np.ones(len(rows), np.int64) if wholes is None else wholes.sentences[rows]
        refused = Refused(why[rows], nmea.station[at].astype(np.int64), counts)
        tally(self._rejects, refused, REFUSALS, self._name, lambda row: nmea.payload.row(at[row]).tobytes())

    def _others(self, wholes: Wholes, heads: Heads) -> dict[int, Message | Refusal]:
        """By row, the messages that pyais decodes, or why it does not."""
        rows = ((heads.layout == OTHER) & ~_SILENT[heads.kind]).nonzero()[0]
        return {row: _message(wholes, row) for row in rows.tolist()}

    def _said(self, wholes: Wholes, heads: Heads, fine: Bools, others: dict[int, Message | Refusal]) -> Said:
        named = (fine & _NAMED[heads.kind]).nonzero()[0]
        identities = identities_in(wholes.take(named), heads.take(named)) if len(named) else _NOBODY
        placed = fine & _PLACED[heads.kind]
        ours = (placed & (heads.layout != OTHER)).nonzero()[0]
        reports = reports_in(wholes.take(ours), heads.take(ours), self._rejects, self._name)
        theirs = [each for each in others.values() if isinstance(each, Message)]
        if theirs:
            rows = np.append(ours, (placed & (heads.layout == OTHER)).nonzero()[0])
            together = Reports.concat([reports, reports_of(theirs, self._rejects, self._name)])
            reports = together.take(np.argsort(rows, kind="stable"))
        return Said(reports, identities)


def _message(wholes: Wholes, row: int) -> Message | Refusal:
    """One message of the columns as an object."""
    heard = Heard(
        float(wholes.time_s[row]),
        float(wholes.arrival_s[row]),
        bool(wholes.guessed[row]),
        float(wholes.signal_dbfs[row]),
    )
    payload, fill = wholes.payloads.row(row), int(wholes.payloads.fill[row])
    whole = Whole(heard, heard.arrival_s, payload, fill, int(wholes.sentences[row]))
    return message_in(whole, int(wholes.station[row]))
