"""What a source is: something that hears, and hands out stamped lines.

A source is one file in `hardware/sources/`. It connects by itself, comes back
by itself when the line breaks, and never ends, save for a recording. What it
refuses it counts.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Protocol

from hardware.refusals import Refusals
from hardware.wire import Stream


@dataclass(frozen=True, slots=True)
class Lines:
    """Stamped lines of one stream that were heard together, ready to be sent, without line ends."""

    stream: Stream
    lines: list[bytes]


@dataclass
class Account:
    """How a source is doing, for health and log.

    Attributes:
        name: as the user gave it: `udp:10110`.
        connected: whether it would hear something now.
        refusals: what it could not use.
    """

    name: str
    connected: bool = False
    refusals: Refusals = field(default_factory=Refusals)


class Source(Protocol):
    """One way of hearing."""

    @property
    def account(self) -> Account:
        """How it is doing."""
        ...

    def heard(self) -> AsyncGenerator[Lines, None]:
        """Lines as they are heard, in pieces that are never empty; for ever, save for a recording."""
        ...
