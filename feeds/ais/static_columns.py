"""Messages in columns that say who somebody is become `Identities`, as `feeds.ais.statics` makes them of objects."""

from __future__ import annotations

import numpy as np

from feeds.ais.layout import numbers, texts
from feeds.ais.payload_bits import Heads, numbers_of
from feeds.ais.payload_texts import names_of, texts_of
from feeds.ais.statics import FIELDS, Named, identities_from
from feeds.ais.wholes import Wholes
from feeds.reports import Identities

_NUMBERS = numbers(FIELDS)
_TEXTS = texts(("callsign", "destination"))
_NAMES = texts(("shipname", "name", "name_ext"))


def identities_in(wholes: Wholes, heads: Heads) -> Identities:
    """The static data of messages whose layouts all have some, in their order."""
    payloads, layout = wholes.payloads, heads.layout
    named = Named(
        wholes.station,
        wholes.time_s,
        heads.mmsi,
        names_of(payloads, layout, _NAMES),
        texts_of(payloads, layout, _TEXTS, 0),
        texts_of(payloads, layout, _TEXTS, 1),
        np.nan_to_num(numbers_of(payloads, layout, _NUMBERS)),
    )
    return identities_from(named)
