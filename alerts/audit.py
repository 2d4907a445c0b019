"""What was done and by whom, in a chain in which no link can be changed unseen.

In: an actor, an action, its details. Out: rows `(seq, previous, entry, hash)`
with `hash = SHA-256(previous + entry)`, both as bytes, `entry` canonical JSON
that holds its own `seq` and time. Whoever edits, drops or moves a row breaks
every hash after it; whoever drops the last rows is told by `audit_head`, and
whoever rewrites that too, by an anchor: a `head` that was noted elsewhere
(printed daily, mailed, put into an evidence bundle).

Entries about flags and decisions carry a digest of the row, so that `verify`
finds a case record changed behind the chain's back. The law asks for a record
of who consulted what and to whom it was disclosed (Data Protection Act 2018,
s. 62): reads go through `record` too, deliveries are recorded by the outbox.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from alerts.features import canonical_json, iso
from alerts.store import GENESIS, Store
from alerts.tables import AUDIT, AUDIT_HEAD, DECISIONS, FLAGS

SYSTEM = "headland"
"""The actor where no person acted."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: note it elsewhere and it becomes an anchor."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` found: `fault` says in words what is wrong first, None if nothing is."""

    rows: int
    head: Head
    fault: str | None


def append(connection: Connection, now_s: float, who: str, action: str, details: Mapping[str, Any]) -> int:
    """Add a link inside the caller's transaction; its number."""
    # Locks the row on databases that write side by side: the chain has one end.
    end = connection.execute(select(AUDIT_HEAD.c.seq, AUDIT_HEAD.c.hash).with_for_update()).one()
    seq = int(end.seq) + 1
    entry = canonical_json({**details, "seq": seq, "at": iso(now_s), "who": who, "action": action})
    link = _hash(end.hash, entry)
    connection.execute(insert(AUDIT).values(seq=seq, previous=end.hash, entry=entry, hash=link))
    connection.execute(update(AUDIT_HEAD).values(seq=seq, hash=link))
    return seq


def record(store: Store, who: str, action: str, details: Mapping[str, Any], now_s: float) -> int:
    """Add a link about something that changed no alert: a search, a page read, an export."""
    with store.writing() as connection:
        return append(connection, now_s, who, action, details)


def entries(store: Store, alert: str | None = None) -> Iterator[dict[str, Any]]:
    """The chain's entries in order; those about one alert if it is named."""
    with store.reading() as connection:
        for row in connection.execute(select(AUDIT.c.entry).order_by(AUDIT.c.seq)):
            entry = json.loads(row.entry)
            if alert is None or entry.get("alert") == alert:
                yield entry


def head(store: Store) -> Head:
    """Where the chain ends now."""
    with store.reading() as connection:
        end = connection.execute(select(AUDIT_HEAD.c.seq, AUDIT_HEAD.c.hash)).one()
        return Head(end.seq, end.hash)


def verify(store: Store, anchor: Head | None = None) -> Verified:
    """Walk the chain from its first link, and hold flags and decisions against it.

    Args:
        store: the cases.
        anchor: a head noted earlier and kept elsewhere; it must still be on the chain.
    """
    with store.reading() as connection:
        last, sums, fault = Head(0, GENESIS), {}, None
        passed = anchor is None or anchor == last
        for row in connection.execute(select(AUDIT).order_by(AUDIT.c.seq)):
            fault = _fault(last, row)
            if fault is not None:
                return Verified(last.seq, last, fault)
            last = Head(row.seq, row.hash)
            passed = passed or anchor == last
            entry = json.loads(row.entry)
            if "of" in entry:
                sums[tuple(entry["of"])] = entry["sha256"]
        end = connection.execute(select(AUDIT_HEAD.c.seq, AUDIT_HEAD.c.hash)).first()
        if end is None or Head(end.seq, end.hash) != last:
            fault = f"the chain ends at {last.seq}, but its head does not say so"
        elif not passed and anchor is not None:
            fault = f"the anchor at {anchor.seq} is not on the chain"
        return Verified(last.seq, last, fault or _changed_rows(connection, sums))


def digest(row: Mapping[str, Any]) -> str:
    """SHA-256 of a row's content, for the entry that vouches for it."""
    return hashlib.sha256(canonical_json(dict(row))).hexdigest()


def _hash(previous: str, entry: bytes) -> str:
    return hashlib.sha256(bytes.fromhex(previous) + entry).hexdigest()


def _fault(last: Head, row: Any) -> str | None:
    if row.seq != last.seq + 1:
        return f"link {last.seq + 1} is missing"
    if row.previous != last.hash or row.hash != _hash(last.hash, row.entry):
        return f"link {row.seq} does not follow from the one before it"
    return None


def _changed_rows(connection: Connection, sums: dict[tuple[Any, ...], str]) -> str | None:
    """The first flag or decision that is not what the chain vouches for."""
    for row in connection.execute(select(FLAGS)):
        if sums.pop(("flag", row.id, row.version), None) != hashlib.sha256(row.document).hexdigest():
            return f"flag {row.id} version {row.version} is not what was taken"
    for found in connection.execute(select(DECISIONS)).mappings():
        if sums.pop(("decision", found["seq"]), None) != digest(dict(found)):
            return f"decision {found['seq']} is not what was decided"
    return f"{next(iter(sums))} is gone" if sums else None
