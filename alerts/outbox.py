"""The outbox: what is due goes out, what fails comes again, what is given up stays in sight.

In: a store, the channels, `now_s`. Out: messages delivered at least once. A
message is marked only after its channel has come back, so a crash between
the two sends it again, under the same id: recipients drop what they have
seen. Each recipient gets the messages of one alert in order: a later one
waits until the one before is delivered or given up. Each delivery is a
disclosure and stands in the audit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Select, func, select, update

from alerts.audit import SYSTEM, append
from alerts.cases import LISTED, Delivery
from alerts.channel import Channel, DeliveryFailed, Message
from alerts.store import Store
from alerts.tables import MESSAGES, OUTBOX

ERROR_CHARACTERS = 200
DUE_AT_ONCE = 200
"""Bounds one round: the time stamps of a round are all its `now_s`, and receivers allow five minutes."""
SLOW_S = 5.0
"""After this no further message is begun with a recipient: the next round begins for all when this one is over."""


@dataclass(frozen=True, slots=True)
class Retries:
    """Waits double from `first_s` to `longest_s`; after `attempts` it is given up (about a day)."""

    first_s: float = 5.0
    longest_s: float = 3600.0
    attempts: int = 32

    def wait_s(self, attempts: int) -> float:
        """How long to wait after so many attempts."""
        # The cap on the exponent keeps the power finite; 2**30 s is longer than any cap in use.
        return min(self.first_s * 2.0 ** min(attempts - 1, 30), self.longest_s)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did.

    Attributes:
        failed: deliveries that did not arrive; those given up among them.
        given_up: alert, message, channel, recipient and error of each that will not be tried again.
    """

    delivered: int = 0
    failed: int = 0
    given_up: tuple[Mapping[str, str], ...] = ()

    @property
    def dead(self) -> int:
        """How many were given up."""
        return len(self.given_up)

    def __add__(self, other: Round) -> Round:
        given_up = self.given_up + other.given_up
        return Round(self.delivered + other.delivered, self.failed + other.failed, given_up)


async def deliver_due(
    store: Store,
    channels: Mapping[str, Channel],
    now_s: float,
    retries: Retries | None = None,
    of: Callable[[Any], Any] | None = None,
) -> Round:
    """Deliver what is due, each recipient beside the others; call it every second or so, never twice at once.

    After a failure, or when it has been slow, nothing more is tried with that
    recipient in this round: one that does not answer costs one wait and holds
    up nobody else.

    Args:
        store: of the alerts.
        channels: by name; what is for one that is not there fails.
        now_s: Unix seconds, UTC.
        retries: when what fails comes again.
        of: narrows the round down by a condition on the column of channel names, so that rounds of
            different channels may run side by side; None for all.
    """
    rows = await asyncio.to_thread(_due, store, now_s, of)
    queues = [list(rows) for _, rows in groupby(rows, key=lambda row: (row.channel, row.recipient))]
    done = await asyncio.gather(
        *(
            _serve(store, channels.get(queue[0].channel), queue, now_s, retries or Retries())
            for queue in queues
        )
    )
    return sum(done, Round())


def waiting(store: Store) -> dict[str, int]:
    """How many deliveries stand in each state."""
    with store.reading() as connection:
        rows = connection.execute(select(OUTBOX.c.state, func.count()).group_by(OUTBOX.c.state)).all()
    found = {str(state): int(count) for state, count in rows}
    return {state: found.get(state, 0) for state in ("pending", "delivered", "dead")}


def dead(store: Store, limit: int = LISTED) -> list[Delivery]:
    """Deliveries that were given up, oldest first."""
    wanted = select(*(OUTBOX.c[name] for name in Delivery.__slots__)).where(OUTBOX.c.state == "dead")
    with store.reading() as connection:
        return [Delivery(*row) for row in connection.execute(wanted.order_by(OUTBOX.c.seq).limit(limit))]


def revive(store: Store, seqs: Sequence[int], who: str, now_s: float) -> int:
    """Try given-up deliveries again, from now; how many there were.

    One that a later message about the same alert has overtaken is left: it
    would put an old state in place of a new one.
    """
    later = OUTBOX.alias()
    overtaken = _same_way(later).where(later.c.version > OUTBOX.c.version, later.c.state == "delivered")
    theirs = OUTBOX.c.seq.in_(list(seqs)) & (OUTBOX.c.state == "dead") & ~overtaken.exists()
    with store.writing() as connection:
        again = update(OUTBOX).where(theirs).values(state="pending", attempts=0, next_s=now_s)
        count = connection.execute(again).rowcount
        append(connection, now_s, who, "deliveries revived", {"deliveries": list(seqs), "count": count})
    return count


def _due(store: Store, now_s: float, of: Callable[[Any], Any] | None) -> Sequence[Any]:
    earlier = OUTBOX.alias()
    blocked = _same_way(earlier).where(earlier.c.version < OUTBOX.c.version, earlier.c.state == "pending")
    wanted = (
        select(OUTBOX, MESSAGES.c.body)
        .join(MESSAGES, MESSAGES.c.id == OUTBOX.c.message)
        .where(OUTBOX.c.state == "pending", OUTBOX.c.next_s <= now_s, ~blocked.exists())
        .order_by(OUTBOX.c.seq)
        .limit(DUE_AT_ONCE)
    )
    if of is not None:
        wanted = wanted.where(of(OUTBOX.c.channel))
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
    return sorted(rows, key=lambda row: (row.channel, row.recipient, row.seq))


def _same_way(other: Any) -> Select[Any]:
    """Rows of `other` about the same alert to the same recipient as the row of the outbox at hand."""
    return select(other.c.seq).where(
        other.c.alert == OUTBOX.c.alert,
        other.c.channel == OUTBOX.c.channel,
        other.c.recipient == OUTBOX.c.recipient,
    )


async def _serve(
    store: Store, channel: Channel | None, rows: Sequence[Any], now_s: float, retries: Retries
) -> Round:
    """One recipient's messages, in order, until one fails or its time is over."""
    done, pace = Round(), asyncio.get_running_loop()
    until_s = pace.time() + SLOW_S
    for row in rows:
        if pace.time() > until_s:
            break
        error = await _attempt(channel, row, now_s)
        if error is not None:
            return done + await asyncio.to_thread(_failed, store, row, error, now_s, retries)
        await asyncio.to_thread(_delivered, store, row, now_s)
        done += Round(delivered=1)
    return done


async def _attempt(channel: Channel | None, row: Any, now_s: float) -> str | None:
    """None where the message arrived, else why not."""
    if channel is None:
        return f"no channel {row.channel} is set up"
    try:
        await channel.deliver(Message(row.message, row.body), row.recipient, now_s)
    except DeliveryFailed as error:
        return str(error)
    except Exception as error:  # noqa: BLE001  a fault in one channel must not keep the others from telling
        return f"{type(error).__name__}: {error}"
    return None


def _delivered(store: Store, row: Any, now_s: float) -> None:
    with store.writing() as connection:
        mark = update(OUTBOX).where(OUTBOX.c.seq == row.seq)
        done = {"state": "delivered", "attempts": row.attempts + 1, "delivered_s": now_s, "error": ""}
        connection.execute(mark.values(**done))
        append(connection, now_s, SYSTEM, "disclosed", _about(row))


def _failed(store: Store, row: Any, error: str, now_s: float, retries: Retries) -> Round:
    attempts = row.attempts + 1
    given_up = attempts >= retries.attempts
    plain = "".join(c if c.isprintable() else "?" for c in error[:ERROR_CHARACTERS])
    with store.writing() as connection:
        mark = update(OUTBOX).where(OUTBOX.c.seq == row.seq)
        state = {"state": "dead" if given_up else "pending", "attempts": attempts, "error": plain}
        connection.execute(mark.values(**state, next_s=now_s + retries.wait_s(attempts)))
        if given_up:
            append(connection, now_s, SYSTEM, "delivery given up", {**_about(row), "error": plain})
    return Round(failed=1, given_up=({**_about(row), "error": plain},) if given_up else ())


def _about(row: Any) -> dict[str, Any]:
    return {"alert": row.alert, "message": row.message, "channel": row.channel, "recipient": row.recipient}
