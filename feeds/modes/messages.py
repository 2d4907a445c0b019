"""`ModesMessages`: every believed frame, decoded, in the units of the standard.

Reports, identities and the lines of `headland decode` all derive from this
one batch. Knots, feet and feet per minute live here and go no further.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from feeds.reports import DOMAIN_SHIFT, Domain
from geo.batch import Batch, Column, Floats, Ids, column

LATLON_DECIMALS = 6
"""A tenth of a metre; CPR resolves five metres in the air and one on the ground."""
_TRACK_DECIMALS = 3
_SPEED_DECIMALS = 2


@dataclass(frozen=True, eq=False, kw_only=True)
class ModesMessages(Batch):
    """One row a frame whose address is believed; NaN, -1 or "" where nothing was said.

    Columns:
        time_s, arrival_s, station, signal_dbfs: as in `hardware.frames`.
        message: 64-bit hash of the frame.
        df: downlink format; typecode: of an extended squitter, else -1.
        entity: the address with its domain; source: `feeds.reports`.
        alt_geometric: the altitude is a height above the ellipsoid.
        on_ground, vertical_rate_geometric, airspeed_true: 1, 0, or -1.
        squawk: four octal digits read as a decimal number.
        emergency: state 0..7 of aircraft status.
        nic, nuc_p: see `feeds.modes.integrity`.
        doubt: `feeds.reports.Doubt`.
    """

    time_s: Floats = column("f8", np.nan)
    arrival_s: Floats = column("f8", np.nan)
    station: npt.NDArray[np.uint32] = column("u4", 0)
    signal_dbfs: Floats = column("f8", np.nan)
    message: Ids = column("u8", 0)
    df: npt.NDArray[np.int8] = column("i1", -1)
    typecode: npt.NDArray[np.int8] = column("i1", -1)
    entity: Ids = column("u8", 0)
    source: npt.NDArray[np.uint8] = column("u1", 0)
    callsign: npt.NDArray[np.str_] = column("U8", "")
    category: npt.NDArray[np.str_] = column("U2", "")
    lat_deg: Floats = column("f8", np.nan)
    lon_deg: Floats = column("f8", np.nan)
    alt_ft: Floats = column("f8", np.nan)
    alt_geometric: npt.NDArray[np.bool_] = column("?", missing=False)
    on_ground: npt.NDArray[np.int8] = column("i1", -1)
    groundspeed_kt: Floats = column("f8", np.nan)
    track_deg: Floats = column("f8", np.nan)
    heading_deg: Floats = column("f8", np.nan)
    airspeed_kt: Floats = column("f8", np.nan)
    airspeed_true: npt.NDArray[np.int8] = column("i1", -1)
    vertical_rate_fpm: Floats = column("f8", np.nan)
    vertical_rate_geometric: npt.NDArray[np.int8] = column("i1", -1)
    geo_minus_baro_ft: Floats = column("f8", np.nan)
    squawk: npt.NDArray[np.int16] = column("i2", -1)
    emergency: npt.NDArray[np.int8] = column("i1", -1)
    nic: npt.NDArray[np.int8] = column("i1", -1)
    nuc_p: npt.NDArray[np.int8] = column("i1", -1)
    doubt: npt.NDArray[np.uint32] = column("u4", 0)


def icao24(entity: int) -> str:
    """Six hexadecimal digits, after `~` where the address is none of ICAO's."""
    foreign = entity >> DOMAIN_SHIFT == Domain.NON_ICAO
    return f"{'~' if foreign else ''}{entity & 0xFFFFFF:06x}"


def told(messages: ModesMessages) -> Iterator[dict[str, Any]]:
    """One dictionary a message, for people and programs; None where nothing was said.

    `station` is the station's number: whoever prints it knows the names.
    """
    columns = {
        "time": messages.time_s.tolist(),
        "station": messages.station.tolist(),
        "df": messages.df.tolist(),
        "icao24": [icao24(entity) for entity in messages.entity.tolist()],
        "typecode": _known(messages.typecode),
        "callsign": [text or None for text in messages.callsign.tolist()],
        "category": [text or None for text in messages.category.tolist()],
        "lat": _numbers(messages.lat_deg, LATLON_DECIMALS),
        "lon": _numbers(messages.lon_deg, LATLON_DECIMALS),
        "alt_ft": _numbers(messages.alt_ft),
        "alt_geometric": _either(messages.alt_geometric & ~np.isnan(messages.alt_ft), messages.alt_ft),
        "on_ground": [None if said < 0 else bool(said) for said in messages.on_ground.tolist()],
        "groundspeed_kt": _numbers(messages.groundspeed_kt, _SPEED_DECIMALS),
        "track": _numbers(messages.track_deg, _TRACK_DECIMALS),
        "heading": _numbers(messages.heading_deg, _TRACK_DECIMALS),
        "airspeed_kt": _numbers(messages.airspeed_kt),
        "airspeed_kind": _words(messages.airspeed_true, "IAS", "TAS"),
        "vertical_rate_fpm": _numbers(messages.vertical_rate_fpm),
        "vertical_rate_source": _words(messages.vertical_rate_geometric, "BARO", "GNSS"),
        "geo_minus_baro_ft": _numbers(messages.geo_minus_baro_ft),
        "squawk": [None if said < 0 else f"{said:04d}" for said in messages.squawk.tolist()],
        "emergency": _known(messages.emergency),
        "nic": _known(messages.nic),
        "nuc_p": _known(messages.nuc_p),
    }
    for row in zip(*columns.values(), strict=True):
        yield dict(zip(columns, row, strict=True))


def _numbers(values: Floats, decimals: int = 0) -> list[Any]:
    rounded = np.round(values, decimals).tolist()
    return [None if said != said else said if decimals else int(said) for said in rounded]  # noqa: PLR0124  NaN


def _known(values: Column) -> list[Any]:
    return [None if said < 0 else said for said in values.tolist()]


def _either(values: Column, beside: Floats) -> list[Any]:
    return [None if said else value for value, said in zip(values.tolist(), np.isnan(beside), strict=True)]


def _words(values: Column, no: str, yes: str) -> list[Any]:
    return [None if said < 0 else (no, yes)[said] for said in values.tolist()]
