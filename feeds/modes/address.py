"""Who sends, by whose authority, over which path.

    DF11, 17        the address, given by the state of registry
    DF18 by control field:
      0  ADS-B of a device that is no transponder (most UK light aircraft), ICAO address
      1  the same, with an address of its own choosing
      2  TIS-B fine;   3  TIS-B coarse;   5  TIS-B fine, address not ICAO
      6  ADS-R, ADS-B repeated from another link
      4, 7  TIS-B management and reserved: no aircraft
    DF4, 5, 20, 21  the remainder of the parity

In control fields 2, 3 and 6 the bit "IMF" of the message says that the
address is none of ICAO's: a track number, or one chosen by the sender.

Source: RTCA DO-260B 2.2.3.2.1.5 (CF), 2.2.17 and 2.2.18 (TIS-B, ADS-R, IMF).
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from feeds.modes.fields import head_field, me_field
from feeds.modes.words import Words
from feeds.reports import DOMAIN_SHIFT, Domain, Source, entities
from geo.batch import Bools, Ids, Ints

_COARSE = 3
_LAST_24 = np.uint64(0xFFFFFF)
_ICAO = np.uint64(int(Domain.ICAO) << DOMAIN_SHIFT)
_ADSB, _MODE_S = np.uint8(Source.ADSB), np.uint8(Source.MODE_S)
_FOREIGN = np.isin(np.arange(8), (1, 5))
_UNDECODED = np.isin(np.arange(8), (_COARSE, 4, 7))
_SOURCES = np.array(
    [
        Source.ADSB_NT,
        Source.ADSB_NT,
        Source.TISB,
        Source.TISB,
        Source.UNKNOWN,
        Source.TISB,
        Source.ADSR,
        Source.UNKNOWN,
    ],
    np.uint8,
)


@dataclass(frozen=True)
class Senders:
    """Who sent each frame. Shapes: (n,).

    Attributes:
        address: 24 bits.
        entity: the address with its domain (`feeds.reports`).
        source: `feeds.reports.Source`.
        squitter: the frame bears an ADS-B message that can be decoded.
    """

    address: npt.NDArray[np.uint32]
    entity: Ids
    source: npt.NDArray[np.uint8]
    squitter: Bools

    def take(self, rows: Ints | Bools) -> Senders:
        """The rows of a mask or an index."""
        return Senders(self.address[rows], self.entity[rows], self.source[rows], self.squitter[rows])


def senders(words: Words, df: Ints) -> Senders:
    """Tell who sent each frame of a known format. Shape: (n,) -> (n,)."""
    n = len(df)
    sender = Senders(
        np.empty(n, np.uint32), np.empty(n, np.uint64), np.empty(n, np.uint8), np.empty(n, np.bool_)
    )
    address, entity, source, squitter = sender.address, sender.entity, sender.source, sender.squitter
    _sent(words.head, words.remainder, df, address, entity, source, squitter)
    # Few frames come by way of others; only they say so.
    rows = np.flatnonzero(df == 18)
    control = head_field(words.head[rows], 6, 3)
    foreign = rows[_FOREIGN[control] | _marked(words.me[rows], control)]
    entity[foreign] = entities(Domain.NON_ICAO, address[foreign])
    source[rows] = _SOURCES[control]
    squitter[rows] = ~_UNDECODED[control]
    return sender


@numba.njit(cache=True)
def _sent(head, remainder, df, address, entity, source, squitter):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Tell of each frame as if none came by way of others: one pass where columns would take seven."""
    for row in range(len(df)):
        said = df[row] in (11, 17, 18)
        address[row] = np.uint32(head[row] & _LAST_24) if said else remainder[row]
        entity[row] = _ICAO | np.uint64(address[row])
        squitter[row] = df[row] == 17
        source[row] = _ADSB if df[row] == 17 else _MODE_S


def _marked(me: Ids, control: Ints) -> Bools:
    """Whether the message's IMF bit is set, wherever its type keeps it."""
    typecode = me_field(me, 1, 5)
    place = {8: (typecode >= 9) & (typecode <= 22) & (typecode != 19), 9: typecode == 19}
    place |= {21: (typecode >= 5) & (typecode <= 8), 56: (typecode == 28) | (typecode == 31)}
    place |= {51: typecode == 29}
    fine = (control == 2) | (control == 6)
    marked: Bools = (control == _COARSE) & (me_field(me, 1, 1) == 1)
    for bit, rows in place.items():
        marked = marked | (fine & rows & (me_field(me, bit, 1) == 1))
    return marked
