"""Aerodromes, strips, heliports and disused fields of the covered countries.

What comes in: OurAirports' tables, cut to the United Kingdom, Ireland, the Isle
of Man and the Channel Islands (`geo/data/ourairports`). What goes out: columns
in degrees and metres, a way to the nearest field of given kinds, and runway
ends for the 132 fields where they are known.

A field is one point, its reference point: measured against an independent list,
half lie within 76 m of it and nine in ten within 340 m. Ask for "at the field"
with a radius of 1.5 to 2 km, not of a runway's length. An elevation nobody
recorded is NaN.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geo.batch import Batch, Bools, Floats, Ints, column
from geo.earth import NearestPlace
from geo.sphere import bearing_deg, distance_m
from geo.units import FOOT_M

Texts = npt.NDArray[np.str_]
DATA = Path(__file__).parent / "data" / "ourairports"
FARTHEST_END_M = 5000.0


class AirfieldKind(IntEnum):
    """What a field is. The first three are open aerodromes, by OurAirports' size."""

    SMALL = 0
    MEDIUM = 1
    LARGE = 2
    HELIPORT = 3
    SEAPLANE = 4
    BALLOON = 5
    CLOSED = 6


OPEN: frozenset[AirfieldKind] = frozenset({AirfieldKind.SMALL, AirfieldKind.MEDIUM, AirfieldKind.LARGE})
"""Aerodromes where an aeroplane may be expected to land."""
ANY: frozenset[AirfieldKind] = frozenset(AirfieldKind)

_KIND_WORDS = {
    "small_airport": AirfieldKind.SMALL,
    "medium_airport": AirfieldKind.MEDIUM,
    "large_airport": AirfieldKind.LARGE,
    "heliport": AirfieldKind.HELIPORT,
    "seaplane_base": AirfieldKind.SEAPLANE,
    "balloonport": AirfieldKind.BALLOON,
    "closed": AirfieldKind.CLOSED,
}


@dataclass(frozen=True, eq=False, kw_only=True)
class Airfields(Batch):
    """One row a field; `kind` holds `AirfieldKind`, `runway_m` its longest runway."""

    ident: Texts = column("U8", "")
    name: Texts = column("U96", "")
    country: Texts = column("U2", "")
    kind: npt.NDArray[np.uint8] = column("u1", AirfieldKind.SMALL)
    lat_deg: Floats = column("f8", np.nan)
    lon_deg: Floats = column("f8", np.nan)
    elevation_m: Floats = column("f8", np.nan)
    runway_m: Floats = column("f8", np.nan)
    icao: Texts = column("U4", "")


@dataclass(frozen=True, eq=False, kw_only=True)
class RunwayEnds(Batch):
    """One row a threshold: `airfield` is a row of `airfields()`.

    `course_deg` is the true course of landing there. It and `length_m` are taken from
    the two ends: the table's own lengths are wrong by a third and more for 15 runways.
    """

    airfield: Ints = column("i8", -1)
    ident: Texts = column("U4", "")
    lat_deg: Floats = column("f8", np.nan)
    lon_deg: Floats = column("f8", np.nan)
    elevation_m: Floats = column("f8", np.nan)
    course_deg: Floats = column("f8", np.nan)
    length_m: Floats = column("f8", np.nan)
    width_m: Floats = column("f8", np.nan)
    closed: Bools = column("?", missing=False)


def _numbers(rows: list[dict[str, str]], name: str) -> Floats:
    """A column of numbers; empty is NaN."""
    return np.array([float(row[name] or "nan") for row in rows])


def _texts(rows: list[dict[str, str]], name: str) -> Texts:
    return np.array([row[name] for row in rows], np.str_)


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def airfields() -> Airfields:
    """Every field, read once."""
    rows = _rows("airfields.csv")
    return Airfields(
        ident=_texts(rows, "ident"),
        name=_texts(rows, "name"),
        country=_texts(rows, "country"),
        kind=np.array([_KIND_WORDS[row["type"]] for row in rows], np.uint8),
        lat_deg=_numbers(rows, "lat"),
        lon_deg=_numbers(rows, "lon"),
        elevation_m=_numbers(rows, "elevation_ft") * FOOT_M,
        runway_m=_numbers(rows, "longest_runway_ft") * FOOT_M,
        icao=_texts(rows, "icao"),
    )


@cache
def runway_ends() -> RunwayEnds:
    """Both thresholds of every runway whose ends are known, read once."""
    rows = _rows("runway_ends.csv")
    low, high = _ends(rows, "le", "he"), _ends(rows, "he", "le")
    fields = airfields()
    at = low.airfield
    # One field of the 132 (EIFR) has an end 47 km from where it lies.
    off_m = np.maximum(
        distance_m(low.lat_deg, low.lon_deg, fields.lat_deg[at], fields.lon_deg[at]),
        distance_m(high.lat_deg, high.lon_deg, fields.lat_deg[at], fields.lon_deg[at]),
    )
    sound = off_m < FARTHEST_END_M
    return RunwayEnds.concat([low.take(sound), high.take(sound)])


def _ends(rows: list[dict[str, str]], end: str, other: str) -> RunwayEnds:
    """The thresholds on one side of each runway; its course and length run from there to the other."""
    row_of = {ident: i for i, ident in enumerate(airfields().ident.tolist())}
    lat, lon = _numbers(rows, f"{end}_latitude_deg"), _numbers(rows, f"{end}_longitude_deg")
    far = _numbers(rows, f"{other}_latitude_deg"), _numbers(rows, f"{other}_longitude_deg")
    return RunwayEnds(
        airfield=np.array([row_of[row["ident"]] for row in rows], np.int64),
        ident=_texts(rows, f"{end}_ident"),
        lat_deg=lat,
        lon_deg=lon,
        elevation_m=_numbers(rows, f"{end}_elevation_ft") * FOOT_M,
        course_deg=bearing_deg(lat, lon, *far),
        length_m=distance_m(lat, lon, *far),
        width_m=_numbers(rows, "width_ft") * FOOT_M,
        closed=np.array([row["closed"] == "1" for row in rows], np.bool_),
    )


@cache
def _index(kinds: frozenset[int]) -> tuple[Ints, NearestPlace]:
    fields = airfields()
    rows = np.flatnonzero(np.isin(fields.kind, sorted(kinds)))
    return rows, NearestPlace(fields.lat_deg[rows], fields.lon_deg[rows])


def nearest(lat: Floats, lon: Floats, kinds: Iterable[AirfieldKind] = OPEN) -> tuple[Ints, Floats]:
    """Row of the nearest field of these kinds, and metres to its reference point.

    Shapes: (n,) x2 -> (n,) x2. Row -1 and NaN where no place is given.
    """
    rows, place = _index(frozenset(int(kind) for kind in kinds))
    found, metres = place(lat, lon)
    return np.append(rows, -1)[found], metres
