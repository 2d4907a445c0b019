"""What an alert says when it leaves the house: who, what, where, when and why, and what came before.

In: an alert as it stands and what changed it. Out: a JSON document, the same
for every recipient, whose `msgType` and `references` mean what they mean in
the Common Alerting Protocol 1.2 (OASIS, 2010): an Alert is told for the first
time or again after a Cancel, an Update replaces what it refers to, a Cancel
takes it back.

Texts from outside (a summary may hold a ship's name) go through unchanged, as
data: whoever shows them, shows them as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alerts.cases import Alert
from alerts.changes import Change, msg_type
from alerts.features import iso

REFERENCES_KEPT = 20
"""A flag that grows for weeks would else carry thousands of ids in each message."""


def message_id(number: str, version: int, msg_type: str) -> str:
    """`HL-2026-000042:3:Update`: one message, however often it is sent."""
    return f"{number}:{version}:{msg_type}"


def compose(
    alert: Alert, change: Change, earlier: Sequence[str], how_to_report: Sequence[str], now_s: float
) -> dict[str, Any]:
    """The document of one message.

    Args:
        alert: as it stands after the change.
        change: what is new.
        earlier: ids of the messages about it before this one, oldest first; of many
            the first and the last are kept.
        how_to_report: sentences, as `alerts.routing` gives them.
        now_s: when it is said.
    """
    kind = msg_type(change)
    return {
        "id": message_id(alert.number, alert.version, kind),
        "msgType": kind,
        "references": list(earlier)
        if len(earlier) <= REFERENCES_KEPT
        else [earlier[0], *earlier[1 - REFERENCES_KEPT :]],
        "alert": alert.number,
        "version": alert.version,
        "change": str(change),
        "state": str(alert.state),
        "reason_code": alert.reason_code,
        "sent": iso(now_s),
        "origin": "automatic, not verified by a person",
        "affiliation": "unknown",
        **five(alert.feature, alert.forces),
        "forces": list(alert.forces),
        "how_to_report": list(how_to_report),
        "flag": alert.feature,
    }


def five(feature: dict[str, Any], forces: Sequence[str]) -> dict[str, str]:
    """Who, what, where, when and why, in words: the five questions a call taker asks."""
    said = feature["properties"]
    lon_deg, lat_deg = feature["geometry"]["coordinates"]
    return {
        "who": " and ".join(said["subjects"]) or "nobody in particular: it is about an area",
        "what": f"{said['kind'].replace('_', ' ')}: {said['summary']}",
        "where": f"{_degrees(lat_deg, 'NS')} {_degrees(lon_deg, 'EW')}, "
        + (" and ".join(forces) or "outside every force's area"),
        "when": f"from {said['start']} "
        + (f"to {said['end']}" if said["end"] else f"on, seen first at {said['raised']}"),
        "why": "; ".join([f"score {said['score']}", *map(_because, said["reasons"])]),
    }


def _degrees(value_deg: float, sides: str) -> str:
    return f"{abs(value_deg):.5f}°{sides[value_deg < 0]}"


def _because(reason: dict[str, Any]) -> str:
    number = "not known" if reason["value"] is None else f"{reason['value']} {reason['unit']}".rstrip()
    limit = "" if reason["threshold"] is None else f" (threshold {reason['threshold']})"
    return f"{reason['factor'].replace('_', ' ')} {number}{limit}"
