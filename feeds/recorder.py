"""From the bus to the disk: what is offered is committed in groups, and only then acknowledged.

While one group is being synced the next one gathers, so that the disk's
latency bounds the wait and not the rate: with 5 ms a sync, a batch waits 10
at most. What gathers is bounded too; then whoever offers must wait.

One task runs `run`; `put` and `mark` are called from other tasks of the same
event loop. The sync itself runs in a thread, so that the loop stays free.
"""

from __future__ import annotations

import asyncio

from feeds.intake import Intake, Offered
from feeds.journal import Journal
from feeds.journal_entries import mark_entry
from feeds.journal_record import Entry

GROUP_BYTES = 8 << 20
"""What may gather during one sync: 80,000 lines."""


class Recorder:
    """Takes messages and clock marks in order; each is on the disk soon after.

    Attributes:
        batches, lines, commits: how many were brought to the disk.
    """

    def __init__(self, intake: Intake, journal: Journal) -> None:
        self.batches = self.lines = self.commits = 0
        self._intake = intake
        self._journal = journal
        self._entries: list[Entry] = []
        self._offered: list[Offered] = []
        self._gathered_bytes = 0
        self._some = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._closing = False

    async def put(self, topic: str, payload: bytes, arrival_s: float) -> None:
        """Offer a message to the intake, and what it accepts to the journal; waits while too much has gathered."""
        await self._room.wait()
        if self._closing:  # its station will send it again
            return
        offered = self._intake.offer(topic, payload, arrival_s)
        if offered is not None:
            self._offered.append(offered)
            self._gather(offered.entry)

    async def mark(self, time_s: float) -> None:
        """Write down that it is `time_s` by the server's clock."""
        await self.note(mark_entry(time_s))

    async def note(self, entry: Entry) -> None:
        """Write down what no station sent."""
        await self._room.wait()
        if not self._closing:
            self._gather(entry)

    def close(self) -> None:
        """Let `run` end when what has gathered is on the disk."""
        self._closing = True
        self._some.set()

    async def run(self) -> None:
        """Commit group after group until closed.

        Raises:
            JournalError: the disk refuses; what was not committed was not acknowledged.
        """
        while not (self._closing and not self._entries):
            await self._some.wait()
            entries, self._entries = self._entries, []
            offered, self._offered = self._offered, []
            self._gathered_bytes = 0
            self._room.set()
            if not self._closing:
                self._some.clear()
            await asyncio.to_thread(self._journal.commit, entries)
            self._intake.kept(offered)
            self._count(offered)

    def _gather(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._gathered_bytes += len(entry.body)
        if self._gathered_bytes >= GROUP_BYTES:
            self._room.clear()
        self._some.set()

    def _count(self, offered: list[Offered]) -> None:
        self.commits += 1
        self.batches += len(offered)
        self.lines += sum(each.lines for each in offered)
