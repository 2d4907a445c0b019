"""Checkpoints of the live service: engine, decoder and a place in the journal, pictured at one instant.

    resumed = load_latest(folder, options)         # None: begin at the journal's beginning
    ...
    picture = snapshot(engine, decoder, position, given)  # between two steps, quick
    write(folder, picture)                         # slow; may run in a thread while the engine goes on

`position` is whatever the reader of the journal needs to read on, exactly
behind the last record that was decoded and stepped; it is handed back as it
was given. Read on from there, the flags are those of a run never broken off.
What was in force by the journal's word is kept too: the settings that the
memory was made under, and the lists of people, whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import structlog

from feeds.decoder import Decoder
from feeds.journal_entries import Given
from feeds.journal_record import EntryKind
from feeds.rejects import Rejects
from fusion import checkpoint
from fusion.engine import Engine
from geo import container
from geo.container import DamagedError, OtherVersionError, Tree
from geo.kept import MismatchError
from geo.stations import StationNames
from headland.errors import CheckpointError
from headland.generations import add, generations
from headland.in_force import InForce
from headland.options import ReplayOptions

KEPT = 3
"""The newest, the one before it should a disk spoil it, and one more."""

log = structlog.get_logger(__name__)


class Resumed(NamedTuple):
    """What a checkpoint gives; the decoder brings its rejects and station names."""

    engine: Engine
    decoder: Decoder
    position: Any
    in_force: InForce


def save(
    folder: Path,
    engine: Engine,
    decoder: Decoder,
    position: Any,
    given: Sequence[Given] = (),
    keep: int = KEPT,
) -> Path:
    """Write a checkpoint, whole or not at all, and remove all but the newest `keep`.

    Args:
        folder: of checkpoints; made if need be, written by one process at a time.
        engine: between two steps.
        decoder: whose frames the engine has all been given.
        position: in the journal; anything that JSON can say.
        given: what the journal says is in force there (`InForce.given`).
        keep: how many stay.

    Raises:
        OSError: it cannot be written; the checkpoints before it stand.
        TypeError: a position that cannot be kept.
    """
    return write(folder, snapshot(engine, decoder, position, given), keep)


def snapshot(engine: Engine, decoder: Decoder, position: Any, given: Sequence[Given] = ()) -> Tree:
    """A picture that shares nothing with what it shows."""
    return {
        "position": position,
        "in_force": [[int(each.kind), each.name, each.content] for each in given],
        "engine": checkpoint.kept(engine),
        "decoder": decoder.state(),
    }


def write(folder: Path, picture: Tree, keep: int = KEPT) -> Path:
    """Write a snapshot as the next checkpoint; raises what `save` raises."""
    return add(folder, partial(container.write, tree=picture), keep)


def warned(path: Path, reason: str) -> None:
    """Put a checkpoint that was passed over before the operator."""
    log.warning("checkpoint passed over", path=str(path), reason=reason)


def load_latest(
    folder: Path, options: ReplayOptions, damaged: Callable[[Path, str], None] = warned
) -> Resumed | None:
    """The newest whole checkpoint as a new engine and decoder; None where there is none.

    Args:
        folder: of checkpoints.
        options: settings and lists that hold where the checkpoint has none from its journal.
        damaged: told of every newer file that is torn or damaged, and why.

    Raises:
        CheckpointError: whole, but made by another version or under other settings.
        ValueError: a movements, exclusions or stations file is not what it should be.
        OSError: a file cannot be read.
    """
    for path in generations(folder):
        try:
            return load(path, options)
        except DamagedError as error:
            damaged(path, str(error))
    return None


def load(path: Path, options: ReplayOptions) -> Resumed:
    """One checkpoint as a new engine and decoder; see `load_latest`.

    Raises:
        DamagedError: torn or damaged.
        CheckpointError, ValueError, OSError: as there.
    """
    try:
        return _resumed(container.read(path), options)
    except (OtherVersionError, MismatchError) as error:
        raise CheckpointError(path, str(error)) from error


def _resumed(tree: Tree, options: ReplayOptions) -> Resumed:
    in_force = InForce(options)
    judges = in_force.begin(StationNames(), Rejects())
    in_force.resume(_given(tree), judges)
    checkpoint.restore(judges.engine, tree["engine"])
    judges.decoder.restore(tree["decoder"])
    return Resumed(*judges, tree["position"], in_force)


def _given(tree: Tree) -> Iterator[Given]:
    try:
        for kind, name, content in tree["in_force"]:
            yield Given(EntryKind(kind), name, content)
    except (KeyError, TypeError, ValueError) as error:
        raise MismatchError(f"kept by another version of the service ({error})") from error
