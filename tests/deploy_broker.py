"""Mosquitto with the configuration, the rights and the secrets that the deployment ships, on ports of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiomqtt
from brokers import answers, free_port
from conftest import ROOT, needed

DEPLOY = ROOT / "deploy"
START_S = 10.0
STATIONS, DESKS, INNER = 8883, 8884, 1883
"""The ports of the shipped file."""


def make_secrets(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`make_secrets.py` as an operator runs it."""
    return subprocess.run(
        [sys.executable, DEPLOY / "make_secrets.py", "--folder", folder, *words],
        capture_output=True,
        text=True,
        check=False,
    )


class ShippedBroker:
    """The shipped broker: nothing is changed but folders and ports.

    Attributes:
        secrets: the folder that `make_secrets.py` keeps.
        ports: where each listener of the shipped file listens.
    """

    def __init__(self, folder: Path) -> None:
        self.secrets = folder / "secrets"
        self.ports = {port: free_port() for port in (STATIONS, DESKS, INNER)}
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "data").mkdir(parents=True)
        self._conf = folder / "mosquitto.conf"
        text = (DEPLOY / "mosquitto" / "mosquitto.conf").read_text()
        text = text.replace("/mosquitto/secrets", str(self.secrets / "broker"))
        text = text.replace("/mosquitto/data", str(folder / "data"))
        for shipped, port in self.ports.items():
            text = text.replace(f"\nlistener {shipped}\n", f"\nlistener {port} 127.0.0.1\n")
        # Started by root it would become a user who may not enter pytest's folders.
        self._conf.write_text(text if os.geteuid() else f"{text}user root\n")

    def start(self) -> None:
        self._process = subprocess.Popen([needed("mosquitto"), "-c", self._conf], stdout=subprocess.DEVNULL)
        until_s = time.monotonic() + START_S
        while not all(map(answers, self.ports.values())):
            assert self._process.poll() is None, "Mosquitto did not start"
            assert time.monotonic() < until_s
            time.sleep(0.02)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()

    def reload(self) -> None:
        self._process.send_signal(signal.SIGHUP)

    def password(self, user: str) -> str:
        """Of a role, a station or a desk, from the file it was handed over in."""
        name = user.removeprefix("desk_")
        places = ("desks" if user.startswith("desk_") else "stations", ".")
        return next(
            path.read_text().strip() for place in places if (path := self.secrets / place / name).is_file()
        )

    @contextlib.asynccontextmanager
    async def client(
        self, user: str, listener: int, password: str | None = None
    ) -> AsyncIterator[aiomqtt.Client]:
        """Somebody on a listener."""
        tls = ssl.create_default_context(cafile=self.secrets / "ca.crt") if listener != INNER else None
        async with aiomqtt.Client(
            "127.0.0.1",
            self.ports[listener],
            username=user,
            password=password or self.password(user),
            tls_context=tls,
            identifier="server_feeds",  # whatever a client calls itself
            protocol=aiomqtt.ProtocolVersion.V311,
            timeout=10,
        ) as client:
            yield client
