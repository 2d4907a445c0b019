"""A world as its stations hear it, window by window, and played to a server as if it happened now.

    Transmissions, Antennas ──hearing──▶ Frames in order of arrival ──▶ files, or
        one agent a station, each with its spool, to the broker

In: what is sent, and antennas. Out: `Frames`, times by the stations' clocks. Windows
are cut at whole minutes, and what is on its way at the end of one is kept for the next.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from threading import Lock

import numpy as np

from geo.batch import Floats
from geo.units import MINUTE_S
from hardware.agent import Agent, Orders
from hardware.clock import Clock
from hardware.frames import Frames
from hardware.sources.playback import Playback
from hardware.virtual.antennas import Antenna
from hardware.virtual.crowding import FRUIT
from hardware.virtual.hearing import Air, frames_of, hear
from headland.proving.transmitting import Transmissions
from headland.proving.world_reach import Station

WINDOW_S = 10 * MINUTE_S
SIMULATION = "simulation"
"""What the source of a played world is called in health and log."""


def antennas_of(stations: Iterable[Station]) -> list[Antenna]:
    """Antennas without a fault where the stations of a scenario stand."""
    return [
        Antenna(id=each.id, lat_deg=each.lat, lon_deg=each.lon, antenna_m=each.antenna_m, kind=each.kind)
        for each in stations
    ]


def heard_windows(
    sent: Transmissions,
    antennas: Sequence[Antenna],
    seed: int,
    *,
    hills: bool = False,
    window_s: float = WINDOW_S,
) -> Iterator[Frames]:
    """Everything heard, in order of arrival, a window at a time; the same for any `window_s` of whole minutes.

    Clocks begin to drift with the first transmission. Losses on 1,090 MHz are those of the
    whole traffic, also where squitters are left out (`Rates.adsb_thinning`).
    """
    if len(sent) == 0:
        return
    air = Air(seed=seed, epoch_s=sent.start_s, hills=hills, fruit=FRUIT * sent.rates.adsb_thinning)
    on_its_way, arriving_s = Frames.empty(), np.empty(0)
    for number in count(math.floor(sent.start_s / window_s)):
        end_s = (number + 1) * window_s
        emissions = sent.between(number * window_s, end_s)
        heard = hear(emissions, antennas, air)
        frames, true_s = _in_order(on_its_way, arriving_s, frames_of(emissions, heard), heard.true_s)
        arrived = int(np.searchsorted(true_s, end_s)) if end_s < sent.end_s else len(true_s)
        yield frames.take(np.arange(arrived))
        if end_s >= sent.end_s:
            return
        on_its_way, arriving_s = frames.take(np.arange(arrived, len(frames))), true_s[arrived:]


def _in_order(early: Frames, early_s: Floats, late: Frames, late_s: Floats) -> tuple[Frames, Floats]:
    """Both by true time, then station; stable, so that a message's sentences stay in order."""
    frames, true_s = Frames.concat([early, late]), np.concatenate([early_s, late_s])
    order = np.lexsort((frames.station, true_s))
    return frames.take(order), true_s[order]


class Handout:
    """Windows made once and handed to each station, whichever asks first; dropped when all have had them."""

    def __init__(self, windows: Iterator[Frames], stations: Sequence[int]) -> None:
        self._windows = windows
        self._lock = Lock()
        self._kept: dict[int, Frames | None] = {}
        self._had: Counter[int] = Counter()
        self._stations = len(stations)

    def to(self, station: int) -> Iterator[Frames]:
        """What one station heard; to be asked for once by each of the stations."""
        for number in count():
            window = self._window(number)
            if window is None:
                return
            yield window.take(window.station == station)

    def _window(self, number: int) -> Frames | None:
        with self._lock:
            if number not in self._kept:
                self._kept[number] = next(self._windows, None)
            window = self._kept[number]
            self._had[number] += 1
            if self._had[number] == self._stations and window is not None:
                del self._kept[number]
            return window


async def play(
    windows: Iterator[Frames],
    antennas: Sequence[Antenna],
    orders: Callable[[str], Orders],
    clock: Clock,
    *,
    start_s: float,
    pace: float = 1.0,
    keep_times: bool = False,
    told_to_end: asyncio.Event | None = None,
) -> None:
    """Let every station's agent send what its antennas hear; ends when the world does, or is told to.

    Args:
        windows: as `heard_windows` makes them.
        antennas: whose stations take part.
        orders: of a station's agent: its broker, password and spool.
        clock: tells the time.
        start_s: time of the world at which it begins.
        pace: 2 is twice as fast as it happens; 0 as fast as possible.
        keep_times: stamp with the world's times, where the server too lives in them; else with the time at
            which they are played, which makes sense at a pace of 1 only.
        told_to_end: ends the playing early.
    """
    ids = sorted({antenna.id for antenna in antennas})
    numbers = {antenna.id: antenna.number for antenna in antennas}
    handout = Handout(windows, list(numbers.values()))
    end = asyncio.Event() if told_to_end is None else told_to_end
    agents = []
    for station in ids:
        source = Playback(
            SIMULATION,
            _recording(handout, numbers[station]),
            clock,
            pace=pace,
            keep_times=keep_times,
            origin_s=start_s,
        )
        agents.append(Agent(orders(station), [source], clock))
    async with asyncio.TaskGroup() as tasks:
        for agent in agents:
            tasks.create_task(agent.run(end))


def _recording(handout: Handout, station: int) -> Callable[[], Iterable[Frames]]:
    return lambda: handout.to(station)
