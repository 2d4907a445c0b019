"""The desk: flags come in and become alerts; people acknowledge them, close them, reopen them.

In: versions of flags in any order and as often as they come, and what people
decide; `now_s` is given. Out: changes, each kept in the store together with
its audit link and the messages it gives rise to, or not at all.

* One alert per flag, however many versions. The same version twice changes
  nothing; an older one than is known is kept with the flag and changes
  nothing; so a fusion that restarts from a checkpoint doubles no alert.
* A withdrawn flag is cancelled to everyone who was told. Only people close
  alerts: a flag that has ended leaves its alert where it stands.
* A closed alert whose flag grows stays closed: its recipients are told, it
  comes up among the changes and `grown` says so, but no machine undoes a
  person's decision. A person reopens it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from alerts.audit import SYSTEM, append
from alerts.book import change_alert, keep_decision, keep_flag, open_alert, set_forces, tell
from alerts.cases import Alert, AlertState, find, of_flag
from alerts.changes import Change
from alerts.channel import Channel
from alerts.errors import AlreadyClosedError, BadDecisionError, NotClosedError, StaleVersionError
from alerts.features import canonical_json, feature
from alerts.routing import ForcesOf, forces_of, how_to_report
from alerts.store import Store
from fusion.flags import Flag, State

AT_ONCE = 100
"""Flags a transaction: at some 20 ms each on a busy machine, a person's decision waits two seconds at most."""
WHO_CHARACTERS = 200
TEXT_CHARACTERS = 4000


class ReasonCode(StrEnum):
    """Why an alert is closed. `true` means: what it says did happen, whatever it meant."""

    TRUE = "true"
    FALSE_ALARM = "false_alarm"
    BENIGN_EXPLAINED = "benign_explained"
    INSUFFICIENT_DATA = "insufficient_data"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Changed:
    """One alert as it stands after a change, and what changed it."""

    alert: Alert
    change: Change


@dataclass(frozen=True, slots=True)
class Refused:
    """A flag that no case can be made of; it stands in the audit too."""

    flag: Flag
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a batch of flags."""

    changes: tuple[Changed, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class _Written:
    flag: Flag
    forces: tuple[str, ...]
    document: bytes


class Desk:
    """The verbs of the case store. Safe to share between threads, and between processes on one database."""

    def __init__(self, store: Store, channels: Mapping[str, Channel], forces: ForcesOf) -> None:
        self._store = store
        self._channels = dict(channels)
        self._forces = forces

    def take(self, flags: Iterable[Flag], now_s: float) -> Taken:
        """Take versions of flags: when this returns, all of them are on the disk.

        Each flag is taken whole or not at all. The caller acknowledges flags (a
        checkpoint, an offset) only after this has returned; what it gives again
        after a crash, or after a StoreError, changes nothing.
        """
        written, refused = self._written(list(flags))
        taken: list[Changed | None] = []
        for first in range(0, len(written), AT_ONCE):
            with self._store.writing() as connection:
                some = written[first : first + AT_ONCE]
                taken += [self._take(connection, one, now_s) for one in some]
        if refused:
            with self._store.writing() as connection:
                for bad in refused:
                    about = {"flag": bad.flag.id, "version": bad.flag.version, "reason": bad.reason}
                    append(connection, now_s, SYSTEM, "flag refused", about)
        return Taken(tuple(change for change in taken if change is not None), tuple(refused))

    def acknowledge(self, number: str, who: str, now_s: float, expected_version: int) -> Alert:
        """Somebody has seen it and looks after it; a second person may take it over.

        Args:
            number: the alert.
            who: the person, as they are logged in.
            now_s: Unix seconds, UTC.
            expected_version: `Alert.version` of what the person saw.

        Raises:
            UnknownAlertError, StaleVersionError, AlreadyClosedError, BadDecisionError: as `alerts.errors` says.
        """
        return self._decide(number, Change.ACKNOWLEDGED, who, None, "", now_s, expected_version)

    def close(
        self, number: str, who: str, reason_code: str, text: str, now_s: float, expected_version: int
    ) -> Alert:
        """Somebody has decided: `reason_code` is a `ReasonCode`, `text` may say more. Args, Raises: as above."""
        if reason_code not in list(ReasonCode):
            raise BadDecisionError(f"to close takes a reason out of {', '.join(ReasonCode)}")
        return self._decide(number, Change.CLOSED, who, str(reason_code), text, now_s, expected_version)

    def reopen(self, number: str, who: str, text: str, now_s: float, expected_version: int) -> Alert:
        """Somebody takes up a closed alert again, and says why; it stands acknowledged. Raises NotClosedError too."""
        if not text.strip():
            raise BadDecisionError("to reopen an alert takes a sentence that says why")
        return self._decide(number, Change.REOPENED, who, None, text, now_s, expected_version)

    def _written(self, flags: list[Flag]) -> tuple[list[_Written], list[Refused]]:
        """Each flag with its forces and bytes; those that have none, with why."""
        refused = [
            Refused(flag, "its place is not a number")
            for flag in flags
            if not (math.isfinite(flag.lat_deg) and math.isfinite(flag.lon_deg))
        ]
        placed = [flag for flag in flags if math.isfinite(flag.lat_deg) and math.isfinite(flag.lon_deg)]
        written = []
        for flag, forces in zip(placed, forces_of(placed, self._forces), strict=True):
            try:
                document = canonical_json(feature(flag, forces))
            except (TypeError, ValueError) as error:
                refused.append(Refused(flag, str(error)))
            else:
                written.append(_Written(flag, forces, document))
        return written, refused

    def _take(self, connection: Connection, one: _Written, now_s: float) -> Changed | None:
        flag = one.flag
        if not keep_flag(connection, flag, one.document, now_s):
            return None
        before = of_flag(connection, flag.id)
        if before is not None and flag.version < before.flag_version:
            return None
        number = open_alert(connection, flag, now_s) if before is None else before.number
        change = _change(before, flag)
        values = {"flag_version": flag.version, "flag_state": str(flag.state)}
        set_forces(connection, number, one.forces)
        alert = change_alert(connection, number, change, SYSTEM, values, now_s)
        tell(connection, alert, change, how_to_report(flag, one.forces), self._channels, now_s)
        return Changed(alert, change)

    def _decide(
        self,
        number: str,
        change: Change,
        who: str,
        reason_code: str | None,
        text: str,
        now_s: float,
        expected_version: int,
    ) -> Alert:
        _recordable(who, text)
        with self._store.writing() as connection:
            before = find(connection, number)
            _allowed(before, change, expected_version)
            closing = change is Change.CLOSED
            values = {
                "state": str(AlertState.CLOSED if closing else AlertState.ACKNOWLEDGED),
                "reason_code": reason_code,
                "closed_s": now_s if closing else None,
                "decided_flag_version": before.flag_version,
            }
            decision = {"alert": number, "at_s": now_s, "who": who, "verb": str(change)}
            reason = {"reason_code": reason_code, "text": text, "flag_version": before.flag_version}
            keep_decision(connection, {**decision, **reason})
            alert = change_alert(connection, number, change, who, values, now_s)
            tell(connection, alert, change, None, self._channels, now_s)
        return alert


def _change(before: Alert | None, flag: Flag) -> Change:
    if flag.state is State.WITHDRAWN:
        return Change.WITHDRAWN
    if before is None or before.flag_state == State.WITHDRAWN:
        return Change.RAISED
    return Change.ENDED if flag.state is State.CLOSED else Change.GROWN


def _allowed(alert: Alert, change: Change, expected_version: int) -> None:
    closed = alert.state is AlertState.CLOSED
    if closed and change is not Change.REOPENED:
        raise AlreadyClosedError(alert.number)
    if change is Change.REOPENED and not closed:
        raise NotClosedError(alert.number)
    if alert.version != expected_version:
        raise StaleVersionError(alert.number, expected_version, alert.version)


def _recordable(who: str, text: str) -> None:
    if not who.strip() or len(who) > WHO_CHARACTERS:
        raise BadDecisionError(f"a decision needs a name of up to {WHO_CHARACTERS} characters")
    if len(text) > TEXT_CHARACTERS:
        raise BadDecisionError(f"a reason has up to {TEXT_CHARACTERS} characters, not {len(text)}")
    try:
        f"{who}{text}".encode()
    except UnicodeEncodeError as error:
        raise BadDecisionError("a decision is written in characters that exist") from error
