"""Why something heard is not believed to be an AIS message: the words under which it is counted.

Counts are of sentences, except `IMPOSSIBLE_POSITION`, which is of messages.
"""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """A reason as it stands in `report.json`."""

    NOT_AIS = "not AIS"
    BAD_CHECKSUM = "bad checksum"
    MALFORMED = "malformed sentence"
    ALPHABET = "payload outside the AIS alphabet"
    TOO_LONG = "payload too long"
    INCOMPLETE = "incomplete message"
    TRUNCATED = "truncated message"
    UNKNOWN_TYPE = "unknown message type"
    UNKNOWN_PART = "unknown message part"
    UNREADABLE = "unreadable message"
    IMPOSSIBLE_POSITION = "impossible position"


REFUSALS = tuple(Refusal)
"""By number, where columns hold them."""
