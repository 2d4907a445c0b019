"""Numbers that nobody was given: ICAO addresses outside all blocks, IMO numbers whose check digit is wrong.

Of MMSIs the feeds say so (`feeds.mmsi`, `Doubt.IDENTITY_FORM`). Addresses are
judged only by the wide blocks that ICAO keeps back, in which no state has any:
the gaps between states are filled now and then, and a list grows old.
Sources: ICAO Annex 10 volume III, part I, chapter 9, table 9-1; IMO resolution A.1117(30).
"""

from __future__ import annotations

import numba
import numpy as np

from feeds.reports import DOMAIN_SHIFT, NUMBER_MASK, Domain, Doubt, Source
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


_FORM, _ICAO, _TABLE = int(Doubt.IDENTITY_FORM), int(Domain.ICAO), int(Source.ADSB_TABLE)


@numba.njit(cache=True)
def unissued(state: Records) -> Bools:
    """Whether nobody issues the number of each track. Shape: (n,) `STATE` -> (n,)."""
    out = np.empty(len(state), np.bool_)
    for i in range(len(state)):
        out[i] = is_unissued(state[i])
    return out


@numba.njit(cache=True)
def kept_back(address: Ints) -> Bools:
    """Whether an ICAO address lies in a block that is kept back. Shape: (n,) -> (n,).

    >>> kept_back(np.array([0x400ABC, 0xB12345])).tolist()
    [False, True]
    """
    out = np.empty(len(address), np.bool_)
    for i in range(len(address)):
        out[i] = is_kept_back(address[i])
    return out


@numba.njit(cache=True)
def wrong_imo(imo: Ints) -> Bools:
    """Whether seven digits end in another than their check digit; a number of other length is none. Shape: (n,) -> (n,).

    >>> wrong_imo(np.array([9074729, 9074728, 0, -1])).tolist()
    [False, True, False, False]
    """
    out = np.empty(len(imo), np.bool_)
    for i in range(len(imo)):
        out[i] = is_wrong_imo(imo[i])
    return out


@numba.njit(cache=True)
def is_unissued(s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """`unissued` of one track, for compiled loops."""
    if (s.doubt & _FORM) != 0:
        return True
    # A table may hold gliders by the number of their FLARM, which is none of ICAO's.
    icao = s.entity >> DOMAIN_SHIFT == _ICAO and s.source != _TABLE
    return icao and is_kept_back(int(s.entity) & NUMBER_MASK)


@numba.njit(cache=True)
def is_kept_back(address: int) -> bool:
    """`kept_back` of one address, for compiled loops."""
    row = np.searchsorted(_KEPT_BACK[:, 0], address, side="right") - 1
    return bool(row >= 0 and address <= _KEPT_BACK[row, 1])


@numba.njit(cache=True)
def is_wrong_imo(imo: int) -> bool:
    """`wrong_imo` of one number, for compiled loops."""
    if not 1_000_000 <= imo < 10_000_000:
        return False
    check, rest = 0, imo // 10
    for weight in range(2, 8):
        check += weight * (rest % 10)
        rest //= 10
    return check % 10 != imo % 10
