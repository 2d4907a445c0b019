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

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from feeds.ais.positions import Message
from feeds.reports import Domain, Identities, entities
from feeds.text import canonical
from geo.batch import Floats, Ints

KINDS = frozenset({5, 19, 21, 24})
NAME_CHARACTERS = 20
"""Length of the name in the message itself; the extension of type 21 goes on behind it."""


def ais_text(text: Any) -> str:
    """What a display shows of a six-bit text: to the first `@`, blanks trimmed.

    >>> ais_text("REAL@HIDDEN"), ais_text(None)
    ('REAL', '')
    """
    return canonical(text.partition("@")[0], len(text)) if isinstance(text, str) else ""


def identities_of(messages: Sequence[Message]) -> Identities:
    """The static data among the messages, in their order."""
    chosen = [each for each in messages if each.kind in KINDS]
    if not chosen:
        return Identities.empty()
    ship_type = _numbers(chosen, "ship_type")
    imo = _numbers(chosen, "imo")
    draught = _numbers(chosen, "draught")
    return Identities.of(
        len(chosen),
        time_s=[each.whole.first.time_s for each in chosen],
        entity=entities(Domain.AIS, [each.mmsi for each in chosen]),
        station=np.array([each.station for each in chosen], np.uint32),
        name=[_name(each.body) for each in chosen],
        callsign=_texts(chosen, "callsign"),
        imo=_positive(imo),
        ship_type=_positive(np.where(ship_type > 99, 0, ship_type)),
        destination=_texts(chosen, "destination"),
        draught_m=np.where(draught > 0, draught, np.nan),
        **_sides(chosen),
    )


def _name(body: Any) -> str:
    extension = getattr(body, "name_ext", None)
    if extension:
        # The extension is only used by a name that fills its field; blanks at its end were trimmed.
        return ais_text(body.name.ljust(NAME_CHARACTERS) + extension)
    return ais_text(getattr(body, "shipname", None) or getattr(body, "name", None))


def _texts(chosen: list[Message], name: str) -> list[str]:
    return [ais_text(getattr(each.body, name, None)) for each in chosen]


def _numbers(chosen: list[Message], name: str) -> Floats:
    """A field of every message's object; 0, which is "not available" in all of them, where its type has none."""
    found: list[Callable[[], float] | float | None] = [getattr(each.body, name, 0) for each in chosen]
    return np.array([0.0 if value is None else value for value in found], np.float64)


def _positive(numbers: Floats) -> Ints:
    return np.where(numbers > 0, numbers, -1).astype(np.int64)


def _sides(chosen: list[Message]) -> dict[str, npt.NDArray[Any]]:
    bow, stern, port, starboard = (
        _numbers(chosen, name) for name in ("to_bow", "to_stern", "to_port", "to_starboard")
    )
    said = (bow + stern + port + starboard) > 0
    names = ("bow_m", "stern_m", "port_m", "starboard_m")
    return {n: np.where(said, v, np.nan) for n, v in zip(names, (bow, stern, port, starboard), strict=True)}
