"""Settings as a journal records them, and settings from such a record.

In the journal: JSON, section by section every key with its value, of all that
decides a flag. Whom alerts are told, and where, decides none and is left out:
a journal is evidence, and is handed on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from headland.sections import build_section, keys
from headland.settings import OWN, Settings, options_table, section_kinds

PRIVATE = ("channels",)


class Read(NamedTuple):
    """What a record gave.

    Attributes:
        unknown: sections and keys that this version does not know, passed over.
    """

    settings: Settings
    unknown: tuple[str, ...]


def recorded(settings: Settings) -> bytes:
    """The settings as the journal keeps them; equal settings give equal bytes."""
    table = {name: section for name, section in settings.as_table().items() if name not in PRIVATE}
    return json.dumps(table, sort_keys=True, separators=(",", ":")).encode()


def settings_of(content: bytes, where: str, overrides: Sequence[str] = ()) -> Read:
    """The settings that a record gives, with what `--set` says above them.

    A key that was not recorded has its default: it came with a later version than the record.

    Raises:
        SettingsError: a value that is not possible.
        ValueError: no table of settings.
    """
    try:
        table = json.loads(content)
    except RecursionError as error:
        raise ValueError(f"{where}: no table of settings") from error
    if not isinstance(table, dict) or not all(isinstance(section, dict) for section in table.values()):
        raise ValueError(f"{where}: no table of settings")
    kinds = {name: kind for name, kind in section_kinds().items() if name not in PRIVATE}
    above = options_table(overrides)
    made = {
        name: build_section(kind, _known(kind, table.get(name, {})) | above.get(name, {}), f"{where}: {name}")
        for name, kind in kinds.items()
    }
    own = {name: made.pop(name) for name in OWN if name in made}
    return Read(Settings(**own, patterns=made), tuple(sorted(_unknown(kinds, table))))


def _known(kind: type[Any], section: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in section.items() if key in keys(kind)}


def _unknown(kinds: Mapping[str, type[Any]], table: Mapping[str, Mapping[str, Any]]) -> list[str]:
    known = {f"{name}.{key}" for name, kind in kinds.items() for key in keys(kind)}
    said = {f"{name}.{key}" for name, section in table.items() for key in section}
    return sorted(said - known)
