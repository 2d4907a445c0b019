"""A station for tests of the server: it spools, publishes, and sends again until the server's ack covers it.

Written from the contract alone, apart from the agent that volunteers run.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import Iterable
from typing import Self

import aiomqtt
from brokers import PASSWORD

AGAIN_S = 1.0
WAIT_S = 300.0


class SpoolingStation:
    """One station, for as long as its context lasts.

    Attributes:
        sent: every batch ever published, by seq; spool: those that no ack covers yet.
        acks: how many came.
    """

    def __init__(self, port: int, name: str, user: str | None = None) -> None:
        self.name, self.boot = name, secrets.token_hex(8)
        self.sent: dict[int, bytes] = {}
        self.spool: dict[int, str] = {}
        self.acks = 0
        self._port, self._user = port, user or name
        self._unsent: list[int] = []
        self._changed = asyncio.Event()

    def say(self, stream: str, lines: Iterable[bytes]) -> None:
        """Put a batch into the spool; it goes out as soon as it can."""
        seq = len(self.sent) + 1
        head = json.dumps({"boot": self.boot, "seq": seq}).encode()
        self.sent[seq] = b"\n".join([b"#" + head, *lines])
        self.spool[seq] = stream
        self._unsent.append(seq)
        self._changed.set()

    async def settled(self) -> None:
        """Wait until everything is acknowledged."""
        async with asyncio.timeout(WAIT_S):
            while self.spool:  # noqa: ASYNC110  a test polls, for it may not reach into what it tests
                await asyncio.sleep(0.05)

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(aiomqtt.MqttError):
                async with aiomqtt.Client(
                    "127.0.0.1",
                    self._port,
                    identifier=self.name,
                    username=self._user,
                    password=PASSWORD,
                    max_inflight_messages=200,
                ) as client:
                    client.pending_calls_threshold = 10_000
                    await client.subscribe(f"headland/v1/station/{self.name}/ack", qos=1)
                    self._unsent = list(self.spool)
                    sending = asyncio.create_task(self._send(client))
                    try:
                        async for message in client.messages:
                            self._cover(json.loads(message.payload)["boots"].get(self.boot))
                    finally:
                        sending.cancel()
                        await asyncio.wait([sending])
                        if not sending.cancelled():
                            sending.exception()
            await asyncio.sleep(0.1)

    async def _send(self, client: aiomqtt.Client) -> None:
        while True:
            todo, self._unsent = self._unsent, []
            for seq in todo:
                if seq in self.spool:
                    topic = f"headland/v1/station/{self.name}/{self.spool[seq]}"
                    await client.publish(topic, self.sent[seq], qos=1)
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), AGAIN_S)
            except TimeoutError:
                self._unsent = list(self.spool)

    def _cover(self, told: dict | None) -> None:
        self.acks += 1
        if told is None:
            return
        for first, last in [[1, told["through"]], *told["also"]]:
            for seq in [seq for seq in self.spool if first <= seq <= last]:
                del self.spool[seq]
