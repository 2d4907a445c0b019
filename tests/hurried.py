"""`headland` as a process that goes by a clock of the test's.

    python tests/hurried.py CLOCK VERB ...

A flag wants minutes of what was heard, a test has seconds: so the process is
told that time passes faster. The clock is one number in a file that both have
mapped, Unix seconds. All else in the process is as it is for everybody;
waiting goes by the machine's own monotonic clock.
"""

from __future__ import annotations

import math
import mmap
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from hardware.clock import SystemClock
from headland.cli import main

STEP_S = 0.005


class Clock:
    """The hand of the clock: `pace` seconds a second, and never past `limit_s`."""

    def __init__(self, file: Path, start_s: float, pace: float) -> None:
        file.write_bytes(struct.pack("d", start_s))
        self.file, self.now_s = file, start_s
        self.pace, self.limit_s = pace, math.inf
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def process(self, *words: Any, log: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """`headland WORDS` under this clock; what it says is added to the log."""
        with log.open("ab") as file:
            return subprocess.Popen(
                [sys.executable, __file__, str(self.file), *map(str, words)],
                stdout=file,
                stderr=file,
                env=env,
            )

    def _run(self) -> None:
        with self.file.open("r+b") as file, mmap.mmap(file.fileno(), 8) as shared, _hand(shared) as hand:
            before_s = time.monotonic()
            while not self._ended.wait(STEP_S):
                passed_s = time.monotonic() - before_s
                before_s += passed_s
                self.now_s = max(self.now_s, min(self.now_s + self.pace * passed_s, self.limit_s))
                hand[0] = self.now_s


def _hand(shared: mmap.mmap) -> memoryview:
    """The number in the file, read and written whole: `struct.pack_into` would show a zero in between."""
    return memoryview(shared).cast("d")


def _run_under(file: str, *words: str) -> None:
    with Path(file).open("rb") as shared:
        hand = _hand(mmap.mmap(shared.fileno(), 8, access=mmap.ACCESS_READ))
    SystemClock.utc_s = lambda _: hand[0]
    sys.argv[1:] = words
    main()


if __name__ == "__main__":
    _run_under(*sys.argv[1:])
