"""Mode S frames made from the standard's own formulas, one at a time and the slow way.

Nothing here is shared with the decoder: parity is divided bit by bit, the
number of longitude zones is taken from its arc cosine, so that encoder and
decoder can only agree by both being right.
"""

import math

import numpy as np

from geo.batch import Ragged
from hardware.frames import Frames, Kind

START = 1_700_000_000.0


def divided(frame: bytes) -> int:
    """The remainder of a frame by the parity polynomial, bit by bit."""
    rest = int.from_bytes(frame, "big")
    for bit in range(len(frame) * 8 - 1, 23, -1):
        if rest >> bit & 1:
            rest ^= 0x1FFF409 << (bit - 24)
    return rest


def sealed(body: int, bits: int, overlay: int = 0) -> bytes:
    """`bits` bits followed by their parity, on which `overlay` is laid."""
    open_frame = (body << 24).to_bytes(bits // 8 + 3, "big")
    return (body << 24 | divided(open_frame) ^ overlay).to_bytes(bits // 8 + 3, "big")


def squitter(me: int, address: int = 0x400ABC, df: int = 17, control: int = 5) -> bytes:
    """An extended squitter of 14 bytes."""
    return sealed((df << 83) | (control << 80) | (address << 56) | me, 88)


def all_call(address: int = 0x400ABC, capability: int = 5, interrogator: int = 0) -> bytes:
    """A DF11 of 7 bytes."""
    return sealed((11 << 27) | (capability << 24) | address, 32, interrogator)


def reply(df: int, code13: int, address: int = 0x400ABC, status: int = 0) -> bytes:
    """A DF4 or 5 of 7 bytes, or a DF20 or 21 of 14 with an empty register."""
    head = (df << 27) | (status << 24) | code13
    return sealed(head, 32, address) if df < 16 else sealed(head << 56, 88, address)


def zones(lat: float) -> int:
    """NL, from its formula."""
    if abs(lat) >= 87:
        return 2 if abs(lat) == 87 else 1
    part = (1 - math.cos(math.pi / 30)) / math.cos(math.radians(abs(lat))) ** 2
    return min(math.floor(2 * math.pi / math.acos(1 - part)), 59)  # exactly 60 at the equator


def encoded(lat: float, lon: float, odd: int, *, surface: bool = False) -> int:
    """The 35 bits of a position: format bit, latitude, longitude."""
    span = 90.0 if surface else 360.0
    height = span / (60 - odd)
    y = math.floor(131072 * (lat % height) / height + 0.5)
    given_lat = height * (y / 131072 + math.floor(lat / height))
    width = span / max(zones(given_lat) - odd, 1)
    x = math.floor(131072 * (lon % width) / width + 0.5)
    return odd << 34 | (y & 0x1FFFF) << 17 | (x & 0x1FFFF)


def in_air(lat: float, lon: float, odd: int, *, typecode: int = 11, alt_ft: int = 10_000) -> int:
    """The message of an airborne position."""
    n = (alt_ft + 1000) // 25
    code = (n >> 4) << 5 | 1 << 4 | (n & 15)
    return typecode << 51 | code << 36 | encoded(lat, lon, odd)


def on_ground(lat: float, lon: float, odd: int, *, movement: int = 20, track: int = 32) -> int:
    """The message of a surface position."""
    return 7 << 51 | movement << 44 | 1 << 43 | track << 36 | encoded(lat, lon, odd, surface=True)


def batch(payloads: list[bytes], times: list[float] | None = None, station: int = 1) -> Frames:
    """Frames a second apart, or at the times given."""
    n = len(payloads)
    return Frames.of(
        n,
        time_s=np.array(times if times is not None else START + np.arange(n), np.float64),
        station=np.full(n, station, np.uint32),
        kind=np.full(n, Kind.MODE_S, np.uint8),
        payload=Ragged.of_rows(payloads, np.uint8),
    )


def flight(lat: float, lon: float, count: int, address: int = 0x400ABC) -> list[bytes]:
    """Eastwards, 120 m/s, a message each half second, even and odd in turn."""
    step = 60 / 111_195 / np.cos(np.radians(lat))
    return [squitter(in_air(lat, lon + step * i, i % 2), address) for i in range(count)]


def times(count: int, start: float = START, step: float = 0.5) -> list[float]:
    return (start + step * np.arange(count)).tolist()
