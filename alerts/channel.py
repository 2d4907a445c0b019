"""What a way of telling somebody is, and where such ways are found.

A channel is one file in `alerts/channels/` that offers `CHANNEL`, a class
with the three things below. Nothing else is edited to add one; outside
packages may join by the entry point group `headland.channels`. A channel
reads no database and no clock; it is handed a finished message, and either it
comes back, and the recipient has it, or it raises.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, ClassVar, Protocol, TypeAlias, cast

import alerts.channels

Publish: TypeAlias = Callable[[str, bytes, bool], Awaitable[None]]
"""`(topic, payload, retain)`: comes back when the broker has acknowledged (QoS 1), raises otherwise."""


class DeliveryFailed(Exception):  # noqa: N818  it is told, not thrown at a user
    """The recipient may not have it; the text says why in a few plain words."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is said of an alert at one of its versions, to everybody the same bytes.

    Attributes:
        id: `ALERT:VERSION:MSGTYPE`; a recipient that has seen it has the message already.
        body: canonical JSON.
    """

    id: str
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        """The body, read."""
        return cast("dict[str, Any]", json.loads(self.body))


@dataclass(frozen=True, slots=True)
class Wires:
    """What the front door lends to channels: its one connection to the broker."""

    publish: Publish | None = None


class Channel(Protocol):
    """One way of telling somebody."""

    name: ClassVar[str]
    """Lower case; the name of its table in the settings."""

    @classmethod
    def build(cls, settings: Mapping[str, Any], wires: Wires) -> Channel:
        """The channel as the settings want it.

        Raises:
            ValueError: a setting that is wrong or missing, by name.
        """
        ...

    def recipients(self, forces: Sequence[str]) -> Sequence[str]:
        """Who is to be told of an alert of these forces (none: outside every force's area)."""
        ...

    async def deliver(self, message: Message, recipient: str, now_s: float) -> None:
        """Give the message to one recipient; the same message may come again.

        Raises:
            DeliveryFailed: it may not have arrived; it will be tried again.
        """
        ...


def channels() -> dict[str, type[Channel]]:
    """Every channel by name: one module each here, plus installed guests."""
    found: dict[str, type[Channel]] = {}
    for module in pkgutil.iter_modules(alerts.channels.__path__, "alerts.channels."):
        known = cast("type[Channel]", importlib.import_module(module.name).CHANNEL)
        found[known.name] = known
    for guest in entry_points(group="headland.channels"):
        found.setdefault(guest.name, guest.load())
    return dict(sorted(found.items()))


def open_channels(settings: Mapping[str, Mapping[str, Any]], wires: Wires) -> dict[str, Channel]:
    """The channels that the settings name, each built with its table.

    Raises:
        ValueError: a channel that there is not, or a wrong setting of one.
    """
    known = channels()
    if unknown := settings.keys() - known.keys():
        raise ValueError(f"no such channel: {sorted(unknown)}; known: {sorted(known)}")
    return {name: known[name].build(table, wires) for name, table in settings.items()}
