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
import numpy.typing as npt

from feeds.ais.adjoining import adjoined
from feeds.ais.assembly import Assemblers, Heard, Whole
from feeds.ais.objects import message_in
from feeds.ais.payload_bits import OTHER, SHORT, UNKNOWN_PART, UNKNOWN_TYPE
from feeds.ais.position_columns import Read, read
from feeds.ais.positions import SOURCES, Message, counted, reports_of
from feeds.ais.refusal import REFUSALS, Refusal
from feeds.ais.sentence_scan import parts_of
from feeds.ais.static_columns import identities_in
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
        wholes = self._wholes(nmea, most)
        found, payloads = read(wholes), wholes.payloads
        others, fine = self._others(nmea, wholes, found)
        if len(found.off):
            off = found.off
            counted(self._rejects, wholes.station[off], self._name, lambda at: payloads.row(int(off[at])))
        said = self._said(wholes, found, others)
        if fine is None:
            return Decoded(said, found.heads.kind, wholes.sentences)
        return Decoded(said, found.heads.kind[fine], wholes.sentences[fine])

    def _wholes(self, nmea: Frames, most: int) -> Wholes:
        """The messages that these sentences complete; what is refused of the sentences is counted."""
        if not len(self._assemblers) and (plain := adjoined(nmea)) is not None:
            self._refuse(nmea, plain.why, plain.refused)
            return plain.wholes
        parts = parts_of(nmea.payload)
        bad, told = (parts.refused >= 0).nonzero()[0], 0

        def arrive(row: int) -> None:
            # What an assembler gives up is counted between the sentences before and those after.
            nonlocal told
            if told < len(bad) and bad[told] < row:
                past = int(np.searchsorted(bad, row))
                self._refuse(nmea, parts.refused, bad[told:past])
                told = past

        wholes = wholes_of(nmea, parts, self._assemblers, most, arrive)
        arrive(len(nmea))
        return wholes

    def _refuse(
        self, nmea: Frames, why: npt.NDArray[np.signedinteger], rows: Ints, wholes: Wholes | None = None
    ) -> None:
        """Count sentences of the batch, or messages, as refused."""
        if not len(rows):
            return
        at = rows if wholes is None else wholes.row[rows]
        counts = np.ones(len(rows), np.int64) if wholes is None else wholes.sentences[rows]
        refused = Refused(why[rows].astype(np.int64), nmea.station[at].astype(np.int64), counts)
        tally(self._rejects, refused, REFUSALS, self._name, lambda row: nmea.payload.row(at[row]).tobytes())

    def _others(
        self, nmea: Frames, wholes: Wholes, found: Read
    ) -> tuple[dict[int, Message | Refusal], Bools | None]:
        """By row, the messages that pyais decodes, or why it does not; which messages are fine, None where all are."""
        if not len(found.bad):
            return {}, None
        heads = found.heads
        rows = found.bad[heads.layout[found.bad] == OTHER]
        others = {row: _message(wholes, row) for row in rows.tolist()}
        worse = _WHY[np.maximum(-heads.layout.astype(np.int64), 0)]
        for row, other in others.items():
            if isinstance(other, Refusal):
                worse[row] = REFUSALS.index(other)
        self._refuse(nmea, worse, (worse >= 0).nonzero()[0], wholes)
        return others, worse < 0

    def _said(self, wholes: Wholes, found: Read, others: dict[int, Message | Refusal]) -> Said:
        named, reports = found.named, found.reports
        identities = identities_in(wholes, found.heads, named) if len(named) else Identities.empty()
        theirs = {
            row: each for row, each in others.items() if isinstance(each, Message) and each.kind in SOURCES
        }
        if theirs:
            rows = np.append(found.placed, list(theirs))
            together = Reports.concat([reports, reports_of([*theirs.values()], self._rejects, self._name)])
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
