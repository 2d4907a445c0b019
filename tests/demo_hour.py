"""The hour of the demo filled in, at a standstill of time, and the flags that came of it: `demo_hour.py FOLDER UTC_S`.

A process of its own, for the embedded broker may leave an end of a connection open when it is shut down.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from alerts import cases
from alerts.store import Store
from hardware.clock import Standing
from headland.bundle import planted, wires
from headland.demonstration import day
from headland.demonstration.quiet import logged_to
from headland.demonstration.tapes import tapes
from headland.loopback import free_port
from headland.settings import load_settings

LAST_TO_COME = "unscheduled_landing"


class Standstill:
    """A true clock at which it is always the same time; seconds pass as they do."""

    def __init__(self, utc_s: float) -> None:
        self.now_s = utc_s

    def utc_s(self) -> float:
        return self.now_s

    def monotonic_s(self) -> float:
        return time.monotonic()

    def standing(self) -> Standing:
        return Standing()


def stored(folder: Path) -> list[dict]:
    """The properties of every flag in the store."""
    if not (folder / "state" / "alerts.db").exists():
        return []
    store = Store.open(f"sqlite:///{folder / 'state' / 'alerts.db'}")
    try:
        return [each.feature["properties"] for each in cases.alerts(store)]
    finally:
        store.close()


async def filled(folder: Path, now_s: float) -> None:
    """Fill in an hour and two minutes before `now_s`, in which every planted behaviour comes to be flagged."""
    day.FILLED_S = 3720.0
    told_to_end = asyncio.Event()
    stage = day.Stage(
        tapes=tapes(wires(), day.LENGTH_S),
        settings=load_settings(),
        planted=frozenset(each.subject for each in planted()),
        port=free_port(),
        credits=(),
        told=lambda _: None,
        shown=lambda: None,
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(day.day(stage, folder, Standstill(now_s), told_to_end))
        while not any(each["kind"] == LAST_TO_COME for each in stored(folder)):  # noqa: ASYNC110  a file tells nobody
            await asyncio.sleep(0.2)
        told_to_end.set()


if __name__ == "__main__":
    where = Path(sys.argv[1])
    where.mkdir()
    with logged_to(where / "log"):
        asyncio.run(filled(where, float(sys.argv[2])))
    sys.stdout.write(json.dumps(stored(where)))
