"""What believed frames say, by format and type code: everything but the place.

    typecode  1-4  call sign, category      DF4, 20  altitude
              5-8  surface position         DF5, 21  squawk
     9-18, 20-22   airborne position
              19   velocity
              28   status: squawk, emergency (subtype 1)

    head bits 6-8: capability of DF11 and 17 (4 on the ground, 5 in the air),
    flight status of the others (0, 2 in the air, 1, 3 on the ground)

Source: ICAO Annex 10 volume IV 3.1.2.5, 3.1.2.6; RTCA DO-260B 2.2.3.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from feeds.modes import surface
from feeds.modes.altitude import altitude12_ft, altitude13_ft
from feeds.modes.fields import head_field, me_field
from feeds.modes.identification import callsigns, categories, squawks
from feeds.modes.integrity import NIC_LOW, nic, nuc_p
from feeds.modes.velocity import velocity
from feeds.modes.words import Words
from feeds.reports import Doubt
from geo.batch import Bools, Ints

_IN_AIR, _ON_GROUND, _UNSAID = 0, 1, -1
_BY_CAPABILITY = np.array([-1, -1, -1, -1, 1, 0, -1, -1], np.int8)
_BY_FLIGHT_STATUS = np.array([0, 1, 0, 1, -1, -1, -1, -1], np.int8)


def typecodes(words: Words, squitter: Bools) -> Ints:
    """Type code 0..31 of extended squitters, -1 for other frames. Shape: (n,) -> (n,)."""
    return np.where(squitter, me_field(words.me, 1, 5), -1)


def on_surface(typecode: Ints) -> Bools:
    """Whether it is a surface position. Shape: (n,) -> (n,)."""
    found: Bools = (typecode >= 5) & (typecode <= 8)
    return found


def airborne(typecode: Ints) -> Bools:
    """Whether it is an airborne position. Shape: (n,) -> (n,)."""
    found: Bools = (typecode >= 9) & (typecode <= 22) & (typecode != 19)
    return found


def contents(words: Words, df: Ints, typecode: Ints) -> dict[str, Any]:
    """Columns of `ModesMessages` by name. Shapes: (n,) -> (n,) each."""
    me = words.me
    taxiing = on_surface(typecode)
    moving = velocity(me, typecode == 19)
    named = (typecode >= 1) & (typecode <= 4)
    status = (typecode == 28) & (me_field(me, 6, 3) == 1)
    supplement = np.where(airborne(typecode), me_field(me, 8, 1), 0)
    integrity = nic(typecode, supplement)
    poor = (integrity >= 0) & (integrity < NIC_LOW)
    return {
        "callsign": callsigns(me, named),
        "category": categories(me, named),
        "alt_ft": _altitude_ft(words, df, typecode),
        "alt_geometric": (typecode >= 20) & (typecode <= 22),
        "on_ground": _on_ground(words, df, typecode),
        "groundspeed_kt": np.where(taxiing, surface.groundspeed_kt(me, taxiing), moving.groundspeed_kt),
        "track_deg": np.where(taxiing, surface.track_deg(me, taxiing), moving.track_deg),
        "heading_deg": moving.heading_deg,
        "airspeed_kt": moving.airspeed_kt,
        "airspeed_true": moving.airspeed_true,
        "vertical_rate_fpm": moving.vertical_rate_fpm,
        "vertical_rate_geometric": moving.vertical_rate_geometric,
        "geo_minus_baro_ft": moving.geo_minus_baro_ft,
        "squawk": _squawk(words, df, status),
        "emergency": np.where(status, me_field(me, 9, 3), _UNSAID),
        "nic": integrity,
        "nuc_p": nuc_p(typecode),
        "doubt": np.where(poor, Doubt.INTEGRITY_LOW, 0),
    }


def _altitude_ft(words: Words, df: Ints, typecode: Ints) -> npt.NDArray[np.float64]:
    said = np.where((df == 4) | (df == 20), altitude13_ft(head_field(words.head, 20, 13)), np.nan)
    # Type code 0 tells an altitude without a position.
    squitter = airborne(typecode) | (typecode == 0)
    return np.where(squitter, altitude12_ft(me_field(words.me, 9, 12)), said)


def _on_ground(words: Words, df: Ints, typecode: Ints) -> npt.NDArray[np.int8]:
    code = head_field(words.head, 6, 3)
    by_capability = np.where((df == 11) | (df == 17), _BY_CAPABILITY[code], _UNSAID)
    replied = (df == 4) | (df == 5) | (df == 20) | (df == 21)
    said = np.where(replied, _BY_FLIGHT_STATUS[code], by_capability)
    said = np.where(airborne(typecode), _IN_AIR, said)
    return np.where(on_surface(typecode), _ON_GROUND, said).astype(np.int8)


def _squawk(words: Words, df: Ints, status: Bools) -> npt.NDArray[np.int16]:
    replied = np.where((df == 5) | (df == 21), squawks(head_field(words.head, 20, 13)), _UNSAID)
    return np.where(status, squawks(me_field(words.me, 12, 13)), replied).astype(np.int16)
