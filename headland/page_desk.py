"""The desk as the live page wants it: the same verbs, the page's words and errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from alerts import cases
from alerts.cases import Alert, AlertState
from alerts.desk import Desk, ReasonCode
from alerts.errors import AlertError, StaleVersionError, UnknownAlertError
from alerts.features import iso
from alerts.store import Store
from maps.live import desk as page

WORDS: dict[str, str] = {
    ReasonCode.TRUE: "True: what it says did happen",
    ReasonCode.FALSE_ALARM: "False alarm",
    ReasonCode.BENIGN_EXPLAINED: "Explained: ordinary traffic or known work",
    ReasonCode.INSUFFICIENT_DATA: "Not enough data to say",
    ReasonCode.DUPLICATE: "Duplicate of another alert",
}
CLOSED_SHOWN = 50
"""Closed alerts that stay on the page, newest first."""


class PageDesk:
    """`maps.live.desk.Desk` over `alerts.desk.Desk`."""

    def __init__(self, desk: Desk, store: Store) -> None:
        self._desk = desk
        self._store = store

    @property
    def close_reasons(self) -> Mapping[str, str]:
        """Codes, and the words for them."""
        return WORDS

    def list_alerts(self) -> Sequence[Mapping[str, Any]]:
        """Every alert that is not closed, and the last that were."""
        closed = cases.alerts(self._store, [AlertState.CLOSED], limit=CLOSED_SHOWN)
        return [_shown(alert) for alert in [*cases.alerts(self._store), *closed]]

    def acknowledge(self, alert: str, *, version: int, who: str, now_s: float) -> Mapping[str, Any]:
        """As the protocol says."""
        return _decided(lambda: self._desk.acknowledge(alert, who, now_s, version))

    def close(
        self, alert: str, *, version: int, who: str, reason: str, note: str, now_s: float
    ) -> Mapping[str, Any]:
        """As the protocol says."""
        return _decided(lambda: self._desk.close(alert, who, reason, note, now_s, version))


def _decided(act: Callable[[], Alert]) -> dict[str, Any]:
    try:
        return _shown(act())
    except UnknownAlertError as error:
        raise page.UnknownAlertError(str(error)) from error
    except StaleVersionError as error:
        raise page.ChangedAlertError(str(error)) from error
    except AlertError as error:
        raise page.RefusedActionError(str(error)) from error


def _shown(alert: Alert) -> dict[str, Any]:
    shown = {
        "id": alert.number,
        "version": alert.version,
        "state": str(alert.state),
        "feature": alert.feature,
        "opened": iso(alert.opened_s),
        "reason": alert.reason_code,
        "closed": None if alert.closed_s is None else iso(alert.closed_s),
    }
    return {key: value for key, value in shown.items() if value is not None}
