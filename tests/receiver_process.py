"""`headland receiver` as its own process, and a feeder that says numbered sentences to it."""

from __future__ import annotations

import asyncio
import contextlib
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Self

from nmea_lines import checksummed

STATION = "cliff"


def sentence(number: int) -> bytes:
    """A sentence that bears a number."""
    return checksummed(f"AIVDM,1,1,,A,{number:06d},0")


class Feeder:
    """A TCP server that says numbered sentences to whoever calls, for as long as the line holds.

    Attributes:
        said: the numbers that each caller was told; what was on the wire when a caller died was told, and not heard.
    """

    def __init__(self) -> None:
        self.said: list[list[int]] = []
        self.number = 0

    @contextlib.asynccontextmanager
    async def at(self, port: int) -> AsyncIterator[Self]:
        """Waiting for callers at a port of the loopback."""
        async with await asyncio.start_server(self._talk, "127.0.0.1", port):
            yield self

    async def _talk(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mine: list[int] = []
        self.said.append(mine)
        with contextlib.suppress(OSError):
            while True:
                self.number += 1
                mine.append(self.number)
                writer.write(sentence(self.number) + b"\n")
                await writer.drain()
                await asyncio.sleep(0.002)
        writer.close()


@contextlib.contextmanager
def receiver(*words: Any, password: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """`headland receiver` as its own process, killed at the end if it has not ended."""
    file = ["--password-file", str(password)] if password else []
    with subprocess.Popen(
        [sys.executable, "-m", "headland", "receiver", "--station", STATION, *map(str, words), *file],
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def numbers(data: bytes) -> set[int]:
    """The numbers of the whole sentences that stand in some bytes."""
    return {int(number) for number in re.findall(rb"!AIVDM,1,1,,A,([0-9]{6}),0\*[0-9A-F]{2}", data)}


def on_disk(folder: Path) -> set[int]:
    """The numbers of the whole lines in segments and drafts, as they lie there."""
    return set().union(*(numbers(file.read_bytes()) for file in folder.glob("*") if file.name != "lock"))
