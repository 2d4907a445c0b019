"""How fast fusion is, beside the programs one would otherwise use, in the same run on one core; and how cost and memory grow.

    headland bench fusion -- [--quick] [--turns N] [--only PART] [--entities N] [--reports N] [--out FILE.json]

Ratios are medians over turns, each of two runs next to each other. Both sides must find the same before they are timed;
what was compared stands in the last column. The recorded traffic is the bundled recordings, many times over
(`fusion_material`). A peer that is not installed is left out. Below the races: a live second of 20,000 that say 5,000
things a second, how its cost grows, and what 100,000 take in memory. `docs/make_fusion_speed.py` makes a page of --out.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fusion_coast import coast_races
from fusion_live import by_entities, by_history, by_reports, step_told
from fusion_material import tiled
from fusion_memory import memory_of
from fusion_races import engine_race, filter_races, gaps_races
from side_by_side import Race, UnequalError, alone, paired, table, told_progress

from hardware.clock import SystemClock

PARTS = ("engine", "gaps", "filter", "coast", "live", "growth", "memory")
VERSIONS: tuple[str, ...] = (
    "headland",
    "numpy",
    "numba",
    "shapely",
    "polars",
    "movingpandas",
    "filterpy",
    "stonesoup",
)
MIB = 2**20


@dataclass(frozen=True)
class Size:
    """How much is done.

    Attributes:
        tracks, places: of the filter and the coast.
        live: entities, reports a second, and seconds of the live step.
        counts, rates: entities and reports a second at which growth is measured.
        turns: of recorded traffic one after another; among: so many entities.
        memory: entities that are followed in a process of their own.
    """

    entities: int = 5_000
    reports: int = 1_000_000
    tracks: int = 10_000
    places: int = 200_000
    live: tuple[int, int, int] = (20_000, 5_000, 120)
    counts: tuple[int, ...] = (1_000, 2_500, 5_000, 10_000, 20_000)
    rates: tuple[int, ...] = (500, 1_000, 2_500, 5_000, 10_000)
    growth: tuple[int, int, int] = (10_000, 2_500, 30)
    among: int = 450
    turns: int = 6
    memory: int = 100_000


QUICK = Size(180, 20_000, 200, 2_000, (500, 200, 20), (100, 300), (50, 100), (300, 100, 15), 90, 2, 1_000)


def races(size: Size, wanted: set[str]) -> Iterator[Race]:
    """Every race of the parts that are wanted, made when its turn comes."""
    if wanted & {"engine", "gaps"}:
        made = tiled(size.entities, size.reports)
        if "engine" in wanted:
            yield engine_race(made, tiled(1))
        if "gaps" in wanted:
            yield from gaps_races(made)
    if "filter" in wanted:
        yield from filter_races(size.tracks)
    if "coast" in wanted:
        yield from coast_races(size.places)


def growth(size: Size) -> dict[str, list[tuple[float, float]]]:
    """How cost grows: milliseconds a live second by entities and by reports, microseconds a report by hours."""
    count, reports, seconds = size.growth
    return {
        "entities": list(by_entities(size.counts, reports, seconds)),
        "reports": list(by_reports(count, size.rates, seconds)),
        "hours": list(by_history(size.among, size.turns)),
    }


def measured(size: Size, wanted: set[str], turns: int) -> dict[str, Any]:
    """Everything that is wanted."""
    began_s, run = SystemClock().utc_s(), []
    found: dict[str, Any] = {}
    for race in races(size, wanted):
        told_progress(f"bench fusion: {race.what}")
        run.append(race.run(turns))
    found["races"] = paired(run)
    for part, work in {
        "live": partial(step_told, *size.live),
        "growth": partial(growth, size),
        "memory": partial(memory_of, size.memory),
    }.items():
        if part in wanted:
            told_progress(f"bench fusion: {part}")
            found[part] = work()
    return found | {"size": asdict(size), "made": _made(began_s, turns)}


def _made(began_s: float, turns: int) -> dict[str, Any]:
    now_s = SystemClock().utc_s()
    return {
        "date": datetime.fromtimestamp(now_s, UTC).date().isoformat(),
        "seconds": round(now_s - began_s),
        "turns": turns,
        "load": [round(each, 2) for each in os.getloadavg()],
        "machine": f"{platform.machine()}, {os.cpu_count()} processors",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in VERSIONS if find_spec(name)},
    }


def told(numbers: dict[str, Any]) -> Iterator[str]:
    """The tables and sentences that a person reads."""
    if numbers["races"]:
        yield table(numbers["races"])
    if live := numbers.get("live"):
        yield (
            f"a live second, {live['entities']:,} entities, {live['reports']:,} reports: half within "
            f"{live['p50_ms']:.1f} ms, 99 of 100 within {live['p99_ms']:.1f} ms (asked: 100), the longest "
            f"{live['longest_ms']:.1f} ms, {live['mean_ms']:.1f} ms on average, {live['steps']} steps"
        )
    if grown := numbers.get("growth"):
        units = {"entities": "ms a second", "reports": "ms a second", "hours": "us a report"}
        for by, points in grown.items():
            said = ", ".join(f"{x:,.0f}: {y:,.1f}" if x >= 100 else f"{x:.1f}: {y:,.1f}" for x, y in points)
            yield f"cost by {by}, {units[by]}: {said}"
    if memory := numbers.get("memory"):
        heard, full = (memory[f"{when}_pss_bytes"] / MIB for when in ("heard", "full"))
        yield (
            f"memory of {memory['entities']:,} live entities, the whole process: {heard:,.0f} MiB heard a few times each, "
            f"{full:,.0f} MiB with every history full (asked: 1,024)"
        )
    made = numbers["made"]
    yield f"{made['seconds']} s, {made['machine']}, load {made['load'][0]}; " + ", ".join(
        f"{name} {number}" for name, number in made["versions"].items()
    )


def main() -> int:
    """Measure, print, and write where it was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="little of everything, to see that it runs")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--only", choices=PARTS)
    parser.add_argument("--entities", type=int, help="of the recorded traffic")
    parser.add_argument("--reports", type=int, help="of the recorded traffic")
    parser.add_argument("--out", type=Path, help="write the numbers as JSON")
    asked = parser.parse_args()
    alone()
    size = QUICK if asked.quick else Size()
    size = replace(size, entities=asked.entities or size.entities, reports=asked.reports or size.reports)
    try:
        numbers = measured(
            size, {asked.only} if asked.only else set(PARTS), 1 if asked.quick else asked.turns
        )
    except UnequalError as error:
        print(f"not the same, so not timed: {error}", file=sys.stderr)
        return 1
    print("\n\n".join(told(numbers)))
    if asked.out:
        asked.out.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
