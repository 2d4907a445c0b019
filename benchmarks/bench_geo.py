"""How fast the coast answers, beside shapely's own index on the same places in the same run on one core.

    headland bench geo -- [--places N] [--turns N]

Ratios are medians over turns, each of two runs next to each other, of sides that have been found to agree (`fusion_coast`).
Below them what has no peer here, in places a second: near the shore, and evenly over the map.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib.metadata import version

from fusion_coast import PLACES, coast_races
from side_by_side import Runner, UnequalError, alone, paired, table, told_progress

from geo.airfields import nearest
from geo.batch import Floats
from geo.coast import coast
from geo.sphere import distance_m
from geo.waters import covered

ALONE: dict[str, Callable[[Floats, Floats], object]] = {
    "Coast.on_land": lambda lat, lon: coast().on_land(lat, lon),
    "waters.covered": covered,
    "airfields.nearest": nearest,
    "sphere.distance_m": lambda lat, lon: distance_m(lat, lon, lat[::-1], lon[::-1]),
}


def rates(count: int, turns: int) -> list[dict[str, str | float | int]]:
    """Places a second of everything in `ALONE`, of both sets of places."""
    told = []
    for name, work in ALONE.items():
        row: dict[str, str | float | int] = {"work": name}
        for where, made in PLACES.items():
            places = made(count)
            runner = Runner(
                name, lambda work=work, places=places: len(places[0]) if work(*places) is not None else 0
            )
            for _ in range(turns):
                runner.turn()
            row[f"{where}, a second"] = round(runner.rate)
        told.append(row)
    return told


def main() -> int:
    """Both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--places", type=int, default=200_000)
    parser.add_argument("--turns", type=int, default=3)
    asked = parser.parse_args()
    alone()
    run = []
    try:
        for race in coast_races(asked.places):
            told_progress(f"bench geo: {race.what}")
            run.append(race.run(asked.turns))
    except UnequalError as error:
        print(f"not the same, so not timed: {error}", file=sys.stderr)
        return 1
    print(table(paired(run)))
    print(f"\n{table(rates(asked.places, asked.turns))}\n")
    print(", ".join(f"{name} {version(name)}" for name in ("headland", "numpy", "numba", "shapely")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
