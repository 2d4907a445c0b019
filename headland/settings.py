"""Settings: one TOML file, the environment above it, `--set` above both. Defaults need none of them.

    [flags]
    min_score = 0.6

    [loitering]
    radius_m = 800

The sections are `flags` and `fusion` (`fusion.parameters`), `feeds`
(`feeds.parameters`), `channels` with a table a channel (`alerts.channel`) and one a pattern by its
name. `HEADLAND_LOITERING__RADIUS_M=800` and `--set loitering.radius_m=800` say the same. The file is the one named by `--config`,
else by `HEADLAND_CONFIG`, else `headland.toml` in the working folder. A key
that nobody knows stops the start: a threshold misspelt is a threshold unset.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pydantic
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableVariable

from alerts.channel import channels_settings
from feeds.parameters import FeedsParameters
from fusion.parameters import EngineParameters, FlagParameters
from fusion.pattern import patterns
from headland.errors import Problem, SettingsError
from headland.sections import did_you_mean, keys_at, of_model, reasons, section_model

FILE = "headland.toml"
PREFIX = "HEADLAND_"
CONFIG_VARIABLE = "HEADLAND_CONFIG"

OWN = ("flags", "fusion", "feeds", "channels")
"""The sections that are no pattern's."""

Table = dict[str, Any]


def section_kinds() -> dict[str, type[Any]]:
    """The dataclass of every section, by its name."""
    return {
        "flags": FlagParameters,
        "fusion": EngineParameters,
        "feeds": FeedsParameters,
        "channels": channels_settings(),
        **patterns(),
    }


def _default_patterns() -> Mapping[str, Any]:
    return {name: kind() for name, kind in patterns().items()}


def _default_channels() -> Any:
    return channels_settings()()


@dataclass(frozen=True)
class Settings:
    """What is in force.

    Attributes:
        channels: one of `alerts.channel.channels_settings()`.
        patterns: each pattern with its parameters, by name.
        file: where it was read from; None where no file was.
    """

    flags: FlagParameters = field(default_factory=FlagParameters)
    fusion: EngineParameters = field(default_factory=EngineParameters)
    feeds: FeedsParameters = field(default_factory=FeedsParameters)
    channels: Any = field(default_factory=_default_channels)
    patterns: Mapping[str, Any] = field(default_factory=_default_patterns)
    file: Path | None = None

    def as_table(self) -> Table:
        """Every section and key with its value, as the file would give them."""
        own = {name: getattr(self, name) for name in OWN}
        return {name: asdict(section) for name, section in (own | dict(self.patterns)).items()}


@dataclass(frozen=True)
class _Given:
    """What the user gave, by where it was given; the later sources yield to the earlier."""

    options: Table
    file: Path | None
    text: str
    table: Table

    def where(self, path: tuple[str, ...]) -> str:
        """The place that gave the key at `path`."""
        given = {name.upper(): name for name in os.environ}
        # The key itself, or the table that should hold it; a variable may give a whole table as JSON.
        for known in (path[:depth] for depth in range(len(path), 0, -1)):
            if _holds(self.options, known):
                return f"--set {'.'.join(known)}"
            if variable := given.get(PREFIX + "__".join(known).upper()):
                return variable
            if _holds(self.table, known):
                return f"{self.file}, line {_line(self.text, known)}"
        return str(self.file or "settings")


def load_settings(config: Path | None = None, overrides: Sequence[str] = ()) -> Settings:
    """Read the file, the environment and `--set`.

    Args:
        config: the file that `--config` names.
        overrides: `SECTION.KEY=VALUE`, as `--set` takes them.

    Raises:
        SettingsError: a file that is missing or is not TOML, an unknown key, an impossible value.
    """
    kinds = section_kinds()
    file = _file(config)
    text = _text(file) if file else ""
    given = _Given(options_table(overrides), file, text, _table(file, text))
    if unknown := _unknown_variables(kinds):
        raise SettingsError(unknown)
    try:
        model = _layers(kinds, given.table)(**given.options)
    except pydantic.ValidationError as error:
        raise SettingsError(
            Problem(given.where(path), ".".join(path), reason)
            for path, reason in reasons(error, lambda path: _names(kinds, path))
        ) from error
    except UnreadableVariable as error:
        raise SettingsError([Problem("environment", "", str(error))]) from error
    made = {name: of_model(kind, getattr(model, name)) for name, kind in kinds.items()}
    return Settings(**{name: made.pop(name) for name in OWN}, patterns=made, file=file)


def place_of(settings: Settings, path: tuple[str, ...]) -> str:
    """Where a key that was read is given, or the table that should hold it: file and line, or variable."""
    text = _text(settings.file) if settings.file else ""
    return _Given({}, settings.file, text, _table(settings.file, text)).where(path)


def _layers(kinds: Mapping[str, type[Any]], table: Table) -> type[BaseSettings]:
    """A pydantic-settings model of all sections that reads `--set`, then the environment, then the file."""

    class Layers(BaseSettings):
        model_config = SettingsConfigDict(
            env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", allow_inf_nan=False
        )

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  passed by name
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  passed by name
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, InitSettingsSource(settings_cls, table)

    sections: dict[str, Any] = {}
    for name, kind in kinds.items():
        model = section_model(kind)
        sections[name] = (model, pydantic.Field(default_factory=model))
    return pydantic.create_model("Settings", __base__=Layers, **sections)


def _names(kinds: Mapping[str, type[Any]], path: tuple[str, ...]) -> Mapping[str, Any]:
    """What could have stood where `path` ends: sections, or the keys of one."""
    return kinds if len(path) == 1 else keys_at(kinds[path[0]], path[1:])


def _file(config: Path | None) -> Path | None:
    named = config or (Path(os.environ[CONFIG_VARIABLE]) if os.environ.get(CONFIG_VARIABLE) else None)
    if named is not None:
        return named
    return Path(FILE) if Path(FILE).is_file() else None


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise SettingsError([Problem(str(file), "", error.strerror or str(error))]) from error
    except UnicodeDecodeError as error:
        raise SettingsError([Problem(str(file), "", f"not UTF-8: {error.reason}")]) from error


def _table(file: Path | None, text: str) -> Table:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([Problem(str(file), "", f"not TOML: {error}")]) from error


def options_table(overrides: Sequence[str]) -> Table:
    """Section, key and value of what `--set` says.

    Raises:
        SettingsError: not SECTION.KEY=VALUE.
    """
    table: Table = {}
    for each in overrides:
        name, equals, value = each.partition("=")
        *tables, key = name.strip().split(".")
        at: Any = table
        for inner in tables:
            at = at.setdefault(inner, {}) if isinstance(at, dict) else None
        if not (equals and tables and all((*tables, key))) or not isinstance(at, dict):
            raise SettingsError([Problem(f"--set {each}", "", "SECTION.KEY=VALUE is expected")])
        at[key] = value.strip()
    return table


def _unknown_variables(kinds: Mapping[str, type[Any]]) -> list[Problem]:
    """Variables of ours that name no section; pydantic-settings would pass over them."""
    problems = []
    for variable in sorted(os.environ):
        name = variable.upper()
        section = name.removeprefix(PREFIX).partition("__")[0].lower()
        if name.startswith(PREFIX) and name != CONFIG_VARIABLE and section not in kinds:
            problems.append(Problem(variable, "", f"unknown section{did_you_mean(section, kinds)}"))
    return problems


def _holds(table: Any, path: tuple[str, ...]) -> bool:
    for name in path:
        if not isinstance(table, dict) or name not in table:
            return False
        table = table[name]
    return True


def _line(text: str, path: tuple[str, ...]) -> int:
    """The line on which a key is given: where the file first holds it when read only so far."""
    lines = text.splitlines()
    for count in range(1, len(lines) + 1):
        try:
            if _holds(tomllib.loads("\n".join(lines[:count])), path):
                return count
        except tomllib.TOMLDecodeError:
            continue  # this line begins a value that ends on a later one
    return len(lines)
