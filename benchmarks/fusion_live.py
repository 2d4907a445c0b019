"""Live seconds of fusion: what a step takes, by how many there are, how many of them report, and since when.

In: traffic that goes straight on, made here; half vessels, half aircraft, over the British Isles, each heard by one
station; all shipped patterns look. A step is a second of input, every fifth ends a tick. Out: processor time of steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import process_time

import numpy as np
from fusion_material import tiled

from feeds.reports import Domain, Identities, Reports, Said, Source, entities
from fusion.engine import Engine
from geo.batch import Floats, Ints, Ragged
from headland.in_force import make_engine
from headland.options import ReplayOptions

START_S = 1_750_000_200.0
LATENESS_S = 10.0
STATIONS = 200
SOUTH_WEST, NORTH_EAST = (49.0, -11.0), (61.0, 2.0)
DEGREE_M = 111_195.0
HEARD_FIRST = 6
"""Reports of each that are taken in before the clock runs: a track has a course by then."""


class Traffic:
    """Things that go straight on: where each is follows from the time."""

    def __init__(self, count: int, rng: np.random.Generator) -> None:
        half = count // 2
        self.ids = np.concatenate(
            [
                entities(Domain.AIS, 232_000_000 + np.arange(half)),
                entities(Domain.ICAO, 0x400000 + np.arange(count - half)),
            ]
        )
        self.ship = np.arange(count) < half
        self.place = rng.uniform(SOUTH_WEST, NORTH_EAST, (count, 2))
        self.sog_mps = np.where(self.ship, rng.uniform(0.0, 9.0, count), rng.uniform(40.0, 230.0, count))
        self.cog_deg = rng.uniform(0.0, 360.0, count)
        self.station = rng.integers(1, STATIONS, count).astype(np.uint32)

    def said(self, owner: Ints, time_s: Floats) -> Said:
        """A report of each owner at each time. Shapes: (n,) x2."""
        after_m = self.sog_mps[owner] * (time_s - START_S)
        lat, lon = self.place[owner].T
        course, ship = np.radians(self.cog_deg[owner]), self.ship[owner]
        reports = Reports.of(
            len(owner),
            time_s=time_s,
            arrival_s=time_s,
            entity=self.ids[owner],
            message=np.arange(len(owner), dtype=np.uint64),
            lat_deg=lat + after_m * np.cos(course) / DEGREE_M,
            lon_deg=lon + after_m * np.sin(course) / (DEGREE_M * np.cos(np.radians(lat))),
            alt_m=np.where(ship, np.nan, 2000.0),
            sog_mps=self.sog_mps[owner],
            cog_deg=self.cog_deg[owner],
            source=np.where(ship, int(Source.AIS_A), int(Source.ADSB)).astype(np.uint8),
            stations=Ragged.singles(self.station[owner], "u4"),
        )
        return Said(reports, Identities.empty())


def live(count: int, reports: int, seconds: int) -> tuple[Engine, Floats]:
    """An engine that follows so many, and what its last steps took. Shape: (seconds,)."""
    rng = np.random.default_rng(1)
    traffic, engine = Traffic(count, rng), make_engine(ReplayOptions())
    filling = -(-HEARD_FIRST * count // reports)
    took_s = np.array([_step(engine, traffic, second, reports, rng) for second in range(filling + seconds)])
    return engine, took_s[filling:]


def _step(engine: Engine, traffic: Traffic, second: int, reports: int, rng: np.random.Generator) -> float:
    owner = rng.integers(0, len(traffic.ids), reports)
    said = traffic.said(owner, START_S + second + np.sort(rng.uniform(0.0, 1.0, reports)))
    began_s = process_time()
    engine.step(said, START_S + second - LATENESS_S)
    return process_time() - began_s


def step_told(count: int, reports: int, seconds: int) -> dict[str, float]:
    """What a live step takes, in milliseconds."""
    took_ms = 1000.0 * live(count, reports, seconds)[1]
    p50, p99 = (float(np.percentile(took_ms, share)) for share in (50, 99))
    return {"entities": count, "reports": reports, "steps": seconds, "p50_ms": p50, "p99_ms": p99} | {
        "longest_ms": float(took_ms.max()),
        "mean_ms": float(took_ms.mean()),
    }


def by_entities(counts: Sequence[int], reports: int, seconds: int) -> Iterator[tuple[float, float]]:
    """How many there are, and what a second of them takes on average, in milliseconds."""
    for count in counts:
        yield count, step_told(count, reports, seconds)["mean_ms"]


def by_reports(count: int, reports: Sequence[int], seconds: int) -> Iterator[tuple[float, float]]:
    """How many report in a second, and what it takes on average, in milliseconds."""
    for each in reports:
        yield each, step_told(count, each, seconds)["mean_ms"]


def by_history(count: int, turns: int) -> Iterator[tuple[float, float]]:
    """Hours since recorded traffic of so many began, and what a report of the 85 minutes before that took, in microseconds."""
    made = tiled(count, turns=turns)
    engine, took_s, reports, turn = make_engine(ReplayOptions()), 0.0, 0, 1
    engine.place(made.stations)
    first_s = float(made.said.reports.time_s[0])
    for said, end_s in made.windows():
        began_s = process_time()
        engine.step(said, end_s - LATENESS_S)
        took_s, reports = took_s + process_time() - began_s, reports + len(said.reports)
        if end_s - first_s >= turn * made.lasts_s:
            yield round((end_s - first_s) / 3600.0, 3), 1e6 * took_s / reports
            took_s, reports, turn = 0.0, 0, turn + 1
