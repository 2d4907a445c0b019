"""A dialect: which column of somebody's table is which, in what unit, and what stands for "not said".

A dialect is a small TOML file: those of `feeds/tables/dialects/` are known to
every run, and a user's own comes by `--columns`. A key of it names a house
column; the file says where that comes from:

    title = "Logger of the harbour office"
    decimal = ","                                  # 12,5 is twelve and a half
    recognised_by = ["UTC", "MMSI", "Lat"]         # needed only where it is to be found without --columns

    [time_s]
    column = "UTC"
    format = "day-first"                           # iso, day-first, month-first, unix, unix-ms
    zone = "Europe/London"                         # of times that bear none; else --tz, else UTC

    [entity]
    column = "MMSI"
    kind = "mmsi"                                  # or icao24

    [sog_mps]
    column = ["Speed", "SOG"]                      # the first that is there and says something
    unit = "kn"                                    # kn, mps, kmh, mph, fpm; m, ft, dm; deg
    missing = [102.3, "n/a"]                       # what stands for "not said"

    [status]
    column = "Status"
    words = { "At anchor" = 1, "Moored" = 5 }      # text for a number, in any case of letters

Needed: `time_s`, `entity`, `lat_deg`, `lon_deg`. May be there: see `HOUSE`.
Names of columns are matched without regard to case and outer blanks.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from geo.units import FOOT_M, FOOT_PER_MINUTE_MPS, KILOMETRE_PER_HOUR_MPS, KNOT_MPS, MILE_PER_HOUR_MPS

SPEEDS = {
    "kn": KNOT_MPS,
    "mps": 1.0,
    "kmh": KILOMETRE_PER_HOUR_MPS,
    "mph": MILE_PER_HOUR_MPS,
    "fpm": FOOT_PER_MINUTE_MPS,
}
LENGTHS = {"m": 1.0, "ft": FOOT_M, "dm": 0.1}
ANGLES = {"deg": 1.0}
NO_UNIT = {"": 1.0}

NEEDED = ("time_s", "entity", "lat_deg", "lon_deg")
HOUSE: dict[str, dict[str, float]] = {
    "time_s": NO_UNIT,
    "entity": NO_UNIT,
    **dict.fromkeys(("lat_deg", "lon_deg", "cog_deg", "heading_deg"), ANGLES),
    **dict.fromkeys(("sog_mps", "climb_mps"), SPEEDS),
    **dict.fromkeys(("alt_m", "alt_geometric_m", "draught_m"), LENGTHS),
    **dict.fromkeys(("bow_m", "stern_m", "port_m", "starboard_m", "length_m", "width_m"), LENGTHS),
    **dict.fromkeys(("on_ground", "status", "squawk", "imo", "ship_type"), NO_UNIT),
    **dict.fromkeys(("name", "callsign", "category", "destination"), NO_UNIT),
}
"""House column -> factor by unit. A table may map any of them and nothing else."""

HEAD: tuple[tuple[str, Any], ...] = (("title", ""), ("decimal", "."), ("recognised_by", []))
TIME_FORMATS = ("iso", "day-first", "month-first", "unix", "unix-ms")
KINDS = ("mmsi", "icao24")
TRUTHS = {"true": 1.0, "t": 1.0, "yes": 1.0, "false": 0.0, "f": 0.0, "no": 0.0}
KEYS = {"column", "unit", "missing", "words", "format", "zone", "kind"}


@dataclass(frozen=True, slots=True)
class Field:
    """Where one house column comes from.

    Attributes:
        columns: names in lower case; the first that says something counts.
        factor: multiplies what stands there into the house's unit.
        missing_numbers, missing_texts: what stands for "not said"; texts in lower case.
        words: text in lower case -> number.
        format, zone: of `time_s`.
        kind: of `entity`.
    """

    columns: tuple[str, ...]
    factor: float
    missing_numbers: tuple[float, ...]
    missing_texts: tuple[str, ...]
    words: Mapping[str, float]
    format: str
    zone: ZoneInfo | None
    kind: str

    def silences_numbers(self) -> bool:
        """Whether a text that stands for "not said" may be a number or a time as well."""
        return any(":" in text or not text.strip("0123456789.,-") for text in self.missing_texts)


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way of writing a position table: `Field` by house column, marks in lower case."""

    title: str
    decimal: str
    marks: frozenset[str]
    fields: Mapping[str, Field]

    def source_columns(self) -> set[str]:
        """Every column it may read, in lower case."""
        return {column for field in self.fields.values() for column in field.columns}

    def lacks(self, columns: Iterable[str]) -> list[str]:
        """The needed house columns that a table with these columns (in lower case) cannot fill."""
        there = set(columns)
        return [house for house in NEEDED if there.isdisjoint(self.fields[house].columns)]

    def recognises(self, columns: Iterable[str]) -> bool:
        """Whether a table with these columns (in lower case) is written in it, by its marks."""
        return bool(self.marks) and self.marks <= set(columns) and not self.lacks(columns)


def recognised(columns: Iterable[str]) -> Dialect | None:
    """The known dialect of a table with these columns (in lower case); the first by name of file."""
    there = set(columns)
    return next((dialect for dialect in known_dialects() if dialect.recognises(there)), None)


@cache
def known_dialects() -> tuple[Dialect, ...]:
    """Those of the folder, by name of file."""
    folder = files("feeds.tables") / "dialects"
    found = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda e: e.name
    )
    return tuple(parse_dialect(entry.read_text("utf-8"), entry.name) for entry in found)


def load_dialect(path: Path) -> Dialect:
    """Read a user's own dialect.

    Raises:
        ValueError: not such a file; the message names the file, the key and what is wrong.
    """
    try:
        return parse_dialect(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}") from error


def parse_dialect(text: str, where: str) -> Dialect:
    """Build a dialect from TOML.

    Raises:
        ValueError: the message names `where`, the key and what is wrong.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{where}: {error}") from error
    title, decimal, marks = (told.pop(*each) for each in HEAD)
    if not isinstance(marks, list) or not all(isinstance(mark, str) for mark in marks):
        raise ValueError(f"{where}: recognised_by is a list of names of columns")
    if decimal not in {".", ","}:
        raise ValueError(f'{where}: decimal is "." or ","')
    if unknown := sorted(told.keys() - HOUSE.keys()):
        raise ValueError(f"{where}: no such column {unknown}; known: {', '.join(HOUSE)}")
    if lacking := [name for name in NEEDED if name not in told]:
        raise ValueError(f"{where}: {', '.join(lacking)} must be mapped")
    fields = {house: _field(house, told[house], where) for house in told}
    return Dialect(str(title), decimal, frozenset(mark.strip().lower() for mark in marks), fields)


def _field(house: str, told: Any, where: str) -> Field:
    at = f"{where}: [{house}]"
    if not isinstance(told, dict) or (told.keys() - KEYS):
        raise ValueError(f"{at}: keys are {', '.join(sorted(KEYS))}")
    columns = told.get("column")
    columns = [columns] if isinstance(columns, str) else columns
    if not columns or not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
        raise ValueError(f"{at}: column is a name or a list of names")
    units = HOUSE[house]
    # An angle has one unit and may leave it out; a speed or a length may not, for a guess there is a wrong fleet.
    unit = told.get("unit", next(iter(units)) if len(units) == 1 else None)
    if unit not in units:
        raise ValueError(f"{at}: unit is one of {', '.join(units) or 'none'}")
    missing, words = _list(told.get("missing", []), at), _words(told.get("words", {}), at)
    if house == "on_ground":
        words = TRUTHS | words
    return Field(
        columns=tuple(name.strip().lower() for name in columns),
        factor=units[unit],
        missing_numbers=tuple(float(each) for each in missing if not isinstance(each, str)),
        missing_texts=tuple(each.strip().lower() for each in missing if isinstance(each, str)),
        words=words,
        format=_choice(told, "format", TIME_FORMATS, at) if house == "time_s" else "",
        zone=_zone(told.get("zone"), at),
        kind=_choice(told, "kind", KINDS, at) if house == "entity" else "",
    )


def _list(missing: Any, at: str) -> list[Any]:
    if not isinstance(missing, list) or not all(isinstance(each, str | int | float) for each in missing):
        raise ValueError(f"{at}: missing is a list of numbers and texts")
    return missing


def _words(words: Any, at: str) -> dict[str, float]:
    if not isinstance(words, dict) or not all(isinstance(each, int | float) for each in words.values()):
        raise ValueError(f"{at}: words is a table of text = number")
    return {text.strip().lower(): float(number) for text, number in words.items()}


def _choice(told: Mapping[str, Any], key: str, known: tuple[str, ...], at: str) -> str:
    if told.get(key) not in known:
        raise ValueError(f"{at}: {key} is one of {', '.join(known)}")
    return str(told[key])


def _zone(name: Any, at: str) -> ZoneInfo | None:
    try:
        return None if name is None else ZoneInfo(name)
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise ValueError(f"{at}: no time zone {name!r}") from error
