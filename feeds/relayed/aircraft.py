"""One aircraft as a decoder of the readsb family tells of it, in whatever dialect, read once and checked.

| what | keys, the first that is there |
|---|---|
| address | `hex`; `~` before it, or a type that ends in `_other` or `_trackfile`: none of ICAO's |
| barometric altitude, ft | `alt_baro`, `altitude`; `"ground"` where it is on the ground |
| geometric altitude, ft | `alt_geom` |
| speed over ground, kn | `gs`, `speed`, `gscp` |
| track, true heading | `track`; `true_heading` |
| vertical rate, ft/min | `baro_rate`, `vert_rate`, `geom_rate` |
| integrity | `nic`, `nucp` |
| ages, s | `seen_pos` of the place, `seen` of the last message |
| by what | `type`; else whether `lat` stands in the lists `mlat` or `tisb` |

`gscp` is the mark of records made from such objects for the study of airfields,
which keep the rest of an object under `flightdict` and write an altitude of 0
for `"ground"`: at a field 1,190 m high every aircraft on it has it.

A key that holds something else than it should makes its aircraft refused: an
object with rubbish in it is not trusted with the rest.

Source: readsb `README-json.md` and `net_io.c`; dump1090-mutability `README-json.md`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from feeds.reports import Domain, Source
from feeds.text import canonical

Told = Mapping[str, Any]

ADDRESS = re.compile(r"~?[0-9a-fA-F]{6}")
SQUAWK = re.compile(r"[0-7]{4}")
CATEGORY = re.compile(r"[A-D][0-7]")
NO_SIGNAL_DBFS = -49.5
"""What the family writes where it measured no signal."""
SOURCES = {
    "adsr": Source.ADSR,
    "tisb": Source.TISB,
    "mlat": Source.MLAT,
    "mode": Source.MODE_S,
}
"""By the first word of a type. The rest is ADS-B, or what its makers call `other`: `ADSB_TABLE`, for it was
thinned on its way, and how often it comes says nothing of how well it was heard."""
NO_NAME = frozenset({"", "N/A"})


class UnfitError(ValueError):
    """An aircraft that cannot be what it should; says why."""


class Aircraft(NamedTuple):
    """What was told of one aircraft, in the units of the trade; NaN, -1 and empty where nothing was.

    Attributes:
        number: the address; own: it is none of ICAO's.
        place_age_s, age_s: since the place, and since anything, was heard; NaN where not said.
        on_ground: 1, 0 or -1.
        registration: as the teller's own list of aircraft has it; nothing that was transmitted.
    """

    number: int
    domain: Domain
    source: Source
    lat: float
    lon: float
    place_age_s: float
    age_s: float = math.nan
    alt_ft: float = math.nan
    geometric_ft: float = math.nan
    on_ground: int = -1
    speed_kn: float = math.nan
    track: float = math.nan
    heading: float = math.nan
    rate_fpm: float = math.nan
    squawk: int = -1
    integrity: int = -1
    signal_dbfs: float = math.nan
    callsign: str = ""
    category: str = ""
    registration: str = ""


def aircraft_of(told: Told) -> Aircraft:
    """Read one object.

    Raises:
        UnfitError: no address, a place that is not on the earth, or something else than its key should hold.
    """
    inner = told.get("flightdict")
    whole = {**inner, **told} if isinstance(inner, dict) else told
    address, kind = whole.get("hex"), str(whole.get("type") or "")
    if not isinstance(address, str) or not ADDRESS.fullmatch(address.strip()):
        raise UnfitError("names no aircraft by its address")
    own = address.strip().startswith("~") or kind.endswith(("_other", "_trackfile"))
    source = _source(whole, kind)
    lat, lon, place_age_s = _place(whole)
    alt_ft, grounded = _altitude(whole)
    # Who says a place and a pressure altitude in one message flies; what was computed elsewhere proves nothing.
    flying = not math.isnan(lat + alt_ft) and source not in {Source.MLAT, Source.MODE_S}
    return Aircraft(
        int(address.strip().lstrip("~"), 16),
        Domain.NON_ICAO if own else Domain.ICAO,
        source,
        lat,
        lon,
        place_age_s,
        number(whole, "seen"),
        alt_ft,
        number(whole, "alt_geom"),
        1 if grounded else 0 if flying else -1,
        number(whole, "gs", "speed", "gscp"),
        number(whole, "track"),
        number(whole, "true_heading"),
        number(whole, "baro_rate", "vert_rate", "geom_rate"),
        _squawk(whole.get("squawk")),
        _integrity(whole),
        _signal(whole),
        _text(whole.get("flight"), 8),
        _category(whole.get("category")),
        _text(whole.get("r"), 34),
    )


def number(told: Told, *names: str) -> float:
    """What stands under the first of these keys that says something; NaN where none does.

    Raises:
        UnfitError: it is no number.
    """
    for name in names:
        value = told.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UnfitError(f"{name} is not a number")
        try:
            found = float(value)
        except OverflowError as error:
            raise UnfitError(f"{name} is not a number") from error
        return found if math.isfinite(found) else math.nan
    return math.nan


def _place(told: Told) -> tuple[float, float, float]:
    """Latitude, longitude and age, of the last place where there is none of late."""
    if told.get("lat") is None and isinstance(told.get("lastPosition"), dict):
        told = told["lastPosition"]
    lat, lon = number(told, "lat"), number(told, "lon")
    if abs(lat) > 90 or abs(lon) > 180:
        raise UnfitError("position is not on the earth")
    if math.isnan(lat + lon):
        return math.nan, math.nan, math.nan
    return lat, lon, number(told, "seen_pos")


def _altitude(told: Told) -> tuple[float, bool]:
    """Feet, and whether it says that it is on the ground."""
    for name in ("alt_baro", "altitude"):
        if told.get(name) == "ground":
            return math.nan, True
    feet = number(told, "alt_baro", "altitude")
    if feet == 0 and "gscp" in told:
        return math.nan, True
    return feet, False


def _source(told: Told, kind: str) -> Source:
    if kind:
        return SOURCES.get(kind.partition("_")[0], Source.ADSB_TABLE)
    for name in ("mlat", "tisb"):
        fields = told.get(name)
        if isinstance(fields, list) and "lat" in fields:
            return SOURCES[name]
    return Source.ADSB_TABLE


def _integrity(told: Told) -> int:
    said = number(told, "nic", "nucp")
    return int(said) if 0 <= said <= 11 else -1


def _signal(told: Told) -> float:
    said = number(told, "rssi")
    return math.nan if said <= NO_SIGNAL_DBFS else said


def _squawk(said: Any) -> int:
    return int(said) if isinstance(said, str) and SQUAWK.fullmatch(said) else -1


def _category(said: Any) -> str:
    return said if isinstance(said, str) and CATEGORY.fullmatch(said) else ""


def _text(said: Any, limit: int) -> str:
    found = canonical(said.rstrip("@ "), limit) if isinstance(said, str) else ""
    return "" if found in NO_NAME else found
