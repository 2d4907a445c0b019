"""The journal followed: what stations sent into what is believed, from the last checkpoint on.

In: the folder of a journal that somebody may be writing, and a folder of
checkpoints. Out: steps, each what arrived up to one clock mark, what it said,
and what fusion made of it. A follower that is killed and started again gives
again what came after its last checkpoint, to the byte; whoever takes flags
from it must take a version twice without harm, as the desk does.

The journal says under which settings it is judged, and by which lists
(`headland.in_force`); the settings that the process was given hold only
until the journal says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog

from feeds.journal_reader import JournalReader
from feeds.journal_record import Position
from feeds.rejects import Rejects
from feeds.reports import Said
from feeds.steps import LiveSteps, Step
from fusion.engine import Outcome
from geo.stations import StationNames
from headland.checkpoints import load_latest, save
from headland.in_force import InForce, Judges
from headland.options import ReplayOptions

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Advance:
    """One step: what arrived, what it said, what is believed now."""

    step: Step
    said: Said
    outcome: Outcome


class Follower:
    """Reads on from the last checkpoint.

    Attributes:
        resumed: where the journal was taken up; None from its beginning.
        position: after the last step given.
        in_force: settings and lists.
        heard: is given what a step said before it is considered, which takes a while at the end of a tick.
    """

    def __init__(self, journal: Path, checkpoints: Path, options: ReplayOptions) -> None:
        """Stand at the last checkpoint, or at the beginning of what the journal keeps.

        Raises:
            CheckpointError: a checkpoint of another version, or under other settings.
            JournalError: the checkpoint's place is not in the journal.
        """
        found = load_latest(checkpoints, options)
        self.resumed = None if found is None else Position.of(found.position)
        if found is None:
            self.in_force = InForce(options)
            self.engine, self.decoder = self.in_force.begin(StationNames(), Rejects())
        else:
            self.engine, self.decoder, self.in_force = found.engine, found.decoder, found.in_force
        self._reader = JournalReader(journal, self.resumed)
        self._steps = LiveSteps(self._reader, self.decoder.names, self.decoder.rejects)
        self._checkpoints = checkpoints
        self.position = self._reader.position
        self.heard: Callable[[Said], None] = _not_told

    def advance(self) -> Iterator[Advance]:
        """Every step that the journal holds whole by now; call again later for more."""
        for step in self._steps.ready():
            for new in self.in_force.apply(step.changes, Judges(self.engine, self.decoder)):
                log.info("in force", what=new.kind.name.lower(), name=new.name, sha256=new.sha256)
            said = self.decoder.step(step.frames, step.said)
            self.heard(said)
            outcome = self.engine.step(said, step.mark_s - self.in_force.settings.fusion.lateness_s)
            self.position = step.position
            yield Advance(step, said, outcome)

    def checkpoint(self) -> None:
        """Keep all of it; to be called between steps, after the flags given so far are safe.

        Raises:
            OSError: it cannot be written; the checkpoints before it stand.
        """
        # A place beyond what the disk holds would not be found again after a power cut.
        self._reader.make_durable()
        save(self._checkpoints, self.engine, self.decoder, str(self.position), self.in_force.given())

    def close(self) -> None:
        """Let go of the journal."""
        self._reader.__exit__()


def _not_told(said: Said) -> None:
    """Nobody wants to know before the step is done."""
