"""What believed frames say that a report holds, by format and type code: everything but the place.

    typecode  1-4  call sign, category      DF4, 20  altitude
              5-8  surface position         DF5, 21  squawk
     9-18, 20-22   airborne position
              19   velocity
              28   status: squawk (subtype 1)

    head bits 6-8: capability of DF11 and 17 (4 on the ground, 5 in the air),
    flight status of the others (0, 2 in the air, 1, 3 on the ground)

What only people read of a message is read when they ask: `feeds.modes.messages`.

Source: ICAO Annex 10 volume IV 3.1.2.5, 3.1.2.6; RTCA DO-260B 2.2.3.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from feeds.modes import surface
from feeds.modes.altitude import altitude12_ft, altitude13_ft
from feeds.modes.fields import me_field
from feeds.modes.identification import squawks
from feeds.modes.status import EMERGENCY, VELOCITY, is_emergency
from feeds.modes.velocity import velocity
from feeds.modes.words import Words
from geo.batch import Bools, Column, Ints

_UNSAID, _IN_AIR, _ON_GROUND = -1, 0, 1
_CODE13 = np.uint64(0x1FFF)
# The last place of each table by type code is that of -1: no extended squitter.
_TYPES = np.append(np.arange(32), -1)
_TAXIING = (_TYPES >= 5) & (_TYPES <= 8)
_AIRBORNE = (_TYPES >= 9) & (_TYPES <= 22) & (_TYPES != VELOCITY)
_GEOMETRIC = (_TYPES >= 20) & (_TYPES <= 22)
_ALTITUDE_REPLY, _IDENTITY_REPLY = np.isin(np.arange(32), (4, 20)), np.isin(np.arange(32), (5, 21))
_BY_CAPABILITY = (_UNSAID, _UNSAID, _UNSAID, _UNSAID, _ON_GROUND, _IN_AIR, _UNSAID, _UNSAID)
_BY_FLIGHT_STATUS = (_IN_AIR, _ON_GROUND, _IN_AIR, _ON_GROUND, _UNSAID, _UNSAID, _UNSAID, _UNSAID)


def _by_first_byte() -> npt.NDArray[np.int8]:
    """On the ground or not by format and the three bits behind it. Shape: (256,)."""
    table = np.full((32, 8), _UNSAID, np.int8)
    table[[11, 17]] = _BY_CAPABILITY
    table[[4, 5, 20, 21]] = _BY_FLIGHT_STATUS
    return table.ravel()


_GROUND = _by_first_byte()
_GROUND_BY_TYPE = np.select([_AIRBORNE, _TAXIING], [_IN_AIR, _ON_GROUND], _UNSAID).astype(np.int8)


def typecodes(words: Words, squitter: Bools) -> npt.NDArray[np.int8]:
    """Type code 0..31 of extended squitters, -1 for other frames. Shape: (n,) -> (n,)."""
    return np.where(squitter, me_field(words.me, 1, 5), -1).astype(np.int8)


def on_surface(typecode: Column) -> Bools:
    """Whether it is a surface position. Shape: (n,) -> (n,)."""
    found: Bools = _TAXIING[typecode]
    return found


def airborne(typecode: Column) -> Bools:
    """Whether it is an airborne position. Shape: (n,) -> (n,)."""
    found: Bools = _AIRBORNE[typecode]
    return found


def contents(words: Words, df: Ints, typecode: npt.NDArray[np.int8]) -> dict[str, Any]:
    """Columns of `ModesMessages` by name. Shapes: (n,) -> (n,) each.

    Each kind of message is decoded by itself and written to its own rows: no
    kind is more than a third of what is heard.
    """
    flying = np.flatnonzero(_AIRBORNE[typecode] | (typecode == 0))
    return (
        _moving(words, typecode)
        | {"alt_geometric": _GEOMETRIC[typecode], "on_ground": _on_ground(words, typecode)}
        | {"alt_ft": _altitude_ft(words, df, flying), "squawk": _squawk(words, df, typecode)}
    )


def _moving(words: Words, typecode: npt.NDArray[np.int8]) -> dict[str, Any]:
    """Speeds, directions and rates, of velocity messages and of who taxies."""
    fast, taxiing = np.flatnonzero(typecode == VELOCITY), np.flatnonzero(_TAXIING[typecode])
    said = velocity(words.me[fast])
    columns = {}
    for name in ("groundspeed_kt", "track_deg", "heading_deg", "vertical_rate_fpm", "geo_minus_baro_ft"):
        columns[name] = np.full(len(typecode), np.nan)
        columns[name][fast] = getattr(said, name)
    columns["groundspeed_kt"][taxiing] = surface.groundspeed_kt(words.me[taxiing])
    columns["track_deg"][taxiing] = surface.track_deg(words.me[taxiing])
    return columns


def _altitude_ft(words: Words, df: Ints, flying: Ints) -> npt.NDArray[np.float64]:
    said = np.full(len(df), np.nan)
    replies = np.flatnonzero(_ALTITUDE_REPLY[df])
    said[replies] = altitude13_ft((words.head[replies] & _CODE13).astype(np.int64))
    # Type code 0 tells an altitude without a position.
    said[flying] = altitude12_ft(me_field(words.me[flying], 9, 12))
    return said


def _on_ground(words: Words, typecode: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    by_type = _GROUND_BY_TYPE[typecode]
    return np.where(by_type == _UNSAID, _GROUND[words.head >> np.uint64(24)], by_type)


def _squawk(words: Words, df: Ints, typecode: npt.NDArray[np.int8]) -> npt.NDArray[np.int16]:
    said = np.full(len(df), _UNSAID, np.int16)
    replies = np.flatnonzero(_IDENTITY_REPLY[df])
    said[replies] = squawks((words.head[replies] & _CODE13).astype(np.int64))
    status = np.flatnonzero(typecode == EMERGENCY)
    status = status[is_emergency(words.me[status], typecode[status])]
    said[status] = squawks(me_field(words.me[status], 12, 13))
    return said
