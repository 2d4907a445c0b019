"""Numbers that nobody was given: ICAO addresses outside all blocks, IMO numbers whose check digit is wrong.

Of MMSIs the feeds say so (`feeds.mmsi`, `Doubt.IDENTITY_FORM`). Addresses are
judged only by the wide blocks that ICAO keeps back, in which no state has any:
the gaps between states are filled now and then, and a list grows old.
Sources: ICAO Annex 10 volume III, part I, chapter 9, table 9-1; IMO resolution A.1117(30).
"""

from __future__ import annotations

import numpy as np

from feeds.reports import NUMBER_MASK, Domain, Doubt, Source, domains
from fusion.records import Records
from geo.batch import Bools, Ints

_KEPT_BACK = np.array(
    [
        (0x210000, 0x27FFFF),  # Africa
        (0x520000, 0x5FFFFF),  # Europe and the North Atlantic
        (0x610000, 0x67FFFF),  # Middle East
        (0x690000, 0x6FFFFF),  # Asia
        (0x910000, 0x9FFFFF),  # North America and the Pacific
        (0xB00000, 0xBFFFFF),
        (0xD00000, 0xDFFFFF),
        (0xEC0000, 0xEFFFFF),  # Caribbean
        (0xF10000, 0xFFFFFF),
    ],
    np.int64,
)
_IMO_WEIGHTS = np.array([7, 6, 5, 4, 3, 2])


def unissued(state: Records) -> Bools:
    """Whether nobody issues the number of each track. Shape: (n,) `STATE` -> (n,)."""
    said = (state["doubt"] & np.uint32(Doubt.IDENTITY_FORM)) != 0
    entity = state["entity"]
    if not len(entity):
        return np.asarray(said)
    number = (entity & np.uint64(NUMBER_MASK)).astype(np.int64)
    # A table may hold gliders by the number of their FLARM, which is none of ICAO's.
    icao = (domains(entity) == Domain.ICAO) & (state["source"] != Source.ADSB_TABLE)
    return np.asarray(said | (icao & kept_back(number)))


def kept_back(address: Ints) -> Bools:
    """Whether an ICAO address lies in a block that is kept back. Shape: (n,) -> (n,).

    >>> kept_back(np.array([0x400ABC, 0xB12345])).tolist()
    [False, True]
    """
    row = np.searchsorted(_KEPT_BACK[:, 0], address, side="right") - 1
    return np.asarray((row >= 0) & (address <= _KEPT_BACK[np.maximum(row, 0), 1]))


def wrong_imo(imo: Ints) -> Bools:
    """Whether seven digits end in another than their check digit; a number of other length is none. Shape: (n,) -> (n,).

    >>> wrong_imo(np.array([9074729, 9074728, 0, -1])).tolist()
    [False, True, False, False]
    """
    digits = np.maximum(imo, 0)[:, None] // 10 ** np.arange(6, 0, -1) % 10
    check = (digits * _IMO_WEIGHTS).sum(axis=1) % 10
    return np.asarray((imo >= 1_000_000) & (imo < 10_000_000) & (check != imo % 10))
