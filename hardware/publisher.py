"""The line to the broker: batches out, acknowledgements in; the only module of this room that knows MQTT.

Connects for ever, with growing waits. Each connection says `online` (retained)
and leaves a last will that says the opposite. Batches go out with QoS 1, so
many at a time; what the server acknowledges on the station's `ack` topic is
taken off the spool. Nothing waits in memory: a batch is read from the spool
when its turn comes.

MQTT 3.1.1: aiomqtt's version 5 is three times slower (measured).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import aiomqtt
import structlog

from hardware.backoff import Backoff
from hardware.clock import Clock
from hardware.spool import Place, Spool
from hardware.turns import Turns
from hardware.wire import parse_ack, topic

IN_FLIGHT = 20
"""Batches whose PUBACK is awaited at one time; the backlog of a slow line waits on the disk, not in a socket."""
GOODBYE_S = 2.0
STEADY_S = 15.0
"""A connection that held so long was none of those that two agents of one name take from each other."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Broker:
    """Where and how to connect.

    Attributes:
        tls: None for a plain connection.
        timeout_s: a broker that leaves an answer out for so long is given up.
    """

    host: str
    port: int
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None
    keepalive_s: int = 30
    timeout_s: float = 10.0


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


class Publisher:
    """Sends what is in the spool.

    Attributes:
        connected: whether there is a connection now.
        published: batches that the broker took, since the start.
    """

    def __init__(self, broker: Broker, station: str, spool: Spool, turns: Turns, clock: Clock) -> None:
        self.connected = False
        self.published = 0
        self._broker = broker
        self._station = station
        self._spool = spool
        self._turns = turns
        self._clock = clock
        self._work = asyncio.Event()
        self._progress = asyncio.Event()
        self._window = asyncio.Semaphore(IN_FLIGHT)
        self._in_flight = 0

    def fresh(self, place: Place) -> None:
        """A batch was just cut."""
        self._turns.fresh(place)
        self._work.set()

    async def run(self) -> None:
        """Connect, send, connect again; until cancelled, when it says goodbye."""
        backoff = Backoff()
        while True:
            reason = "ended"
            began_s = self._clock.monotonic_s()
            try:
                async with self._client() as client:
                    await self._converse(client)
            except* (aiomqtt.MqttError, OSError) as errors:
                reason = "; ".join(str(error) for error in errors.exceptions)
            if self._clock.monotonic_s() - began_s > STEADY_S:
                backoff.reset()
            wait_s = backoff.wait_s()
            log.warning("broker not connected", reason=reason, again_in_s=round(wait_s, 1))
            await asyncio.sleep(wait_s)

    async def drained(self, *, wholly: bool) -> None:
        """Return when what was just cut has been taken by the broker; `wholly`: when the spool is empty."""
        while len(self._spool) if wholly else self._turns.live or self._in_flight:
            self._progress.clear()
            await self._progress.wait()

    def _client(self) -> aiomqtt.Client:
        client = _Client(
            self._broker.host,
            self._broker.port,
            identifier=self._station,
            username=self._station,
            password=self._broker.password,
            protocol=aiomqtt.ProtocolVersion.V311,
            tls_context=self._broker.tls,
            keepalive=self._broker.keepalive_s,
            timeout=self._broker.timeout_s,
            clean_session=True,
            max_inflight_messages=IN_FLIGHT,
            will=aiomqtt.Will(topic(self._station, "status"), _status(online=False), qos=1, retain=True),
            # Nagle's algorithm and delayed acknowledgement together cost 40 ms a batch.
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )
        client.pending_calls_threshold = 2 * IN_FLIGHT  # more than can be; the library warns from 10 on
        return client

    async def _converse(self, client: aiomqtt.Client) -> None:
        """Everything that one connection does; ends with it."""
        status = topic(self._station, "status")
        await client.subscribe(topic(self._station, "ack"), qos=1)
        await client.publish(status, _status(online=True), qos=1, retain=True)
        log.info("broker connected", host=self._broker.host, port=self._broker.port, waiting=len(self._spool))
        self._window = asyncio.Semaphore(IN_FLIGHT)
        self._in_flight = 0
        self._turns.connected(self._clock.monotonic_s())
        self.connected = True
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._take_acks(client))
                tasks.create_task(self._send(client, tasks))
        except asyncio.CancelledError:
            with contextlib.suppress(aiomqtt.MqttError):
                await client.publish(status, _status(online=False), qos=1, retain=True, timeout=GOODBYE_S)
            raise
        finally:
            self.connected = False
            self._turns.disconnected()
            self._progress.set()

    async def _take_acks(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            try:
                covered = parse_ack(message.payload)
            except (ValueError, RecursionError) as error:
                log.warning("acknowledgement not understood", reason=str(error))
                continue
            self._spool.cover(covered)
            self._turns.covered()
            self._work.set()
            self._progress.set()

    async def _send(self, client: aiomqtt.Client, tasks: asyncio.TaskGroup) -> None:
        while True:
            await self._window.acquire()
            place = await self._next()
            self._in_flight += 1
            tasks.create_task(self._publish(client, place))

    async def _next(self) -> Place:
        """The next batch to send, as soon as there is one."""
        while True:
            self._work.clear()
            now_s = self._clock.monotonic_s()
            place = self._turns.take(now_s)
            if place is not None:
                return place
            # Not wait_for: before Python 3.12 it loses a cancellation that comes together with the work.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._turns.wait_s(now_s) + 0.001):
                    await self._work.wait()

    async def _publish(self, client: aiomqtt.Client, place: Place) -> None:
        try:
            stored = self._spool.read(place)
            if stored is not None:
                await client.publish(topic(self._station, stored.stream.name.lower()), stored.payload, qos=1)
                self.published += 1
        finally:
            self._in_flight -= 1
            self._window.release()
            self._progress.set()


def _status(*, online: bool) -> bytes:
    return json.dumps({"online": online}).encode()
