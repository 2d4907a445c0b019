"""How long a live second takes in fusion, and how many reports a second it judges.

    python benchmarks/bench_fusion.py [--entities 20000] [--reports 5000] [--seconds 120]

Half the entities are vessels, half are aircraft, spread over the British Isles, each heard by one station; all shipped
patterns look. A step is a second of input; every fifth ends a tick. One core; processor time, so that what else the
machine does is not counted.
"""

from __future__ import annotations

import argparse
from importlib.metadata import version
from time import process_time

import numpy as np
from side_by_side import alone

from feeds.reports import Domain, Identities, Reports, Said, Source, entities
from fusion.engine import Engine
from geo.batch import Floats, Ragged
from headland.in_force import make_engine
from headland.options import ReplayOptions

START_S = 1_750_000_200.0
STATIONS = 200
SOUTH_WEST, NORTH_EAST = (49.0, -11.0), (61.0, 2.0)
DEGREE_M = 111_195.0


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

    def said(self, owner: np.ndarray[tuple[int], np.dtype[np.int64]], time_s: Floats) -> Said:
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


def run(engine: Engine, traffic: Traffic, seconds: range, reports: int, rng: np.random.Generator) -> Floats:
    """Processor seconds of each step. Shape: (seconds,)."""
    took = []
    for second in seconds:
        owner = rng.integers(0, len(traffic.ids), reports)
        said = traffic.said(owner, START_S + second + np.sort(rng.uniform(0.0, 1.0, reports)))
        began = process_time()
        engine.step(said, START_S + second - 10.0)
        took.append(process_time() - began)
    return np.array(took)


def main() -> None:
    """Fill the memory, take the steps, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entities", type=int, default=20_000)
    parser.add_argument("--reports", type=int, default=5_000, help="a second")
    parser.add_argument("--seconds", type=int, default=120)
    asked = parser.parse_args()
    alone()
    rng = np.random.default_rng(1)
    traffic, engine = Traffic(asked.entities, rng), make_engine(ReplayOptions())
    filling = -(-6 * asked.entities // asked.reports)
    run(engine, traffic, range(filling), asked.reports, rng)
    took_s = run(engine, traffic, range(filling, filling + asked.seconds), asked.reports, rng)
    p50, p99 = (1000.0 * float(np.percentile(took_s, share)) for share in (50, 99))
    print(f"{asked.entities:,} entities, {asked.reports:,} reports a second, {asked.seconds} steps, one core")
    print(
        f"a step: half within {p50:.1f} ms, 99 of 100 within {p99:.1f} ms, the longest {1000.0 * took_s.max():.1f} ms"
    )
    print(f"{asked.reports * asked.seconds / took_s.sum():,.0f} reports judged a processor second")
    print(", ".join(f"{name} {version(name)}" for name in ("headland", "numpy", "numba")))


if __name__ == "__main__":
    main()
