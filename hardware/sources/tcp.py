"""NMEA from a TCP server: AIS-catcher, rtl_ais, kplex, Signal K, an AIS box on the network."""

from __future__ import annotations

from hardware.clock import Clock
from hardware.nmea import NmeaStream
from hardware.tcp import connection


def nmea_tcp(host: str, port: int, clock: Clock) -> NmeaStream:
    """Calls `host:port` and listens; calls again when the line breaks."""
    return NmeaStream(f"tcp:{host}:{port}", connection(host, port), clock)
