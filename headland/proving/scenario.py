"""`Scenario`: what a made world shall be: a small TOML file, read strictly.

    title = "The Solent, a summer's morning"
    start = 2026-06-17T05:00:00Z
    hours = 6
    seed = 1
    adsb_thinning = 4
    [area]       south, west, north, east: degrees
    [[stations]] id, lat, lon, antenna_m, kind: as in the stations file of the contract
    [lives]      name of a life = how many
    [behaviours] name of a behaviour = how many

An unknown key, a value of another type or outside its bounds, or a life that nobody could
hear stops, and the complaint names file and key. `--set KEY=VALUE` replaces a value, with
a dot between table and key: `lives.ferries=8`. `as_toml` writes a scenario as it was run.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic

import headland
from alerts.features import iso
from headland.errors import Problem, SettingsError
from headland.proving.routes_water import Area
from headland.proving.world import Play, behaviours, lives
from headland.proving.world_reach import Station
from headland.sections import did_you_mean, reasons

SHIPPED = Path(headland.__file__).parent / "scenarios"
Count = Annotated[int, pydantic.Field(ge=0, le=500)]
_STRICT = pydantic.ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True, strict=True)


class AreaTable(pydantic.BaseModel):
    """The box of the world, in degrees."""

    model_config = _STRICT
    south: float = pydantic.Field(ge=-85, le=85)
    west: float = pydantic.Field(ge=-180, le=180)
    north: float = pydantic.Field(ge=-85, le=85)
    east: float = pydantic.Field(ge=-180, le=180)

    @property
    def area(self) -> Area:
        """The box as the world has it."""
        return Area(self.south, self.west, self.north, self.east)


class StationTable(pydantic.BaseModel):
    """One antenna, as in the stations file of the contract."""

    model_config = _STRICT
    id: str = pydantic.Field(pattern=r"^[a-z0-9-]{3,32}$")
    lat: float = pydantic.Field(ge=-90, le=90)
    lon: float = pydantic.Field(ge=-180, le=180)
    antenna_m: float = pydantic.Field(ge=0, lt=9000)
    kind: Literal["ais", "adsb"]

    @property
    def station(self) -> Station:
        """The antenna as the world has it."""
        return Station(self.id, self.lat, self.lon, self.antenna_m, self.kind)


class Scenario(pydantic.BaseModel):
    """A world that is to be made; see the module for the keys."""

    model_config = _STRICT
    title: str = pydantic.Field(min_length=1, max_length=120)
    start: pydantic.AwareDatetime
    hours: float = pydantic.Field(gt=0, le=72)
    seed: int = pydantic.Field(ge=0, lt=2**63)
    adsb_thinning: float = pydantic.Field(default=4.0, ge=1, le=10)
    area: AreaTable
    stations: list[StationTable] = pydantic.Field(min_length=1, max_length=200)
    lives: dict[str, Count] = {}
    behaviours: dict[str, Count] = {}

    @property
    def start_s(self) -> float:
        """When it begins, Unix seconds."""
        return self.start.timestamp()

    @property
    def end_s(self) -> float:
        """When it ends, Unix seconds."""
        return self.start_s + 3600.0 * self.hours

    def antennas(self) -> tuple[Station, ...]:
        """The stations as the world has them."""
        return tuple(each.station for each in self.stations)


def load_scenario(named: str, overrides: Sequence[str] = (), seed: int | None = None) -> Scenario:
    """Read a scenario: the name of one that is shipped, or a path.

    Raises:
        SettingsError: no such scenario, or a mistake in it; names file and key.
    """
    path = _found(named)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError([Problem(str(path), "", f"not TOML: {error}")]) from error
    for each in overrides:
        _put(table, each)
    if seed is not None:
        table["seed"] = seed
    return checked(table, str(path))


def checked(table: Mapping[str, Any], where: str) -> Scenario:
    """The scenario that a table describes.

    Raises:
        SettingsError: a mistake in it; says `where` and which key.
    """
    try:
        scenario = Scenario.model_validate(dict(table))
    except pydantic.ValidationError as error:
        raise SettingsError(
            Problem(where, ".".join(path), reason) for path, reason in reasons(error, _names)
        ) from error
    problems = [Problem(where, key, reason) for key, reason in _unfit(scenario)]
    if problems:
        raise SettingsError(problems)
    return scenario


def shipped() -> list[str]:
    """The names of the scenarios that come with Headland."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def as_toml(scenario: Scenario) -> str:
    """The scenario as a file that `load_scenario` reads back."""
    start = scenario.start.astimezone(UTC)
    lines = [f"title = {_quoted(scenario.title)}", f"start = {iso(start.timestamp())}"]
    lines += [f"{name} = {getattr(scenario, name)!r}" for name in ("hours", "seed", "adsb_thinning")]
    lines += ["", "[area]", *(f"{name} = {value!r}" for name, value in scenario.area.model_dump().items())]
    for station in scenario.stations:
        told = station.model_dump()
        lines += ["", "[[stations]]"]
        lines += [f"{k} = {_quoted(v) if isinstance(v, str) else repr(v)}" for k, v in told.items()]
    for name in ("lives", "behaviours"):
        lines += ["", f"[{name}]", *(f"{key} = {n}" for key, n in sorted(getattr(scenario, name).items()))]
    return "\n".join(lines) + "\n"


def _found(named: str) -> Path:
    if named in shipped():
        return SHIPPED / f"{named}.toml"
    path = Path(named)
    if not path.is_file():
        reason = f"no such file, and no scenario of that name{did_you_mean(named, shipped())}"
        raise SettingsError([Problem(named, "", reason)])
    return path


def _put(table: dict[str, Any], override: str) -> None:
    """Put `KEY=VALUE` into a table; the value is read as TOML, else it is text."""
    name, equals, value = override.partition("=")
    *tables, key = name.strip().split(".")
    if not (equals and key):
        raise SettingsError([Problem(f"--set {override}", "", "KEY=VALUE is expected")])
    for each in tables:
        table = table.setdefault(each, {})
        if not isinstance(table, dict):
            raise SettingsError([Problem(f"--set {override}", name.strip(), f"{each} is no table")])
    try:
        table[key] = tomllib.loads(f"value = {value.strip()}")["value"]
    except tomllib.TOMLDecodeError:
        table[key] = value.strip()


def _names(path: tuple[str, ...]) -> Mapping[str, Any]:
    """What could have stood where a path ends."""
    tables: dict[str, Mapping[str, Any]] = {
        "area": AreaTable.model_fields,
        "stations": StationTable.model_fields,
    }
    return Scenario.model_fields if len(path) == 1 else tables.get(path[0], {})


def _unfit(scenario: Scenario) -> list[tuple[str, str]]:
    """What is wrong with a scenario whose every key is right by itself."""
    area, found = scenario.area, []
    if area.south >= area.north or area.west >= area.east:
        found.append(("area", "south must be less than north, and west less than east"))
    if scenario.start < datetime(1980, 1, 1, tzinfo=UTC) or scenario.start > datetime(2099, 1, 1, tzinfo=UTC):
        found.append(("start", "from 1980 to 2099"))
    pairs = [(each.id, each.kind) for each in scenario.stations]
    if len(set(pairs)) != len(pairs):
        found.append(("stations", "two antennas of one kind under one id"))
    heard: set[str] = {each.kind for each in scenario.stations}
    for name, known in (("lives", lives()), ("behaviours", behaviours())):
        asked: dict[str, int] = getattr(scenario, name)
        for key, count in asked.items():
            found += [(f"{name}.{key}", reason) for reason in _of_play(key, count, known, heard)]
    return found


def _of_play(key: str, count: int, known: Mapping[str, Play], heard: set[str]) -> list[str]:
    if key not in known:
        return [f"unknown key{did_you_mean(key, known)}"]
    missing = [kind for kind in known[key].needs if kind not in heard]
    return [f'needs a station of kind "{missing[0]}"'] if count and missing else []


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(letter for letter in plain if letter.isprintable()) + '"'
