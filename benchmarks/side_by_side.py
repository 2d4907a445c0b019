"""Ours and its peers on the same work in the same run, turn by turn, as a table.

What is measured is processor time of one core: `alone` ties the process to one,
so that whoever could use more cannot, and what else the machine does is not
counted. Of several turns the fastest counts; `paired` tells medians instead. A peer that is too slow for the
whole work does a share of it; rates are by the message, and the table tells the
share. Rates compare machines; the ratio compares programs.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import process_time

Work = Callable[[], int]
"""Does the work and says how many messages it read."""


@dataclass
class Runner:
    """One program at one work.

    Attributes:
        share: messages of the work that it does; all where it is None.
    """

    name: str
    work: Work
    share: int | None = None
    took_s: list[float] = field(default_factory=list)
    read: int = 0

    def turn(self) -> None:
        """Do the work once more."""
        gc.collect()
        began_s = process_time()
        self.read = self.work()
        self.took_s.append(process_time() - began_s)

    @property
    def rate(self) -> float:
        """Messages a second of the fastest turn."""
        return self.read / min(self.took_s)


@dataclass
class Race:
    """One work: ours, the peers, and how many times as fast as each ours is to be.

    Attributes:
        goals: by peer, the least ratio.
        agree: says in what ours and each peer came to the same, before anybody is timed.
        same: what it said, by peer.

    Raises (from `run`):
        UnequalError: they did not come to the same, so that to compare their times would mean nothing.
    """

    what: str
    ours: Runner
    peers: list[Runner]
    goals: list[float]
    agree: Callable[[], Sequence[str]] | None = None
    same: Sequence[str] = ()

    def run(self, turns: int) -> Race:
        """Take turns: ours, a peer, the next peer, ours again."""
        if self.agree:
            self.same = self.agree()
        for _ in range(turns):
            for each in (self.ours, *self.peers):
                each.turn()
        return self


class UnequalError(ValueError):
    """Two sides of a race do not find the same."""


def must(holds: bool, what: str) -> None:
    """Go on only where both sides found the same.

    Raises:
        UnequalError: they did not; `what` says in what they differ.
    """
    if not holds:
        raise UnequalError(what)


COLUMNS = ("work", "messages", "ours/s", "peer", "peer's share", "peer/s", "ratio", "at least")


def alone() -> None:
    """Tie this process to one core, and the thread pools of libraries that are not loaded yet to one thread."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    for name in ("POLARS_MAX_THREADS", "RAYON_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = "1"


def rows(races: Sequence[Race]) -> list[dict[str, str | float | int]]:
    """The table as a program reads it: a row a peer."""
    return [
        {
            "work": race.what,
            "messages": race.ours.read,
            "ours/s": round(race.ours.rate),
            "peer": peer.name,
            "peer's share": peer.read,
            "peer/s": round(peer.rate),
            "ratio": round(race.ours.rate / peer.rate, 2),
            "at least": goal,
        }
        for race in races
        for peer, goal in zip(race.peers, race.goals, strict=True)
    ]


def paired(races: Sequence[Race]) -> list[dict[str, str | float | int]]:
    """The table by medians over turns, of races that have agreed: each ratio is of two turns next to each other, as loaded as each other."""
    told: list[dict[str, str | float | int]] = []
    for race in races:
        ours_s = [took / race.ours.read for took in race.ours.took_s]
        for peer, goal, same in zip(race.peers, race.goals, race.same, strict=True):
            peer_s = [took / peer.read for took in peer.took_s]
            row: dict[str, str | float | int] = {"work": race.what, "rows": race.ours.read}
            row |= {"ours/s": round(1.0 / median(ours_s)), "peer": peer.name, "peer's share": peer.read}
            row |= {"peer/s": round(1.0 / median(peer_s))}
            row |= {"ratio": round(median(b / a for a, b in zip(ours_s, peer_s, strict=True)), 2)}
            told.append(row | {"at least": goal, "the same": same})
    return told


def table(told: Sequence[dict[str, str | float | int]]) -> str:
    """The rows as a table of Markdown, aligned."""
    if not told:
        return ""
    names = list(told[0])
    cells = [names, *([_written(row[name]) for name in names] for row in told)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(names))]
    numbers = [not isinstance(told[0][name], str) for name in names]
    lines = [_line(row, widths, numbers) for row in cells]
    rule = "|".join(
        "-" * (width + 1) + (":" if number else "-") for width, number in zip(widths, numbers, strict=True)
    )
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


def told_progress(word: str) -> None:
    """A word to whoever waits, beside the table."""
    print(word, file=sys.stderr, flush=True)


def _written(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def _line(cells: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> str:
    padded = [
        cell.rjust(width) if number else cell.ljust(width)
        for cell, width, number in zip(cells, widths, numbers, strict=True)
    ]
    return f"| {' | '.join(padded)} |"
