"""Checkpoints of the live service: engine, decoder and a place in the journal, pictured at one instant.

    resumed = load_latest(folder, options)         # None: begin at the journal's beginning
    ...
    picture = snapshot(engine, decoder, position)  # between two steps, quick
    write(folder, picture)                         # slow; may run in a thread while the engine goes on

`position` is whatever the reader of the journal needs to read on, exactly
behind the last record that was decoded and stepped; it is handed back as it
was given. Read on from there, the flags are those of a run never broken off.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import structlog

from feeds.decoder import Decoder
from feeds.rejects import Rejects
from fusion import checkpoint
from fusion.engine import Engine
from geo import container
from geo.container import DamagedError, OtherVersionError, Tree
from geo.kept import MismatchError
from geo.stations import StationNames
from headland.errors import CheckpointError
from headland.generations import add, generations
from headland.options import ReplayOptions
from headland.replay import make_engine

KEPT = 3
"""The newest, the one before it should a disk spoil it, and one more."""

log = structlog.get_logger(__name__)


class Resumed(NamedTuple):
    """What a checkpoint gives; the decoder brings its rejects and station names."""

    engine: Engine
    decoder: Decoder
    position: Any


def save(folder: Path, engine: Engine, decoder: Decoder, position: Any, keep: int = KEPT) -> Path:
    """Write a checkpoint, whole or not at all, and remove all but the newest `keep`.

    Args:
        folder: of checkpoints; made if need be, written by one process at a time.
        engine: between two steps.
        decoder: whose frames the engine has all been given.
        position: in the journal; anything that JSON can say.
        keep: how many stay.

    Raises:
        OSError: it cannot be written; the checkpoints before it stand.
        TypeError: a position that cannot be kept.
    """
    return write(folder, snapshot(engine, decoder, position), keep)


def snapshot(engine: Engine, decoder: Decoder, position: Any) -> Tree:
    """A picture that shares nothing with what it shows."""
    return {"position": position, "engine": checkpoint.kept(engine), "decoder": decoder.state()}


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
        options: the settings and lists in force, as for `make_engine`.
        damaged: told of every newer file that is torn or damaged, and why.

    Raises:
        CheckpointError: whole, but made by another version or under other settings.
        ValueError: a movements or exclusions file is not what it should be.
        OSError: a file cannot be read.
    """
    for path in generations(folder):
        try:
            return _resumed(container.read(path), options)
        except DamagedError as error:
            damaged(path, str(error))
        except (OtherVersionError, MismatchError) as error:
            raise CheckpointError(path, str(error)) from error
    return None


def _resumed(tree: Tree, options: ReplayOptions) -> Resumed:
    engine = make_engine(options)
    decoder = Decoder(Rejects(), StationNames(), options.settings.feeds.skew_s)
    checkpoint.restore(engine, tree["engine"])
    decoder.restore(tree["decoder"])
    return Resumed(engine, decoder, tree["position"])
