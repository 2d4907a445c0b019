"""Progress of long work: a bar on a terminal, plain lines anywhere else, always on standard error."""

from __future__ import annotations

import math
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

QUARTER = 0.25
"""Without a terminal a stage speaks when it begins, at each quarter, and at its end."""


class Teller:
    """Tells a person how far the work is; call it with a stage and how much of it is done, 0..1 or NaN.

    with Teller() as tell:
        tell("decoding", 0.1)
    """

    def __init__(self, console: Console | None = None) -> None:
        """Draw on `console`; standard error unless another is given."""
        self._console = console or Console(stderr=True, highlight=False)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[share]:>5}"),
            TimeElapsedColumn(),
            console=self._console,
        )
        self._tasks: dict[str, TaskID] = {}
        self._told: dict[str, int] = {}

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._bars.stop()

    def __call__(self, stage: str, done: float) -> None:
        """Take note of the stage; what is beyond 0..1 is shown as the nearer end."""
        share = math.nan if math.isnan(done) else min(max(done, 0.0), 1.0)
        if self._console.is_terminal:
            self._draw(stage, share)
        else:
            self._print(stage, share)

    def _draw(self, stage: str, share: float) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=None, share="")
        known = not math.isnan(share)
        self._bars.update(
            self._tasks[stage],
            total=1.0 if known else None,
            completed=share if known else 0.0,
            share=f"{share:.0%}" if known else "",
        )

    def _print(self, stage: str, share: float) -> None:
        quarter = 0 if math.isnan(share) else math.floor(share / QUARTER)
        if quarter <= self._told.get(stage, -1):
            return
        self._told[stage] = quarter
        self._console.print(stage if not quarter else f"{stage}: {quarter * QUARTER:.0%}", markup=False)
