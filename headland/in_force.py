"""What is in force while a journal is followed or replayed: settings, movements, exclusions, stations.

In: what the journal says at each place (`feeds.journal_entries.Given`), and
what the user holds fast by an option. Out: an engine and a decoder that go by
it. A live follower and a replay put the same things in force between the same
two steps, so they come to the same flags.

What cannot be read is counted and not put in force; what was, stays. A list
that the journal repeats, as it does in each of its files, changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from feeds.decoder import Decoder
from feeds.journal_entries import Given
from feeds.journal_record import EntryKind
from feeds.rejects import Rejects
from fusion.engine import Engine
from fusion.exclusions import exclusions_of, load_exclusions
from fusion.movements import load_movements, movements_of
from geo.stations import StationNames, Stations, load_stations, stations_of
from headland.errors import SettingsError
from headland.options import ReplayOptions
from headland.recorded_settings import settings_of

REFUSED = "journal: not put in force"
UNKNOWN = "journal: setting not known here"


class Judges(NamedTuple):
    """Those who go by what is in force."""

    engine: Engine
    decoder: Decoder


def make_engine(options: ReplayOptions, names: StationNames | None = None) -> Engine:
    """The engine that these options ask for, with every pattern found.

    Args:
        options: settings and lists.
        names: take the names of listed stations.

    Raises:
        ValueError: a movements, exclusions or stations file is not what it should be.
    """
    settings = options.settings
    return Engine(
        list(settings.patterns.values()),
        settings.fusion,
        settings.flags,
        movements=load_movements(options.movements) if options.movements else None,
        exclusions=load_exclusions(options.exclusions) if options.exclusions else None,
        stations=load_stations(options.stations, names or StationNames()) if options.stations else None,
    )


class InForce:
    """What is in force, begun with what the options say.

    Attributes:
        settings: those in force.
    """

    def __init__(self, options: ReplayOptions) -> None:
        self.settings = options.settings
        self._options = options
        self._files: dict[EntryKind, Path | None] = {
            EntryKind.MOVEMENTS: options.movements,
            EntryKind.EXCLUSIONS: options.exclusions,
            EntryKind.STATIONS: options.stations,
        }
        self._given: dict[EntryKind, Given] = {}
        self._changes: Counter[EntryKind] = Counter()

    def begin(self, names: StationNames, rejects: Rejects) -> Judges:
        """A new engine and decoder that go by it.

        Raises:
            ValueError: a movements, exclusions or stations file is not what it should be.
        """
        feeds = self._options.settings.feeds
        decoder = Decoder(rejects, names, feeds.skew_s, feeds.entities_per_station, mlat=feeds.mlat)
        return Judges(make_engine(self._options, names), decoder)

    def apply(self, changes: Iterable[Given], judges: Judges) -> list[Given]:
        """Put in force what the journal says came into force, between two steps; what of it was new."""
        new = []
        for given in changes:
            if self._held(given.kind) or self._content(given.kind) == given.content:
                continue
            try:
                self._put(given, judges)
            except (ValueError, SettingsError) as error:
                judges.decoder.rejects.add(REFUSED, str(error).encode())
                continue
            self._given[given.kind] = given
            self._changes[given.kind] += 1
            new.append(given)
        return new

    def given(self) -> tuple[Given, ...]:
        """What the journal says is in force, as a checkpoint keeps it."""
        return tuple(self._given[kind] for kind in sorted(self._given))

    def resume(self, given: Iterable[Given], judges: Judges) -> None:
        """Put in force what was when a checkpoint was made; for judges that have begun anew."""
        self.apply(given, judges)
        self._changes.clear()

    def stations(self, names: StationNames) -> Stations | None:
        """The stations whose places are listed; None where there is no list.

        Raises:
            ValueError: the file is not what it should be any more.
        """
        given = self._given.get(EntryKind.STATIONS)
        if given is not None:
            return (
                None if given.content is None else stations_of(given.content, given.name or "stations", names)
            )
        file = self._files[EntryKind.STATIONS]
        return None if file is None else load_stations(file, names)

    def told(self) -> dict[str, Any]:
        """For `report.json`: from where each was taken that is in force at the end, and how often it changed."""
        return {kind.name.lower(): self._told(kind) for kind in (EntryKind.SETTINGS, *self._files)}

    def _told(self, kind: EntryKind) -> dict[str, Any] | None:
        given = self._given.get(kind)
        if given is not None:
            said = {
                "from": "journal",
                "changes": self._changes[kind],
                "name": given.name,
                "sha256": given.sha256,
            }
            if kind is EntryKind.SETTINGS:
                said["overridden"] = list(self._options.overrides)
            return said
        file = self._files.get(kind, self._options.settings.file)
        if file is None and kind is not EntryKind.SETTINGS:
            return None
        return {"from": "options", "name": file.name if file else ""}

    def _held(self, kind: EntryKind) -> bool:
        """Whether the user's word stands above the journal's."""
        return self._options.settings_held if kind is EntryKind.SETTINGS else self._files[kind] is not None

    def _content(self, kind: EntryKind) -> bytes | None:
        given = self._given.get(kind)
        return None if given is None else given.content

    def _put(self, given: Given, judges: Judges) -> None:
        engine, content, name = judges.engine, given.content, given.name or given.kind.name.lower()
        if given.kind is EntryKind.MOVEMENTS:
            engine.expect(None if content is None else movements_of(content, name))
        elif given.kind is EntryKind.EXCLUSIONS:
            engine.exclude(None if content is None else exclusions_of(content, name))
        elif given.kind is EntryKind.STATIONS:
            engine.place(None if content is None else stations_of(content, name, judges.decoder.names))
        else:
            self._go_by(content, name, judges)

    def _go_by(self, content: bytes | None, name: str, judges: Judges) -> None:
        if content is None:
            self.settings = self._options.settings
        else:
            self.settings, unknown = settings_of(content, name, self._options.overrides)
            if unknown:
                judges.decoder.rejects.add(UNKNOWN, ", ".join(unknown).encode(), count=len(unknown))
        s = self.settings
        judges.engine.retune(list(s.patterns.values()), s.fusion, s.flags)
        judges.decoder.retune(s.feeds.skew_s, s.feeds.entities_per_station, mlat=s.feeds.mlat)
