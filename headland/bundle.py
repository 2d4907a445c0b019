"""The recordings that come with Headland: what they are, whose, and whether they are whole."""

from __future__ import annotations

import gzip
import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

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
        try:
            with gzip.open(self.path) as source:
                found = hashlib.file_digest(source, "sha256").hexdigest()
        except (OSError, EOFError):
            return False
        return found == self.sha256 and (self.path.parent / "LICENSE").is_file()


def recordings() -> list[Recording]:
    """All of them, in the order of recordings.toml."""
    entries = tomllib.loads((FOLDER / "recordings.toml").read_text("utf-8"))["recording"]
    return [
        Recording(FOLDER / each["file"], each["sha256"], each["what"], each["licence"], each["credit"])
        for each in entries
    ]
