"""A scenario into files: its world made, heard by its stations, and written with its truth.

    scenario ──World, plays──▶ Scene ──Transmissions, antennas──▶ ais.nmea, modes.csv, stations.json
                                  └──▶ truth.json, movements.csv, exclusions.csv, scenario.toml

The same scenario and seed give the same bytes in every file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from headland.errors import GivenFileError
from headland.proving.mover import Mover
from headland.proving.mover_jamming import jammed
from headland.proving.playing import antennas_of, heard_windows
from headland.proving.routes_water import Waters
from headland.proving.scenario import Scenario, as_toml
from headland.proving.transmitting import Transmissions
from headland.proving.transmitting_rates import Rates
from headland.proving.truth import Scene, exclusions_csv, movements_csv, truth_of
from headland.proving.wire_files import write_wire_files
from headland.proving.world import UnfitError, Weather, World, behaviours, lives, played, stream
from headland.proving.world_reach import StationReach

Progress = Callable[[str, float], None]


def world_of(scenario: Scenario) -> World:
    """The empty world of a scenario: its place, span, weather and the reach of its stations.

    Raises:
        GivenFileError: the area is too small or too large.
    """
    try:
        waters = Waters(scenario.area.area)
    except ValueError as error:
        raise GivenFileError(f"{scenario.title}: area: {error}") from error
    return World(
        area=scenario.area.area,
        start_s=scenario.start_s,
        end_s=scenario.end_s,
        waters=waters,
        reach=StationReach(scenario.antennas()),
        weather=Weather.drawn(stream(scenario.seed, "weather", 0)),
    )


def scene_of(world: World, asked: Mapping[str, int], seed: int, progress: Progress) -> Scene:
    """Everything asked for, played in a world: name of a life or behaviour and how many.

    Raises:
        GivenFileError: the world has no room for something that is asked for.
    """
    known = lives() | behaviours()
    turns = [(known[name], count) for name in sorted(asked) for count in range(asked[name])]
    scenes: list[Scene] = []
    for done, (play, count) in enumerate(turns):
        progress("playing", done / len(turns))
        try:
            scenes.append(played(world, play, seed, count))
        except UnfitError as error:
            raise GivenFileError(f"{error}; choose another seed, area or span, or ask for fewer") from error
    whole = Scene.joined(scenes)
    return replace(whole, movers=tuple(jammed(mover, whole.jams) for mover in whole.movers))


def simulate(scenario: Scenario, out: Path, progress: Progress) -> dict[str, Any]:
    """Make a scenario's world, let its stations hear it, and write all files into `out`.

    Returns:
        What was made: movers, alarms by kind, lines by file.

    Raises:
        GivenFileError: the world has no room for something that is asked for.
        OSError: `out` cannot be written.
    """
    scene = scene_of(world_of(scenario), scenario.lives | scenario.behaviours, scenario.seed, progress)
    sent = transmissions(scene.movers, scenario)
    antennas = antennas_of(scenario.antennas())
    out.mkdir(parents=True, exist_ok=True)
    progress("hearing", 0.0)
    lines = write_wire_files(heard_windows(sent, antennas, scenario.seed), antennas, out)
    write_truth(scene, scenario, out)
    progress("hearing", 1.0)
    return summary(scene, lines)


def transmissions(movers: tuple[Mover, ...], scenario: Scenario) -> Transmissions:
    """What the movers of a scenario send, squitters thinned as it says."""
    return Transmissions(movers, scenario.seed, rates=Rates(adsb_thinning=scenario.adsb_thinning))


def write_truth(scene: Scene, scenario: Scenario, out: Path) -> None:
    """Write what is true, what is expected, what is listed, and the scenario as it was run."""
    options = orjson.OPT_INDENT_2
    (out / "truth.json").write_bytes(orjson.dumps(truth_of(scene), option=options) + b"\n")
    (out / "movements.csv").write_text(movements_csv(scene), encoding="utf-8")
    # A rule must outlast the last flag of the world, which may be raised a while after its end.
    (out / "exclusions.csv").write_text(exclusions_csv(scene, scenario.end_s + 86_400.0), encoding="utf-8")
    (out / "scenario.toml").write_text(as_toml(scenario), encoding="utf-8")


def summary(scene: Scene, lines: dict[str, int]) -> dict[str, Any]:
    """What was made, for a person or a program."""
    return {
        "movers": dict(sorted(Counter(mover.kind for mover in scene.movers).items())),
        "alarms": dict(sorted(Counter(each.kind for each in scene.alarm).items())),
        "quiet": len(scene.quiet),
        "lines": lines,
    }
