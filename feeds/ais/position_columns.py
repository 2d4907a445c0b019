"""Messages in columns that say where somebody is become `Reports`, as `feeds.ais.positions` makes them of objects."""

from __future__ import annotations

from collections.abc import Callable

from feeds.ais.hashing import hashes_of
from feeds.ais.layout import numbers
from feeds.ais.payload_bits import Heads, numbers_of
from feeds.ais.positions import FIELDS, Placed, reports_from
from feeds.ais.wholes import Wholes
from feeds.rejects import Rejects
from feeds.reports import Reports

_TABLE = numbers(FIELDS)


def reports_in(wholes: Wholes, heads: Heads, rejects: Rejects, name: Callable[[int], str]) -> Reports:
    """The positions of messages whose layouts all have one, in their order.

    Args:
        wholes: the messages.
        heads: what they are.
        rejects: takes a count of the positions that no place on earth has.
        name: a station's name by its number, for the rejects.
    """
    payloads = wholes.payloads
    placed = Placed(
        wholes.station,
        wholes.time_s,
        wholes.guessed,
        wholes.signal_dbfs,
        wholes.arrival_s,
        heads.kind,
        heads.mmsi,
        hashes_of(payloads),
        numbers_of(payloads, heads.layout, _TABLE),
        payloads.row,
    )
    return reports_from(placed, rejects, name)
