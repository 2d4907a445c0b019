"""Scenes for the tests of fusion: physically sound traffic, heard by stations, as `Reports`.

A `way` says where a craft is at each time: metres east, north and up of a
place. `vessel` and `aircraft` put a transmitter on it that sends at the
intervals of its kind; each station hears a part of what is sent, by a seeded
chance, at its own clock. Only then does anything become a report.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from feeds.reports import Domain, Identities, Reports, Said, Source, entities
from fusion.engine import Engine
from fusion.flags import Flag, State
from fusion.pattern import Pattern, patterns
from fusion.rows import reporting_interval_s
from fusion.tracks import Tracks
from geo.batch import Floats, Ragged
from geo.geoid import undulation_m
from geo.stations import station_number

METRES_PER_DEGREE = 111_195.08
START_S = 1_750_000_200.0
"""2025-06-15 15:10:00 UTC: a whole minute, so that minutes in a test are minutes of the engine."""
GPS_NOISE_M = 3.0
LYME_BAY, OFF_SUFFOLK, CARDIGAN_BAY = (50.55, -2.90), (52.20, 1.85), (52.30, -4.70)
"""Sea 15 km and more from the nearest shore and port, within 12 miles."""
MID_WALES = (52.07, -3.84)
"""Farmland, in the middle of a coverage cell, 30 km and more from any aerodrome, heliport or disused field."""

Way = Callable[[Floats], tuple[Floats, Floats, Floats]]


@dataclass(frozen=True)
class Ear:
    """A station: which part of what is sent it hears, when, how far its clock is off, and how far west it hears."""

    name: str
    part: float = 0.9
    from_s: float = -np.inf
    until_s: float = np.inf
    late_s: float = 0.0
    fails_s: float = np.inf
    failed_part: float = 0.0
    west_deg: float = -181.0

    def hears(self, time_s: Floats, lon: Floats, rng: np.random.Generator) -> np.ndarray:
        part = np.where(time_s < self.fails_s, self.part, self.part * self.failed_part)
        heard = (rng.random(len(time_s)) < part) & ~(lon < self.west_deg)
        return heard & (time_s >= self.from_s) & (time_s < self.until_s)


BEER = Ear("beer-head")


def straight(speed_mps: float, course_deg: float, east_m=0.0, north_m=0.0, up_m=0.0, climb_mps=0.0) -> Way:
    """One course and speed; at time 0 at the place named."""
    sin, cos = np.sin(np.radians(course_deg)), np.cos(np.radians(course_deg))
    return lambda t: (
        east_m + speed_mps * t * sin,
        north_m + speed_mps * t * cos,
        np.maximum(up_m + climb_mps * t, 0.0),
    )


def points(*stops: tuple[float, ...]) -> Way:
    """From place to place: (seconds, east, north) or (seconds, east, north, up); still before and after."""
    table = np.array([(*stop, 0.0)[:4] for stop in stops], np.float64).T
    return lambda t: tuple(np.interp(t, table[0], table[k]) for k in (1, 2, 3))


def drift(width_m: float, period_s: float = 4000.0, east_m=0.0, north_m=0.0) -> Way:
    """Carried to and fro by wind and tide in a box of that width."""
    half = width_m / 2.0
    return lambda t: (
        east_m + half * np.sin(2 * np.pi * t / period_s),
        north_m + half * np.sin(2 * np.pi * t / (0.62 * period_s) + 1.0),
        np.zeros_like(t),
    )


def orbit(radius_m: float, speed_mps: float, up_m: float, east_m=0.0, north_m=0.0) -> Way:
    """Round and round over one place."""
    rate = speed_mps / radius_m
    return lambda t: (
        east_m + radius_m * np.sin(rate * t),
        north_m + radius_m * np.cos(rate * t),
        np.full_like(t, up_m),
    )


def racetrack(length_m: float, width_m: float, speed_mps: float, up_m: float, east_m=0.0, north_m=0.0) -> Way:
    """Two straights and two half circles: a hold, a circuit, a buoy race."""
    radius, bend = width_m / 2.0, np.pi * width_m / 2.0
    lap = 2.0 * (length_m + bend)

    def at(t: Floats) -> tuple[Floats, Floats, Floats]:
        s = (speed_mps * t) % lap
        leg2, leg3, leg4 = length_m, length_m + bend, 2 * length_m + bend
        a, b = (s - leg2) / radius, (s - leg4) / radius
        parts = [s < leg2, s < leg3, s < leg4]
        east = np.select(
            parts,
            [s, length_m + radius * np.sin(a), length_m - (s - leg3)],
            -radius * np.sin(b),
        )
        north = np.select(
            parts,
            [np.full_like(s, radius), radius * np.cos(a), np.full_like(s, -radius)],
            -radius * np.cos(b),
        )
        return east_m + east, north_m + north, np.full_like(s, up_m)

    return at


def swing(radius_m: float = 25.0, period_s: float = 1200.0) -> Way:
    """At anchor: an arc of a third of a circle about the anchor."""
    return lambda t: (
        radius_m * np.sin(np.sin(2 * np.pi * t / period_s)),
        radius_m * np.cos(np.sin(2 * np.pi * t / period_s)),
        np.zeros_like(t),
    )


def motion_of(way: Way, place: tuple[float, float], t: Floats) -> dict[str, Floats]:
    """Place, speed, course, climb and height along a way."""
    east, north, up = way(t)
    (e0, n0, u0), (e1, n1, u1) = way(t - 0.5), way(t + 0.5)
    lat = place[0] + north / METRES_PER_DEGREE
    lon = place[1] + east / (METRES_PER_DEGREE * np.cos(np.radians(lat)))
    return {
        "lat_deg": lat,
        "lon_deg": (lon + 540.0) % 360.0 - 180.0,
        "sog_mps": np.hypot(e1 - e0, n1 - n0),
        "cog_deg": np.degrees(np.arctan2(e1 - e0, n1 - n0)) % 360.0,
        "climb_mps": u1 - u0,
        "up_m": up,
    }


def vessel(
    mmsi: int,
    place: tuple[float, float],
    way: Way,
    span: tuple[float, float],
    ears: Sequence[Ear] = (BEER,),
    source: Source = Source.AIS_A,
    status: int = 0,
) -> Reports:
    """An AIS transmitter on a way from `span[0]` to `span[1]` seconds after the start."""
    rng = np.random.default_rng(mmsi)
    clock = np.arange(span[0], span[1] + 1.0)
    speeds = motion_of(way, place, clock)["sog_mps"]
    n = len(clock)
    said = Reports.of(n, source=np.full(n, int(source)), sog_mps=speeds, status=np.full(n, status))
    due_s = reporting_interval_s(said).tolist()
    sent, at = [], span[0] + rng.uniform(0.0, 10.0)
    while at < span[1]:
        sent.append(at)
        at += due_s[int(at - span[0])]
    t = np.array(sent)
    said = motion_of(way, place, t)
    lat, lon = _noisy(said["lat_deg"], said["lon_deg"], rng)
    n = len(t)
    return _heard(
        t,
        ears,
        rng,
        entity=entities(Domain.AIS, np.full(n, mmsi)),
        lat_deg=lat,
        lon_deg=lon,
        sog_mps=np.round(said["sog_mps"] / 0.0514444) * 0.0514444,  # steps of a tenth of a knot
        cog_deg=np.round(said["cog_deg"], 1) % 360.0,
        status=np.full(n, status if source == Source.AIS_A else -1, np.int8),
        integrity=np.ones(n, np.int8),
        source=np.full(n, int(source), np.uint8),
    )


def aircraft(
    icao24: int,
    place: tuple[float, float],
    way: Way,
    span: tuple[float, float],
    ears: Sequence[Ear] = (Ear("aberporth", 0.3),),
    correction_m: float = -60.0,
    says_difference: bool = True,
    ground_s: float = np.inf,
) -> Reports:
    """A squitter on a way: positions and velocities in turn, twice a second each.

    `correction_m` is what the day's pressure adds to a barometric altitude;
    from `ground_s` on it says that it is on the ground.
    """
    rng = np.random.default_rng(icao24)
    t = np.arange(span[0], span[1], 0.25) + rng.uniform(0.0, 0.05)
    said, n = motion_of(way, place, t), len(t)
    fix, ground = np.arange(n) % 2 == 0, t >= ground_s
    lat, lon = _noisy(said["lat_deg"], said["lon_deg"], rng)
    pressure_m = np.round((said["up_m"] - correction_m) / 7.62) * 7.62  # steps of 25 ft
    difference_m = np.round((correction_m + undulation_m(lat, lon)) / 7.62) * 7.62
    return _heard(
        t,
        ears,
        rng,
        entity=entities(Domain.ICAO, np.full(n, icao24)),
        lat_deg=np.where(fix, lat, np.nan),
        lon_deg=np.where(fix, lon, np.nan),
        alt_m=np.where(fix & ~ground, pressure_m, np.nan),
        alt_diff_m=np.where(~fix & ~ground & says_difference, difference_m, np.nan),
        on_ground=np.where(fix, ground, -1).astype(np.int8),
        sog_mps=np.where(fix & ~ground, np.nan, said["sog_mps"]),
        cog_deg=np.where(fix & ~ground, np.nan, said["cog_deg"]),
        climb_mps=np.where(fix | ground, np.nan, said["climb_mps"]),
        integrity=np.where(fix, 8, -1).astype(np.int8),
        source=np.full(n, int(Source.ADSB), np.uint8),
    )


def _noisy(lat: Floats, lon: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    north, east = rng.normal(0.0, GPS_NOISE_M, (2, len(lat))) / METRES_PER_DEGREE
    return lat + north, (lon + east / np.cos(np.radians(lat)) + 540.0) % 360.0 - 180.0


def _heard(t: Floats, ears: Sequence[Ear], rng: np.random.Generator, **columns) -> Reports:
    """What each station makes of what was sent: one row a hearing."""
    n, lon = len(t), columns["lon_deg"]
    message = columns["entity"] * np.uint64(2654435761) + np.round(t * 1000).astype(np.int64).astype(
        np.uint64
    )
    sent = Reports.of(n, time_s=START_S + t, message=message, **columns)
    parts = []
    for ear in ears:
        rows = np.flatnonzero(ear.hears(t, lon, rng))
        number = np.full(len(rows), station_number(ear.name), np.uint32)
        part = sent.take(rows)
        parts.append(part.replaced(time_s=part.time_s + ear.late_s, stations=Ragged.singles(number, "u4")))
    return Reports.concat(parts)


def traffic(
    place: tuple[float, float], span: tuple[float, float], ears: Sequence[Ear] = (BEER,), count: int = 20
) -> list[Reports]:
    """Small craft up and down the lanes about a place, 9 km each way: what is usual there becomes known."""
    craft = []
    for k in range(count):
        north_m = 16000.0 * (k + 0.5) / count - 8000.0
        lap_s = 1300.0 + 27.0 * k
        laps = np.arange(span[0] - lap_s * (1 + k / count), span[1] + lap_s, lap_s)
        way = points(*[(at, (-9000.0, 9000.0)[(i + k) % 2], north_m) for i, at in enumerate(laps)])
        craft.append(vessel(232_000_100 + k, place, way, span, ears, Source.AIS_B))
    return craft


def named(entity: int, time_s: float = START_S, **fields) -> Identities:
    """One thing said about who somebody is."""
    return Identities.of(
        1, time_s=[time_s], entity=np.array([entity], np.uint64), **{k: [v] for k, v in fields.items()}
    )


def ship(mmsi: int) -> int:
    """The entity of an MMSI."""
    return int(entities(Domain.AIS, [mmsi])[0])


def plane(icao24: int) -> int:
    """The entity of an ICAO address."""
    return int(entities(Domain.ICAO, [icao24])[0])


@dataclass(frozen=True)
class Run:
    """What an engine made of a scene.

    Attributes:
        told: every version of every flag, in the order in which they were told.
    """

    told: list[Flag]
    tracks: Tracks
    engine: Engine

    @property
    def flags(self) -> dict[str, Flag]:
        """Last version of each flag by id."""
        return {flag.id: flag for flag in self.told}

    def of(self, kind: str, entity: int) -> list[Flag]:
        """Last versions of the flags of one kind about one thing, by start."""
        found = [f for f in self.flags.values() if f.kind == kind and entity in f.subjects]
        return sorted(found, key=lambda flag: flag.start_s)

    def one(self, kind: str, entity: int) -> Flag:
        """The only flag of that kind about it."""
        (flag,) = self.of(kind, entity)
        return flag

    def standing(self, kind: str) -> list[Flag]:
        """Flags of one kind that were not withdrawn."""
        return [f for f in self.flags.values() if f.kind == kind and f.state is not State.WITHDRAWN]


def engine_of(*wanted: str | Pattern, **options) -> Engine:
    """An engine with the patterns of these names, or these patterns; with all of them where none is given."""
    kinds = patterns()
    chosen = [kinds[each]() if isinstance(each, str) else each for each in wanted or kinds]
    return Engine(chosen, **options)


def watch(
    *wanted: str | Pattern, reports: Sequence[Reports], identities: Sequence[Identities] = (), **options
) -> Run:
    """Run a whole scene through an engine with the patterns wanted."""
    engine = engine_of(*wanted, **options)
    said = Said(Reports.concat(list(reports)), Identities.concat(list(identities)))
    first, last = engine.step(said, 0.0), engine.finish()
    return Run([*first.flags, *last.flags], Tracks.concat([first.tracks, last.tracks]), engine)
