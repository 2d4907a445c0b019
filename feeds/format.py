"""What a format of recorded input is, and where formats are found.

A format is one file in `feeds/formats/` that offers `FORMAT`, an object with
the three things below. It turns bytes into `Frames` (raw messages, still to
be decoded) or, where the input is already decoded, into `Said`. Nothing else
is edited to add one; outside packages may join by the entry point group
`headland.formats`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from importlib.metadata import entry_points
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import feeds.formats
from feeds.rejects import Rejects
from feeds.reports import Said
from geo.stations import UNNAMED, StationNames
from hardware.frames import Frames


@dataclass(frozen=True)
class Reading:
    """What a reader needs beside the bytes.

    Attributes:
        names: gives stations their numbers.
        rejects: takes what cannot be read.
        zone: zone of local times; None where times must be UTC.
        start_s: Unix seconds of the first frame, for formats that only count ticks.
        columns_toml: a mapping of a position table's columns, where the user gave one.
        station: the station of lines that name none.
    """

    names: StationNames
    rejects: Rejects
    zone: tzinfo | None = None
    start_s: float | None = None
    columns_toml: Path | None = None
    station: str = UNNAMED


class Format(Protocol):
    """One way in which recordings are written."""

    @property
    def name(self) -> str:
        """The name that `--format` takes: lower case, hyphens."""
        ...

    def recognises(self, head: bytes) -> bool:
        """Whether an input that begins with these bytes (up to 64 KiB) is of this format."""
        ...

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Frames | Said]:
        """Batches in file order; bad lines go to `reading.rejects`.

        Raises:
            InputError: the input as a whole cannot be read, or needs an option that is missing.
        """
        ...


def formats() -> dict[str, Format]:
    """Every format by name, in the order in which they are asked whether they recognise an input."""
    found: dict[str, Format] = {}
    for module in pkgutil.iter_modules(feeds.formats.__path__, "feeds.formats."):
        known = cast("Format", importlib.import_module(module.name).FORMAT)
        found[known.name] = known
    for guest in entry_points(group="headland.formats"):
        found.setdefault(guest.name, guest.load())
    return dict(sorted(found.items()))
