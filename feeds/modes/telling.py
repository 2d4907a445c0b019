"""Decoded Mode S messages as dictionaries, for people and programs: the lines of `headland decode`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from feeds.modes import status
from feeds.modes.messages import ModesMessages
from feeds.reports import DOMAIN_SHIFT, Domain, Source
from geo.batch import Column, Floats

LATLON_DECIMALS = 6
"""A tenth of a metre; CPR resolves five metres in the air and one on the ground."""
_DEGREE_DECIMALS = 3
_SPEED_DECIMALS = 2
_PRESSURE_DECIMALS = 1


def icao24(entity: int) -> str:
    """Six hexadecimal digits, after `~` where the address is none of ICAO's."""
    foreign = entity >> DOMAIN_SHIFT == Domain.NON_ICAO
    return f"{'~' if foreign else ''}{entity & 0xFFFFFF:06x}"


def told(messages: ModesMessages) -> Iterator[dict[str, Any]]:
    """One dictionary a message; None where nothing was said.

    `station` is the station's number: whoever prints it knows the names.
    """
    columns = _sender(messages) | _movement(messages) | _condition(messages)
    for row in zip(*columns.values(), strict=True):
        yield dict(zip(columns, row, strict=True))


def _sender(messages: ModesMessages) -> dict[str, list[Any]]:
    """Who, when, by what."""
    return {
        "time": messages.time_s.tolist(),
        "station": messages.station.tolist(),
        "df": messages.df.tolist(),
        "icao24": [icao24(entity) for entity in messages.entity.tolist()],
        "source": [Source(source).name.lower() for source in messages.source.tolist()],
        "typecode": _known(messages.typecode),
        "callsign": [text or None for text in messages.callsign.tolist()],
        "category": [text or None for text in messages.category.tolist()],
    }


def _movement(messages: ModesMessages) -> dict[str, list[Any]]:
    """Where it is and how it moves."""
    return {
        "lat": _numbers(messages.lat_deg, LATLON_DECIMALS),
        "lon": _numbers(messages.lon_deg, LATLON_DECIMALS),
        "alt_ft": _numbers(messages.alt_ft),
        "alt_geometric": _either(messages.alt_geometric & ~np.isnan(messages.alt_ft), messages.alt_ft),
        "on_ground": [None if said < 0 else bool(said) for said in messages.on_ground.tolist()],
        "groundspeed_kt": _numbers(messages.groundspeed_kt, _SPEED_DECIMALS),
        "track": _numbers(messages.track_deg, _DEGREE_DECIMALS),
        "heading": _numbers(messages.heading_deg, _DEGREE_DECIMALS),
        "airspeed_kt": _numbers(messages.airspeed_kt),
        "airspeed_kind": _words(messages.airspeed_true, "IAS", "TAS"),
        "vertical_rate_fpm": _numbers(messages.vertical_rate_fpm),
        "vertical_rate_source": _words(messages.vertical_rate_geometric, "BARO", "GNSS"),
        "geo_minus_baro_ft": _numbers(messages.geo_minus_baro_ft),
    }


def _condition(messages: ModesMessages) -> dict[str, list[Any]]:
    """Codes, accuracy, and what is intended."""
    said = messages.me, messages.typecode
    return {
        "squawk": [None if code < 0 else f"{code:04d}" for code in messages.squawk.tolist()],
        "emergency": _known(messages.emergency),
        "nic": _known(messages.nic),
        "nuc_p": _known(messages.nuc_p),
        "version": _known(status.version(*said)),
        "nac_p": _known(status.nac_p(*said)),
        "nac_v": _known(status.nac_v(*said)),
        "sil": _known(status.sil(*said)),
        "nic_baro": _known(status.nic_baro(*said)),
        "selected_alt_ft": _numbers(status.selected_altitude_ft(*said)),
        "selected_alt_source": _words(status.selected_by_management(*said), "MCP/FCU", "FMS"),
        "selected_heading": _numbers(status.selected_heading_deg(*said), _DEGREE_DECIMALS),
        "pressure_setting_hpa": _numbers(status.pressure_setting_hpa(*said), _PRESSURE_DECIMALS),
        "modes": [_modes(on) for on in status.autopilot_modes(*said).tolist()],
    }


def _modes(on: int) -> list[str] | None:
    """The names of the modes that are on."""
    return None if on < 0 else [name for place, name in enumerate(status.MODES) if on >> place & 1]


def _numbers(values: Floats, decimals: int = 0) -> list[Any]:
    rounded = np.round(values, decimals).tolist()
    return [None if said != said else said if decimals else int(said) for said in rounded]  # noqa: PLR0124  NaN


def _known(values: Column) -> list[Any]:
    return [None if said < 0 else said for said in values.tolist()]


def _either(values: Column, beside: Floats) -> list[Any]:
    return [None if said else value for value, said in zip(values.tolist(), np.isnan(beside), strict=True)]


def _words(values: Column, no: str, yes: str) -> list[Any]:
    return [None if said < 0 else (no, yes)[said] for said in values.tolist()]
