"""Whose flag a ship says she flies: the state that the first digits of her MMSI (MID) belong to.

A number of a form that holds no such digits, or digits given to nobody, has no flag.

Source: ITU table of maritime identification digits, as pyais has it; forms of numbers in `feeds.mmsi`.
"""

from __future__ import annotations

from typing import NamedTuple

from pyais.constants import COUNTRY_MAPPING

from feeds.mmsi import country_digits


class Nation(NamedTuple):
    """A state or territory.

    Attributes:
        code: of two letters, by ISO 3166.
        name: in English.
    """

    code: str
    name: str


def flag_of(mmsi: int) -> Nation | None:
    """The state whose digits the number bears; None where it bears none.

    >>> flag_of(235012345), flag_of(992351234), flag_of(972123456)
    (Nation(code='GB', name='United Kingdom'), Nation(code='GB', name='United Kingdom'), None)
    """
    found = COUNTRY_MAPPING.get(int(country_digits(mmsi)))
    return None if found is None else Nation(*found)
