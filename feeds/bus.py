"""The bus: messages from the broker handed over, what the server says published. The one module that speaks MQTT.

MQTT 3.1.1, for aiomqtt in its version 5 mode is three times slower (10.7
against 34 thousand messages a second, measured). Subscriptions are of QoS 1
in a session that the broker keeps, so that it queues while we are away;
whoever is better served by what is new asks for neither.

The hand-over is bounded. What comes while it is full is discarded and
counted: nothing of it was acknowledged, so its station sends it again. A lost
line is taken up again for ever, after waits that grow to some seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit

import aiomqtt
import structlog

from feeds.errors import LinkError

HANDOVER_MESSAGES = 1000
"""Messages that wait to be taken: at the broker's 64 KiB a packet, 64 MB."""
KEEPALIVE_S = 20
ANSWER_S = 5.0
"""A broker that leaves an answer out for so long is given up; also one that hangs up where it should greet."""
FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 10.0
PAYLOAD_BYTES = 60_000
"""Of what we publish, at most: brokers are told to hang up on packets above 64 KiB, topic and head included."""
PORTS = {"mqtt": 1883, "mqtts": 8883}
REFUSED = 128
"""From here on a subscription's answer is a refusal."""

Deliver = Callable[[str, bytes], Awaitable[None]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Broker:
    """Where the broker is, and as whom we come.

    Attributes:
        tls: None for a plain line.
    """

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None

    def __str__(self) -> str:
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}"


def broker_of(url: str, password: str | None = None, ca: str | None = None) -> Broker:
    """The broker that `mqtt://[USER@]HOST[:PORT]` or `mqtts://...` names.

    Args:
        url: where; a password in it is refused, for the list of processes would show it.
        password: of the user.
        ca: file of the certificates to trust; None for those the system trusts.

    Raises:
        ValueError: another scheme, no host, an impossible port, or a password.
        OSError: the file of certificates cannot be read.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/"):
        raise ValueError(f"{url!r}: mqtt://[USER@]HOST[:PORT] or mqtts://... is expected")
    if parts.password is not None:
        raise ValueError(
            "the URL holds a password, which anyone on this machine could see; give it in a file"
        )
    tls = ssl.create_default_context(cafile=ca) if parts.scheme == "mqtts" else None
    port = parts.port or PORTS[parts.scheme]
    return Broker(host=parts.hostname, port=port, user=parts.username, password=password, tls=tls)


class _Handover(asyncio.Queue[aiomqtt.Message]):
    """A bounded queue that counts what it has no room for, where asyncio's would raise."""

    def __init__(self, messages: int) -> None:
        super().__init__(messages)
        self.discarded = 0

    def put_nowait(self, item: aiomqtt.Message) -> None:
        if self.full():
            self.discarded += 1
        else:
            super().put_nowait(item)


class _Client(aiomqtt.Client):
    """Cancelled while its line opens, it opens it and hangs up: aiomqtt leaves the line to nobody, half open.

    It looks at what broke a line also where another error came first: asyncio complains of what nobody looked at.
    """

    async def __aenter__(self) -> Self:
        opening = asyncio.ensure_future(super().__aenter__())
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            with contextlib.suppress(aiomqtt.MqttError):
                await opening
                await self.__aexit__(None, None, None)
            raise

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        await super().__aexit__(exc_type, exc, tb)
        if self._disconnected.done() and not self._disconnected.cancelled():
            self._disconnected.exception()


class Bus:
    """One connection to the broker, kept up.

    Attributes:
        connections: how often it was made.
    """

    def __init__(
        self,
        broker: Broker,
        topics: Sequence[str],
        handover: int = HANDOVER_MESSAGES,
        *,
        name: str = "feeds",
        kept: bool = True,
    ) -> None:
        """Connect to nothing yet.

        Args:
            broker: where to.
            topics: to subscribe to; may be none.
            handover: messages that may wait for `deliver`.
            name: which part of the server it is: two clients of one name would throw each other out.
            kept: whether the broker keeps what comes while we are away, and says each message until it is taken.
        """
        self.connections = 0
        self._broker = broker
        # A session that the broker keeps is found again by its name; any other may be one of many.
        self._identifier = "-".join(
            filter(None, ["headland", name, broker.user, "" if kept else token_hex(4)])
        )
        self._kept = kept
        self._topics = [(topic, int(kept)) for topic in topics]
        self._waiting = _Handover(handover)
        self._client: aiomqtt.Client | None = None

    @property
    def discarded(self) -> int:
        """Messages for which there was no room."""
        return self._waiting.discarded

    @property
    def connected(self) -> bool:
        """Whether the line is up."""
        return self._client is not None

    async def run(self, deliver: Deliver, greet: Callable[[], None], patience_s: float) -> None:
        """Hand over every message, for ever.

        Args:
            deliver: takes topic and payload; while it waits, messages gather, then are discarded.
            greet: called when the line is up (again).
            patience_s: how long the first connection may take.

        Raises:
            LinkError: the first connection could not be made in that time.
        """
        began_s = asyncio.get_running_loop().time()
        wait_s = FIRST_WAIT_S
        while True:
            before = self.connections
            try:
                await self._serve(deliver, greet)
            except aiomqtt.MqttError as error:
                if self.connections > before:
                    wait_s = FIRST_WAIT_S
                elif not self.connections and asyncio.get_running_loop().time() - began_s > patience_s:
                    raise LinkError(f"{self._broker}: {error}") from error
                log.warning("broker away", broker=str(self._broker), reason=str(error), again_in_s=wait_s)
            # Drawn from a range, so that servers that lost one broker do not come back as one.
            await asyncio.sleep(wait_s * random.uniform(0.5, 1.0))  # noqa: S311  spreads load, guards nothing
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    async def publish(self, topic: str, payload: bytes) -> bool:
        """Publish a retained message with QoS 1; whether the broker has it."""
        if self._client is None:
            return False
        try:
            await self.tell(topic, payload, retain=True)
        except LinkError as error:
            log.warning("not published", topic=topic, reason=str(error))
            return False
        return True

    async def tell(self, topic: str, payload: bytes, *, retain: bool, qos: int = 1) -> None:
        """Publish a message; with QoS 1 it comes back when the broker has acknowledged it.

        Raises:
            LinkError: no line, no answer in time, or more than a broker takes: the broker may not have it.
        """
        if len(payload) > PAYLOAD_BYTES:
            raise LinkError(f"{len(payload)} bytes are more than a broker takes")
        if self._client is None:
            raise LinkError(f"{self._broker}: not connected")
        try:
            await self._client.publish(topic, payload, qos=qos, retain=retain)
        except aiomqtt.MqttError as error:
            raise LinkError(f"{self._broker}: {error}") from error

    async def _serve(self, deliver: Deliver, greet: Callable[[], None]) -> None:
        async with self._new_client() as client:
            # A subscription to nothing is a breach of the protocol.
            for answer in await client.subscribe(self._topics) if self._topics else ():
                if _code(answer) >= REFUSED:
                    raise aiomqtt.MqttError("the broker lets us subscribe to nothing of ours")
            self.connections += 1
            self._client = client
            log.info("broker connected", broker=str(self._broker))
            greet()
            try:
                async for message in client.messages:
                    await deliver(message.topic.value, message.payload)
            finally:
                self._client = None

    def _new_client(self) -> aiomqtt.Client:
        broker = self._broker
        return _Client(
            broker.host,
            broker.port,
            username=broker.user,
            password=broker.password,
            tls_context=broker.tls,
            identifier=self._identifier,
            protocol=aiomqtt.ProtocolVersion.V311,
            clean_session=not self._kept,
            keepalive=KEEPALIVE_S,
            timeout=ANSWER_S,
            # Nagle's algorithm would hold an acknowledgement back until the one before it is acknowledged.
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
            logger=_SILENT,
            # One queue for all connections: what waits when the line breaks is not lost.
            queue_type=cast("Any", lambda maxsize: self._waiting),  # noqa: ARG005  called by name of a class
        )


def _code(answer: Any) -> int:
    """A subscription's answer as a number; aiomqtt gives numbers or paho's objects, by version."""
    return int(getattr(answer, "value", answer))


_SILENT = logging.getLogger("headland.mqtt")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False
