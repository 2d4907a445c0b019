"""Decoded messages that say who somebody is become `Identities`.

| type | says |
|---|---|
| 5 | name, call sign, IMO number, ship type, size, draught, destination |
| 19 | name, ship type, size |
| 21 | name (its extension joined on), size |
| 24 A | name |
| 24 B | ship type, call sign, size; none of size from the craft of a parent ship (98MID) |

Zero means "not available" for IMO number, ship type and draught, and for the
size when all four distances are zero. Text ends at its first `@`: a
transmitter may send anything after it, which pyais keeps and no display shows.

Source: ITU-R M.1371-5 annex 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from feeds.ais.positions import Message
from feeds.reports import Domain, Identities, entities
from feeds.text import canonical
from geo.batch import Column, Floats, Ints

KINDS = frozenset({5, 19, 21, 24})
FIELDS = ("ship_type", "imo", "draught", "to_bow", "to_stern", "to_port", "to_starboard")
"""Numbers that are read of a message with static data, by pyais' names."""
NAME_CHARACTERS = 20
"""Length of the name in the message itself; the extension of type 21 goes on behind it."""


def ais_text(text: Any) -> str:
    """What a display shows of a six-bit text: to the first `@`, blanks trimmed.

    >>> ais_text("REAL@HIDDEN"), ais_text(None)
    ('REAL', '')
    """
    return canonical(text.partition("@")[0], len(text)) if isinstance(text, str) else ""


class Named(NamedTuple):
    """Messages with static data, in columns. Shapes: (n,), but `fields` (7, n).

    Attributes:
        station: who heard it.
        time_s: when the first of its sentences was heard.
        mmsi: of the sender.
        name, callsign, destination: as a display shows them; empty where not said.
        fields: values as pyais gives them, in the order of `FIELDS`; 0, which is "not available" in all of them, where
            a type has none.
    """

    station: Ints
    time_s: Floats
    mmsi: Ints
    name: Column
    callsign: Column
    destination: Column
    fields: Floats


def identities_of(messages: Sequence[Message]) -> Identities:
    """The static data among the messages, in their order."""
    chosen = [each for each in messages if each.kind in KINDS]
    if not chosen:
        return Identities.empty()
    named = Named(
        np.array([each.station for each in chosen], np.int64),
        np.array([each.whole.first.time_s for each in chosen], np.float64),
        np.array([each.mmsi for each in chosen], np.int64),
        np.array([_name(each.body) for each in chosen]),
        _texts(chosen, "callsign"),
        _texts(chosen, "destination"),
        np.array([_numbers(chosen, name) for name in FIELDS]),
    )
    return identities_from(named)


def identities_from(named: Named) -> Identities:
    """Static data in columns, in house units."""
    ship_type, imo, draught, *sides = named.fields
    said = sum(sides) > 0
    names = ("bow_m", "stern_m", "port_m", "starboard_m")
    return Identities.of(
        len(named.mmsi),
        time_s=named.time_s,
        entity=entities(Domain.AIS, named.mmsi),
        station=named.station.astype(np.uint32),
        name=named.name,
        callsign=named.callsign,
        imo=_positive(imo),
        ship_type=_positive(np.where(ship_type > 99, 0, ship_type)),
        destination=named.destination,
        draught_m=np.where(draught > 0, draught, np.nan),
        **{side: np.where(said, metres, np.nan) for side, metres in zip(names, sides, strict=True)},
    )


def _name(body: Any) -> str:
    extension = getattr(body, "name_ext", None)
    if extension:
        # The extension is only used by a name that fills its field; blanks at its end were trimmed.
        return ais_text(body.name.ljust(NAME_CHARACTERS) + extension)
    return ais_text(getattr(body, "shipname", None) or getattr(body, "name", None))


def _texts(chosen: list[Message], name: str) -> Column:
    return np.array([ais_text(getattr(each.body, name, None)) for each in chosen])


def _numbers(chosen: list[Message], name: str) -> list[float]:
    found = [getattr(each.body, name, 0) for each in chosen]
    return [0.0 if value is None else float(value) for value in found]


def _positive(numbers: Floats) -> Ints:
    return np.where(numbers > 0, numbers, -1).astype(np.int64)
