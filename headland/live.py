"""`headland live`: the service, whole or in part; the parts are in `headland.roles`.

    broker ──▶ feeds ──▶ journal ──▶ fusion ──▶ store ──▶ web ──▶ browser
                                        ├──▶ channels ──▶ people
                                        └──▶ changes ────▶ web

Runs until Ctrl-C or SIGTERM. Killed in any other way it loses nothing: what
was not acknowledged the stations keep, what was not delivered waits in the
store, and fusion reads on from its last checkpoint.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from alerts.errors import StoreError
from feeds.bus import Broker, broker_of
from feeds.errors import JournalError, LinkError
from hardware.clock import Clock, SystemClock
from headland.errors import HeadlandError, UnreachableError
from headland.live_options import LiveOptions, wrong
from headland.live_words import Role
from headland.logs import log_to_stderr

__all__ = ["LiveOptions", "live"]

PASSWORD_VARIABLE = "BROKER_PASSWORD"  # noqa: S105  the name of a variable, not a password

Part: TypeAlias = Callable[[LiveOptions, Broker, Clock, asyncio.Event], Awaitable[None]]


class JournalUnusableError(HeadlandError):
    """The journal cannot be written or read; without it nothing may be acknowledged."""


class StoreUnusableError(HeadlandError):
    """The store of alerts cannot be opened, or does not answer; without it no flag may be taken."""


def live(options: LiveOptions) -> None:
    """Run until told to end.

    Raises:
        SettingsError: an option that cannot be meant.
        UnreachableError: the broker does not answer at the start, or the page's port is taken.
        JournalUnusableError: another process writes the journal, or its disk refuses.
        StoreUnusableError: the store of alerts cannot be opened, or its disk refuses.
        CheckpointError: the settings are not those of the last checkpoint.
    """
    log_to_stderr()
    broker = _broker(options)
    try:
        asyncio.run(_until_signal(part(options.role), options, broker))
    except Exception as error:
        first = _first(error)
        for kind, told in (
            (LinkError, UnreachableError),
            (JournalError, JournalUnusableError),
            (StoreError, StoreUnusableError),
        ):
            if isinstance(first, kind):
                raise told(str(first)) from error
        if isinstance(first, HeadlandError) and first is not error:
            raise first from error
        raise


def part(role: Role) -> Part:
    """The coroutine function that a role is; loads its module and no other role's."""
    loaded: Part = importlib.import_module(f"headland.roles.{role.value}").ROLE
    return loaded


async def _until_signal(run: Part, options: LiveOptions, broker: Broker) -> None:
    told_to_end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told_to_end.set)
    await run(options, broker, SystemClock(), told_to_end)


def _broker(options: LiveOptions) -> Broker:
    password = os.environ.get(PASSWORD_VARIABLE) or None
    if options.password_file is not None:
        try:
            password = options.password_file.read_text().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise wrong("--password-file", f"{options.password_file}: {error}") from error
    try:
        return broker_of(options.mqtt, password, str(options.ca) if options.ca else None)
    except ValueError as error:
        raise wrong("--mqtt", str(error)) from error
    except OSError as error:
        raise wrong("--ca", f"{options.ca}: {error.strerror or error}") from error


def _first(error: BaseException) -> BaseException:
    """The first error of a group, however deep it lies."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
