"""Fusion's word to the web: each second's payloads sent to the broker, and the picture of the run before taken up.

A process that is killed leaves its picture with the broker. The next one
listens to it for a moment before it tells its own, so that what is moored and
speaks every three minutes does not vanish from a page that comes late.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from feeds.bus import Broker, Bus
from feeds.errors import LinkError
from headland.changes import Kind, RefusedPayloadError, unpacked
from headland.inlet import show_places
from headland.outlet import PICTURE, Outlet

TAKE_UP_S = 3.0
"""The broker hands over what it retains at once: megabytes, on the machine itself or beside it."""

SLICE_EVERY_S = 2.0
"""Each of the sixteen comes round in half a minute."""

log = structlog.get_logger(__name__)


class Teller:
    """An outlet and its line.

    Attributes:
        bus: the line; channels may publish on it too.
        outlet: what is shown to it, is told.
        missed: payloads that did not go out.
    """

    def __init__(self, broker: Broker) -> None:
        self.bus = Bus(broker, [f"{PICTURE}/#"], name="fusion", kept=False)
        self.outlet = Outlet()
        self.missed = 0
        self._own_from_s = self._slice_at_s = math.inf

    async def run(self, patience_s: float) -> None:
        """Keep the line up, for ever.

        Raises:
            LinkError: the first connection could not be made in that time.
        """
        await self.bus.run(self._take_up, self._greet, patience_s)

    async def tell(self, now_s: float, through_s: float, stations: Sequence[Mapping[str, Any]]) -> None:
        """Tell what has changed. What cannot be told is counted, and healed by a slice.

        To be called when something was shown, and once a second at least: silence means that nobody is here.
        """
        at_s = asyncio.get_running_loop().time()
        due = at_s >= self._slice_at_s
        if due:
            self._slice_at_s = at_s + SLICE_EVERY_S
        told = await asyncio.to_thread(self.outlet.turn, now_s, through_s, stations, a_slice=due)
        for number, (topic, payload, retain) in enumerate(told):
            try:
                await self.bus.tell(topic, payload, retain=retain, qos=0)
            except LinkError:
                self.missed += len(told) - number
                return

    def _greet(self) -> None:
        self.outlet.begin_anew()
        if math.isinf(self._own_from_s):
            self._own_from_s = self._slice_at_s = asyncio.get_running_loop().time() + TAKE_UP_S

    async def _take_up(self, topic: str, payload: bytes) -> None:
        # After that moment it is our own picture that comes back.
        if not payload or asyncio.get_running_loop().time() >= self._own_from_s:
            return
        try:
            head, table = unpacked(payload)
        except RefusedPayloadError as error:
            log.warning("old picture refused", topic=topic, reason=str(error))
            return
        if head.kind is Kind.PLACES:
            show_places(table, self.outlet)
