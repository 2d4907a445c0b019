"""How much memory a process takes that reads one file, decodes all of it and keeps nothing.

    python benchmarks/reading_peak.py FORMAT FILE

Prints the most bytes that were resident at once, as the kernel counts them
for this program alone: `ru_maxrss` would begin with what its parent had.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from feeds.decoder import Decoder
from feeds.format import Reading, formats
from feeds.rejects import Rejects
from feeds.reports import Said
from geo.stations import StationNames

_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


def peak_bytes(form: str, path: Path) -> int:
    """What a process of its own prints that reads this file."""
    words = [sys.executable, __file__, form, str(path)]
    return int(subprocess.run(words, capture_output=True, check=True).stdout)  # noqa: S603  ourselves


def main() -> None:
    """Read, and tell."""
    form, path = formats()[sys.argv[1]], Path(sys.argv[2])
    reading = Reading(StationNames(), Rejects(), start_s=1.7e9)
    decoder = Decoder(reading.rejects, reading.names)
    with path.open("rb") as source:
        for batch in form.read(source, reading):
            if not isinstance(batch, Said):
                decoder.step(batch)
    decoder.finish()
    found = _PEAK.search(Path("/proc/self/status").read_text(encoding="ascii"))
    print(int(found[1]) * 1024 if found else 0)


if __name__ == "__main__":
    main()
