"""The desk as the live page wants it: the same verbs, the page's words and errors."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from alerts import cases
from alerts.cases import Alert, AlertState
from alerts.changes import Change
from alerts.desk import Desk, ReasonCode
from alerts.errors import AlertError, StaleVersionError, UnknownAlertError
from alerts.features import iso
from alerts.sheets import Sheet, sheets
from alerts.store import Store
from maps.live import desk as page

WORDS: dict[str, str] = {
    ReasonCode.TRUE: "True: what it says did happen",
    ReasonCode.FALSE_ALARM: "False alarm",
    ReasonCode.BENIGN_EXPLAINED: "Explained: ordinary traffic or known work",
    ReasonCode.INSUFFICIENT_DATA: "Not enough data to say",
    ReasonCode.DUPLICATE: "Duplicate of another alert",
}
OPEN_SHOWN = 1900
"""Alerts that nobody has closed: with the closed ones no more than a board holds."""
CLOSED_SHOWN = 50
"""Closed alerts that stay on the page, those of the highest numbers."""


class PageDesk:
    """`maps.live.desk.Desk` over `alerts.desk.Desk`."""

    def __init__(self, desk: Desk, store: Store, planted: Collection[str] = ()) -> None:
        """Mark what is `planted`, subjects such as `mmsi:235012345`, as a simulation's on the page, nowhere else."""
        self._desk = desk
        self._store = store
        self._planted = frozenset(planted)

    @property
    def close_reasons(self) -> Mapping[str, str]:
        """Codes, and the words for them."""
        return WORDS

    def list_alerts(self) -> Sequence[Mapping[str, Any]]:
        """Every alert that is not closed, and the last that were."""
        closed = cases.alerts(self._store, [AlertState.CLOSED], limit=CLOSED_SHOWN)
        return self.shown([*cases.alerts(self._store, limit=OPEN_SHOWN), *closed])

    def shown(self, alerts: Sequence[Alert]) -> list[dict[str, Any]]:
        """Alerts as the page reads them."""
        return [self._shown(sheet) for sheet in sheets(self._store, alerts)]

    def acknowledge(self, alert: str, *, version: int, who: str, now_s: float) -> Mapping[str, Any]:
        """As the protocol says."""
        return self._decided(lambda: self._desk.acknowledge(alert, who, now_s, version))

    def close(
        self, alert: str, *, version: int, who: str, reason: str, note: str, now_s: float
    ) -> Mapping[str, Any]:
        """As the protocol says."""
        return self._decided(lambda: self._desk.close(alert, who, reason, note, now_s, version))

    def reopen(self, alert: str, *, version: int, who: str, text: str, now_s: float) -> Mapping[str, Any]:
        """As the protocol says."""
        return self._decided(lambda: self._desk.reopen(alert, who, text, now_s, version))

    def _decided(self, act: Callable[[], Alert]) -> dict[str, Any]:
        try:
            return self.shown([act()])[0]
        except UnknownAlertError as error:
            raise page.UnknownAlertError(str(error)) from error
        except StaleVersionError as error:
            raise page.ChangedAlertError(str(error)) from error
        except AlertError as error:
            raise page.RefusedActionError(str(error)) from error

    def _shown(self, sheet: Sheet) -> dict[str, Any]:
        alert = sheet.alert
        shown = {
            "id": alert.number,
            "version": alert.version,
            "state": str(alert.state),
            "feature": as_shown(alert.feature, self._planted),
            "grown": alert.grown,
            "opened": iso(alert.opened_s),
            "reason": alert.reason_code,
            "note": sheet.note or None,
            "how_to_report": list(sheet.how_to_report),
        }
        return {key: value for key, value in (shown | _decisions(sheet)).items() if value is not None}


def as_shown(feature: Mapping[str, Any], planted: frozenset[str]) -> dict[str, Any]:
    """A flag's feature for the page: marked where it is about something planted, else as it is."""
    properties = feature["properties"]
    if not planted or planted.isdisjoint(properties["subjects"]):
        return dict(feature)
    return {**feature, "properties": {**properties, "planted": True}}


def _decisions(sheet: Sheet) -> dict[str, str]:
    """Who decided what and when, as far as it still stands: a reopened alert is closed by nobody."""
    standing = [Change.ACKNOWLEDGED, Change.REOPENED]
    if sheet.alert.state is AlertState.CLOSED:
        standing = [Change.ACKNOWLEDGED, Change.CLOSED]
    told: dict[str, str] = {}
    for verb in standing:
        if verb in sheet.last:
            decision = sheet.last[verb]
            told |= {str(verb): iso(decision.at_s), f"{verb}_by": decision.who}
    return told
