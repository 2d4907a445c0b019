"""The races of fusion: what each side does, and in what both come to the same.

A peer that is not installed is skipped with a word. Peers get their rows in the form that suits them best, made before
the clock runs; ours gets the columns that it gets in the product. Of what is raced, `agree` compares the results first.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
from fusion_filter import FILTER_ERROR, Problem, furthest_apart, ours, states_of
from fusion_material import Tiled
from side_by_side import Race, Runner, must, told_progress

from feeds.reports import NUMBER_MASK, Reports
from fusion.gaps import gaps
from fusion.tracks import Tracks
from geo.sphere import distance_m
from headland.in_force import make_engine
from headland.options import ReplayOptions

PEERS = ("polars", "movingpandas", "filterpy", "stonesoup")
LATENESS_S = 10.0
SILENT_S = 600.0
STAY_M = 250.0
"""From its middle: the 200 m of a stop are the sides of a rectangle, from whose middle the corner is further off."""
FILTER_SHARES = {"fusion_peer_filterpy": (500, 25.0), "fusion_peer_stonesoup": (60, 300.0)}
"""Tracks that a peer follows, and how many times as fast ours is to be."""


def peer(name: str) -> Any:
    """The module of a peer; None where it is not installed."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        missing = str(error.name).partition(".")[0]
        if missing not in PEERS:
            raise
        told_progress(f"bench fusion: {missing} is not installed, so nothing is raced against it")
        return None


def judged(made: Tiled) -> tuple[Tracks, int]:
    """All of it through the engine as a replay does it: fused positions, and how many flags there are."""
    engine = make_engine(ReplayOptions())
    engine.place(made.stations)
    told = [engine.step(said, end_s - LATENESS_S) for said, end_s in made.windows()]
    told.append(engine.finish())
    flags = {flag.id for each in told for flag in each.flags}
    return Tracks.concat([each.tracks for each in told]), len(flags)


def placed(reports: Reports) -> Reports:
    """Those that say where."""
    return reports.take(np.isfinite(reports.lat_deg) & np.isfinite(reports.lon_deg))


def engine_race(made: Tiled, one: Tiled) -> Race:
    """The whole engine on everything, beside two who do a part of its work; `one` is a single scene."""
    rows, words = placed(made.said.reports), []
    few, tracks = placed(one.said.reports), judged(one)[0]
    ours_ = Runner("headland", lambda: len(rows) if len(judged(made)[0]) == len(rows) else 0)
    race = Race("engine: tracks, coverage, all patterns", ours_, [], [], lambda: words)
    if panda := peer("fusion_peer_movingpandas"):
        heard = panda.trajectories(few.entity, few.time_s, few.lat_deg, few.lon_deg)
        words.append(_stops_agree(panda.stops(heard), tracks))
        runner = Runner("MovingPandas, stops alone", lambda: len(few) if len(panda.stops(heard)) else 0)
        race.peers.append(runner)
        race.goals.append(100.0)
    if bear := peer("fusion_peer_polars"):
        mixed = _mixed(rows)
        table = bear.table(mixed.entity, mixed.time_s, mixed.lat_deg, mixed.lon_deg)
        words.append(_steps_agree(bear.stepped(table).collect(), rows))
        runner = Runner(
            "polars, sort, distance, speed, runs", lambda: len(mixed) if len(bear.slow_runs(table)) else 0
        )
        race.peers.append(runner)
        race.goals.append(0.2)
    return race


def gaps_races(made: Tiled) -> Iterator[Race]:
    """Silences of ten minutes in rows that are in no order."""
    if bear := peer("fusion_peer_polars"):
        rows = _mixed(placed(made.said.reports))
        columns = (rows.entity, rows.time_s, rows.lat_deg, rows.lon_deg)
        table = bear.table(*columns)

        def agree() -> list[str]:
            found, theirs = gaps(*columns, SILENT_S), bear.gaps(table, SILENT_S).sort("entity", "time_s")
            same = len(found) == len(theirs) > 0 and all(
                np.allclose(getattr(found, name), theirs[their].to_numpy(), rtol=1e-12, atol=1e-3)
                for name, their in (("from_s", "from_time_s"), ("to_s", "time_s"), ("apart_m", "apart_m"))
            )
            must(same and np.array_equal(found.entity, theirs["entity"].to_numpy()), "gaps are not polars'")
            return [f"all {len(found):,} gaps"]

        runner = Runner("polars", lambda: len(rows) if len(bear.gaps(table, SILENT_S)) else 0)
        yield Race(
            "gaps from rows in no order",
            Runner("headland", lambda: len(rows) if len(gaps(*columns, SILENT_S)) else 0),
            [runner],
            [1.0],
            agree,
        )


def filter_races(tracks: int) -> Iterator[Race]:
    """Predictions and updates of many tracks."""
    problem = Problem.of(tracks)
    _ = problem.rows
    for name, (share, goal) in FILTER_SHARES.items():
        if module := peer(name):
            part = problem.first(min(share, tracks))

            def agree(module: Any = module, part: Problem = part) -> list[str]:
                apart = furthest_apart(states_of(ours(part)), module.states(part))
                must(apart < FILTER_ERROR, f"states are {apart:.1e} apart")
                return [f"states to {apart:.0e} of their size"]

            runner = Runner(
                module.NAME, lambda module=module, part=part: len(module.states(part)) and part.looks
            )
            yield Race(
                "filter, predict and update",
                Runner("headland", lambda: len(ours(problem)) and problem.looks),
                [runner],
                [goal],
                agree,
            )


def _mixed(rows: Reports) -> Reports:
    return rows.take(np.random.default_rng(1).permutation(len(rows)))


def _stops_agree(stops: Any, tracks: Tracks) -> str:
    """Where MovingPandas says that somebody stayed, our tracks are, all the while."""
    stayed, numbers = 0, tracks.entity & np.uint64(NUMBER_MASK)
    for stop in stops.itertuples():
        during = (numbers == stop.number) & (tracks.time_s >= stop.from_s) & (tracks.time_s <= stop.to_s)
        lat, lon = np.full(during.sum(), stop.lat), np.full(during.sum(), stop.lon)
        away_m = distance_m(lat, lon, tracks.lat_deg[during], tracks.lon_deg[during])
        stayed += bool(len(away_m)) and bool(away_m.max() <= STAY_M)
    must(stayed == len(stops) > 0, f"tracks stayed in {stayed} of {len(stops)} stops")
    return f"tracks stay within {STAY_M:.0f} m in all of its {len(stops)} stops"


def _steps_agree(stepped: Any, rows: Reports) -> str:
    """Every row is there, as far from the one before as we say."""
    order = np.lexsort((rows.time_s, rows.entity))
    lat, lon, entity = rows.lat_deg[order], rows.lon_deg[order], rows.entity[order]
    apart_m = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:])[np.diff(entity) == 0]
    said = stepped["apart_m"].drop_nulls().to_numpy()
    must(len(stepped) == len(rows) and len(said) == len(apart_m), "polars has other rows")
    # Of two rows at one time either may be the first: the sums differ by centimetres then.
    must(bool(np.isclose(said.sum(), apart_m.sum(), rtol=1e-6)), "distances are not polars'")
    return f"{len(rows):,} positions, {said.sum() / 1000:,.0f} km"
