"""A journal ready to be replayed: as it was heard, in the order of arrival, late where it was late.

In: the folder that `headland live` writes, and the place to begin at. Out: what
a live engine is given, step for step. It is read as it is replayed, so its
size does not matter; what the service adds meanwhile is replayed as far as it
has come.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from feeds.errors import InputError
from feeds.journal_entries import Given
from feeds.journal_reader import JournalReader, journal_files, sha256_upto
from feeds.journal_record import Position
from feeds.rejects import Rejects
from feeds.reports import Said
from feeds.steps import LiveSteps, Step
from geo.stations import StationNames
from hardware.frames import Frames


class Window(NamedTuple):
    """What is replayed in one step.

    Attributes:
        end_s: of the span of event time, or the clock mark.
        frames: raw messages; said: what others had decoded already.
        changes: what came into force, for all of it.
    """

    end_s: float
    frames: Frames
    said: Said
    changes: tuple[Given, ...] = ()


@dataclass
class Journaled:
    """What a journal holds; see `headland.recorded.Recorded`, which it stands for.

    Attributes:
        start: where to begin, after a step; None for the beginning of what is kept.
        rows: 0, for nobody has counted them.
        inputs: name, format, SHA-256, last chain value; complete when the last window was given.
    """

    folder: Path
    names: StationNames = field(default_factory=StationNames)
    rejects: Rejects = field(default_factory=Rejects)
    inputs: list[dict[str, Any]] = field(default_factory=list)
    start: Position | None = None
    rows: int = 0

    def windows(self) -> Iterator[Window]:
        """What arrived up to each clock mark.

        Raises:
            JournalError: the place to begin at is not in the journal, or no longer.
        """
        with JournalReader(self.folder, self.start) as reader:
            begin = reader.position
            for step in steps_of(reader, self.names, self.rejects):
                yield Window(step.mark_s, step.frames, step.said, step.changes)
            self.inputs[0] |= {
                "sha256": sha256_upto(self.folder, reader.position),
                "from": str(begin),
                "to": str(reader.position),
                "chain": reader.chain.hex() if reader.chain else None,
            }


def journaled(inputs: Sequence[str]) -> Journaled:
    """The journal that the one input names.

    Raises:
        InputError: more than one input, or a folder that holds no journal.
    """
    if len(inputs) != 1:
        raise InputError(
            next(where for where in inputs if Path(where).is_dir()),
            "a journal is replayed alone, for only it says what came late",
        )
    folder = journal_folder(inputs[0])
    return Journaled(folder, inputs=[{"name": folder.resolve().name, "format": "journal"}])


def journal_folder(where: str) -> Path:
    """The folder that an input names.

    Raises:
        InputError: it holds no journal.
    """
    folder = Path(where)
    if not folder.is_dir():
        raise InputError(where, "no folder of a journal, and only a journal is read on from a checkpoint")
    if not journal_files(folder):
        raise InputError(where, "a folder without the files of a journal (SERIAL-HOUR.journal)")
    return folder


def steps_of(reader: JournalReader, names: StationNames, rejects: Rejects) -> Iterator[Step]:
    """Every step of a journal to its end as it is now; what could not be read is counted at the end."""
    steps = LiveSteps(reader, names, rejects)
    yield from steps.ready()
    # Nothing more is known of the time after the last mark; the mark stands.
    yield steps.rest()
    for damage in reader.damage:
        rejects.add(f"journal: {damage.fault}", str(damage).encode())
    if reader.unread is not None:
        rejects.add(f"journal: {reader.unread}", str(reader.position).encode())
