"""An alert as a person reads it: with what was decided last, by whom, and whom to call.

In: alerts, as `alerts.cases` looked them up. Out: a sheet each, in the same
order, read in two queries however many there are. Nothing here writes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from alerts.cases import Alert, Decision
from alerts.store import Store
from alerts.tables import ALERTS, DECISIONS, MESSAGES


@dataclass(frozen=True, slots=True)
class Sheet:
    """One alert, and what belongs beside it.

    Attributes:
        last: the last decision of each verb: `acknowledged`, `closed`, `reopened`.
        note: the text of the last decision of all; empty where nobody has decided.
        how_to_report: the sentences of the message that was sent last.
    """

    alert: Alert
    last: dict[str, Decision] = field(default_factory=dict)
    note: str = ""
    how_to_report: tuple[str, ...] = ()


def sheets(store: Store, alerts: Sequence[Alert]) -> list[Sheet]:
    """A sheet for each alert, in the order given."""
    numbers = [alert.number for alert in alerts]
    with store.reading() as connection:
        decided, told = _decided(connection, numbers), _told(connection, numbers)
    return [_sheet(alert, decided.get(alert.number, []), told.get(alert.number, ())) for alert in alerts]


def _sheet(alert: Alert, decided: list[Decision], told: tuple[str, ...]) -> Sheet:
    last = {decision.verb: decision for decision in decided}
    return Sheet(alert, last, decided[-1].text if decided else "", told)


def _decided(connection: Connection, numbers: Sequence[str]) -> dict[str, list[Decision]]:
    """Every decision about each alert, oldest first."""
    wanted = (
        select(DECISIONS.c.alert, *(DECISIONS.c[name] for name in Decision.__slots__))
        .where(DECISIONS.c.alert.in_(numbers))
        .order_by(DECISIONS.c.seq)
    )
    found: dict[str, list[Decision]] = {}
    for number, *values in connection.execute(wanted):
        found.setdefault(number, []).append(Decision(*values))
    return found


def _told(connection: Connection, numbers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """How to report what each alert is about, as its last message says."""
    last = (MESSAGES.c.alert == ALERTS.c.number) & (MESSAGES.c.version == ALERTS.c.version)
    wanted = select(MESSAGES.c.alert, MESSAGES.c.body).join(ALERTS, last).where(ALERTS.c.number.in_(numbers))
    return {row.alert: tuple(json.loads(row.body)["how_to_report"]) for row in connection.execute(wanted)}
