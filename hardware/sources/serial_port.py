"""NMEA from a serial port: dAISy, em-trak, Comar, a USB adapter.

38,400 baud is what NMEA 0183 HS says for AIS; the dAISy-catcher has 115,200.
The port is locked: two readers would each get half the lines.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import serial

from hardware.clock import Clock
from hardware.links import Opened, Read
from hardware.nmea import NmeaStream

BAUD = 38_400
CHUNK_BYTES = 4096


def nmea_serial(device: str, baud: int, clock: Clock) -> NmeaStream:
    """Opens `device` and listens; opens it again when it was pulled out and is back."""
    return NmeaStream(f"serial:{device}", _port(device, baud), clock)


def _port(device: str, baud: int) -> Opened:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Read]:
        # `SerialException` is an OSError; opening may wait for the driver, so not in the loop.
        port = await asyncio.to_thread(serial.Serial, device, baud, timeout=0, exclusive=True)
        ready = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(port.fileno(), ready.set)

        async def read() -> bytes:
            data = b""
            while not data:  # a loop that woke us twice for one piece: a port that was pulled out raises
                await ready.wait()
                ready.clear()
                data = port.read(CHUNK_BYTES)
            return data

        try:
            yield read
        finally:
            loop.remove_reader(port.fileno())
            port.close()

    return opened
