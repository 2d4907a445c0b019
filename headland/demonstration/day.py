"""One day of the demo: from an empty journal to the end of the recordings.

Every part is the service's own: `hardware.agent` for each virtual station,
`headland.roles.feeds`, `headland.lookout`. A day that follows begins anew with
empty folders: were the ships of the recording's beginning put into the water
where its end has left them, every one of them would have jumped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from feeds.bus import Broker
from hardware.agent import Agent, Orders
from hardware.clock import Clock
from hardware.publisher import Broker as StationBroker
from headland.demonstration.broker import embedded_broker
from headland.demonstration.clock import DemoClock
from headland.demonstration.page_clock import PageClock
from headland.demonstration.playing import TapePlayer
from headland.demonstration.tapes import Tape
from headland.live_options import LiveOptions
from headland.live_words import Role
from headland.lookout import LookoutOptions, keep_lookout, opened
from headland.loopback import ADDRESS
from headland.roles.feeds import feeds
from headland.settings import Settings
from headland.watch import is_there

FILLED_S = 3600.0
"""What is filled in before the present: loitering and coverage are learned over an hour."""
LENGTH_S = 5071.0
"""When the Solent recording ends."""
STEP_S = 120.0
"""One step of the filling. A report arrives, by the clock, as its step begins: up to so long before it was heard."""
SKEW_S = 150.0
"""So that no step's end is doubted for that."""
AHEAD_S = 150.0
"""The filling waits where the page has seen less than the step before: it is to be seen passing."""
MARK_S = 0.2
PRESENT_S = 1.0
"""Behind by no more than this, the clock may join the true one."""
WHOLE_S = 60.0
"""A day begins on a whole minute, so that patterns look at the same instants of the recording each time."""
ACK_S = 0.05
BOUNDS = ((50.55, -1.60), (50.90, -0.70))
"""The Solent and the Isle of Wight: where the ships are, and all that is planted."""
LOOK_EVERY_S = 0.05


@dataclass(frozen=True)
class Stage:
    """What a day needs.

    Attributes:
        settings: in force.
        planted: subjects that are simulated.
        port: of the page.
        credits: owed to the sources of what is shown.
        told: called with how much of the hour is filled in, 0..1.
        shown: called when there is something to see on the page.
    """

    tapes: Sequence[Tape]
    settings: Settings
    planted: frozenset[str]
    port: int
    credits: tuple[str, ...]
    told: Callable[[float], None]
    shown: Callable[[], None]


def began_s(now_s: float) -> float:
    """When a day began whose present is now: a whole minute, an hour ago and up to a minute more."""
    return (now_s - FILLED_S) // WHOLE_S * WHOLE_S


async def day(stage: Stage, folder: Path, true: Clock, told_to_end: asyncio.Event) -> None:
    """Run until the recordings end, or until told to end.

    Raises:
        ExceptionGroup: of what a part raises.
    """
    begin_s = began_s(true.utc_s())
    clock = DemoClock(true, begin_s)
    heard = replace(stage.settings.feeds, ack_s=ACK_S, skew_s=max(SKEW_S, stage.settings.feeds.skew_s))
    settings = replace(stage.settings, feeds=heard)
    async with embedded_broker() as port, asyncio.TaskGroup() as tasks:
        options = LiveOptions(
            role=Role.ALL, mqtt=f"mqtt://{ADDRESS}:{port}", journal=folder / "journal", settings=settings
        )
        over, heard_out, seen = asyncio.Event(), asyncio.Event(), asyncio.Event()
        line = Broker(host=ADDRESS, port=port)
        hearing = tasks.create_task(feeds(options, line, clock, heard_out, mark_s=MARK_S))
        agents = [_agent(tape, folder, port, clock, begin_s) for tape in stage.tapes]
        playing = [tasks.create_task(agent.run(over)) for agent in agents]
        page = PageClock(clock)
        filling = tasks.create_task(_fill(clock, page, agents, stage.told))
        looking = tasks.create_task(_look(stage, options, page, seen))
        await _until_over(told_to_end, playing, looking)
        # The server first: a station that leaves while it is being answered makes the broker wait for it. What is
        # still to be said on a day that is over waits in a spool that nobody will read.
        filling.cancel()
        heard_out.set()
        await hearing
        over.set()
        await asyncio.wait(playing)
        seen.set()


def _agent(tape: Tape, folder: Path, port: int, clock: DemoClock, begin_s: float) -> Agent:
    orders = Orders(
        station=tape.station,
        broker=StationBroker(host=ADDRESS, port=port),
        spool=folder / "spool" / tape.station,
        version=version("headland"),
        sync_s=60.0,  # a demo's spool outlives no power cut
    )
    return Agent(orders, [TapePlayer(tape, begin_s, begin_s + LENGTH_S, clock)], clock)


async def _fill(
    clock: DemoClock, page: PageClock, agents: Sequence[Agent], told: Callable[[float], None]
) -> None:
    """Bring the past to the server's disk step by step, until it has become the present."""
    begin_s = clock.utc_s()
    while clock.behind_s() > PRESENT_S:
        while clock.utc_s() - page.seen_s() > AHEAD_S:  # noqa: ASYNC110  the watch is in a thread, and tells nobody
            await asyncio.sleep(LOOK_EVERY_S)
        until_s = clock.utc_s() + min(STEP_S, clock.behind_s())
        await clock.release(until_s, len(agents))
        await asyncio.gather(*(agent.settled() for agent in agents))
        clock.step()
        for agent in agents:
            agent.tell_health()
        told((until_s - begin_s) / (until_s - begin_s + clock.behind_s()))
    clock.join()


async def _until_over(
    told_to_end: asyncio.Event, playing: Sequence[asyncio.Task[None]], looking: asyncio.Task[None]
) -> None:
    """Return when told to end, when nobody plays any more, or when the page is no longer there."""
    telling = asyncio.create_task(told_to_end.wait())
    played = asyncio.create_task(asyncio.wait(playing))
    await asyncio.wait([telling, played, looking], return_when=asyncio.FIRST_COMPLETED)
    telling.cancel()
    played.cancel()


async def _look(stage: Stage, options: LiveOptions, page: PageClock, end: asyncio.Event) -> None:
    """Follow the journal and show the page, from its first entry until told to end."""
    journal = options.journal_folder()
    if not await is_there(journal, end):
        return
    where = LookoutOptions(
        journal=journal,
        state=options.state_folder(),
        port=stage.port,
        settings=options.settings,
        planted=stage.planted,
        credits=stage.credits,
        bounds=BOUNDS,
    )
    with opened(where) as lookout:
        page.watch = lookout.watch
        telling = asyncio.create_task(_tell(page, stage))
        try:
            await keep_lookout(lookout, where, page, end)
        finally:
            telling.cancel()


async def _tell(page: PageClock, stage: Stage) -> None:
    """Say that there is something to see, as soon as there is."""
    begin_s = page.utc_s()
    while page.seen_s() < begin_s + STEP_S / 2:  # noqa: ASYNC110  the watch is in a thread, and tells nobody
        await asyncio.sleep(LOOK_EVERY_S)
    stage.shown()
