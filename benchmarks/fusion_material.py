"""Recorded traffic set up again along the whole coast, for the benchmark of fusion.

A scene is the Solent as its messages were heard, one row a transmission with all stations that heard it: 91 vessels, 85
minutes. The next scene is the same traffic under other numbers about another seaport, as far east and north of it as it
was of Portsmouth Harbour, a second later, with stations of its own; every fiftieth also has the first 85 minutes of a
flight that was heard frame by frame. So rhythm, motion, and who is near whom are real; where they are is not, and some
sail on land. When more rows are wanted than the scenes hold, all of it happens again later.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np

from feeds.decoder import Decoder
from feeds.reports import NUMBER_MASK, Identities, Reports, Said
from fusion.order import Waiting
from fusion.parameters import EngineParameters
from geo.batch import Floats, Ids, Ragged
from geo.plane import displaced, offsets
from geo.ports import ports
from geo.sphere import distance_m
from geo.stations import StationNames, Stations, load_stations
from headland.bundle import FOLDER
from headland.options import ReplayOptions
from headland.recorded import WINDOW_S, read_recorded

Heard = TypeVar("Heard", Reports, Identities)
SOLENT, FLIGHT = "solent/SolentAIS_20160112_130211.nmea.gz", "baw3ak/tutorial.jsonl.gz"
FLIGHT_EVERY = 50
APART_M = 25_000.0
"""Between the seaports of two scenes: half of the Solent's vessels are within 8 km of its middle."""
HOME_LAT, HOME_LON = 50.80, -1.11
STATION_STEP = 2_654_435_761
"""Odd, so that stations of many scenes have numbers of their own."""


@dataclass(frozen=True)
class Tiled:
    """Recorded traffic, many times over.

    Attributes:
        said: by time; reports are one row a transmission.
        stations: where those stand that heard it.
        scenes: how many there are.
        lasts_s: how long one is.
    """

    said: Said
    stations: Stations
    scenes: int
    lasts_s: float

    @property
    def entities(self) -> int:
        """How many different ones report."""
        return len(np.unique(self.said.reports.entity))

    def windows(self) -> list[tuple[Said, float]]:
        """What was said in each span of time that a replay takes in a step, and the end of the span."""
        reports, identities = self.said.reports, self.said.identities
        ends_s = (np.unique(np.floor(reports.time_s / WINDOW_S)) + 1.0) * WINDOW_S
        return [
            (Said(_before(reports, end_s), _before(identities, end_s)), end_s) for end_s in ends_s.tolist()
        ]


def tiled(entities: int, reports: int | None = None, turns: int = 1) -> Tiled:
    """At least so many entities; so many reports, the first that were heard, or else all of so many turns."""
    solent, flight = _heard(SOLENT), _heard(FLIGHT)
    flight = _later(flight, solent.reports.time_s[0] - flight.reports.time_s[0])
    lasts_s = float(np.ptp(solent.reports.time_s)) + 1.0
    own = len(np.unique(solent.reports.entity))
    places = _apart(-(-entities // own))
    scenes = []
    for scene, (lat, lon) in enumerate(places):
        both = [solent, _until(flight, solent.reports.time_s[-1])] if scene % FLIGHT_EVERY == 0 else [solent]
        scenes.append(_moved(Said.concat(both), scene, lat, lon))
    once = Said.concat(scenes)
    reports = turns * len(once.reports) if reports is None else reports
    again = [_later(once, turn * lasts_s) for turn in range(-(-reports // len(once.reports)))]
    said = Said.concat(again)
    rows = said.reports.take(np.argsort(said.reports.time_s, kind="stable")[:reports])
    who = said.identities.take(np.argsort(said.identities.time_s, kind="stable"))
    return Tiled(Said(rows, who), _stations(places), len(places), lasts_s)


@cache
def _heard(name: str) -> Said:
    """All that a bundled recording says, one row a transmission, by time."""
    recorded = read_recorded([str(FOLDER / name)], ReplayOptions())
    decoder = Decoder(recorded.rejects, recorded.names)
    said = Said.concat([decoder.step(window.frames, window.said) for window in recorded.windows()])
    decoder.finish()
    waiting = Waiting(EngineParameters())
    waiting.add(said.reports)
    return Said(waiting.release(float(said.reports.time_s.max()) + 3600.0).reports, said.identities)


def _apart(count: int) -> list[tuple[float, float]]:
    """The Solent and so many seaports, none near another.

    Raises:
        ValueError: the coast has not so many.
    """
    lat, lon = ports().lat_deg, ports().lon_deg
    found, free = [(HOME_LAT, HOME_LON)], np.ones(len(lat), np.bool_)
    while len(found) < count:
        free &= (
            distance_m(np.full(len(lat), found[-1][0]), np.full(len(lat), found[-1][1]), lat, lon) > APART_M
        )
        if not free.any():
            raise ValueError(f"{count} scenes do not fit along the coast; {len(found)} do")
        nearest = int(np.flatnonzero(free)[0])
        found.append((float(lat[nearest]), float(lon[nearest])))
    return found


def _before(rows: Heard, end_s: float) -> Heard:
    first, last = np.searchsorted(rows.time_s, [end_s - WINDOW_S, end_s])
    return rows.take(np.arange(first, last))


def _until(said: Said, end_s: float) -> Said:
    reports, who = said.reports, said.identities
    return Said(reports.take(reports.time_s <= end_s), who.take(who.time_s <= end_s))


def _later(said: Said, by_s: float) -> Said:
    reports, who = said.reports, said.identities
    arrival_s, time_s = reports.arrival_s + by_s, reports.time_s + by_s
    return Said(reports.replaced(time_s=time_s, arrival_s=arrival_s), who.replaced(time_s=who.time_s + by_s))


def _moved(said: Said, scene: int, lat: float, lon: float) -> Said:
    """The same traffic about another place, a second later for each scene, under other numbers."""
    if not scene:
        return said
    later = _later(said, float(scene))
    reports = later.reports
    known = np.unique(np.concatenate([reports.entity, later.identities.entity]))
    at_lat, at_lon = _beside(reports.lat_deg, reports.lon_deg, lat, lon)
    heard_by = (reports.stations.values.astype(np.int64) + scene * STATION_STEP) % 2**32
    return Said(
        reports.replaced(
            entity=_renumbered(known, reports.entity, scene),
            lat_deg=at_lat,
            lon_deg=at_lon,
            stations=Ragged(reports.stations.offsets, heard_by.astype(np.uint32)),
        ),
        later.identities.replaced(entity=_renumbered(known, later.identities.entity, scene)),
    )


def _renumbered(known: Ids, entity: Ids, scene: int) -> Ids:
    """Of the same kind, British, and nobody's else."""
    kind = known & ~np.uint64(NUMBER_MASK)
    first = np.where(known >> np.uint64(56) == 1, np.uint64(232_000_000), np.uint64(0x400000))
    number = kind | (first + np.uint64(scene * len(known)) + np.arange(len(known), dtype=np.uint64))
    return np.asarray(number[np.searchsorted(known, entity)])


def _beside(lat: Floats, lon: Floats, to_lat: float, to_lon: float) -> tuple[Floats, Floats]:
    """As far east and north of a place as it is of home."""
    east_m, north_m = offsets(np.full(len(lat), HOME_LAT), np.full(len(lat), HOME_LON), lat, lon)
    return displaced(np.full(len(lat), to_lat), np.full(len(lat), to_lon), east_m, north_m)


def _stations(places: list[tuple[float, float]]) -> Stations:
    """The demo's stations, about every place."""
    one, all_of = load_stations(FOLDER / "stations.json", StationNames()), []
    for scene, place in enumerate(places):
        lat, lon = _beside(one.lat_deg, one.lon_deg, *place) if scene else (one.lat_deg, one.lon_deg)
        number = ((one.number.astype(np.int64) + scene * STATION_STEP) % 2**32).astype(np.uint32)
        all_of.append(one.replaced(number=number, lat_deg=lat, lon_deg=lon))
    return Stations.concat(all_of)
