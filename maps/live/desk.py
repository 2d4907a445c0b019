"""What the live page asks of whoever keeps the alerts, and the errors it understands.

An alert travels as a mapping: `id` (`[A-Za-z0-9_-]`, at most 64), `version`
(rises with each change), `state` (`new`, `acknowledged` or `closed`),
`feature` (the flag's GeoJSON feature; `planted` among its properties marks a
behaviour put there by a simulation), and where they apply `grown` (true: the
flag has grown since a person last decided, so that a closed alert comes up
again), `opened`, `acknowledged`, `closed`, `reopened` (ISO 8601 UTC),
`acknowledged_by`, `closed_by`, `reopened_by`, `reason` (the code it was closed
with), `note` (the text of the last decision) and `how_to_report` (sentences).
Whatever else it holds travels too, and is not shown. All text is hostile.

    DeskError
    + UnknownAlertError    no alert of that number
    + ChangedAlertError    somebody was faster: read it again, then decide
    + RefusedActionError   this cannot be done to an alert in that state
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

CLOSE_REASONS: dict[str, str] = {
    "explained": "Explained: ordinary traffic or known work",
    "tasked": "Tasked: a unit or another force has it",
    "reported": "Reported on: intelligence submitted",
    "false_data": "False data: receiver, transponder or interference",
    "exercise": "Exercise or planted behaviour",
    "duplicate": "Duplicate of another alert",
}
"""Why an alert is closed, for desks that bring no list of their own."""


class DeskError(Exception):
    """The desk did not do what was asked of it."""


class UnknownAlertError(DeskError):
    """No alert of that number."""


class ChangedAlertError(DeskError):
    """The alert is no longer in the version that the decision was made on."""


class RefusedActionError(DeskError):
    """This cannot be done to an alert in that state, or not for that reason."""


class Desk(Protocol):
    """Keeps the alerts: lists them, and takes decisions about them.

    Called from several threads at once; each call sees and leaves a whole alert.
    """

    @property
    def close_reasons(self) -> Mapping[str, str]:
        """Codes an alert may be closed with, and the words for them, in the order of the menu."""
        ...

    def list_alerts(self) -> Sequence[Mapping[str, Any]]:
        """Every alert a watch should still see, closed ones of late included."""
        ...

    def acknowledge(self, alert: str, *, version: int, who: str, now_s: float) -> Mapping[str, Any]:
        """Somebody has seen it. Returns the alert as it now is.

        Raises:
            DeskError: see the module.
        """
        ...

    def close(
        self, alert: str, *, version: int, who: str, reason: str, note: str, now_s: float
    ) -> Mapping[str, Any]:
        """It is done with, for a reason. Returns the alert as it now is.

        Raises:
            DeskError: see the module.
        """
        ...

    def reopen(self, alert: str, *, version: int, who: str, text: str, now_s: float) -> Mapping[str, Any]:
        """Somebody takes up a closed alert again, and says why. Returns the alert as it now is: acknowledged.

        Raises:
            DeskError: see the module.
        """
        ...
