"""A replay made ready: its input opened, its engine new or as a live server's checkpoint left it.

In: inputs and options. Out: a `Run`, which `headland.replay` takes through.
Whatever the checkpoint's own run counted before it is not counted again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from feeds.errors import JournalError
from feeds.journal_reader import JournalReader
from feeds.journal_record import Position
from feeds.rejects import Rejects
from geo.container import DamagedError
from headland.checkpoints import Resumed, load, load_latest
from headland.errors import CheckpointError, GivenFileError
from headland.in_force import InForce, Judges, make_engine
from headland.journaled import Journaled, journaled
from headland.options import ReplayOptions
from headland.recorded import Recorded, read_recorded


class Run:
    """A replay that is ready to begin.

    Attributes:
        recorded: what is replayed; judges: who judge it; in_force: by what they go.
    """

    def __init__(self, recorded: Recorded | Journaled, judges: Judges, in_force: InForce) -> None:
        self.recorded, self.judges, self.in_force = recorded, judges, in_force
        self._before = self._unused()
        self._excluded = dict(judges.engine.excluded)

    def unused(self) -> dict[str, int]:
        """Reports that came late, were stamped long after they came, or bore no time, since it began."""
        return {name: count - self._before[name] for name, count in self._unused().items()}

    def excluded(self) -> dict[tuple[str, int], int]:
        """What each exclusion kept from becoming a flag, since it began."""
        counts = self.judges.engine.excluded.items()
        more = {rule: count - self._excluded.get(rule, 0) for rule, count in counts}
        return {rule: count for rule, count in more.items() if count}

    def _unused(self) -> dict[str, int]:
        waiting = self.judges.engine.waiting
        return {"late": waiting.late, "early": waiting.early, "untimed": waiting.untimed}


def begun(inputs: Sequence[str], options: ReplayOptions) -> Run:
    """Inputs opened, and an engine and decoder made, or taken from the checkpoint that the options name.

    Raises:
        InputError: an input cannot be read.
        GivenFileError, ValueError: as `headland.replay.replay`.
    """
    if options.checkpoint is None:
        make_engine(options)  # a wrong list is told before an hour of reading
        recorded, in_force = read_recorded(inputs, options), InForce(options)
        judges = in_force.begin(recorded.names, recorded.rejects)
        return Run(recorded, judges, in_force)
    journal, resumed = journaled(inputs), _resumed(options.checkpoint, options)
    journal.names, journal.rejects = resumed.decoder.names, resumed.decoder.rejects
    # What was refused before the checkpoint was told by the run that made it.
    journal.rejects.restore(Rejects().state())
    journal.start = _place_in(journal.folder, resumed, options.checkpoint)
    return Run(journal, Judges(resumed.engine, resumed.decoder), resumed.in_force)


def _resumed(path: Path, options: ReplayOptions) -> Resumed:
    """What a checkpoint gives, or the newest of a folder of them.

    Raises:
        GivenFileError: there is none, it is damaged, or of another version or under settings that may not change.
        ValueError: a movements, exclusions or stations file is not what it should be.
    """
    try:
        resumed = load_latest(path, options) if path.is_dir() else load(path, options)
    except DamagedError as error:
        raise GivenFileError(str(error)) from error
    except CheckpointError as error:
        # Its own advice is for the service, whose checkpoints a replay must leave where they are.
        advice = "Leave out --set and --config, or --from: then all of the journal is replayed"
        raise GivenFileError(f"{error.path}: {error.reason}. {advice}.") from error
    if resumed is None:
        raise GivenFileError(f"{path}: no checkpoint is in this folder")
    return resumed


def _place_in(journal: Path, resumed: Resumed, checkpoint: Path) -> Position:
    """Where in a journal a checkpoint was made.

    Raises:
        GivenFileError: in another journal, or in a part of it that is not kept any more.
    """
    try:
        position = Position.of(str(resumed.position))
        with JournalReader(journal, position):
            return position
    except (JournalError, ValueError) as error:
        raise GivenFileError(f"{checkpoint}: it was not made in this journal: {error}") from error
