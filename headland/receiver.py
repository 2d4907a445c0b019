"""`headland receiver`: the agent on a volunteer's machine, wired from the words of the command line.

    --ais udp:10110 | udp:HOST:PORT | tcp:HOST:PORT | serial:/dev/ttyUSB0[@BAUD] | play:FILE
    --modes beast:HOST:PORT | play:FILE
    --mqtt mqtt://HOST[:1883] | mqtts://HOST[:8883]

The password is read from a file or from the variable `STATION_PASSWORD`, for
a command line is seen by everyone on the machine. A broker that does not
answer, or refuses, is called for ever; only wrong usage ends the start (2).
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from feeds.format import Reading
from feeds.inputs import Input
from feeds.rejects import Rejects
from geo.stations import StationNames
from hardware.agent import Agent, Orders
from hardware.clock import Clock, SystemClock
from hardware.errors import SpoolError
from hardware.frames import Frames, Kind
from hardware.publisher import Broker
from hardware.source import Source
from hardware.sources.beast import BeastTcp
from hardware.sources.playback import Playback
from hardware.sources.serial_port import BAUD, nmea_serial
from hardware.sources.tcp import nmea_tcp
from hardware.sources.udp import NmeaUdp
from hardware.spool import SpoolLimits
from hardware.wire import STATION
from headland.errors import Problem, SettingsError
from headland.logs import log_to_stderr

PASSWORD_VARIABLE = "STATION_PASSWORD"  # noqa: S105  the name of a variable, not a password
PORTS = {"mqtt": 1883, "mqtts": 8883}
LOOPBACK = "127.0.0.1"
"""Where `udp:PORT` listens; to hear a box on the network, name this machine's address there, or 0.0.0.0."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class ReceiverOptions:
    """One field an option of `headland receiver`, as the user gave it."""

    station: str
    mqtt: str
    ais: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    pace: float = 1.0
    recorded_times: bool = False
    spool: Path | None = None
    spool_mb: int = 256
    sync_s: float = 1.0
    password_file: Path | None = None
    ca: Path | None = None


def receiver(options: ReceiverOptions) -> None:
    """Run the agent until Ctrl-C or SIGTERM, or until the recordings it plays have ended.

    Raises:
        SettingsError: an option that cannot be meant.
        InputError: a recording that cannot be played.
    """
    log_of_stations()
    orders, clock = orders_of(options), SystemClock()
    sources = _sources(options, clock)
    try:
        asyncio.run(_work(orders, sources, clock))
    except SpoolError as error:
        raise _wrong("--spool", str(error)) from error


def log_of_stations() -> None:
    """Log to standard error; what the MQTT library would say, the publisher says in a line of its own."""
    log_to_stderr()
    logging.getLogger("mqtt").setLevel(logging.CRITICAL)


async def _work(orders: Orders, sources: list[Source], clock: Clock) -> None:
    agent = Agent(orders, sources, clock)
    log.info("receiver started", station=orders.station, sources=[each.account.name for each in sources])
    await agent.run(told_to_end())


def told_to_end() -> asyncio.Event:
    """An event that Ctrl-C and SIGTERM set, in the loop that runs."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    return told


def orders_of(options: ReceiverOptions) -> Orders:
    """What the agent of a station is told.

    Raises:
        SettingsError: an option that cannot be meant.
    """
    if not STATION.fullmatch(options.station):
        raise _wrong("--station", f"{options.station!r}: 3 to 32 of a-z, 0-9 and -")
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    total_bytes = options.spool_mb << 20
    return Orders(
        station=options.station,
        broker=_broker(options),
        spool=options.spool or state / "headland" / "spool" / options.station,
        version=version("headland"),
        limits=SpoolLimits(total_bytes=total_bytes, segment_bytes=min(4 << 20, total_bytes // 8)),
        sync_s=options.sync_s,
    )


def _broker(options: ReceiverOptions) -> Broker:
    url = urlsplit(options.mqtt)
    try:
        host, port = url.hostname, url.port or PORTS[url.scheme]
    except (ValueError, KeyError):
        host = None
    if not host or url.path.strip("/") or url.query:
        raise _wrong("--mqtt", f"{options.mqtt!r}: one is mqtts://broker.example.org:8883")
    if url.username or url.password:
        raise _wrong("--mqtt", "the user is the station, and the password is read from --password-file")
    tls = None
    if url.scheme == "mqtts":
        try:
            tls = ssl.create_default_context(cafile=options.ca)
        except OSError as error:
            raise _wrong("--ca", f"{options.ca}: {error.strerror or error}") from error
    elif options.ca is not None:
        raise _wrong("--ca", "is of use with mqtts:// only")
    return Broker(host=host, port=port, password=_password(options.password_file), tls=tls)


def _password(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get(PASSWORD_VARIABLE) or None
    try:
        return file.read_text().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong("--password-file", f"{file}: {error}") from error


def _sources(options: ReceiverOptions, clock: Clock) -> list[Source]:
    """What the words name.

    Raises:
        SettingsError: a word that names no source, or none at all.
        InputError: a recording that cannot be played.
    """

    def play(kind: Kind) -> Callable[[str], Source]:
        return lambda file: Playback(
            f"play:{file}",
            _recording(file, kind, clock.utc_s()),
            clock,
            pace=options.pace,
            keep_times=options.recorded_times,
        )

    ais: dict[str, Callable[[str], Source]] = {
        "udp": lambda rest: NmeaUdp(*_address(rest, LOOPBACK), clock),
        "tcp": lambda rest: nmea_tcp(*_address(rest), clock),
        "serial": lambda rest: nmea_serial(*_device(rest), clock),
        "play": play(Kind.NMEA),
    }
    modes: dict[str, Callable[[str], Source]] = {
        "beast": lambda rest: BeastTcp(*_address(rest), clock),
        "play": play(Kind.MODE_S),
    }
    sources = [_source("--ais", word, ais) for word in options.ais]
    sources += [_source("--modes", word, modes) for word in options.modes]
    if not sources:
        raise _wrong("--ais, --modes", "name at least one source")
    return sources


def _source(option: str, word: str, known: dict[str, Callable[[str], Source]]) -> Source:
    kind, _, rest = word.partition(":")
    if kind not in known:
        raise _wrong(option, f"{word!r}: known are {', '.join(f'{name}:' for name in known)}")
    try:
        return known[kind](rest)
    except ValueError as error:
        raise _wrong(option, f"{word!r}: {error}") from error


def _address(text: str, host: str = "") -> tuple[str, int]:
    """Host and port of `HOST:PORT`, or of `PORT` where there is a usual host."""
    named, _, port = text.rpartition(":")
    host = named.removeprefix("[").removesuffix("]") or host
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError("HOST:PORT is expected, the port from 1 to 65535")
    return host, int(port)


def _device(text: str) -> tuple[str, int]:
    """Device and baud rate of `/dev/ttyUSB0` or `/dev/ttyUSB0@115200`."""
    found = re.fullmatch(r"(.+?)(?:@([0-9]{3,7}))?", text)
    if found is None:
        raise ValueError("a device is expected: /dev/ttyUSB0, or /dev/ttyUSB0@115200")
    return found[1], int(found[2] or BAUD)


def _recording(file: str, kind: Kind, start_s: float) -> Callable[[], Iterable[Frames]]:
    """What opens a recording; it is opened once here, so that a wrong file ends the start."""

    def frames() -> Iterator[Frames]:
        # Times that the recording does not give do not matter: it is stamped as it is played.
        reading = Reading(StationNames(), Rejects(), start_s=start_s)
        with Input(file) as source:
            for batch in source.read(reading):
                if isinstance(batch, Frames):
                    yield batch.take(batch.kind == kind)

    first = next((batch for batch in frames() if len(batch)), None)
    if first is None:
        raise ValueError(f"holds no raw {'AIS' if kind is Kind.NMEA else 'Mode S'} messages")
    return frames


def _wrong(option: str, reason: str) -> SettingsError:
    return SettingsError([Problem(option, "", reason)])
