"""The tables of the case store, and the rows in them that may never change.

| table | a row is | changes |
|---|---|---|
| `flags` | one version of a flag, as the canonical JSON of its GeoJSON feature | never |
| `alerts` | one case: a flag, whatever its version, and where it stands | by the desk |
| `alert_forces` | a force whose water or land an alert is, in order | by the desk |
| `decisions` | what a person decided, and why | never |
| `messages` | what was said of an alert at one of its versions, to whomever | never |
| `outbox` | a message on its way to one recipient | by the outbox |
| `audit` | a link of the chain | never |
| `audit_head` | one row: where the chain ends | with each link |

Times are Unix seconds, UTC. On SQLite triggers hold the word "never", against
mistakes; against whoever can drop a trigger stands the chain.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    event,
)

METADATA = MetaData()

FLAGS = Table(
    "flags",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("taken_s", Float, nullable=False),
)

ALERTS = Table(
    "alerts",
    METADATA,
    Column("number", Text, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("flag_id", Text, nullable=False, unique=True),
    Column("flag_version", Integer, nullable=False),
    Column("flag_state", Text, nullable=False),
    Column("state", Text, CheckConstraint("state IN ('new', 'acknowledged', 'closed')"), nullable=False),
    Column("reason_code", Text),
    Column("decided_flag_version", Integer),
    Column("opened_s", Float, nullable=False),
    Column("updated_s", Float, nullable=False),
    Column("closed_s", Float),
    Column("version", Integer, nullable=False),
    Column("changed", Integer, nullable=False, index=True),
    UniqueConstraint("year", "serial"),
    ForeignKeyConstraint(["flag_id", "flag_version"], ["flags.id", "flags.version"]),
)

ALERT_FORCES = Table(
    "alert_forces",
    METADATA,
    Column("alert", Text, ForeignKey("alerts.number"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("force", Text, nullable=False, index=True),
)

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("alert", Text, ForeignKey("alerts.number"), nullable=False, index=True),
    Column("at_s", Float, nullable=False),
    Column("who", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("reason_code", Text),
    Column("text", Text, nullable=False),
    Column("flag_version", Integer, nullable=False),
)

MESSAGES = Table(
    "messages",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("alert", Text, ForeignKey("alerts.number"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("alert", "version"),
)

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("message", Text, ForeignKey("messages.id"), nullable=False),
    Column("alert", Text, ForeignKey("alerts.number"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("state", Text, CheckConstraint("state IN ('pending', 'delivered', 'dead')"), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_s", Float, nullable=False),
    Column("delivered_s", Float),
    Column("error", Text, nullable=False),
    UniqueConstraint("message", "channel", "recipient"),
    Index("outbox_order", "alert", "channel", "recipient", "version"),
    Index("outbox_due", "state", "next_s"),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("previous", Text, nullable=False),
    Column("entry", LargeBinary, nullable=False),
    Column("hash", Text, nullable=False),
)

AUDIT_HEAD = Table(
    "audit_head",
    METADATA,
    Column("one", Integer, CheckConstraint("one = 1"), primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", Text, nullable=False),
)

NEVER_CHANGED = (FLAGS, DECISIONS, MESSAGES, AUDIT)

for _table in NEVER_CHANGED:
    for _verb in ("UPDATE", "DELETE"):
        _trigger = DDL(  # type: ignore[no-untyped-call]
            f"CREATE TRIGGER IF NOT EXISTS {_table.name}_no_{_verb.lower()} BEFORE {_verb} ON {_table.name} "
            f"BEGIN SELECT RAISE(ABORT, '{_table.name} is only ever added to'); END"
        )
        event.listen(_table, "after_create", _trigger.execute_if(dialect="sqlite"))
