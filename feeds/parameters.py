"""Settings of the feeds: what a station may send, how long it is kept, when a time is doubted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

SKEW_S = 60.0
"""Six times the lateness that fusion waits for: what is further off was not heard when it says."""
ENTITIES_PER_STATION = 20_000
"""Three times what the busiest antenna hears in a day; so many tracks of fusion take 200 MB."""


def _number(default: float, unit: str, why: str, low: float, high: float) -> Any:
    """A setting with its unit, the reason for its default, and its bounds."""
    return field(default=default, metadata={"unit": unit, "why": why, "low": low, "high": high})


ForeignFormat = Literal["nmea", "aiscatcher-json", "adsbee-raw", "readsb-json"]
"""What a receiver without the agent may publish: sentences; AIS-catcher's JSON_NMEA or JSON_FULL; raw frames of an
ADSBee; objects or snapshots of the readsb family."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A foreign topic: whose receiver publishes there, and how."""

    station: str
    format: ForeignFormat = "nmea"

    # An unknown key stops the start here too; the checker of settings reads this name.
    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}


def foreign_of(told: str | Foreign) -> Foreign:
    """A topic's mapping as it may be told: a station alone publishes plain NMEA."""
    return Foreign(told) if isinstance(told, str) else told


@dataclass(frozen=True, slots=True)
class FeedsParameters:
    """What stations may send, how long it is kept, and when a time is doubted."""

    payload_bytes: int = _number(
        65536, "B", "200 of the longest lines fit twice; brokers refuse more", 1024, 1000000
    )
    batch_lines: int = _number(200, "lines", "what a station puts into one batch", 1, 10000)
    quota_mb_per_h: float = _number(
        500.0, "MB/h", "a busy ADS-B station says 300; what is over it must wait at the station", 0.01, 100000
    )
    stations_count: int = _number(10000, "stations", "no topic can make the server remember more", 1, 1000000)
    ack_s: float = _number(
        0.5, "s", "a station is told no more often than this what is on the disk", 0.05, 60
    )
    keep_days: float = _number(30.0, "d", "how long the journal is kept", 0.05, 3650)
    entities_per_station: int = _number(
        ENTITIES_PER_STATION,
        "entities",
        "in six hours: three times what the busiest antenna hears in a day",
        10,
        10000000,
    )
    mlat: bool = field(
        default=True,
        metadata={
            "why": "whether places that a network computed (multilateration) are taken; `false` where its terms "
            "forbid them to be passed on"
        },
    )
    skew_s: float = _number(SKEW_S, "s", "a time further from its arrival is doubted", 1, 86400)
    topics: Mapping[str, str | Foreign] = field(
        default_factory=dict,
        metadata={
            "why": "foreign topics (`+` and `#` stand for any), each with the station whose receiver it is, "
            "or a table of `station` and `format`"
        },
    )
