"""A world made, replayed and judged in one go, and what each stage of it costs.

In: a scenario. Out: its judgement, and processor seconds by stage: playing,
hearing, reading, replaying, scoring. Nothing is left on the disk. Worlds know
nothing of each other, so they may be made in as many processes as there are.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from headland.options import ReplayOptions
from headland.proving.scenario import load_scenario
from headland.proving.scoring.rules import Rules
from headland.proving.scoring.running import Judgement, judge_folder
from headland.proving.simulate import simulate


class Stages:
    """Processor seconds by stage of the work, from the progress that is told.

    Attributes:
        seconds: by the first word of a stage's name.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since, self._stage = time.process_time(), "beginning"

    def __call__(self, stage: str, _done: float = 0.0) -> None:
        """The work has come to another stage."""
        now = time.process_time()
        self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + now - self._since
        self._since, self._stage = now, stage.partition(" ")[0]


@dataclass(frozen=True)
class JudgedWorld:
    """What came of one world.

    Attributes:
        stages: processor seconds by stage.
    """

    scenario: str
    seed: int
    judged: Judgement
    stages: dict[str, float]


def judged_world(scenario: str, seed: int, hours: float | None, rules: Rules) -> JudgedWorld:
    """Make, replay and judge a world; hours other than the scenario's own where they are given.

    Raises:
        GivenFileError: no such scenario, or a world with no room for what is asked for.
    """
    stages = Stages()
    chosen = load_scenario(scenario, [] if hours is None else [f"hours={hours}"], seed)
    with tempfile.TemporaryDirectory() as folder:
        simulate(chosen, Path(folder), stages)
        judged = judge_folder(Path(folder), ReplayOptions(progress=stages), rules)
    stages("end")
    return JudgedWorld(scenario, seed, judged, stages.seconds)
