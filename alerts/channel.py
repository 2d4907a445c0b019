"""What a way of telling somebody is, and where such ways are found.

A channel is one file in `alerts/channels/` that offers `CHANNEL`, a class
with what stands below. Nothing else is edited to add one; outside packages
may join by the entry point group `headland.channels`. A channel reads no
database and no clock; it is handed a finished message, and either it comes
back, and the recipient has it, or it raises.

What a channel can be told is a frozen dataclass, `settings`: its fields are
the keys of `[channels.NAME]`, checked like every other setting. A secret is
no setting: a key names the file or the variable that holds it.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, make_dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any, ClassVar, Protocol, TypeAlias, cast

import alerts.channels

Publish: TypeAlias = Callable[[str, bytes, bool], Awaitable[None]]
"""`(topic, payload, retain)`: comes back when the broker has acknowledged (QoS 1), raises otherwise."""


class ChannelSettingError(ValueError):
    """A setting that a channel cannot be built with; it never quotes a secret.

    Attributes:
        path: of the key, below `channels`.
        reason: what is wrong with it.
    """

    def __init__(self, path: Sequence[str], reason: str) -> None:
        super().__init__(f"{'.'.join(path)}: {reason}")
        self.path = tuple(path)
        self.reason = reason


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
    settings: ClassVar[type[Any]]
    """A frozen dataclass with a default for every field."""

    @classmethod
    def build(cls, settings: Any, wires: Wires) -> Channel | None:
        """The channel as the settings want it; None where they want none.

        Raises:
            ChannelSettingError: a setting that cannot be used.
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


@cache
def channels_settings() -> type[Any]:
    """The settings of all channels: a frozen dataclass with a field a channel."""
    tables = [
        (name, kind.settings, field(default_factory=kind.settings)) for name, kind in channels().items()
    ]
    made = make_dataclass("Channels", tables, frozen=True)
    made.__doc__ = "Ways of telling people about alerts, each a table of its own."
    return made


def open_channels(settings: Any, wires: Wires) -> dict[str, Channel]:
    """The channels that the settings want.

    Args:
        settings: one of `channels_settings()`.
        wires: what is lent to them.

    Raises:
        ChannelSettingError: a setting that cannot be used.
    """
    built = {name: kind.build(getattr(settings, name), wires) for name, kind in channels().items()}
    return {name: channel for name, channel in built.items() if channel is not None}
