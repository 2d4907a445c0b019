"""How a change of a case is written: the flag kept, the row changed, the link, the message, the outbox.

Everything here happens inside the caller's transaction; the verbs that call
it, and the rules by which, are `alerts.desk`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from alerts.audit import SYSTEM, append, digest
from alerts.cases import Alert, AlertState, find
from alerts.changes import BY_FLAG, Change
from alerts.channel import Channel
from alerts.features import canonical_json, iso
from alerts.messages import compose
from alerts.tables import ALERT_FORCES, ALERTS, DECISIONS, FLAGS, MESSAGES, OUTBOX
from fusion.flags import Flag


def keep_flag(connection: Connection, flag: Flag, document: bytes, now_s: float) -> bool:
    """Keep one version of a flag; whether it was not kept before.

    The same version with another content cannot come from one Headland (the
    same input gives the same flags); it is refused, and the chain says so.
    """
    known = connection.execute(
        select(FLAGS.c.document).where(FLAGS.c.id == flag.id, FLAGS.c.version == flag.version)
    ).scalar_one_or_none()
    about = {"flag": flag.id, "version": flag.version, "sha256": hashlib.sha256(document).hexdigest()}
    if known is None:
        values = {"id": flag.id, "version": flag.version, "document": document, "taken_s": now_s}
        connection.execute(insert(FLAGS).values(values))
        append(connection, now_s, SYSTEM, "flag taken", {**about, "of": ["flag", flag.id, flag.version]})
    elif known != document:
        append(
            connection,
            now_s,
            SYSTEM,
            "flag refused",
            {**about, "reason": "this version was taken before, with another content"},
        )
    return known is None


def open_alert(connection: Connection, flag: Flag, now_s: float) -> str:
    """A new alert for a flag that has none; its number."""
    year = int(iso(now_s)[:4])
    last = connection.execute(select(func.max(ALERTS.c.serial)).where(ALERTS.c.year == year)).scalar()
    serial = (last or 0) + 1
    number = f"HL-{year:04d}-{serial:06d}"
    connection.execute(
        insert(ALERTS).values(
            number=number,
            year=year,
            serial=serial,
            flag_id=flag.id,
            flag_version=flag.version,
            flag_state=str(flag.state),
            state=str(AlertState.NEW),
            opened_s=now_s,
            updated_s=now_s,
            version=0,
            changed=0,
        )
    )
    return number


def change_alert(
    connection: Connection, number: str, change: Change, who: str, values: Mapping[str, Any], now_s: float
) -> Alert:
    """Write new values into an alert and a link into the chain; the alert as it stands then."""
    about = {"alert": number, **values}
    seq = append(connection, now_s, who, f"alert {change}", about)
    changed = update(ALERTS).where(ALERTS.c.number == number)
    connection.execute(changed.values(**values, updated_s=now_s, changed=seq, version=ALERTS.c.version + 1))
    return find(connection, number)


def set_forces(connection: Connection, number: str, forces: Sequence[str]) -> None:
    """Whose alert it is from now on."""
    connection.execute(delete(ALERT_FORCES).where(ALERT_FORCES.c.alert == number))
    if forces:
        rows = [{"alert": number, "position": i, "force": force} for i, force in enumerate(forces)]
        connection.execute(insert(ALERT_FORCES), rows)


def keep_decision(connection: Connection, values: Mapping[str, Any]) -> None:
    """Keep what a person decided, with a link that vouches for it."""
    added = connection.execute(insert(DECISIONS).values(**values)).inserted_primary_key
    seq = int(added[0]) if added else 0
    row = {**values, "seq": seq}
    of = {"of": ["decision", seq], "sha256": digest(row)}
    append(connection, values["at_s"], values["who"], "decided", {**row, **of})


def tell(
    connection: Connection,
    alert: Alert,
    change: Change,
    how_to_report: Sequence[str] | None,
    channels: Mapping[str, Channel],
    now_s: float,
) -> None:
    """Write what is said of a change, and lay it in the outbox for everyone concerned.

    Args:
        connection: in a transaction.
        alert: as it stands after the change.
        change: what changed.
        how_to_report: sentences; None for those of the message before.
        channels: who is told of what, by name.
        now_s: when it is said.
    """
    of_alert = MESSAGES.c.alert == alert.number
    said = connection.execute(select(MESSAGES.c.id).where(of_alert).order_by(MESSAGES.c.version)).scalars()
    earlier = list(said)
    if how_to_report is None:
        last = select(MESSAGES.c.body).where(MESSAGES.c.id == earlier[-1])
        how_to_report = json.loads(connection.execute(last).scalar_one())["how_to_report"]
    document = compose(alert, change, earlier, how_to_report, now_s)
    message = {"alert": alert.number, "version": alert.version}
    connection.execute(insert(MESSAGES).values(**message, id=document["id"], body=canonical_json(document)))
    rows = [
        {**message, "message": document["id"], "channel": channel, "recipient": recipient}
        for channel, recipient in _recipients(connection, alert, change, channels)
    ]
    if rows:
        fresh = {"state": "pending", "attempts": 0, "next_s": now_s, "error": ""}
        connection.execute(insert(OUTBOX), [{**row, **fresh} for row in rows])


def _recipients(
    connection: Connection, alert: Alert, change: Change, channels: Mapping[str, Channel]
) -> list[tuple[str, str]]:
    """Everyone who was told before; and whoever is concerned now, where there is something to look at."""
    told = select(OUTBOX.c.channel, OUTBOX.c.recipient).where(OUTBOX.c.alert == alert.number).distinct()
    found = {(row.channel, row.recipient) for row in connection.execute(told)}
    if (change in BY_FLAG and change is not Change.WITHDRAWN) or change is Change.REOPENED:
        found |= {
            (name, recipient)
            for name, channel in channels.items()
            for recipient in channel.recipients(alert.forces)
        }
    return sorted(found)
