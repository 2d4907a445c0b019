"""Frames gathered one at a time by the readers of formats, handed on in batches."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from feeds.format import Reading
from geo.batch import Ragged
from hardware.frames import Frames, Kind

BATCH_FRAMES = 8192
STATION_CHARACTERS = 64
FRAME_LENGTHS = (7, 14)
LATEST_S = 4_102_444_800.0
"""The year 2100: no receiver's clock is that wrong, but hostile ones are."""


class Gather:
    """A batch in the making; what cannot be a frame goes to the rejects."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._clear()

    def _clear(self) -> None:
        self._times_s: list[float] = []
        self._stations: list[int] = []
        self._signals: list[float] = []
        self._guessed: list[bool] = []
        self._payloads: list[bytes] = []

    def __len__(self) -> int:
        return len(self._times_s)

    @property
    def full(self) -> bool:
        """Whether a batch is due."""
        return len(self) >= BATCH_FRAMES

    def add(
        self, time_s: Any, station: str, digits: str | bytes, line: bytes, signal_dbfs: Any = None
    ) -> None:
        """Take one frame in hexadecimal digits, as text; `line` is its sample where it is refused."""
        seconds = _number(time_s)
        if not 0.0 <= seconds < LATEST_S:
            self._reading.rejects.add("time is no Unix time", line)
            return
        try:
            payload = bytes.fromhex(digits if isinstance(digits, str) else digits.decode())
        except ValueError:
            self._reading.rejects.add("frame is not hexadecimal", line)
            return
        self.add_bytes(seconds, station, payload, line, _number(signal_dbfs))

    def add_bytes(
        self,
        time_s: float,
        station: str,
        payload: bytes,
        line: bytes,
        signal_dbfs: float = math.nan,
        guessed: bool = False,
    ) -> None:
        """Take one frame whose time is already known to be one."""
        if len(payload) not in FRAME_LENGTHS:
            self._reading.rejects.add("frame is neither 7 nor 14 bytes long", line)
            return
        try:
            number = self._reading.names.number(station[:STATION_CHARACTERS] or self._reading.station)
        except ValueError as error:
            self._reading.rejects.add(str(error), line)
            return
        self._times_s.append(time_s)
        self._stations.append(number)
        self._signals.append(signal_dbfs)
        self._guessed.append(guessed)
        self._payloads.append(payload)

    def taken(self) -> Frames:
        """What has been gathered, which is then forgotten."""
        frames = Frames.of(
            len(self._times_s),
            time_s=np.array(self._times_s, np.float64),
            station=np.array(self._stations, np.uint32),
            kind=np.full(len(self._times_s), Kind.MODE_S, np.uint8),
            time_guessed=np.array(self._guessed, np.bool_),
            signal_dbfs=np.array(self._signals, np.float64),
            payload=_ragged(self._payloads),
        )
        self._clear()
        return frames


def _ragged(payloads: list[bytes]) -> Ragged:
    lengths = np.fromiter(map(len, payloads), np.int64, len(payloads))
    return Ragged(np.concatenate([[0], np.cumsum(lengths)]), np.frombuffer(b"".join(payloads), np.uint8))


def _number(said: Any) -> float:
    """The number, or NaN for what is none."""
    try:
        return float(said)
    except (TypeError, ValueError, OverflowError):
        return math.nan
