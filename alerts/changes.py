"""What can happen to an alert, and what it is called when it is told."""

from __future__ import annotations

from enum import StrEnum


class Change(StrEnum):
    """What changed an alert; the first four are the flag's doing, the others a person's."""

    RAISED = "raised"
    GROWN = "grown"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    REOPENED = "reopened"


BY_FLAG = (Change.RAISED, Change.GROWN, Change.ENDED, Change.WITHDRAWN)


def msg_type(change: Change) -> str:
    """Alert, Update or Cancel, as in the Common Alerting Protocol."""
    return {Change.RAISED: "Alert", Change.WITHDRAWN: "Cancel"}.get(change, "Update")
