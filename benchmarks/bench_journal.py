"""How fast the journal takes batches, beside plain unsynced appends to a file in the same run.

    python benchmarks/bench_journal.py [FOLDER]

Prints batches and lines a second, and the ratio to the plain append. Ratios
compare machines; rates do not, and a rate with a sync is the disk's more than
ours. FOLDER is where the journal will live; else a temporary folder. A batch
is 200 lines of Mode S, 9.9 kB; a group is what is committed by one sync.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from feeds.intake import Intake
from feeds.journal import Journal
from feeds.journal_entries import mark_entry
from feeds.journal_reader import JournalReader, verify
from feeds.parameters import FeedsParameters
from feeds.rejects import Rejects
from feeds.steps import LiveSteps
from geo.stations import StationNames

LINES = 200
BATCHES = 6000
GROUPS = (1, 10, 100)
T0 = 1_795_000_000.0
LINE = b"1795000000.%03d,8d400abc58b98123456789abcdef,-21.4"
TOPIC = "headland/v1/station/cliff/modes"


def payloads() -> list[bytes]:
    """Batches of one station, numbered from 1."""
    body = b"\n".join(LINE % i for i in range(LINES))
    return [b'#{"boot": "0123456789abcdef", "seq": %d}\n' % seq + body for seq in range(1, BATCHES + 1)]


def timed(work: Callable[[], None]) -> float:
    """Batches a second."""
    start = perf_counter()
    work()
    return BATCHES / (perf_counter() - start)


def plainly(folder: Path, batches: list[bytes]) -> Callable[[], None]:
    """Append to a file, one write a batch, no sync."""

    def work() -> None:
        with (folder / "plain").open("ab", buffering=0) as file:
            for batch in batches:
                file.write(batch)

    return work


def committed(folder: Path, batches: list[bytes], group: int) -> Callable[[], None]:
    """Offer to the intake, commit in groups, note what was kept."""

    def work() -> None:
        intake = Intake(FeedsParameters(quota_mb_per_h=1e5), Rejects())
        with Journal(folder / f"journal-{group}", intake.preface) as journal:
            for start in range(0, len(batches), group):
                offered = [intake.offer(TOPIC, batch, T0) for batch in batches[start : start + group]]
                taken = [each for each in offered if each is not None]
                journal.commit([*(each.entry for each in taken), mark_entry(T0)])
                intake.kept(taken)

    return work


def verified(folder: Path) -> Callable[[], None]:
    """Read a journal, held to checksums and chain."""

    def work() -> None:
        assert verify(folder).broken is None

    return work


def stepped(folder: Path) -> Callable[[], None]:
    """Read a journal into frames."""

    def work() -> None:
        with JournalReader(folder) as reader:
            frames = sum(len(step.frames) for step in LiveSteps(reader, StationNames(), Rejects()).ready())
        assert frames == BATCHES * LINES

    return work


def main() -> None:
    """One table."""
    batches = payloads()
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as name:
        folder = Path(name)
        plain = timed(plainly(folder, batches))
        works = [
            (f"offer and commit, {group:>3} a sync", committed(folder, batches, group)) for group in GROUPS
        ]
        journal = folder / f"journal-{GROUPS[-1]}"
        works += [("read and verify", verified(journal)), ("read into frames", stepped(journal))]
        print(f"{'':<32}{'batches/s':>12}{'lines/s':>14}{'of plain':>10}")
        print(f"{'plain append, no sync':<32}{plain:>12,.0f}{plain * LINES:>14,.0f}{1:>10.2f}")
        for label, work in works:
            found = timed(work)
            print(f"{label:<32}{found:>12,.0f}{found * LINES:>14,.0f}{found / plain:>10.2f}")


if __name__ == "__main__":
    main()
