"""`Alert`: a flag that has become a case before people, and how it is looked up.

In: an open store. Out: alerts with the flag's last version beside them, whole
cases with everything that was decided and sent, and what has changed since a
page last asked. Nothing here writes; who looked at what is recorded by the
caller (`alerts.audit.record`), who knows who is asking.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, func, select

from alerts.errors import UnknownAlertError
from alerts.store import Store
from alerts.tables import ALERT_FORCES, ALERTS, DECISIONS, FLAGS, OUTBOX

LISTED = 200
"""How many alerts a list or a batch of changes holds unless told."""


class AlertState(StrEnum):
    """Where an alert stands with people; `flag_state` says where the behaviour stands."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert as it stands.

    Attributes:
        number: `HL-YYYY-NNNNNN`, of the year in which it was opened (UTC); never used twice.
        flag_id, flag_version, flag_state: the flag and its last version.
        forces: whose water or land it is, by the flag's last version.
        reason_code: why it was closed; None while it is not.
        grown: the flag has a newer version than the one a person last decided on.
        opened_s, updated_s, closed_s: Unix seconds, UTC.
        version: rises with every change; a decision names the version it was made on.
        changed: where this change stands among all changes of all alerts.
        feature: the flag's last version as a GeoJSON feature, texts as they came.
    """

    number: str
    flag_id: str
    flag_version: int
    flag_state: str
    state: AlertState
    forces: tuple[str, ...]
    reason_code: str | None
    grown: bool
    opened_s: float
    updated_s: float
    closed_s: float | None
    version: int
    changed: int
    feature: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided: `verb` is acknowledge, close or reopen."""

    at_s: float
    who: str
    verb: str
    reason_code: str | None
    text: str
    flag_version: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one recipient: pending, delivered or dead, and what went wrong last."""

    seq: int
    message: str
    channel: str
    recipient: str
    state: str
    attempts: int
    next_s: float
    delivered_s: float | None
    error: str


@dataclass(frozen=True, slots=True)
class Case:
    """An alert with its whole history: every version of its flag, decision and delivery, oldest first."""

    alert: Alert
    versions: tuple[dict[str, Any], ...]
    decisions: tuple[Decision, ...]
    deliveries: tuple[Delivery, ...]


def alerts(
    store: Store,
    states: Collection[AlertState] = (AlertState.NEW, AlertState.ACKNOWLEDGED),
    force: str | None = None,
    limit: int = LISTED,
    before: str | None = None,
) -> list[Alert]:
    """Alerts in these states, newest first; one force's if it is named.

    Args:
        store: the cases.
        states: which states.
        force: a name as `geo.forces` gives it.
        limit: how many at most.
        before: the last number of the page before, for the next page.
    """
    wanted = _with_flags().where(ALERTS.c.state.in_([str(state) for state in states]))
    if force is not None:
        theirs = select(ALERT_FORCES.c.alert).where(ALERT_FORCES.c.force == force)
        wanted = wanted.where(ALERTS.c.number.in_(theirs))
    with store.reading() as connection:
        if before is not None:
            find(connection, before)
            place = select(ALERTS.c.year, ALERTS.c.serial).where(ALERTS.c.number == before)
            year, serial = connection.execute(place).one()
            wanted = wanted.where(
                (ALERTS.c.year < year) | ((ALERTS.c.year == year) & (ALERTS.c.serial < serial))
            )
        ordered = wanted.order_by(ALERTS.c.year.desc(), ALERTS.c.serial.desc()).limit(limit)
        return _read(connection, connection.execute(ordered).mappings())


def changes_since(store: Store, seen: int, limit: int = LISTED) -> tuple[list[Alert], int]:
    """Alerts changed after `seen` (0 for all), in order of change, each as it stands now.

    Returns:
        The alerts, and the `seen` of the next call. A full list means that there may be more.
    """
    wanted = _with_flags().where(ALERTS.c.changed > seen).order_by(ALERTS.c.changed).limit(limit)
    with store.reading() as connection:
        found = _read(connection, connection.execute(wanted).mappings())
    return found, max([seen, *(alert.changed for alert in found)])


def last_change(store: Store) -> int:
    """The number of the last change of any alert, 0 where there is none: `changes_since` goes on from it."""
    with store.reading() as connection:
        return int(connection.execute(select(func.max(ALERTS.c.changed))).scalar() or 0)


def counts(store: Store) -> dict[AlertState, int]:
    """How many alerts stand in each state."""
    with store.reading() as connection:
        rows = connection.execute(select(ALERTS.c.state, func.count()).group_by(ALERTS.c.state)).all()
    found = {str(state): int(count) for state, count in rows}
    return {state: found.get(state, 0) for state in AlertState}


def case(store: Store, number: str) -> Case:
    """Everything about one alert.

    Raises:
        UnknownAlertError: no alert has this number.
    """
    with store.reading() as connection:
        alert = find(connection, number)
        versions = connection.execute(
            select(FLAGS.c.document).where(FLAGS.c.id == alert.flag_id).order_by(FLAGS.c.version)
        )
        decided = connection.execute(
            select(*(DECISIONS.c[name] for name in Decision.__slots__))
            .where(DECISIONS.c.alert == number)
            .order_by(DECISIONS.c.seq)
        )
        sent = connection.execute(
            select(*(OUTBOX.c[name] for name in Delivery.__slots__))
            .where(OUTBOX.c.alert == number)
            .order_by(OUTBOX.c.seq)
        )
        return Case(
            alert,
            tuple(json.loads(row.document) for row in versions),
            tuple(Decision(*row) for row in decided),
            tuple(Delivery(*row) for row in sent),
        )


def find(connection: Connection, number: str) -> Alert:
    """One alert, inside the caller's transaction.

    Raises:
        UnknownAlertError: no alert has this number.
    """
    found = _read(connection, connection.execute(_with_flags().where(ALERTS.c.number == number)).mappings())
    if not found:
        raise UnknownAlertError(number)
    return found[0]


def of_flag(connection: Connection, flag_id: str) -> Alert | None:
    """The alert of a flag, if it has one, inside the caller's transaction."""
    found = _read(connection, connection.execute(_with_flags().where(ALERTS.c.flag_id == flag_id)).mappings())
    return found[0] if found else None


def _with_flags() -> Select[Any]:
    both = (FLAGS.c.id == ALERTS.c.flag_id) & (FLAGS.c.version == ALERTS.c.flag_version)
    return select(ALERTS, FLAGS.c.document).join(FLAGS, both)


def _read(connection: Connection, rows: Iterable[Any]) -> list[Alert]:
    listed = list(rows)
    forces = _forces(connection, [row["number"] for row in listed])
    return [_alert(row, forces.get(row["number"], ())) for row in listed]


def _forces(connection: Connection, numbers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    wanted = (
        select(ALERT_FORCES.c.alert, ALERT_FORCES.c.force)
        .where(ALERT_FORCES.c.alert.in_(numbers))
        .order_by(ALERT_FORCES.c.alert, ALERT_FORCES.c.position)
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(wanted):
        found[row.alert] = (*found.get(row.alert, ()), row.force)
    return found


def _alert(row: Any, forces: tuple[str, ...]) -> Alert:
    decided = row["decided_flag_version"]
    return Alert(
        number=row["number"],
        flag_id=row["flag_id"],
        flag_version=row["flag_version"],
        flag_state=row["flag_state"],
        state=AlertState(row["state"]),
        forces=forces,
        reason_code=row["reason_code"],
        grown=decided is not None and row["flag_version"] > decided,
        opened_s=row["opened_s"],
        updated_s=row["updated_s"],
        closed_s=row["closed_s"],
        version=row["version"],
        changed=row["changed"],
        feature=json.loads(row["document"]),
    )
