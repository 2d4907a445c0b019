"""How the station is doing, told every half minute in the sequenced stream, so that fusion may rely on it.

    {"time_s": 1733782034.1, "uptime_s": 3600.0, "clock_source": "ntp", "clock_offset_s": 0.0002,
     "clock_error_s": 0.001, "messages_per_min": {"ais": 212, "modes": 0}, "entities_per_min": null,
     "sources": {"udp:127.0.0.1:10110": true}, "refused": {"not an NMEA sentence": 3}, "spool_batches": 2,
     "spool_bytes": 8811, "lost_batches": 0, "noise_dbfs": null, "version": "0.1.0"}

What is not known is null. Entities are not: the agent does not decode, and
the same name in two messages is the meaning of the bytes. Nor is noise: no
source that is read here tells it.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence

from hardware.clock import Clock
from hardware.source import Source
from hardware.spool import Spool
from hardware.wire import Stream

EVERY_S = 30.0


class Health:
    """Counts what is heard, and tells."""

    def __init__(self, clock: Clock, sources: Sequence[Source], spool: Spool, version: str) -> None:
        self._clock = clock
        self._sources = sources
        self._spool = spool
        self._version = version
        self._began_s = self._told_s = clock.monotonic_s()
        self._heard: Counter[Stream] = Counter()

    def heard(self, stream: Stream, count: int) -> None:
        """Count lines of a stream."""
        self._heard[stream] += count

    def line(self) -> bytes:
        """The JSON object; the counting begins anew."""
        now_s = self._clock.monotonic_s()
        minutes = max(now_s - self._told_s, 1e-3) / 60.0
        rates = {
            stream.name.lower(): round(self._heard[stream] / minutes) for stream in (Stream.AIS, Stream.MODES)
        }
        self._told_s = now_s
        self._heard.clear()
        clock = self._clock.standing()
        refused: Counter[str] = Counter()
        for source in self._sources:
            refused.update(source.account.refusals.counts)
        told = {
            "time_s": round(self._clock.utc_s(), 3),
            "uptime_s": round(now_s - self._began_s, 1),
            "clock_source": clock.source,
            "clock_offset_s": _known(clock.offset_s),
            "clock_error_s": _known(clock.error_s),
            "messages_per_min": rates,
            "entities_per_min": None,
            "sources": {source.account.name: source.account.connected for source in self._sources},
            "refused": dict(refused),
            "spool_batches": len(self._spool),
            "spool_bytes": self._spool.size_bytes,
            "lost_batches": self._spool.losses.total,
            "noise_dbfs": None,
            "version": self._version,
        }
        return json.dumps(told).encode()


def _known(number: float) -> float | None:
    return number if math.isfinite(number) else None
