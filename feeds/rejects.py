"""Bad input, counted by reason and station, with a few samples kept whole.

Nothing is raised through a stream and nothing is dropped in silence: what is
refused is counted here, and the operator sees the count and the samples.
Samples are capped in number and length, for whoever sends garbage may send
much of it.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from geo.container import Tree

SAMPLES_KEPT = 3
SAMPLE_BYTES = 200


class Rejects:
    """Counts of refused input, with samples."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self._samples: dict[str, list[str]] = {}

    def add(self, reason: str, sample: bytes, station: str = "", count: int = 1) -> None:
        """Count `count` refusals for `reason` and keep the sample if few are kept yet."""
        self.counts[reason, station] += count
        kept = self._samples.setdefault(reason, [])
        if len(kept) < SAMPLES_KEPT:
            kept.append(_printable(sample[:SAMPLE_BYTES]))

    def total(self) -> int:
        """How many were refused in all."""
        return sum(self.counts.values())

    def state(self) -> Tree:
        """All that was counted, as `restore` takes it."""
        counts = [[*key, count] for key, count in self.counts.items()]
        return {"counts": counts, "samples": [[why, list(kept)] for why, kept in self._samples.items()]}

    def restore(self, state: Tree) -> None:
        """Count on from what `state` told, and nothing else."""
        self.counts = Counter({(why, station): count for why, station, count in state["counts"]})
        self._samples = {why: list(kept) for why, kept in state["samples"]}

    def by_reason(self) -> dict[str, dict[str, Any]]:
        """For `report.json`: reason -> count, samples, and the stations they came from."""
        told: dict[str, dict[str, Any]] = {}
        for (reason, station), count in sorted(self.counts.items()):
            entry = told.setdefault(
                reason, {"count": 0, "samples": list(self._samples[reason]), "stations": {}}
            )
            entry["count"] += count
            if station:
                entry["stations"][station] = count
        return told


def _printable(sample: bytes) -> str:
    """The sample with all that does not print escaped: an operator's terminal obeys control characters."""
    text = sample.decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
