"""How much memory fusion takes that follows so many: a process of its own, which prints what it holds as JSON.

    python benchmarks/fusion_memory.py [ENTITIES]

Told of the whole process, interpreter and libraries included: once each has been heard a dozen times, and once the
history of each is full, which takes a vessel hours. PSS and resident memory as the kernel counts them, in bytes.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from fusion_live import HEARD_FIRST, live

from fusion.engine import Engine

REPORTS = 10_000
"""A second."""
_SIZE = re.compile(r"^(Pss|Rss):\s+(\d+) kB", re.MULTILINE)


def memory_of(entities: int) -> dict[str, float]:
    """What a process of its own prints that follows so many."""
    words = [sys.executable, __file__, str(entities)]
    printed = subprocess.run(words, capture_output=True, check=True).stdout  # noqa: S603  ourselves
    told: dict[str, float] = json.loads(printed)
    return told


def held(when: str) -> dict[str, int]:
    """What this process holds now."""
    text = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    return {f"{when}_{name.lower()}_bytes": int(size) * 1024 for name, size in _SIZE.findall(text)}


def fill_histories(engine: Engine) -> None:
    """Write into every place of every ring, as hours of reports would."""
    engine.table.history[: engine.table.size] = engine.table.history[: engine.table.size, :1]


def main() -> None:
    """Follow, and tell."""
    entities = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    # What is said waits for the lateness of others before it is taken in.
    engine, _ = live(entities, min(REPORTS, entities), HEARD_FIRST * entities // REPORTS + 30)
    told = {"entities": engine.table.size} | held("heard")
    fill_histories(engine)
    print(json.dumps(told | held("full")))


if __name__ == "__main__":
    main()
