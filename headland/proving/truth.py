"""What is known of a made world: what happens in it that should raise an alarm, and what should not.

`Scene` is what one life or one behaviour adds to a world: movers, the kind of craft
of each, what is true of them, and the lists an operator would hold: expected arrivals
and exclusions. `truth.json` of the contract is written from all scenes together; its
times are ISO 8601 UTC as `flags.geojson` has them (`alerts.features.iso`), its places
six decimals.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from alerts.features import PLACE_DECIMALS, iso
from feeds.reports import subject
from fusion.exclusions import COLUMNS as EXCLUSION_COLUMNS
from fusion.movements import COLUMNS as MOVEMENT_COLUMNS
from geo.airfields import airfields
from headland.proving.mover import Mover


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that should raise an alarm.

    Attributes:
        kind: the pattern whose flag it deserves.
        subjects: entities, one or two; none where an area is the subject.
        start_s, end_s: of the behaviour itself, not of the whole voyage.
        lat_deg, lon_deg: a place of it, on a subject's true way.
    """

    kind: str
    subjects: tuple[int, ...]
    start_s: float
    end_s: float
    lat_deg: float
    lon_deg: float
    note: str

    def as_json(self) -> dict[str, Any]:
        """The entry of `alarm` in `truth.json`."""
        return {
            "kind": self.kind,
            "subjects": sorted(map(subject, self.subjects)),
            "start": iso(self.start_s),
            "end": iso(self.end_s),
            "lat": round(self.lat_deg, PLACE_DECIMALS),
            "lon": round(self.lon_deg, PLACE_DECIMALS),
            "note": self.note,
        }


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """Ordinary life that should raise none."""

    subjects: tuple[int, ...]
    note: str

    def as_json(self) -> dict[str, Any]:
        """The entry of `quiet` in `truth.json`."""
        return {"subjects": sorted(set(map(subject, self.subjects))), "note": self.note}


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """An arrival that somebody expects: a row of `movements.csv`. `field` is a row of `airfields()`."""

    callsign: str
    icao24: int
    field: int
    eta_s: float

    def as_row(self) -> tuple[str, ...]:
        """The cells of the row."""
        return self.callsign, f"{self.icao24:06x}", str(airfields().ident[self.field]), iso(self.eta_s)


@dataclass(frozen=True, kw_only=True)
class Innocent:
    """A craft that is listed as known: a row of `exclusions.csv`."""

    entity: int
    reason: str

    def as_row(self, expires_s: float) -> tuple[str, ...]:
        """The cells of the row; the rule ends with the world."""
        return subject(self.entity), "", "", self.reason, "simulation", iso(expires_s)


@dataclass(frozen=True, kw_only=True)
class Jam:
    """Satellite navigation disturbed for everybody about a place; `headland.proving.mover_jamming` does it to them."""

    lat_deg: float
    lon_deg: float
    radius_m: float
    start_s: float
    end_s: float
    wander_mps: float
    toward_deg: float


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What one life or behaviour adds; `crafts` names the kind of craft of each mover (`mover_crafts`)."""

    movers: tuple[Mover, ...] = ()
    crafts: tuple[str, ...] = ()
    alarm: tuple[Event, ...] = ()
    quiet: tuple[Quiet, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    innocents: tuple[Innocent, ...] = ()
    jams: tuple[Jam, ...] = ()

    @classmethod
    def ordinary(cls, movers: Sequence[Mover], craft: str, note: str) -> Scene:
        """Craft of one kind that do nothing out of the ordinary."""
        return cls(
            movers=tuple(movers),
            crafts=(craft,) * len(movers),
            quiet=(Quiet(subjects=tuple(m.entity for m in movers), note=note),),
        )

    @classmethod
    def joined(cls, scenes: Iterable[Scene]) -> Scene:
        """All scenes as one, in their order."""
        parts = list(scenes)
        return cls(
            movers=tuple(each for part in parts for each in part.movers),
            crafts=tuple(each for part in parts for each in part.crafts),
            alarm=tuple(each for part in parts for each in part.alarm),
            quiet=tuple(each for part in parts for each in part.quiet),
            arrivals=tuple(each for part in parts for each in part.arrivals),
            innocents=tuple(each for part in parts for each in part.innocents),
            jams=tuple(each for part in parts for each in part.jams),
        )


def truth_of(scene: Scene) -> dict[str, Any]:
    """The content of `truth.json`."""
    alarm = sorted(scene.alarm, key=lambda each: (each.start_s, each.kind, each.subjects))
    return {"alarm": [each.as_json() for each in alarm], "quiet": [each.as_json() for each in scene.quiet]}


def movements_csv(scene: Scene) -> str:
    """The content of `movements.csv`, with its header."""
    return _csv(MOVEMENT_COLUMNS, [each.as_row() for each in scene.arrivals])


def exclusions_csv(scene: Scene, expires_s: float) -> str:
    """The content of `exclusions.csv`, with its header; every rule holds until `expires_s`."""
    return _csv(EXCLUSION_COLUMNS, [each.as_row(expires_s) for each in scene.innocents])


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()
