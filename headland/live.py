"""`headland live`: the service, whole or in part.

`--role feeds`: what stations send is brought to the disk and acknowledged.
`--role all`: the journal is followed too, up to a live page (`headland.lookout`).

    broker ──▶ bus ──▶ intake ──▶ journal ──▶ ack ──▶ bus ──▶ broker
                           clock marks ──▲

Runs until Ctrl-C or SIGTERM; then what has arrived is committed and
acknowledged before the line is let go. Killed in any other way it loses
nothing that was acknowledged: stations keep the rest and send it again.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from feeds.bus import Broker, Bus, broker_of
from feeds.errors import FeedError, JournalError, LinkError
from feeds.intake import ROOT, SUBSCRIPTIONS, Intake
from feeds.journal import Journal
from feeds.journal_reader import entries_since_taken, journal_files
from feeds.recorder import Recorder
from feeds.rejects import Rejects
from hardware.clock import Clock, SystemClock
from headland.errors import HeadlandError, Problem, SettingsError, UnreachableError
from headland.live_words import Role
from headland.logs import log_to_stderr
from headland.lookout import LookoutOptions, keep_lookout, opened
from headland.settings import Settings

MARK_EVERY_S = 1.0
LOG_EVERY_S = 60.0
PRUNE_EVERY_S = 3600.0
DAY_S = 86400.0
PASSWORD_VARIABLE = "BROKER_PASSWORD"  # noqa: S105  the name of a variable, not a password

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class LiveOptions:
    """One field an option of `headland live`.

    Attributes:
        role: which part of the service to be.
        mqtt: `mqtt://[USER@]HOST[:PORT]` or `mqtts://...`.
        journal: folder of the journal.
        password_file: holds the password of USER; else it is taken from BROKER_PASSWORD.
        ca: certificates to trust instead of the system's.
        wait_s: how long the broker may take to answer at the start.
        state: folder of checkpoints and of the store of alerts; None for `state` beside the journal.
        port: of the live page, on the loopback.
    """

    role: Role
    mqtt: str
    journal: Path
    password_file: Path | None = None
    ca: Path | None = None
    wait_s: float = 10.0
    state: Path | None = None
    port: int = 8100
    settings: Settings = field(default_factory=Settings)


class JournalUnusableError(HeadlandError):
    """The journal cannot be written; without it nothing may be acknowledged."""


def live(options: LiveOptions) -> None:
    """Run until told to end.

    Raises:
        SettingsError: an option that cannot be meant.
        UnreachableError: the broker does not answer at the start.
        JournalUnusableError: another process writes the journal, or its disk refuses.
    """
    log_to_stderr()
    broker = _broker(options)
    try:
        asyncio.run(_until_signal(options, broker, SystemClock()))
    except* LinkError as errors:
        raise UnreachableError(_first(errors)) from errors
    except* JournalError as errors:
        raise JournalUnusableError(_first(errors)) from errors


async def feeds(options: LiveOptions, broker: Broker, clock: Clock, told_to_end: asyncio.Event) -> None:
    """The role `feeds`, until told to end.

    Raises:
        ExceptionGroup: of LinkError or JournalError, as `live` says.
        JournalError: the journal cannot be opened.
    """
    parameters = options.settings.feeds
    intake = Intake(parameters, Rejects())
    with Journal(options.journal, intake.preface) as journal:
        for cut in journal.cuts:
            log.error("journal cut", what=str(cut))
        await asyncio.to_thread(lambda: intake.restore(entries_since_taken(options.journal)))
        bus = Bus(broker, [*SUBSCRIPTIONS, *parameters.topics])
        recorder = Recorder(intake, journal)

        async def deliver(topic: str, payload: bytes) -> None:
            await recorder.put(topic, payload, clock.utc_s())

        log.info("feeds started", journal=str(options.journal), position=str(journal.end))
        async with asyncio.TaskGroup() as tasks:
            committing = tasks.create_task(recorder.run())
            hearing = tasks.create_task(bus.run(deliver, intake.tell_all, options.wait_s))
            chores = [
                tasks.create_task(each) for each in _chores(options, clock, journal, intake, bus, recorder)
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
) -> list[Coroutine[Any, Any, None]]:
    """What is done now and again beside hearing and committing."""
    keep_s = options.settings.feeds.keep_days * DAY_S
    return [
        _every(MARK_EVERY_S, lambda: recorder.mark(clock.utc_s())),
        _every(options.settings.feeds.ack_s, lambda: _acknowledge(intake, bus)),
        _every(LOG_EVERY_S, lambda: _report(intake, bus, recorder)),
        _every(PRUNE_EVERY_S, lambda: _prune(journal, clock.utc_s() - keep_s)),
    ]


async def _until_signal(options: LiveOptions, broker: Broker, clock: Clock) -> None:
    told_to_end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told_to_end.set)
    if options.role is Role.FEEDS:
        await feeds(options, broker, clock, told_to_end)
        return
    async with asyncio.TaskGroup() as parts:
        parts.create_task(feeds(options, broker, clock, told_to_end))
        parts.create_task(_lookout(options, clock, told_to_end))


async def _lookout(options: LiveOptions, clock: Clock, told_to_end: asyncio.Event) -> None:
    """Follow the journal as soon as there is one."""
    while not (options.journal.is_dir() and journal_files(options.journal)):
        if told_to_end.is_set():
            return
        await asyncio.sleep(MARK_EVERY_S)
    where = LookoutOptions(
        journal=options.journal,
        state=options.state or options.journal.parent / "state",
        port=options.port,
        settings=options.settings,
    )
    with opened(where) as lookout:
        log.info("following", resumed=str(lookout.follower.resumed), page=f"http://127.0.0.1:{options.port}")
        await keep_lookout(lookout, where, clock, told_to_end)
        told_to_end.set()


async def _every(period_s: float, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do something now and again; time lost by the work is made up, missed turns are not."""
    loop = asyncio.get_running_loop()
    next_s = loop.time()
    while True:
        await work()
        next_s = max(next_s + period_s, loop.time())
        await asyncio.sleep(next_s - loop.time())


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


def _broker(options: LiveOptions) -> Broker:
    password = os.environ.get(PASSWORD_VARIABLE) or None
    if options.password_file is not None:
        try:
            password = options.password_file.read_text().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise _wrong("--password-file", f"{options.password_file}: {error}") from error
    try:
        return broker_of(options.mqtt, password, str(options.ca) if options.ca else None)
    except ValueError as error:
        raise _wrong("--mqtt", str(error)) from error
    except OSError as error:
        raise _wrong("--ca", f"{options.ca}: {error.strerror or error}") from error


def _wrong(option: str, reason: str) -> SettingsError:
    return SettingsError([Problem(option, "", reason)])


def _first(errors: BaseExceptionGroup[FeedError]) -> str:
    """The sentence of the first error of a group, however deep it lies."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error)
