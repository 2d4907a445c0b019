"""A scenario played to a server over MQTT: its world begins now, and its truth says so.

In: a scenario and where the broker is. Out: batches on its stations' topics, and, where
a folder is given, the truth about what is being played, before the playing begins. A world that keeps
its recorded times begins when its scenario says; any other at the next whole minute, so that
`truth.json` names the times that a live server will see.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from geo.units import MINUTE_S
from hardware.clock import Clock, SystemClock
from hardware.virtual.antennas import stations_json
from headland.proving.playing import antennas_of
from headland.proving.playing_live import PlayOptions, play_over_mqtt
from headland.proving.scenario import Scenario
from headland.proving.simulate import Progress, scene_of, summary, transmissions, world_of, write_truth
from headland.proving.wire_files import STATIONS_FILE


def begun(scenario: Scenario, options: PlayOptions, clock: Clock) -> Scenario:
    """The scenario with the start that it will be played at."""
    if options.recorded_times:
        return scenario
    next_s = (math.floor(clock.utc_s() / MINUTE_S) + 1) * MINUTE_S
    return scenario.model_copy(update={"start": datetime.fromtimestamp(next_s, UTC)})


def simulate_live(
    scenario: Scenario, out: Path | None, options: PlayOptions, progress: Progress
) -> dict[str, Any]:
    """Make a scenario's world and play it until it ends, or until Ctrl-C or SIGTERM.

    Returns:
        What was made: movers, alarms by kind; lines are counted by who receives them.

    Raises:
        GivenFileError: the world has no room for something that is asked for.
        SettingsError: an option that cannot be meant.
        OSError: `out` cannot be written.
    """
    scenario = begun(scenario, options, SystemClock())
    scene = scene_of(world_of(scenario), scenario.lives | scenario.behaviours, scenario.seed, progress)
    antennas = antennas_of(scenario.antennas())
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        write_truth(scene, scenario, out)
        (out / STATIONS_FILE).write_bytes(
            orjson.dumps(stations_json(antennas), option=orjson.OPT_INDENT_2) + b"\n"
        )
    progress("playing to the broker", math.nan)
    play_over_mqtt(transmissions(scene.movers, scenario), antennas, scenario.seed, options)
    return summary(scene, {})
