"""What an entity's number alone says of it: state, and registration where one follows from it.

Nothing here was said by the entity: it is what the authorities' tables make of
its number, which may be false as any number may.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from feeds.modes.registers import state_of
from feeds.modes.registrations import registration_of
from feeds.nations import Nation, flag_of
from feeds.reports import DOMAIN_SHIFT, NUMBER_MASK, Domain

REMEMBERED = 1 << 16
"""Entities whose origin is remembered: a day of the busiest coast."""


class Origin(NamedTuple):
    """What a number says; None and empty where it says nothing.

    Attributes:
        nation: the flag of a ship, the state of register of an aircraft.
        registration: of an aircraft.
    """

    nation: Nation | None = None
    registration: str = ""


@lru_cache(REMEMBERED)
def origin_of(entity: int) -> Origin:
    """What the number of an entity says of it.

    An address that is none of ICAO's says nothing.

    >>> origin_of(1 << 56 | 235012345).nation.name, origin_of(2 << 56 | 0xA00001).registration
    ('United Kingdom', 'N1')
    """
    domain, number = int(entity) >> DOMAIN_SHIFT, int(entity) & NUMBER_MASK
    if domain == Domain.AIS:
        return Origin(flag_of(number))
    if domain == Domain.ICAO:
        return Origin(state_of(number), registration_of(number))
    return Origin()
