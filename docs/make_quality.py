"""Measures how good the flags are, and writes docs/quality.md, its plots and its numbers (docs/quality.json).

    .venv/bin/python docs/make_quality.py [--seeds 2] [--processes 2] [--scenario NAME ...] [--recordings FOLDER]
    .venv/bin/python docs/make_quality.py --page       writes the page anew from the numbers that are there

Every bundled scenario is simulated under each seed, replayed, and scored beside the textbook rules; behaviours are
planted into recordings; and recordings with nothing planted are replayed, their flags put under pseudonyms. Recordings
that are not bundled are looked for in ../shared/recordings. What a person thinks of a flag stands in docs/judgements.toml.
"""

import argparse
import json
import resource
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fusion.pattern import patterns
from hardware.clock import SystemClock
from headland.bundle import FOLDER, recordings
from headland.options import ReplayOptions
from headland.proving.injection import inject
from headland.proving.scenario import load_scenario, shipped
from headland.proving.scoring.page import page, plots
from headland.proving.scoring.pseudonyms import key_of, nameless
from headland.proving.scoring.rules import Rules
from headland.proving.scoring.running import followed_by, judge_folder, replay_twice
from headland.proving.scoring.scores import TOGETHER, score
from headland.proving.scoring.trials import Trial
from headland.proving.scoring.worlds import judged_world

DOCS = Path(__file__).resolve().parent
SHARED = DOCS.parent.parent / "shared" / "recordings"
RULES = Rules()


@dataclass(frozen=True)
class Real:
    """A recording with nothing planted: its file, what it is, and the zone of its times."""

    file: str
    what: str
    zone: str | None = None


REAL = (
    Real(
        "ais/ais_vernon_20160331.log.gz",
        "AIS of a shore station on the Seine, a day of March 2016",
        "Europe/Paris",
    ),
    Real("ais/log_ais_cw17_guadeloupe.csv.log.gz", "AIS of a shore station in Guadeloupe, fifteen hours"),
    Real("ais/aislib_stream_example_2010-06-11.txt", "AIS of a whole coast for half a minute, June 2010"),
    Real(
        "ais/norwegian_kystverket_2024-12-09.raw",
        "AIS of the Norwegian coast, a few moments of December 2024",
    ),
    Real("adsb/OpenSky_Plane_States.csv", "ADS-B over England, twenty minutes"),
    Real("adsb/traffic_rs1090_full_flight_short.jsonl.gz", "Mode S of one airliner, gate to gate"),
    Real(
        "adsb/traffic_gliders_oxford_cambridge.json.gz",
        "ADS-B of a glider's day between Oxford and Cambridge",
    ),
    Real(
        "adsb/traffic_border_control_loiter.json.gz",
        "ADS-B of a patrol aircraft over the Channel coast, four hours",
    ),
    Real("adsb/traffic_rega_helicopter.json.gz", "ADS-B of an air ambulance in Switzerland"),
    Real(
        "adsb/eastham_KWVI_20251213_5nm.jsonl.gz",
        "ADS-B about an aerodrome in California, a day of December 2025",
    ),
    Real("adsb/eastham_88NV_1hr_20230829.jsonl", "ADS-B about a temporary airstrip in Nevada, an hour"),
)
INTO = (
    (
        FOLDER / "solent" / "SolentAIS_20160112_130211.nmea.gz",
        "AIS in the Solent, 85 minutes of January 2016",
    ),
    (FOLDER / "baw3ak" / "tutorial.jsonl.gz", "Mode S of a flight from Toulouse to Heathrow, 138 minutes"),
)


def world(scenario: str, seed: int, hours: float | None) -> dict[str, Any]:
    """One world made and judged; called in a process of its own."""
    made = judged_world(scenario, seed, hours, RULES)
    print(f"{scenario}, seed {seed}: {sum(made.stages.values()):.0f} s of processor time", flush=True)
    return {"scenario": scenario, "seed": seed, "judged": made.judged, "stages": made.stages}


def injected(path: Path, what: str) -> dict[str, Any]:
    """Behaviours planted into one recording, and judged."""
    with tempfile.TemporaryDirectory() as folder:
        made = inject(load_scenario("solent"), [str(path)], Path(folder), None, ReplayOptions())
        judged = judge_folder(Path(folder), ReplayOptions(), RULES)
    scored = score([judged.trial], RULES).as_json()
    return {
        "what": what,
        "hours": scored["followed"]["watch_h"],
        "all": scored["kinds"][TOGETHER],
        "left_out": made["left_out"],
    }


def real(path: Path, what: str, zone: str | None) -> dict[str, Any]:
    """The flags of one recording with nothing planted, under pseudonyms."""
    replayed = replay_twice([str(path)], ReplayOptions(zone=ZoneInfo(zone) if zone else None))
    return {
        "what": what,
        "followed": asdict(followed_by(replayed.tracks, RULES)),
        "flags": nameless(key_of([path]), replayed.flags, float(replayed.tracks.time_s.min())),
    }


def measured(arguments: argparse.Namespace) -> dict[str, Any]:
    """Everything that the page needs."""
    began, context = time.perf_counter(), get_context("spawn")
    asked = [
        (name, seed) for seed in range(1, arguments.seeds + 1) for name in arguments.scenario or shipped()
    ]
    with ProcessPoolExecutor(arguments.processes, mp_context=context) as pool:
        worlds = list(pool.map(world, *zip(*asked, strict=True), [arguments.hours] * len(asked)))
        planted = list(pool.map(injected, *zip(*INTO, strict=True)))
        untouched = list(pool.map(real, *zip(*_real_files(arguments.recordings), strict=True)))
    return {
        "made": _made(began, arguments.processes, worlds),
        "score": score([each["judged"].trial for each in worlds], RULES).as_json(),
        "worlds": [{name: each[name] for name in ("scenario", "seed")} for each in worlds],
        "scenarios": {name: _pooled(name, worlds) for name in sorted({each["scenario"] for each in worlds})},
        "textbook": _textbook(each["judged"].textbook for each in worlds),
        "injected": planted,
        "recordings": untouched,
    }


def _real_files(folder: Path) -> list[tuple[Path, str, str | None]]:
    bundled = [(each.path, each.what, None) for each in recordings()]
    others = [(folder / each.file, each.what, each.zone) for each in REAL]
    return [*bundled, *(each for each in others if each[0].is_file())]


def _made(began: float, processes: int, worlds: list[dict[str, Any]]) -> dict[str, Any]:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    stages: Counter[str] = Counter()
    for each in worlds:
        stages.update(each["stages"])
    return {
        "date": datetime.fromtimestamp(SystemClock().utc_s(), UTC).date().isoformat(),
        "seconds": round(time.perf_counter() - began),
        "cpu_seconds": round(sum(each.ru_utime + each.ru_stime for each in used)),
        "processes": processes,
        "stages": {name: round(seconds) for name, seconds in stages.items() if round(seconds)},
        "versions": {name: version(name) for name in ("headland", "numpy", "numba", "pyais")},
        "patterns": {name: kind.version for name, kind in patterns().items()},
    }


def _pooled(scenario: str, worlds: list[dict[str, Any]]) -> dict[str, Any]:
    trials = [each["judged"].trial for each in worlds if each["scenario"] == scenario]
    return {"worlds": len(trials), "all": score(trials, RULES).as_json()["kinds"][TOGETHER]}


def _textbook(worlds: Iterable[dict[str, Trial]]) -> dict[str, Any]:
    """Each textbook rule's score over all worlds, of the kind that it is for."""
    trials: dict[str, list[Trial]] = {}
    for made in worlds:
        for name, trial in made.items():
            trials.setdefault(name, []).append(replace(trial, faint=None))
    return {name: score(made, RULES).as_json()["kinds"][TOGETHER] for name, made in trials.items()}


def judgements() -> dict[str, dict[str, str]]:
    """What people think of flags on real recordings, by digest."""
    return tomllib.loads((DOCS / "judgements.toml").read_text(encoding="utf-8"))


def main() -> None:
    """Measure, unless only the page is asked for; write everything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=2, help="worlds of each scenario")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--scenario", action="append", help="instead of every bundled one; may be repeated")
    parser.add_argument("--hours", type=float, help="instead of each scenario's own")
    parser.add_argument(
        "--recordings", type=Path, default=SHARED, help="where those are that are not bundled"
    )
    parser.add_argument("--page", action="store_true", help="write the page anew from docs/quality.json")
    arguments = parser.parse_args()
    numbers = DOCS / "quality.json"
    if not arguments.page:
        numbers.write_text(json.dumps(measured(arguments), indent=1) + "\n", encoding="utf-8")
    data = json.loads(numbers.read_text(encoding="utf-8"))
    (DOCS / "quality.md").write_text(page(data, judgements()), encoding="utf-8")
    for name, svg in plots(data).items():
        (DOCS / name).write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
