"""Traffic of a bad day, second by second and without end: honest stations among hostile and broken ones.

Every station publishes as the contract has it. Two are honest. The others
make up ships and aircraft that nobody heard of before, stamp what they send
with next year or last week, begin messages that they never end, boot anew
with each batch, repeat themselves, break their lines, and publish on topics
of stations that do not exist. Equal seeds give equal days.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
from fuzz_seeds import SIGHTINGS, frames, seeds, sentences
from nmea_lines import checksummed, encoded, tagged

from feeds.modes.crc import remainder

ARMOUR = "0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVW`abcdefghijklmnopqrstuvw"
SHIPS = 20
ROUND = 40
"""Lines a hostile station sends in a step."""
FOREIGN = {
    "ais/catcher": {"station": "catcher", "format": "aiscatcher-json"},
    "bee/raw": {"station": "bee", "format": "adsbee-raw"},
    "readsb/json": {"station": "reader", "format": "readsb-json"},
}
WEEK_S, YEAR_S = 7 * 86400, 365 * 86400
Published = tuple[str, bytes]


class Day:
    """What every station publishes, step by step."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.Generator(np.random.Philox(seed))
        self._seq: dict[str, int] = {}
        self._step = 0
        self._before: list[Published] = []

    def published(self, now_s: float) -> list[Published]:
        """Everything that is published at a moment, in order; some of it again."""
        self._step += 1
        told = [*self._honest(now_s), *self._made_up(now_s), *self._wrong_clocks(now_s), *self._broken(now_s)]
        again, self._before = self._before[:3], told
        return told + again

    def _honest(self, now_s: float) -> Iterator[Published]:
        lat, lon = (
            50.60 + 0.002 * np.arange(SHIPS),
            -1.40 + 0.00003 * (self._step % 2000) + 0.02 * np.arange(SHIPS),
        )
        ships = [
            encoded(
                {
                    "type": 1,
                    "mmsi": 235_100_000 + k,
                    "lat": lat[k],
                    "lon": lon[k],
                    "speed": 7.0,
                    "course": 90.0,
                }
            )[0]
            for k in range(self._step % 4, SHIPS, 4)
        ]
        yield self._batch("cliff", "ais", [self._stamped(now_s, line) for line in ships])
        some = [frames()[(self._step + k) % len(frames())].hex() for k in range(8)]
        yield self._batch(
            "field", "modes", [f"{now_s + k / 10:.1f},{each},-20".encode() for k, each in enumerate(some)]
        )
        yield self._batch("cliff", "health", [b'{"uptime_s": 9, "clock_offset_s": 0.001}'])

    def _made_up(self, now_s: float) -> Iterator[Published]:
        yield self._batch("liar", "ais", [self._stamped(now_s, self._ship("1")) for _ in range(ROUND)])
        yield self._batch("namer", "ais", [self._stamped(now_s, self._ship("H", 28)) for _ in range(ROUND)])
        yield self._batch(
            "ghost", "modes", [f"{now_s:.1f},{each}".encode() for each in self._squitters(ROUND)]
        )
        told = [dict(SIGHTINGS[k % 3], hex=f"{self._rng.integers(1 << 24):06x}") for k in range(ROUND)]
        yield "readsb/json", json.dumps({"now": now_s, "aircraft": told}).encode()
        yield f"headland/v1/station/nobody-{self._step % 999999}/ais", b'#{"boot": "a", "seq": 1}\n!AIVDM'

    def _wrong_clocks(self, now_s: float) -> Iterator[Published]:
        ahead = now_s + self._rng.integers(100, YEAR_S, ROUND)
        yield self._batch(
            "ahead", "ais", [self._stamped(t, self._ship("1H"[k % 2])) for k, t in enumerate(ahead)]
        )
        behind = now_s - self._rng.integers(100, WEEK_S, ROUND)
        yield self._batch(
            "behind", "ais", [self._stamped(t, self._ship("1H"[k % 2])) for k, t in enumerate(behind)]
        )
        wild = [b"1e999", b"-5", b"nan", b"9999999999", b"%d" % (now_s + YEAR_S)]
        yield self._batch(
            "wild",
            "modes",
            [wild[k % 5] + b"," + each.encode() for k, each in enumerate(self._squitters(10))],
        )

    def _broken(self, now_s: float) -> Iterator[Published]:
        begun = [
            checksummed(f"AIVDM,{self._rng.integers(2, 6)},1,{self._rng.integers(10)},A,{self._armour(40)},0")
            for _ in range(ROUND)
        ]
        yield self._batch("beginner", "ais", [self._stamped(now_s, line) for line in begun])
        lines = [self._stamped(now_s, sentences()[k % len(sentences())]) for k in range(ROUND)]
        yield self._batch("broken", "ais", [self._mutated(line) for line in lines])
        yield self._batch(
            "broken",
            "modes",
            [self._mutated(b"%.1f,%s" % (now_s, frames()[k].hex().encode())) for k in range(20)],
        )
        yield self._batch(
            "broken",
            "health",
            [self._mutated(b'{"uptime_s": 9, "version": "\\u202e1", "clock_offset_s": 1e300}')],
        )
        yield self._batch(f"broken{'x' * (self._step % 3)}", "ais", [bytes(9000)])
        topic, payload = self._batch("rebooter", "ais", lines[:2])
        boot = b'"boot": "%x", "seq": %d' % (self._step, self._rng.integers(1, 1 << 60))
        yield topic, b"#{" + boot + b"}\n" + payload.partition(b"\n")[2]
        yield from (self._batch("gaps", "ais", lines[:1], by=2 + self._step % 5) for _ in range(4))
        yield "ais/catcher", self._mutated(seeds()["aiscatcher-json"][:4000])
        yield "bee/raw", self._mutated(seeds()["adsbee-raw"][:4000])
        yield "readsb/json", self._mutated(seeds()["aircraft-json"])
        topic, payload = self._batch("broken", "modes", lines[:2])
        yield topic, self._mutated(payload)

    def _batch(self, station: str, stream: str, lines: list[bytes], by: int = 1) -> Published:
        seq = self._seq[station] = self._seq.get(station, 0) + by
        head = b'#{"boot": "b0", "seq": %d}' % seq
        return f"headland/v1/station/{station}/{stream}", b"\n".join([head, *lines])

    def _stamped(self, time_s: float, line: bytes) -> bytes:
        return tagged(f"c:{int(time_s * 1000)}", line)

    def _ship(self, kind: str, length: int = 28) -> bytes:
        return checksummed(f"AIVDM,1,1,,A,{kind}{self._armour(length - 1)},0")

    def _armour(self, length: int) -> str:
        return "".join(ARMOUR[k] for k in self._rng.integers(64, size=length))

    def _squitters(self, count: int) -> list[str]:
        """Extended squitters of aircraft that are not, their parity sound."""
        matrix = self._rng.integers(256, size=(count, 14)).astype(np.uint8)
        matrix[:, 0], matrix[:, 11:] = 0x8D, 0
        rest = remainder(matrix)
        for place, shift in ((11, 16), (12, 8), (13, 0)):
            matrix[:, place] = rest >> shift & 255
        return [row.tobytes().hex() for row in matrix]

    def _mutated(self, line: bytes) -> bytes:
        data = bytearray(line)
        for _ in range(int(self._rng.integers(0, 4))):
            data[int(self._rng.integers(len(data)))] = int(self._rng.integers(256))
        return bytes(data[: int(self._rng.integers(1, len(data) + 1))] if self._rng.random() < 0.2 else data)
