"""The service in one process: the journal followed, flags made into alerts, all of it on a live page.

    journal ──▶ follower ──▶ board ──▶ browser
                    └──────▶ desk  ──▶ board

The page is told of positions straight after decoding; flags and alerts wait
for ordered data. Flags are on the disk in the store before a checkpoint says
that they were taken, so a crash between the two gives them again, and the
store takes a version once.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import structlog
import uvicorn

from alerts.desk import Desk
from alerts.features import feature, iso
from alerts.store import Store
from feeds.health import Health
from geo.forces import forces
from hardware.clock import Clock
from headland.follow import Advance, Follower
from headland.options import ReplayOptions
from headland.page_desk import PageDesk, as_shown
from headland.replay import names_of
from headland.settings import Settings
from maps.live.app import UVICORN, make_app
from maps.live.board import Board
from maps.live.guard import refuse_beyond_loopback

LOOPBACK = "127.0.0.1"
LOOK_EVERY_S = 0.2
TICK_EVERY_S = 1.0
SILENT_S = 90.0
"""A station says how it is every 30 s: after three of them it is silent."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class LookoutOptions:
    """Where things lie, and where the page answers.

    Attributes:
        state: folder of checkpoints and of the store of alerts; made if need be.
        checkpoint_s: how often all is kept; a restart reads the journal on from there.
        planted: subjects that a simulation put there (`mmsi:235012345`): the page says so, the store does not.
    """

    journal: Path
    state: Path
    port: int = 8100
    checkpoint_s: float = 60.0
    settings: Settings = field(default_factory=Settings)
    planted: frozenset[str] = frozenset()


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever started it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class Lookout:
    """One follower, one desk, one board."""

    def __init__(self, options: LookoutOptions, store: Store) -> None:
        self.board = Board()
        self.desk = Desk(store, {}, forces)
        self.page = PageDesk(self.desk, store, options.planted)
        self._planted = options.planted
        self.follower = Follower(
            options.journal, options.state / "checkpoints", ReplayOptions(settings=options.settings)
        )
        self._stations: dict[str, dict[str, Any]] = {}
        self._named = 0

    def look(self, now_s: float) -> int:
        """Take every step there is by now; how many there were."""
        steps = 0
        for advance in self.follower.advance():
            self._show(advance)
            self._take(advance, now_s)
            steps += 1
        if steps:
            self._tell_names()
        return steps

    def _show(self, advance: Advance) -> None:
        if len(advance.said.reports):
            self.board.show_positions(advance.said.reports, provisional=True)
        if len(advance.outcome.tracks):
            self.board.show_positions(advance.outcome.tracks, provisional=False)
        self._hear(advance.step.health)

    def _take(self, advance: Advance, now_s: float) -> None:
        flags = advance.outcome.flags
        if not flags:
            return
        taken = self.desk.take(flags, now_s)
        for refused in taken.refused:
            log.error("flag refused", flag=refused.flag.id, reason=refused.reason)
        places = forces(np.array([f.lat_deg for f in flags]), np.array([f.lon_deg for f in flags]))
        features = [feature(flag, names) for flag, names in zip(flags, places, strict=True)]
        self.board.show_flags([as_shown(each, self._planted) for each in features])
        self.board.show_alerts(self.page.list_alerts())

    def _hear(self, health: Health) -> None:
        for row in range(len(health)):
            name = self.follower.decoder.names.name(int(health.station[row]))
            numbers = {
                "clock_offset_s": float(health.clock_offset_s[row]),
                "spool": float(health.spool_batches[row]),
                "per_minute": float(np.nansum([health.ais_per_min[row], health.modes_per_min[row]])),
            }
            self._stations[name] = {
                "id": name,
                "heard_s": float(health.arrival_s[row]),
                "version": str(health.version[row]),
                **{key: value for key, value in numbers.items() if math.isfinite(value)},
            }

    def tell_stations(self, now_s: float) -> None:
        """Put the health of stations on the board, those that have fallen silent as such."""
        rows = []
        for station in self._stations.values():
            silent = now_s - station["heard_s"] > SILENT_S
            shown = {key: value for key, value in station.items() if key != "heard_s"}
            rows.append(shown | {"heard": iso(station["heard_s"]), "state": "silent" if silent else "alive"})
        self.board.show_stations(rows)

    def _tell_names(self) -> None:
        settled = self.follower.engine.names.settled
        if len(settled) != self._named:
            self._named = len(settled)
            self.board.show_names(names_of(settled))


@contextmanager
def opened(options: LookoutOptions) -> Iterator[Lookout]:
    """A lookout on its store, closed at the end.

    Raises:
        StoreError, CheckpointError, JournalError: it cannot be taken up where it was left.
    """
    options.state.mkdir(parents=True, exist_ok=True)
    store = Store.open(f"sqlite:///{(options.state / 'alerts.db').resolve()}")
    try:
        lookout = Lookout(options, store)
        lookout.board.show_alerts(lookout.page.list_alerts())
        yield lookout
        lookout.follower.close()
    finally:
        store.close()


async def keep_lookout(lookout: Lookout, options: LookoutOptions, clock: Clock, end: asyncio.Event) -> None:
    """Follow, decide, show, until told to end; then keep a last checkpoint."""
    refuse_beyond_loopback(LOOPBACK)
    app = make_app(lookout.board, lookout.page, title="Headland")
    server = _Server(uvicorn.Config(app, host=LOOPBACK, port=options.port, log_level="warning", **UVICORN))
    serving = asyncio.create_task(server.serve())
    # Pace is the loop's: the clock that is shown may stand still or run, as a demo's does.
    pace = asyncio.get_running_loop()
    kept_s, ticked_s = pace.time(), -math.inf
    while not end.is_set() and not serving.done():
        steps = await asyncio.to_thread(lookout.look, clock.utc_s())
        if pace.time() - ticked_s >= TICK_EVERY_S:
            ticked_s = pace.time()
            lookout.tell_stations(clock.utc_s())
            await asyncio.to_thread(lookout.board.tick, clock.utc_s())
        if pace.time() - kept_s >= options.checkpoint_s:
            kept_s = pace.time()
            await asyncio.to_thread(lookout.follower.checkpoint)
        if not steps:
            await asyncio.sleep(LOOK_EVERY_S)
    await asyncio.to_thread(lookout.follower.checkpoint)
    lookout.board.end()
    server.should_exit = True
    await serving
