"""The role feeds: what stations send is brought to the disk, and acknowledged.

    broker ──▶ bus ──▶ intake ──▶ journal ──▶ ack ──▶ bus ──▶ broker
                           clock marks ──▲

Told to end, it commits and acknowledges what has arrived, then lets the line go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from feeds.bus import Broker, Bus
from feeds.intake import ROOT, SUBSCRIPTIONS, Intake
from feeds.journal import Journal
from feeds.journal_reader import entries_since_taken
from feeds.recorder import Recorder
from feeds.rejects import Rejects
from hardware.clock import Clock
from headland.chores import every
from headland.given_files import begin, given_files, look
from headland.live_options import LiveOptions

MARK_EVERY_S = 0.5
"""What is heard waits for the next mark before it is shown: half a second of the time from the antenna to the symbol.
More marks make a quiet night dearer to replay (two for one: 40 % at ten lines a second)."""
LOG_EVERY_S = 60.0
GIVEN_EVERY_S = 3.0
PRUNE_EVERY_S = 3600.0
DAY_S = 86400.0

log = structlog.get_logger(__name__)


def ear(options: LiveOptions, broker: Broker) -> Bus:
    """The line on which stations are heard; `feeds` keeps it up."""
    return Bus(broker, [*SUBSCRIPTIONS, *options.settings.feeds.topics])


async def feeds(
    options: LiveOptions,
    broker: Broker,
    clock: Clock,
    told_to_end: asyncio.Event,
    bus: Bus | None = None,
    mark_s: float = MARK_EVERY_S,
) -> None:
    """Hear, write and acknowledge, until told to end.

    Args:
        options: of the service.
        broker: where stations publish.
        clock: stamps what arrives, and marks the journal.
        told_to_end: set by whoever started it.
        bus: what `ear` made, where somebody else publishes on the same line.
        mark_s: how often the time is written down; more often where the clock runs faster than it should.

    Raises:
        ExceptionGroup: of LinkError or JournalError: no broker at the start, a disk that refuses.
        JournalError: the journal cannot be opened.
    """
    bus = bus or ear(options, broker)
    intake = Intake(options.settings.feeds, Rejects())
    folder = options.journal_folder()
    given = given_files(options, intake.rejects)
    with Journal(folder, lambda time_s: [*intake.preface(time_s), *given.preface(time_s)]) as journal:
        for cut in journal.cuts:
            log.error("journal cut", what=str(cut))
        await asyncio.to_thread(lambda: intake.restore(given.noting(entries_since_taken(folder))))
        recorder = Recorder(intake, journal)
        await begin(given, recorder, clock)

        async def deliver(topic: str, payload: bytes) -> None:
            await recorder.put(topic, payload, clock.utc_s())

        log.info("feeds started", journal=str(folder), position=str(journal.end))
        async with asyncio.TaskGroup() as tasks:
            committing = tasks.create_task(recorder.run())
            hearing = tasks.create_task(bus.run(deliver, intake.tell_all, options.wait_s))
            # A line that breaks swallows a cancellation before Python 3.12: chores look at the end themselves, too.
            chores = [
                tasks.create_task(every(seconds, work, told_to_end))
                for seconds, work in (
                    *_chores(options, clock, journal, intake, bus, recorder),
                    (mark_s, lambda: recorder.mark(clock.utc_s())),
                    (GIVEN_EVERY_S, lambda: look(given, recorder, clock)),
                )
            ]
            await told_to_end.wait()
            for chore in chores:
                chore.cancel()
            recorder.close()
            await committing
            await _acknowledge(intake, bus)
            hearing.cancel()
        await _report(intake, bus, recorder)
        log.info("feeds ended", position=str(journal.end))


def _chores(
    options: LiveOptions, clock: Clock, journal: Journal, intake: Intake, bus: Bus, recorder: Recorder
) -> list[tuple[float, Callable[[], Awaitable[None]]]]:
    """What is done beside hearing and committing, and every how many seconds."""
    keep_s = options.settings.feeds.keep_days * DAY_S
    return [
        (options.settings.feeds.ack_s, lambda: _acknowledge(intake, bus)),
        (LOG_EVERY_S, lambda: _report(intake, bus, recorder)),
        (PRUNE_EVERY_S, lambda: _prune(journal, clock.utc_s() - keep_s)),
    ]


async def _acknowledge(intake: Intake, bus: Bus) -> None:
    """Tell each station that is due what is on the disk, as long as the broker takes it."""
    due = intake.due() if bus.connected else []
    for index, station in enumerate(due):
        if not await bus.publish(f"{ROOT}/{station}/ack", intake.ack(station)):
            intake.tell(due[index:])
            return


async def _report(intake: Intake, bus: Bus, recorder: Recorder) -> None:
    log.info(
        "minute",
        batches=recorder.batches,
        lines=recorder.lines,
        commits=recorder.commits,
        duplicates=intake.duplicates,
        discarded=bus.discarded,
        connected=bus.connected,
        rejected=intake.rejects.by_reason(),
    )


async def _prune(journal: Journal, before_s: float) -> None:
    for path in await asyncio.to_thread(journal.prune, before_s):
        log.info("journal file removed for its age", file=path.name)


ROLE = feeds
