"""A server for the tests of stations: takes batches as the contract says, acknowledges them when it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable

import aiomqtt
from brokers import PASSWORD, SERVER

from feeds.first_line import first_line
from feeds.ranges import Ranges

WAIT_S = 60.0


class AckServer:
    """Everything that one station sent.

    Attributes:
        batches: payload by boot and seq, in the order of their first coming; again: those that came once more.
        lines: every line of a stream, without first lines, in the order of their first coming.
        statuses: what the station said of itself.
        acking: whether acknowledgements are given.
    """

    def __init__(self, port: int, station: str, *, acking: bool = True, user: str | None = SERVER) -> None:
        self.batches: dict[tuple[str, int], bytes] = {}
        self.again: list[tuple[str, int]] = []
        self.lines: dict[str, list[bytes]] = {"ais": [], "modes": [], "health": []}
        self.statuses: list[bool] = []
        self.acking = acking
        self._port, self._station, self._user = port, station, user
        self._covered: dict[str, Ranges] = {}
        self._client: aiomqtt.Client | None = None
        self._changed = asyncio.Event()

    def lost(self) -> set[tuple[str, int]]:
        """Every batch that a first line declared as lost."""
        said = [first_line(payload) for payload in self.batches.values()]
        return {
            (boot, seq)
            for each in said
            for boot, ranges in each.lost.items()
            for first, last in ranges
            for seq in range(first, last + 1)
        }

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds of what came; a test that waits for ever has failed."""
        async with asyncio.timeout(WAIT_S):
            while not holds():
                self._changed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), 0.2)

    async def acknowledge(self) -> None:
        """Say what is here, retained."""
        boots = {boot: {"through": r.through, "also": r.also} for boot, r in self._covered.items()}
        await self.say(json.dumps({"boots": boots}).encode())

    async def say(self, payload: bytes) -> None:
        """Any bytes on the station's topic of acknowledgements."""
        await self._client.publish(f"headland/v1/station/{self._station}/ack", payload, qos=1, retain=True)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[AckServer]:
        """Connected for as long as the context lasts, and again when the broker was away."""
        task = asyncio.create_task(self._run())
        try:
            await self.until(lambda: self._client is not None)
            yield self
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(aiomqtt.MqttError):
                async with aiomqtt.Client(
                    "127.0.0.1",
                    self._port,
                    identifier=SERVER,
                    username=self._user,
                    password=PASSWORD if self._user else None,
                    socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
                ) as client:
                    await client.subscribe(f"headland/v1/station/{self._station}/+", qos=1)
                    self._client = client
                    self._changed.set()
                    async for message in client.messages:
                        await self._take(message.topic.value.rpartition("/")[2], message.payload)
            await asyncio.sleep(0.1)

    async def _take(self, last: str, payload: bytes) -> None:
        if last == "status":
            self.statuses.append(json.loads(payload)["online"])
        elif last != "ack":
            said = first_line(payload)
            key = (said.boot, said.seq)
            if key in self.batches:
                self.again.append(key)
                assert self.batches[key] == payload
            else:
                self.batches[key] = payload
                self.lines[last] += payload.split(b"\n")[1:]
            for boot, ranges in [*said.lost.items(), (said.boot, [(said.seq, said.seq)])]:
                for first, final in ranges:
                    self._covered.setdefault(boot, Ranges()).add(first, final)
            if self.acking:
                await self.acknowledge()
        self._changed.set()
