"""How long simulated worlds take to make, hear, read, replay and score.

    python benchmarks/bench_worlds.py [--worlds 10] [--hours 24] [--processes 2]

The bundled scenarios in turn, under a seed of its own each. Seconds are of the clock, for all worlds together;
processor seconds are of all processes, and do not count what else the machine does. The first run of a new
installation compiles for half a minute more.
"""

from __future__ import annotations

import argparse
import resource
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from itertools import cycle, islice
from multiprocessing import get_context
from time import perf_counter

from headland.proving.scenario import shipped
from headland.proving.scoring.rules import Rules
from headland.proving.scoring.worlds import judged_world

STAGES = ("playing", "hearing", "reading", "replaying", "scoring")


def one(scenario: str, seed: int, hours: float) -> tuple[dict[str, float], int]:
    """Processor seconds by stage of one world, and its positions; called in a process of its own."""
    made = judged_world(scenario, seed, hours, Rules())
    return made.stages, made.judged.reports


def main() -> None:
    """Make the worlds and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--worlds", type=int, default=10)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    names = list(islice(cycle(shipped()), asked.worlds))
    began = perf_counter()
    with ProcessPoolExecutor(asked.processes, mp_context=get_context("spawn")) as pool:
        made = list(pool.map(one, names, range(1, asked.worlds + 1), [asked.hours] * asked.worlds))
    wall_s = perf_counter() - began
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu_s = sum(each.ru_utime + each.ru_stime for each in used)
    stages = {name: sum(each.get(name, 0.0) for each, _ in made) for name in STAGES}
    print(f"{asked.worlds} worlds of {asked.hours:g} h, {sum(n for _, n in made):,} positions")
    print(f"{'stage':<12}{'processor s':>12}{'a world':>10}")
    for name in STAGES:
        print(f"{name:<12}{stages[name]:>12.1f}{stages[name] / asked.worlds:>10.1f}")
    print(f"{'all':<12}{cpu_s:>12.1f}{cpu_s / asked.worlds:>10.1f}")
    print(f"{wall_s:.0f} s of the clock in {asked.processes} processes")
    print(", ".join(f"{name} {version(name)}" for name in ("headland", "numpy", "numba")))


if __name__ == "__main__":
    main()
