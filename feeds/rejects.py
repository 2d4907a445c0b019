"""Bad input, counted by reason and station, with a few samples kept whole.

Nothing is raised through a stream and nothing is dropped in silence: what is
refused is counted here, and the operator sees the count and the samples, of
each reason and of each station. Samples are capped in number and length, for
whoever sends garbage may send much of it.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from geo.container import Tree

SAMPLES_KEPT = 3
SAMPLE_BYTES = 200
PAIRS_SAMPLED = 10_000
"""Reasons of stations that samples are kept of: one for each station that is let in, 10 MB in all."""


class Rejects:
    """Counts of refused input, with samples.

    Attributes:
        counts: by reason and station.
        stations: by station alone.
    """

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.stations: Counter[str] = Counter()
        self._samples: dict[str, list[str]] = {}
        self._own: dict[tuple[str, str], list[str]] = {}

    def add(self, reason: str, sample: bytes, station: str = "", count: int = 1) -> None:
        """Count `count` refusals for `reason` and keep the sample if few are kept yet."""
        self.count(reason, station, count)
        shelves = [self._samples.setdefault(reason, [])]
        if (reason, station) in self._own or len(self._own) < PAIRS_SAMPLED:
            shelves.append(self._own.setdefault((reason, station), []))
        for kept in shelves:
            if len(kept) < SAMPLES_KEPT:
                kept.append(_printable(sample[:SAMPLE_BYTES]))

    def count(self, reason: str, station: str, count: int) -> None:
        """Count refusals of which enough samples are kept."""
        self.counts[reason, station] += count
        self.stations[station] += count

    def total(self) -> int:
        """How many were refused in all."""
        return sum(self.counts.values())

    def state(self) -> Tree:
        """All that was counted, as `restore` takes it."""
        counts = [[*key, count] for key, count in self.counts.items()]
        samples = [[why, list(kept)] for why, kept in self._samples.items()]
        return {
            "counts": counts,
            "samples": samples,
            "own": [[*key, list(kept)] for key, kept in self._own.items()],
        }

    def restore(self, state: Tree) -> None:
        """Count on from what `state` told, and nothing else."""
        self.counts = Counter({(why, station): count for why, station, count in state["counts"]})
        self.stations = Counter()
        for (_, station), count in self.counts.items():
            self.stations[station] += count
        self._samples = {why: list(kept) for why, kept in state["samples"]}
        self._own = {(why, station): list(kept) for why, station, kept in state["own"]}

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

    def by_station(self) -> dict[str, dict[str, dict[str, Any]]]:
        """For whoever asks what is wrong with a station: station -> reason -> count and samples of its own.

        What no station could be named for is not here.
        """
        told: dict[str, dict[str, dict[str, Any]]] = {}
        for (reason, station), count in sorted(self.counts.items()):
            if station:
                own = self._own.get((reason, station), [])
                told.setdefault(station, {})[reason] = {"count": count, "samples": list(own)}
        return told


def _printable(sample: bytes) -> str:
    """The sample with all that does not print escaped: an operator's terminal obeys control characters."""
    text = sample.decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
