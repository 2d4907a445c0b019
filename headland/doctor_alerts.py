"""What the doctor says of alerts: whether the channels of the settings can be opened, and what of the outbox is stuck."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from alerts.errors import StoreError
from alerts.outbox import waiting
from alerts.store import Store
from headland.deliveries import channels_of
from headland.errors import SettingsError
from headland.settings import Settings
from headland.state import DATABASE
from headland.verdicts import Check, Verdict


def channels(settings: Settings) -> Iterator[Check]:
    """The channels that would be opened; keys are looked for where they are held, and nobody is told anything."""
    try:
        opened = channels_of(settings, _nobody)
    except SettingsError as error:
        for problem in error.problems:
            yield Check("channels", Verdict.MISSING, str(problem), "correct it; the service would not start")
        return
    yield Check("channels", Verdict.OK, ", ".join(sorted(opened)) or "none: alerts are on the page alone")


def deliveries(state: Path) -> Iterator[Check]:
    """How many messages wait in the outbox, and how many were given up; nothing where there is no store."""
    file = state / DATABASE
    if not file.is_file():
        return
    try:
        store = Store.look_at(file)
        try:
            counts = waiting(store)
        finally:
            store.close()
    except StoreError as error:
        yield Check("deliveries", Verdict.MISSING, f"{file}: {error}", "see what the process logs")
        return
    found = f"{counts['delivered']} delivered, {counts['pending']} waiting, {counts['dead']} given up"
    if counts["dead"]:
        remedy = 'the log says of each "delivery given up" where it should have gone, and why it did not'
        yield Check("deliveries", Verdict.OPTIONAL, found, remedy)
    else:
        yield Check("deliveries", Verdict.OK, found)


async def _nobody(topic: str, payload: bytes, retain: bool) -> None:
    """A line that leads nowhere."""
