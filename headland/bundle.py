"""The recordings that come with Headland: what they are, whose, and whether they are whole.

`recordings()` are the real ones as they were published; `wires()` is what the
live demo sends, and `planted()` who in it is simulated. All of it is described
in `recordings/recordings.toml` and `recordings/README.md`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "recordings"


@dataclass(frozen=True, slots=True)
class Recording:
    """One bundled recording.

    Attributes:
        path: the file, gzip-compressed.
        sha256: of what it unpacks to.
        what: a sentence for people.
        licence: under which it is shipped; its text lies beside it.
        credit: whose it is.
    """

    path: Path
    sha256: str
    what: str
    licence: str
    credit: str

    def is_whole(self) -> bool:
        """Whether the file is there and unpacks to what was published, its licence beside it."""
        return _unpacks_to(self.path, self.sha256) and (self.path.parent / "LICENSE").is_file()


@dataclass(frozen=True, slots=True)
class Wire:
    """One file of what the live demo sends.

    Attributes:
        path: the file, gzip-compressed, in a format that `feeds.inputs` reads.
        sha256: of what it unpacks to.
        zero_s: Unix seconds, in the file's own time, at which the demo begins.
        stations: seconds after zero, rising, and the virtual station that hears from then on; empty where
            the file names the stations itself.
    """

    path: Path
    sha256: str
    zero_s: float
    stations: tuple[tuple[float, str], ...]

    def is_whole(self) -> bool:
        """Whether the file is there and unpacks to what was made."""
        return _unpacks_to(self.path, self.sha256)


@dataclass(frozen=True, slots=True)
class Planted:
    """One simulated transmitter of the live demo.

    Attributes:
        subject: as flags name it: `mmsi:232999001`.
        name: what it calls itself.
        flagged: the pattern that is to flag it; None for ordinary traffic.
        note: what it does, in a few words.
    """

    subject: str
    name: str
    flagged: str | None
    note: str


def recordings() -> list[Recording]:
    """All real recordings, in the order of recordings.toml."""
    return [
        Recording(FOLDER / each["file"], each["sha256"], each["what"], each["licence"], each["credit"])
        for each in _listed("recording")
    ]


def wires() -> list[Wire]:
    """What the live demo sends, in the order of recordings.toml."""
    return [
        Wire(
            FOLDER / each["file"],
            each["sha256"],
            float(each["zero"]),
            tuple((float(after_s), name) for after_s, name in each.get("stations", [])),
        )
        for each in _listed("wire")
    ]


def planted() -> list[Planted]:
    """Everybody in the demo who is simulated."""
    return [Planted(**each) for each in json.loads((FOLDER / "planted" / "planted.json").read_text("utf-8"))]


def _listed(kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((FOLDER / "recordings.toml").read_text("utf-8"))[kind]
    return found


def _unpacks_to(path: Path, sha256: str) -> bool:
    try:
        with gzip.open(path) as source:
            return hashlib.file_digest(source, "sha256").hexdigest() == sha256
    except (OSError, EOFError):
        return False
