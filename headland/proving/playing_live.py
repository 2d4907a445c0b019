"""A world played to a server over MQTT, as volunteers' machines would send it.

In: what is sent, antennas, and where the broker is. Out: batches on the topics of
every station, each by an agent of its own (`hardware.agent`) with its own spool,
until the world ends or Ctrl-C. The broker must know the stations of the scenario.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hardware.agent import Orders
from hardware.clock import SystemClock
from hardware.errors import SpoolError
from hardware.virtual.antennas import Antenna
from headland.errors import Problem, SettingsError
from headland.proving.playing import heard_windows, play
from headland.proving.transmitting import Transmissions
from headland.receiver import ReceiverOptions, log_of_stations, orders_of, told_to_end


@dataclass(frozen=True, kw_only=True)
class PlayOptions:
    """One field an option of playing a world over MQTT, as the user gave it.

    Attributes:
        mqtt: `mqtt://HOST[:1883]` or `mqtts://HOST[:8883]`.
        pace: 2 is twice as fast as it happens; 0 as fast as possible.
        recorded_times: keep the world's own times, for a server that lives in them; else
            everything happens now, which makes sense at a pace of 1 only.
        spool: folder of the stations' spools, one below it each; None for the usual place.
        password_file: one for all stations, or a folder with a file named for each.
        ca: certificate of the authority that signed the broker's.
    """

    mqtt: str
    pace: float = 1.0
    recorded_times: bool = False
    spool: Path | None = None
    password_file: Path | None = None
    ca: Path | None = None


def play_over_mqtt(sent: Transmissions, antennas: Sequence[Antenna], seed: int, options: PlayOptions) -> None:
    """Play a world until it ends, or until Ctrl-C or SIGTERM.

    Raises:
        SettingsError: an option that cannot be meant.
    """
    log_of_stations()
    try:
        asyncio.run(played(sent, antennas, seed, options))
    except* SpoolError as group:
        reason = "; ".join(str(each) for each in group.exceptions)
        raise SettingsError([Problem("--spool", "", reason)]) from group


async def played(sent: Transmissions, antennas: Sequence[Antenna], seed: int, options: PlayOptions) -> None:
    """The same within a loop that runs."""
    stations = {antenna.id for antenna in antennas}
    # Every option is looked at before the first station begins.
    orders = {station: _orders(station, options) for station in stations}
    await play(
        heard_windows(sent, antennas, seed),
        antennas,
        orders.__getitem__,
        SystemClock(),
        start_s=math.floor(sent.start_s) if len(sent) else 0.0,
        pace=options.pace,
        keep_times=options.recorded_times,
        told_to_end=told_to_end(),
    )


def _orders(station: str, options: PlayOptions) -> Orders:
    passwords = options.password_file
    return orders_of(
        ReceiverOptions(
            station=station,
            mqtt=options.mqtt,
            spool=None if options.spool is None else options.spool / station,
            password_file=passwords / station if passwords is not None and passwords.is_dir() else passwords,
            ca=options.ca,
        )
    )
