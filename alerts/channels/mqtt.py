"""Alerts and flags on the bus, for desks: MQTT, QoS 1, retained only while there is something to look at.

| topic | payload | retained while |
|---|---|---|
| `headland/v1/alerts/FORCE/ID` | the message, canonical JSON; ID is the alert's number | the alert is not closed and its flag not withdrawn |
| `headland/v1/flags/KIND/ID` | the flag's GeoJSON feature; ID is the flag's | the flag is open |

FORCE is `alerts.routing.slug` of each force's name; `none` outside every
area. The last message of an alert is published unretained, then an empty
retained payload takes the retained one away. The connection is not ours: a
`publish` is lent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from alerts.changes import BY_FLAG
from alerts.channel import Channel, ChannelSettingError, DeliveryFailed, Message, Publish, Wires
from alerts.features import canonical_json
from alerts.routing import slug

ROOT = "headland/v1"
NO_FORCE = "none"
FLAGS = "flags"


@dataclass(frozen=True, slots=True)
class MqttSettings:
    """Alerts and flags on the broker, for desks."""

    enabled: bool = field(default=True, metadata={"why": "false: desks are told by other ways alone"})


class MqttChannel:
    """One topic a force, and one for the flag itself."""

    name: ClassVar[str] = "mqtt"
    settings: ClassVar[type[MqttSettings]] = MqttSettings

    def __init__(self, publish: Publish) -> None:
        self._publish = publish

    @classmethod
    def build(cls, settings: MqttSettings, wires: Wires) -> Channel | None:
        """On the broker that is lent.

        Raises:
            ChannelSettingError: none is lent.
        """
        if not settings.enabled:
            return None
        if wires.publish is None:
            raise ChannelSettingError([cls.name, "enabled"], "no broker is connected")
        return cls(wires.publish)

    def recipients(self, forces: Sequence[str]) -> Sequence[str]:
        """The levels below `headland/v1` that a message goes to."""
        return [
            FLAGS,
            *(f"alerts/{level}" for level in sorted({slug(force) for force in forces} or {NO_FORCE})),
        ]

    async def deliver(self, message: Message, recipient: str, now_s: float) -> None:  # noqa: ARG002  the protocol's
        """Publish, and take away what is retained when it is over.

        Raises:
            DeliveryFailed: the broker did not acknowledge.
        """
        document = message.document
        said = document["flag"]["properties"]
        if recipient == FLAGS:
            if document["change"] in list(BY_FLAG):
                topic = f"{ROOT}/{FLAGS}/{_level(said['kind'])}/{_level(said['id'])}"
                await self._say(topic, canonical_json(document["flag"]), said["state"] == "open")
            return
        retain = document["state"] != "closed" and said["state"] != "withdrawn"
        await self._say(f"{ROOT}/{recipient}/{document['alert']}", message.body, retain)

    async def _say(self, topic: str, payload: bytes, retain: bool) -> None:
        try:
            await self._publish(topic, payload, retain)
            if not retain:
                await self._publish(topic, b"", True)
        except OSError as error:
            raise DeliveryFailed(f"the broker did not take it: {error}") from error


def _level(text: str) -> str:
    """One level of a topic: a guest's pattern may have any name."""
    return re.sub(r"[/+#\x00]", "-", text) or "-"


CHANNEL = MqttChannel
