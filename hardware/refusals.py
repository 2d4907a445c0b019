"""What a receiver's line brought that is no message: counted by reason, one sample of each kept.

The agent tells the counts in its health and in its log, so that a volunteer
sees a wrong baud rate or a feed of another kind the day it is connected.
"""

from __future__ import annotations

from collections import Counter

SAMPLE_BYTES = 80


class Refusals:
    """Counts of refused input by reason.

    Attributes:
        counts: by reason.
        samples: the first of each reason, printable, capped in length.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.samples: dict[str, str] = {}

    def add(self, reason: str, sample: bytes = b"", count: int = 1) -> None:
        """Count `count` refusals for a reason."""
        self.counts[reason] += count
        # Escaped: the sample goes to a terminal, which obeys control characters.
        self.samples.setdefault(reason, repr(sample[:SAMPLE_BYTES])[2:-1])
