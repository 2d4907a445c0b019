"""Real brokers for tests: Mosquitto as the deployment runs it, and amqtt as the demo embeds it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from amqtt.broker import Broker
from conftest import needed

SERVER = "feeds"
FUSION, WEB, DESK = "fusion", "web", "desk"
PASSWORD = "correct-horse"  # noqa: S105  of brokers that live for a test
START_S = 10.0

CONF = """
listener {port} 127.0.0.1
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/acl
use_username_as_clientid true
set_tcp_nodelay true
max_packet_size 65536
max_qos 1
max_queued_messages 200000
persistence true
persistence_location {folder}/
autosave_on_changes true
autosave_interval 500
log_type error
"""

ACL = """
user {server}
topic read headland/v1/station/#
topic write headland/v1/station/+/ack
topic write headland/v1/flags/#
topic write headland/v1/alerts/#
topic read foreign/#

user {fusion}
topic write headland/v1/flags/#
topic write headland/v1/alerts/#
topic readwrite headland/v1/server/#

user {web}
topic read headland/v1/server/#

user {desk}
topic read headland/v1/flags/#
topic read headland/v1/alerts/#

user bridge
topic write foreign/#

pattern write headland/v1/station/%u/ais
pattern write headland/v1/station/%u/modes
pattern write headland/v1/station/%u/health
pattern write headland/v1/station/%u/status
pattern read headland/v1/station/%u/ack
"""


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Mosquitto:
    """A Mosquitto with users, patterns of rights and limits; may be killed and started again."""

    def __init__(self, folder: Path, users: Iterable[str]) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir()
        passwords = folder / "passwords"
        passwords.write_text(
            "".join(f"{user}:{PASSWORD}\n" for user in {SERVER, FUSION, WEB, DESK, "bridge", *users})
        )
        subprocess.run(["mosquitto_passwd", "-U", passwords], check=True)
        (folder / "acl").write_text(ACL.format(server=SERVER, fusion=FUSION, web=WEB, desk=DESK))
        (folder / "mosquitto.conf").write_text(CONF.format(port=self.port, folder=folder))
        for path in (folder, *folder.iterdir()):
            path.chmod(0o777 if path.is_dir() else 0o644)  # started by root it becomes another user

    def start(self) -> None:
        conf = self._folder / "mosquitto.conf"
        # Started by root it would become a user who may not enter pytest's folders.
        rest = [] if os.geteuid() else ["user root"]
        conf.write_text("\n".join([conf.read_text().replace("\nuser root", ""), *rest]))
        self._process = subprocess.Popen([needed("mosquitto"), "-c", conf])
        until_s = time.monotonic() + START_S
        while not answers(self.port):
            assert self._process.poll() is None, "Mosquitto did not start"
            assert time.monotonic() < until_s
            time.sleep(0.02)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


class Embedded(Broker):
    """An amqtt broker that leaves no line open: it forgets those of clients that come or go as it shuts down."""

    async def stream_connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, listener_name: str
    ) -> None:
        try:
            await super().stream_connected(reader, writer, listener_name)
        finally:
            writer.transport.abort()


@contextlib.asynccontextmanager
async def embedded(port: int | None = None) -> AsyncIterator[int]:
    """An amqtt broker in this process that lets everybody in; gives its port."""
    port = port or free_port()
    broker = Embedded(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        }
    )
    await broker.start()
    try:
        yield port
    finally:
        await broker.shutdown()
        await asyncio.sleep(0)
