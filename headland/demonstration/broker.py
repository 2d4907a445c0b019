"""The broker inside the demo's process: amqtt, on the loopback, for as long as a day lasts.

It lets everybody in who can reach it, which is this machine. For service there
is Mosquitto (see the deployment), twenty times as fast and with rights.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from amqtt.broker import Broker

from headland.loopback import ADDRESS, free_port

GOODBYE_S = 0.2


@asynccontextmanager
async def embedded_broker() -> AsyncIterator[int]:
    """A broker that runs; gives its port."""
    port = free_port()
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"{ADDRESS}:{port}"}},
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        }
    )
    await broker.start()
    try:
        yield port
    finally:
        # Clients have said goodbye and closed; the broker has still to hear it, or it leaves its ends open.
        await asyncio.sleep(GOODBYE_S)
        await broker.shutdown()
        await asyncio.sleep(0)
