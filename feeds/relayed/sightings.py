"""Aircraft told by others, gathered and turned into `Said`, columns at a time: feet and knots end here.

In: objects of the readsb family with the time they were written at. Out: one
report an object, or two where the place is older than the rest, and an
identity where somebody is named anew. A report is of the time at which it was
heard: what was written less the age that stands beside it.

A snapshot repeats what it said before until something newer is heard. Those
repeats are reports of one time and one hash, and fusion makes one of them.
"""

from __future__ import annotations

import math

import numpy as np

from feeds.format import Reading
from feeds.modes.integrity import NIC_LOW
from feeds.rejects import SAMPLE_BYTES
from feeds.relayed.aircraft import Aircraft, Told, UnfitError, aircraft_of
from feeds.reports import Domain, Doubt, Identities, Reports, Said, Source, entities
from feeds.tables.chunk import MEASURED
from feeds.tables.hashing import hashed
from feeds.tables.rows import NEVER_ISSUED
from geo.batch import Column, Floats, Ids, Ragged
from geo.stations import UNNAMED
from geo.units import FOOT_M, FOOT_PER_MINUTE_MPS, KNOT_MPS

BATCH = 8192
TOGETHER_S = 2.0
"""A place no older than this than the rest was heard with it: aircraft say both twice a second."""
EARLIEST_S, LATEST_S = 631_152_000.0, 4_102_444_800.0
"""1990, before the first squitter, and 2100."""
NO_TIME = "time is no Unix time"


class Sightings:
    """A batch in the making; what cannot be an aircraft goes to the rejects."""

    def __init__(self, reading: Reading, arrival_s: float = math.nan) -> None:
        """Begin with nothing.

        Args:
            reading: names and rejects; whose aircraft they are.
            arrival_s: the server's clock, where it has one.

        Raises:
            ValueError: a station whose number is another's.
        """
        self._rejects = reading.rejects
        self._whose = "" if reading.station == UNNAMED else reading.station
        self._number = reading.names.number(reading.station)
        self._arrival_s = arrival_s
        self._clear()

    def _clear(self) -> None:
        self._rows: list[tuple[float, bool, Aircraft]] = []
        self._named: dict[tuple[int, int, str, str, str], float] = {}

    @property
    def full(self) -> bool:
        """Whether a batch is due."""
        return len(self._rows) >= BATCH

    def refuse(self, reason: str, sample: object) -> None:
        """Count something that says nothing of an aircraft."""
        self._rejects.add(reason, str(sample)[:SAMPLE_BYTES].encode("utf-8", "replace"), self._whose)

    def add(
        self, told: Told, written_s: float, *, ages_needed: bool = False, time_guessed: bool = False
    ) -> None:
        """Take one object, or count why not.

        Args:
            told: the object.
            written_s: when it was written, Unix seconds; NaN where nobody knows.
            ages_needed: an object without ages may be older than what was written then.
            time_guessed: nobody said when it was written.
        """
        try:
            one = aircraft_of(told)
            place_s, rest_s = _times(one, written_s)
        except UnfitError as error:
            self.refuse(str(error), told)
            return
        ages = one.age_s if math.isnan(one.place_age_s) else one.place_age_s
        guessed = time_guessed or (ages_needed and math.isnan(ages))
        self._name(one, rest_s)
        if math.isnan(one.lat):
            self._rows.append((rest_s, guessed, one))
        elif rest_s - place_s <= TOGETHER_S:
            self._rows.append((place_s, guessed, one))
        else:
            self._rows.append((place_s, guessed, _only_place(one)))
            self._rows.append((rest_s, guessed, one._replace(lat=math.nan, lon=math.nan)))

    def taken(self) -> Said:
        """What has been gathered, which is then forgotten."""
        said = Said(self._reports(), self._identities())
        self._clear()
        return said

    def _name(self, one: Aircraft, time_s: float) -> None:
        if one.callsign or one.category or one.registration:
            key = (one.number, int(one.domain), one.callsign, one.category, one.registration)
            self._named.setdefault(key, time_s)

    def _reports(self) -> Reports:
        if not self._rows:
            return Reports.empty()
        n = len(self._rows)
        times, guesses, tellings = zip(*self._rows, strict=True)
        said = dict(
            zip(Aircraft._fields, (np.array(each) for each in zip(*tellings, strict=True)), strict=True)
        )
        entity = _entities(said["number"], said["domain"])
        measured = _measured(said)
        pressure_m, geometric_m = measured["alt_m"], measured["alt_geometric_m"]
        placed = ~np.isnan(said["lat"])
        poor = placed & (said["integrity"] >= 0) & (said["integrity"] < NIC_LOW)
        never = np.isin(said["number"], NEVER_ISSUED) & (said["domain"] == Domain.ICAO)
        doubt = np.where(poor, Doubt.INTEGRITY_LOW, 0) | np.where(never, Doubt.IDENTITY_FORM, 0)
        columns: dict[str, Column] = {
            "on_ground": said["on_ground"],
            "sog_mps": measured["sog_mps"],
            "cog_deg": measured["cog_deg"] % 360.0,
            "climb_mps": measured["climb_mps"],
            "heading_deg": measured["heading_deg"] % 360.0,
            "squawk": said["squawk"],
        }
        return Reports.of(
            n,
            time_s=times,
            arrival_s=np.full(n, self._arrival_s),
            entity=entity,
            message=_hashes(entity, said, [pressure_m, geometric_m, *columns.values()]),
            lat_deg=said["lat"],
            lon_deg=said["lon"],
            alt_m=np.where(np.isnan(pressure_m), geometric_m, pressure_m),
            alt_geometric=np.isnan(pressure_m) & ~np.isnan(geometric_m),
            alt_diff_m=geometric_m - pressure_m,
            **columns,
            integrity=np.where(placed, said["integrity"], -1),
            source=np.where(placed | (said["source"] != Source.MLAT), said["source"], Source.MODE_S),
            stations=Ragged.singles(np.full(n, self._number), np.uint32),
            signal_dbfs=said["signal_dbfs"],
            doubt=(doubt | np.where(guesses, Doubt.TIME_GUESSED, 0)).astype(np.uint32),
        )

    def _identities(self) -> Identities:
        if not self._named:
            return Identities.empty()
        number, domain, callsign, category, registration = zip(*self._named, strict=True)
        n = len(self._named)
        return Identities.of(
            n,
            time_s=list(self._named.values()),
            entity=_entities(np.array(number), np.array(domain)),
            station=np.full(n, self._number, np.uint32),
            name=registration,
            callsign=callsign,
            category=category,
        )


def _times(one: Aircraft, written_s: float) -> tuple[float, float]:
    """When the place was heard, and the last of the rest. An age that is less than nothing is a clock's jitter."""
    ages = (one.place_age_s, one.age_s)
    place_age_s, age_s = (0.0 if math.isnan(age) else max(age, 0.0) for age in ages)
    if math.isnan(one.place_age_s):
        place_age_s = age_s
    place_s, rest_s = written_s - place_age_s, written_s - min(age_s, place_age_s)
    if not (EARLIEST_S <= place_s <= rest_s < LATEST_S):
        raise UnfitError(NO_TIME)
    return place_s, rest_s


def _only_place(one: Aircraft) -> Aircraft:
    """What is as old as the place."""
    return Aircraft(
        one.number, one.domain, one.source, one.lat, one.lon, one.place_age_s, integrity=one.integrity
    )


def _entities(number: Column, domain: Column) -> Ids:
    return np.where(
        domain == Domain.NON_ICAO, entities(Domain.NON_ICAO, number), entities(Domain.ICAO, number)
    )


def _measured(said: dict[str, Column]) -> dict[str, Floats]:
    """House columns, NaN where the number is outside what can be."""
    found = {
        "alt_m": said["alt_ft"] * FOOT_M,
        "alt_geometric_m": said["geometric_ft"] * FOOT_M,
        "sog_mps": said["speed_kn"] * KNOT_MPS,
        "cog_deg": said["track"],
        "heading_deg": said["heading"],
        "climb_mps": said["rate_fpm"] * FOOT_PER_MINUTE_MPS,
    }
    for name, values in found.items():
        least, most = MEASURED[name]
        found[name] = np.where((values >= least) & (values <= most), values, np.nan)
    return found


def _hashes(entity: Ids, said: dict[str, Column], rest: list[Column]) -> Ids:
    """One number a transmission: a place is one, whatever else was known when it was written down."""
    placed = ~np.isnan(said["lat"])
    of_place = hashed([entity, said["lat"], said["lon"]], len(entity))
    return np.where(placed, of_place, hashed([entity, *rest], len(entity)))
