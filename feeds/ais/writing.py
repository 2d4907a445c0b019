"""Columns of positions become AIS sentences: types 1 to 4, 9, 18, 19, 21 and 27.

In: house units, one row a message; NaN where not said. Out: `Sentences`, an
array of bytes, one `!AIVDM` sentence a row. Names and voyages (types 5 and 24)
are in `feeds.ais.writing_statics`, tag blocks in `feeds.ais.writing_lines`.

Everywhere: `second` is the UTC second of the position, 60 where there is none;
`radio` the communication state as it is sent; `channel` `A` or `B`. Every
argument but the numbers of the senders may be one value for all rows.

Source: ITU-R M.1371-5 annex 8.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from pyais.messages import (
    MessageType1,
    MessageType4,
    MessageType9,
    MessageType18,
    MessageType19,
    MessageType21,
    MessageType27,
    Payload,
)

from feeds.ais import writing_steps as steps
from feeds.ais.statics import NAME_CHARACTERS
from feeds.ais.writing_bits import Sentences, payloads, sentences
from feeds.ais.writing_sides import NOT_SAID, Sides
from geo.batch import Column, Floats, Ints

CARRIER_SENSE_STATE = (1 << 19) | 0b110_0000_0000_0000_0110
"""Communication state of a class B transmitter that listens before it speaks: ITU-R M.1371-5 annex 7."""
NO_SECOND = 60
UNDER_WAY, NOT_UNDEFINED = 0, 15
_SHORT_BITS, _LONG_RANGE_BITS, _EXTENDED_BITS, _AID_BITS, _AID_NAMED_BITS = 168, 96, 312, 272, 356

Number = npt.ArrayLike
"""A column of numbers, or one for all rows."""


def class_a_positions(
    mmsi: Ints,
    lat_deg: Floats,
    lon_deg: Floats,
    sog_mps: Floats,
    cog_deg: Floats,
    heading_deg: Floats,
    status: Number = NOT_UNDEFINED,
    second: Number = NO_SECOND,
    *,
    turn_degps: Number = np.nan,
    accurate: Number = False,
    raim: Number = False,
    kind: Number = 1,
    radio: Number = 0,
    channel: Column | str = "A",
) -> Sentences:
    """Position reports of class A: type 1, 2 or 3 by `kind`. Shape: (n,) each -> (n,)."""
    said = _place(mmsi, lat_deg, lon_deg, accurate, second) | _motion(sog_mps, cog_deg, heading_deg)
    said |= {"msg_type": kind, "status": status, "turn": steps.turn(np.asarray(turn_degps, np.float64))}
    return _written(MessageType1, _SHORT_BITS, said | {"raim": raim, "radio": radio}, channel)


def class_b_positions(
    mmsi: Ints,
    lat_deg: Floats,
    lon_deg: Floats,
    sog_mps: Floats,
    cog_deg: Floats,
    heading_deg: Floats,
    second: Number = NO_SECOND,
    *,
    carrier_sense: Number = True,
    accurate: Number = False,
    raim: Number = False,
    radio: Number = CARRIER_SENSE_STATE,
    channel: Column | str = "A",
) -> Sentences:
    """Position reports of class B, type 18; `carrier_sense` False is the SOTDMA sort. Shape: (n,) each -> (n,)."""
    said = _place(mmsi, lat_deg, lon_deg, accurate, second) | _motion(sog_mps, cog_deg, heading_deg)
    said |= {
        "msg_type": 18,
        "cs": carrier_sense,
        "dsc": 1,
        "band": 1,
        "msg22": 1,
        "raim": raim,
        "radio": radio,
    }
    return _written(MessageType18, _SHORT_BITS, said, channel)


def class_b_extended_positions(
    mmsi: Ints,
    lat_deg: Floats,
    lon_deg: Floats,
    sog_mps: Floats,
    cog_deg: Floats,
    heading_deg: Floats,
    second: Number = NO_SECOND,
    *,
    name: Column | str = "",
    ship_type: Number = 0,
    sides: Sides = NOT_SAID,
    accurate: Number = False,
    channel: Column | str = "A",
) -> Sentences:
    """Extended position reports of class B, type 19. Shape: (n,) each -> (n,)."""
    said = _place(mmsi, lat_deg, lon_deg, accurate, second) | _motion(sog_mps, cog_deg, heading_deg)
    said |= {"msg_type": 19, "shipname": name, "ship_type": ship_type, "epfd": 1} | sides.fields()
    return _written(MessageType19, _EXTENDED_BITS, said, channel)


def sar_aircraft_positions(
    mmsi: Ints,
    lat_deg: Floats,
    lon_deg: Floats,
    alt_m: Floats,
    sog_mps: Floats,
    cog_deg: Floats,
    second: Number = NO_SECOND,
    *,
    alt_geometric: Number = True,
    accurate: Number = False,
    radio: Number = 0,
    channel: Column | str = "A",
) -> Sentences:
    """Position reports of search and rescue aircraft, type 9; altitude in metres. Shape: (n,) each -> (n,)."""
    said = _place(mmsi, lat_deg, lon_deg, accurate, second)
    sensor = np.where(np.asarray(alt_geometric, np.bool_), 0, 128)
    said |= {"msg_type": 9, "alt": steps.altitude(alt_m), "reserved_1": sensor}
    said |= {"speed": steps.speed(sog_mps, per_knot=1.0), "course": steps.course(cog_deg), "radio": radio}
    return _written(MessageType9, _SHORT_BITS, said, channel)


def base_station_reports(
    mmsi: Ints,
    lat_deg: Floats,
    lon_deg: Floats,
    time_s: Floats,
    *,
    radio: Number = 0,
    channel: Column | str = "A",
) -> Sentences:
    """Base station reports, type 4, with the UTC time they tell. Shape: (n,) each -> (n,)."""
    said = _place(mmsi, lat_deg, lon_deg, accurate=True, second=0) | steps.calendar(time_s)
    return _written(MessageType4, _SHORT_BITS, said | {"msg_type": 4, "epfd": 7, "radio": radio}, channel)


def aid_reports(
    mmsi: Ints,
    lat_deg: Floats,
    lon_deg: Floats,
    name: Column,
    aid_type: Number = 0,
    second: Number = NO_SECOND,
    *,
    sides: Sides = NOT_SAID,
    off_position: Number = False,
    virtual: Number = False,
    channel: Column | str = "A",
) -> Sentences:
    """Aids to navigation, type 21; longer where any name has more than 20 letters. Shape: (n,) each -> (n,)."""
    text = np.asarray(name).astype("U34")
    longer = bool((np.strings.str_len(text) > NAME_CHARACTERS).any())
    said = _place(mmsi, lat_deg, lon_deg, accurate=True, second=second) | sides.fields()
    said |= {"msg_type": 21, "aid_type": aid_type, "name": text, "epfd": 7}
    said |= {"off_position": off_position, "virtual_aid": virtual}
    if longer:
        said["name_ext"] = np.strings.slice(text, NAME_CHARACTERS, None)
    return _written(MessageType21, _AID_NAMED_BITS if longer else _AID_BITS, said, channel)


def long_range_positions(
    mmsi: Ints,
    lat_deg: Floats,
    lon_deg: Floats,
    sog_mps: Floats,
    cog_deg: Floats,
    status: Number = NOT_UNDEFINED,
    *,
    accurate: Number = False,
    channel: Column | str = "A",
) -> Sentences:
    """Long-range reports, type 27: places to a tenth of a minute, whole knots. Shape: (n,) each -> (n,)."""
    said = {"msg_type": 27, "mmsi": mmsi, "status": status, "accuracy": accurate}
    said |= {"lat": steps.latitude(lat_deg, coarse=True), "lon": steps.longitude(lon_deg, coarse=True)}
    said |= {"speed": steps.coarse_speed(sog_mps), "course": steps.whole_degrees(cog_deg)}
    return _written(MessageType27, _LONG_RANGE_BITS, said, channel)


def _place(mmsi: Ints, lat_deg: Floats, lon_deg: Floats, accurate: Number, second: Number) -> dict[str, Any]:
    return {
        "mmsi": mmsi,
        "lat": steps.latitude(lat_deg),
        "lon": steps.longitude(lon_deg),
        "accuracy": accurate,
        "second": second,
    }


def _motion(sog_mps: Floats, cog_deg: Floats, heading_deg: Floats) -> dict[str, Any]:
    return {
        "speed": steps.speed(sog_mps),
        "course": steps.course(cog_deg),
        "heading": steps.whole_degrees(heading_deg),
    }


def _written(message: type[Payload], bits: int, said: dict[str, Any], channel: Column | str) -> Sentences:
    return sentences(payloads(message, len(said["mmsi"]), bits, said), bits, channel)
