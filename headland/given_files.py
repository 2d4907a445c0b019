"""The files that the operator gave a live server, watched, and written into its journal when they change.

In: the paths of the lists of movements, exclusions and stations, and the
settings in force. Out: entries of the journal, whole files: at the start, at
each change, and at the head of each of the journal's files, so that any part
of it that is kept says what was in force.

A file is taken when it has lain still from one look to the next: an editor
may be in the middle of it. One that is broken, or gone, is refused, counted
and logged once, and what was in force stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import structlog

from feeds.journal_entries import GIVEN_BYTES, GIVEN_KINDS, Given, given_entry, given_of
from feeds.journal_record import Entry, EntryKind
from feeds.recorder import Recorder
from feeds.rejects import Rejects
from fusion.exclusions import exclusions_of
from fusion.movements import movements_of
from geo.stations import StationNames, stations_of
from hardware.clock import Clock
from headland.live_options import LiveOptions
from headland.recorded_settings import recorded

REFUSED = "given file refused"

Stamp = tuple[int, int, int] | None
"""By which a file is seen to change: its time, size and number; None where it cannot be read."""

log = structlog.get_logger(__name__)


class GivenFiles:
    """What the operator gave, as last read and found sound."""

    def __init__(self, files: Mapping[EntryKind, Path | None], settings: Given, rejects: Rejects) -> None:
        """Take note of paths; `begin` reads them.

        Args:
            files: the list of each kind, None where none was given.
            settings: in force while this process lasts.
            rejects: count files that are broken.
        """
        self._files = dict(files)
        self._settings = settings
        self._rejects = rejects
        # Replaced and never changed: the journal's thread reads it while a file begins.
        self._in_force: dict[EntryKind, Given] = {}
        self._seen: dict[EntryKind, Stamp] = {}
        self._lying: dict[EntryKind, Stamp] = {}

    def noting(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The entries of a journal as they come; what they put in force stays until a sound file takes its place."""
        for entry in entries:
            if entry.kind in GIVEN_KINDS:
                try:
                    given = given_of(entry.kind, entry.body)
                except ValueError:
                    continue  # whoever reads the journal counts it
                self._in_force = self._in_force | {given.kind: given}
            yield entry

    def preface(self, time_s: float) -> tuple[Entry, ...]:
        """What is in force, for the head of a file of the journal."""
        in_force = self._in_force
        return tuple(given_entry(in_force[kind], time_s) for kind in sorted(in_force))

    def begin(self) -> list[Given]:
        """What is in force at the start, settings first; of a file that is broken nothing is said."""
        found = [self._settings]
        for kind, path in self._files.items():
            if path is None:
                found.append(Given(kind, "", None))
            elif (given := self._read(kind, path, _stamp(path))) is not None:
                found.append(given)
        self._in_force = self._in_force | {given.kind: given for given in found}
        return found

    def look(self) -> list[Given]:
        """The files that have changed since they were last read, and lie still."""
        changed = []
        for kind, path in self._files.items():
            if path is None or not self._settled(kind, stamp := _stamp(path)):
                continue
            given = self._read(kind, path, stamp)
            before = self._in_force.get(kind)
            if given is not None and (before is None or before.content != given.content):
                changed.append(given)
        self._in_force = self._in_force | {given.kind: given for given in changed}
        return changed

    def _settled(self, kind: EntryKind, stamp: Stamp) -> bool:
        """Whether a file is another than the one dealt with, and the same as a look ago."""
        before, self._lying[kind] = self._lying.get(kind), stamp
        return stamp != self._seen.get(kind) and stamp == before

    def _read(self, kind: EntryKind, path: Path, stamp: Stamp) -> Given | None:
        """What a file gives; None where it is broken."""
        self._seen[kind] = self._lying[kind] = stamp
        try:
            with path.open("rb") as file:
                content = file.read(GIVEN_BYTES + 1)
            check(kind, content, str(path))
        except (OSError, ValueError) as error:
            self._rejects.add(REFUSED, str(error).encode())
            told = {"what": kind.name.lower(), "file": str(path), "reason": str(error)}
            log.error("given file refused; what was in force stays", **told)  # noqa: TRY400  the reason says all
            return None
        log.info("given file in force", what=kind.name.lower(), file=str(path), bytes=len(content))
        return Given(kind, path.name, content)


def given_files(options: LiveOptions, rejects: Rejects) -> GivenFiles:
    """What the options of a live server name, and the settings that it goes by."""
    files = {
        EntryKind.MOVEMENTS: options.movements,
        EntryKind.EXCLUSIONS: options.exclusions,
        EntryKind.STATIONS: options.stations,
    }
    settings, file = recorded(options.settings), options.settings.file
    return GivenFiles(files, Given(EntryKind.SETTINGS, file.name if file else "", settings), rejects)


def check(kind: EntryKind, content: bytes, where: str) -> None:
    """Read a list as those will who go by it.

    Raises:
        ValueError: it is not such a list, or too large; the message names file, line and what is wrong.
    """
    if len(content) > GIVEN_BYTES:
        raise ValueError(f"{where}: larger than {GIVEN_BYTES} bytes")
    if kind is EntryKind.MOVEMENTS:
        movements_of(content, where)
    elif kind is EntryKind.EXCLUSIONS:
        exclusions_of(content, where)
    elif kind is EntryKind.STATIONS:
        stations_of(content, where, StationNames())


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


async def begin(given: GivenFiles, recorder: Recorder, clock: Clock) -> None:
    """Write down what is in force at the start."""
    await _note(await asyncio.to_thread(given.begin), recorder, clock)


async def look(given: GivenFiles, recorder: Recorder, clock: Clock) -> None:
    """Write down what has changed; to be done every few seconds."""
    await _note(await asyncio.to_thread(given.look), recorder, clock)


async def _note(found: list[Given], recorder: Recorder, clock: Clock) -> None:
    for each in found:
        await recorder.note(given_entry(each, clock.utc_s()))
