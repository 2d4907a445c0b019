"""What trackers are measured on: reports of a made world with its truth, and real recordings.

A `Case` is one row a transmission, as fusion orders and fuses them: time,
entity, place and velocity as said, the noise that such a report has, and,
where the world is made, the true place. Of each craft every so many reports
are held out: no tracker is given them, and each must say where they will be.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from feeds.reports import Reports
from fusion.ingest import CLOCK_NOISE_ADSB_S, CLOCK_NOISE_AIS_S, tuned
from fusion.order import Waiting
from fusion.parameters import EngineParameters
from fusion.rows import AIRBORNE_FIRST, packed
from geo.batch import Bools, Floats, Ids, Ints
from headland.options import ReplayOptions, silent
from headland.proving.mover import Mover
from headland.proving.scenario import checked, load_scenario
from headland.proving.simulate import scene_of, simulate, world_of
from headland.run import begun

HELD_EVERY = 5
VESSELS = {"ferries": 3, "trawlers": 3, "pilots": 2, "lanes": 4, "tugs": 2, "lifeboats": 1, "dredgers": 1}
AIRCRAFT = {"circuits": 3, "gliders": 2, "police": 1, "surveys": 1, "domestic": 2}
P = EngineParameters()


@dataclass(frozen=True)
class Case:
    """Reports of places and velocities, in order. Shapes: (n,).

    Attributes:
        reports: as fused; `held` marks those that no tracker is given.
        noise_var: of a place along each axis, m2; density: of the acceleration, m2/s3.
        truth_lat, truth_lon: where it was; NaN where nobody knows.
    """

    name: str
    reports: Reports
    held: Bools
    noise_var: Floats
    density: Floats
    truth_lat: Floats
    truth_lon: Floats

    @property
    def given(self) -> Reports:
        """What trackers are given."""
        return self.reports.take(~self.held)


def recorded(name: str, paths: Sequence[Path]) -> Case:
    """A recording: nobody knows the truth."""
    reports = _fused(paths)
    nothing = np.full(len(reports), np.nan)
    return _case(name, reports, nothing, nothing)


def made(name: str, lives: dict[str, int], hours: float = 1.6, seed: int = 11) -> Case:
    """A world with these lives in the Solent's waters, simulated to the last bit, and its truth."""
    table = load_scenario("solent").model_dump(mode="python")
    table |= {"hours": hours, "seed": seed, "adsb_thinning": 6.0, "lives": lives, "behaviours": {}}
    scenario = checked(table, name)
    with tempfile.TemporaryDirectory() as folder:
        simulate(scenario, Path(folder), silent)
        paths = [path for path in Path(folder).iterdir() if ".nmea" in path.name or ".csv" in path.name]
        reports = _fused([path for path in paths if path.stem not in ("movements", "exclusions")])
    movers = scene_of(world_of(scenario), scenario.lives, scenario.seed, silent).movers
    return _case(name, reports, *_truth(movers, reports))


def _truth(movers: Sequence[Mover], reports: Reports) -> tuple[Floats, Floats]:
    lat, lon = np.full(len(reports), np.nan), np.full(len(reports), np.nan)
    for mover in movers:
        rows = np.flatnonzero(reports.entity == np.uint64(mover.entity))
        rows = rows[(reports.time_s[rows] >= mover.time_s[0]) & (reports.time_s[rows] <= mover.time_s[-1])]
        if len(rows):
            there: dict[str, Any] = mover.at(reports.time_s[rows])
            lat[rows], lon[rows] = there["lat_deg"], there["lon_deg"]
    return lat, lon


def _fused(paths: Sequence[Path]) -> Reports:
    run = begun([str(path) for path in paths], ReplayOptions())
    decoder = run.judges.decoder
    parts = [decoder.step(window.frames, window.said).reports for window in run.recorded.windows()]
    waiting = Waiting(P)
    waiting.add(Reports.concat(parts))
    fused = waiting.release(waiting.last_s() + 60.0).reports
    moves = np.isfinite(fused.lat_deg) | (np.isfinite(fused.sog_mps) & np.isfinite(fused.cog_deg))
    return fused.take(moves & (fused.on_ground != 1))


def _case(name: str, reports: Reports, lat: Floats, lon: Floats) -> Case:
    row, placed = packed(reports).row, np.isfinite(reports.lat_deg)
    held = np.zeros(len(reports), np.bool_)
    held[placed] = _place_in_entity(reports.entity[placed]) % HELD_EVERY == HELD_EVERY - 1
    clock_s = np.where(reports.source >= AIRBORNE_FIRST, CLOCK_NOISE_ADSB_S, CLOCK_NOISE_AIS_S)
    tuning = tuned(P)
    return Case(
        name=name,
        reports=reports,
        held=held,
        noise_var=row["noise_m"] ** 2 + (np.nan_to_num(reports.sog_mps) * clock_s) ** 2,
        density=np.where(row["airborne_kind"], tuning["aircraft_density"], tuning["vessel_density"]),
        truth_lat=lat,
        truth_lon=lon,
    )


def _place_in_entity(entity: Ids) -> Ints:
    """How many of its entity stand before each row. Shape: (n,) -> (n,)."""
    order = np.argsort(entity, kind="stable")
    starts = np.flatnonzero(np.diff(entity[order], prepend=0) != 0)
    counts = np.diff(np.append(starts, len(entity)))
    place = np.empty(len(entity), np.int64)
    place[order] = np.arange(len(entity)) - np.repeat(starts, counts)
    return place
