"""Messages in columns that say who somebody is become `Identities`, as `feeds.ais.statics` makes them of objects.

Each message is read once, numbers and texts, in one compiled pass over the
few of a batch that have any.
"""

from __future__ import annotations

import numba
import numpy as np

from feeds.ais.layout import numbers, texts
from feeds.ais.payload_bits import WORDS, Heads, field_of, unpack
from feeds.ais.payload_texts import letters_most, placed, text_at
from feeds.ais.statics import FIELDS
from feeds.ais.wholes import Wholes
from feeds.reports import DOMAIN_SHIFT, Domain, Identities
from geo.batch import Ints

_NUMBERS = numbers(FIELDS)
_TEXTS = texts(("shipname", "name", "name_ext", "callsign", "destination"))
_NAME = np.maximum(placed(_TEXTS, 0), placed(_TEXTS, 1, 2))
_RULES = (_NUMBERS.packed, _NUMBERS.looked_up, _NAME, placed(_TEXTS, 3), placed(_TEXTS, 4))
_LETTERS = letters_most(_NAME)
_COLUMNS = ("name", "callsign", "destination")
_WIDTHS = tuple(Identities.empty().columns()[each].dtype.itemsize // 4 for each in _COLUMNS)
_AIS = np.uint64(int(Domain.AIS) << DOMAIN_SHIFT)
_LAST_SHIP_TYPE = 99


def identities_in(wholes: Wholes, heads: Heads, rows: Ints) -> Identities:
    """The static data of some messages, whose layouts all have some, in their order. Shapes: n messages, (k,)."""
    n = len(rows)
    codes = [np.empty((n, width), np.uint32) for width in _WIDTHS]
    floats, imo, ship_type = np.empty((6, n)), np.empty(n, np.int64), np.empty(n, np.int16)
    entity, station = np.empty(n, np.uint64), np.empty(n, np.uint32)
    heard = wholes.time_s, wholes.station, heads.layout, heads.mmsi, rows
    out = *codes, floats, imo, ship_type, entity, station
    _named(*wholes.payloads, *heard, *_RULES, *out)
    for each in out:
        each.flags.writeable = False
    name, callsign, destination = (
        each.view(f"U{width}")[:, 0] for each, width in zip(codes, _WIDTHS, strict=True)
    )
    time_s, draught_m, bow_m, stern_m, port_m, starboard_m = floats
    return Identities.of(
        n,
        time_s=time_s,
        entity=entity,
        station=station,
        name=name,
        callsign=callsign,
        imo=imo,
        ship_type=ship_type,
        destination=destination,
        draught_m=draught_m,
        bow_m=bow_m,
        stern_m=stern_m,
        port_m=port_m,
        starboard_m=starboard_m,
    )


@numba.njit(cache=True)
def _named(  # type: ignore[no-untyped-def]  # noqa: ANN202
    buffer, first, past, fill, time_s, stations, layout, mmsi, rows,  # noqa: ANN001
    packed, looked_up, name, callsign, destination,  # noqa: ANN001
    names, callsigns, destinations, floats, imo, ship_type, entity, station,  # noqa: ANN001
):  # fmt: skip
    words, fields = np.zeros(WORDS, np.uint64), np.empty(packed.shape[1])
    text, more = np.empty(_LETTERS, np.uint32), np.empty(_LETTERS, np.uint32)
    for to in range(len(rows)):
        row = rows[to]
        unpack(buffer, first[row], past[row], fill[row], words)
        bits, kind = 6 * (past[row] - first[row]) - fill[row], layout[row]
        for field in range(len(fields)):
            said = field_of(words, packed[kind, field], looked_up)
            fields[field] = 0.0 if np.isnan(said) else said
        ship_type[to] = fields[0] if 0 < fields[0] <= _LAST_SHIP_TYPE else -1
        imo[to] = fields[1] if fields[1] > 0 else -1
        floats[0, to] = time_s[row]
        floats[1, to] = fields[2] if fields[2] > 0 else np.nan
        sized = fields[3] + fields[4] + fields[5] + fields[6] > 0
        for side in range(4):
            floats[2 + side, to] = fields[3 + side] if sized else np.nan
        entity[to], station[to] = _AIS | np.uint64(mmsi[row]), stations[row]
        text_at(words, bits, name[kind], text, more)
        names[to] = text[: names.shape[1]]
        text_at(words, bits, callsign[kind], text, more)
        callsigns[to] = text[: callsigns.shape[1]]
        text_at(words, bits, destination[kind], text, more)
        destinations[to] = text[: destinations.shape[1]]
