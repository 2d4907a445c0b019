"""A quarter of an hour of the real Solent as AIS, and the whole road that it takes: station, broker, server.

Each part is a process; all of them go by one clock of the test's (`hurried`).
"""

from __future__ import annotations

import asyncio
import csv
import gzip
import json
import os
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Self

import aiomqtt
from brokers import DESK, FUSION, PASSWORD, SERVER, Mosquitto, free_port
from hurried import Clock
from nmea_lines import encoded, tagged
from sqlalchemy import select

from alerts import cases
from alerts.cases import Alert, AlertState
from alerts.store import Store
from alerts.tables import OUTBOX
from feeds.journal_entries import Batch, Stream, batch_of
from feeds.journal_reader import JournalReader
from feeds.journal_record import EntryKind

ROOT = Path(__file__).parents[1]
SOLENT = ROOT / "headland" / "recordings" / "solent" / "SolentAIS_20160112_130211.csv.gz"
STATION = "cowes"
LATENESS_S = 120.0
LEEWAY_S = 90.0
"""The clock waits where it would be so far ahead of what the journal lacks: a slow machine makes nothing late."""
TAIL_PACE = 120.0
"""Of the clock, when nothing is heard any more."""
WAIT_S = 300.0
SETTINGS = (
    f"fusion.lateness_s={LATENESS_S}",
    "feeds.skew_s=3600",
    "loitering.window_s=600",
    "loitering.radius_m=3000",
    "loitering.path_m=150",
    "loitering.slow_mps=3",
    "loitering.drift_mps=2.5",
    "loitering.day_weight=1",
    "loitering.port_m=1",
    "loitering.crowd_count=100",
    "loitering.still_share=0.9",
    "flags.min_score=0.3",
    "flags.linger_s=60",
    "flags.update_s=60",
)
"""Loitering for all who stay ten minutes within three kilometres, so that several flags are open at once."""
OVER_S = 600.0
"""So long after the last was heard every flag has ended and the watermark has passed it."""
LINE = re.compile(rb"c:([0-9]{13})\*[0-9A-F]{2}\\(!AIVD[MO],[ -~]*?\*[0-9A-F]{2})")
Heard = tuple[int, bytes]
"""Unix milliseconds and the sentence."""


@cache
def solent() -> list[Heard]:
    """What was said there, in order of time, each once."""
    said: dict[Heard, None] = {}
    with gzip.open(SOLENT, "rt") as rows:
        for row in csv.DictReader(rows):
            time_s = datetime.fromisoformat(row["Time"]).replace(tzinfo=UTC).timestamp()
            place = {"lat": float(row["Latitude_degrees"]), "lon": float(row["Longitude_degrees"])}
            going = {"speed": float(row["SOG_knots"]), "course": min(float(row["COG_degrees"]), 359.9)}
            sentence = encoded({"type": 1, "mmsi": int(row["MMSI"]), **place, **going})[0]
            said[round(time_s * 1000), sentence] = None
    return sorted(said)


def recorded(heard: Iterable[Heard], file: Path) -> Path:
    """A recording of it."""
    lines = [tagged(f"s:{STATION},c:{time_ms}", sentence) for time_ms, sentence in heard]
    file.write_bytes(b"\n".join(lines) + b"\n")
    return file


def lines_in(data: bytes) -> list[Heard]:
    """The stamped sentences in some bytes."""
    return [(int(time_ms), sentence) for time_ms, sentence in LINE.findall(data)]


class Desk(threading.Thread):
    """A desk that keeps its session with the broker, and comes back when the line breaks.

    Attributes:
        told: every message about an alert, in order of arrival.
    """

    def __init__(self, port: int) -> None:
        super().__init__()
        self.told: list[dict[str, Any]] = []
        self._port, self._ended = port, threading.Event()

    def end(self) -> None:
        self._ended.set()
        self.join()

    def run(self) -> None:
        asyncio.run(self._listen())

    async def _listen(self) -> None:
        hearing = asyncio.create_task(self._hear())
        await asyncio.to_thread(self._ended.wait)
        hearing.cancel()
        await asyncio.wait([hearing])

    async def _hear(self) -> None:
        who = {"identifier": DESK, "username": DESK, "password": PASSWORD, "clean_session": False}
        while True:
            with suppress(aiomqtt.MqttError):
                async with aiomqtt.Client("127.0.0.1", self._port, **who) as client:
                    await client.subscribe("headland/v1/alerts/#", qos=1)
                    async for message in client.messages:
                        if message.payload:
                            self.told.append(json.loads(message.payload))
            await asyncio.sleep(0.1)


class Part:
    """A process that may be killed, and started again with other words."""

    def __init__(self, clock: Clock, *words: Any, log: Path, **variables: str) -> None:
        self.log = log
        self._clock, self._words, self._env = clock, words, os.environ | variables
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *more: Any) -> None:
        self._process = self._clock.process(*self._words, *more, log=self.log, env=self._env)

    def kill(self) -> None:
        """As a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def told_to_end(self) -> int:
        """As an administrator does; the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self.awaited()

    def awaited(self) -> int:
        """The exit code, once it has ended by itself."""
        return self._process.wait(WAIT_S)


class Road:
    """Everything between a station's antenna and the alerts, in one folder.

    Attributes:
        service: `headland live`, all of it, started by the test; hearing, fusion: two of its roles, instead.
        station: `headland receiver`, to be started by `play`.
        desk: who is told of alerts by the broker.
    """

    def __init__(self, folder: Path, *users: str) -> None:
        """In a folder; `users` may come to the broker besides the station."""
        self._folder = folder
        self.clock = Clock(folder / "clock", solent()[0][0] / 1000, pace=0.0)
        self.broker = Mosquitto(folder / "broker", [STATION, *users])
        self.journal, self.state, self.spool = folder / "journal", folder / "state", folder / "spool"
        self.page_port = free_port()
        mqtt = f"127.0.0.1:{self.broker.port}"
        where = ("--journal", self.journal, "--state", self.state, "--port", self.page_port)
        told = [word for setting in SETTINGS for word in ("--set", setting)]

        def live(role: str, user: str) -> Part:
            words = ("live", "--role", role, "--mqtt", f"mqtt://{user}@{mqtt}", *where, *told)
            return Part(self.clock, *words, log=folder / f"{role}.log", BROKER_PASSWORD=PASSWORD)

        self.service = live("all", SERVER)
        self.hearing, self.fusion = live("feeds", SERVER), live("fusion", FUSION)
        receiver = ("receiver", "--station", STATION, "--mqtt", f"mqtt://{mqtt}", "--spool", self.spool)
        self.station = Part(self.clock, *receiver, log=folder / "station.log", STATION_PASSWORD=PASSWORD)

    def __enter__(self) -> Self:
        self.broker.start()
        self.clock.__enter__()
        self.desk = Desk(self.broker.port)
        self.desk.start()
        return self

    def __exit__(self, *_: object) -> None:
        for part in (self.station, self.service, self.hearing, self.fusion):
            part.kill()
        self.desk.end()
        self.broker.stop()
        self.clock.__exit__()

    def play(self, heard: list[Heard], pace: float) -> None:
        """Start the station, which hears this so many times as fast as it was said; so fast goes the clock."""
        self.clock.pace = pace
        file = recorded(heard, self._folder / "heard.nmea")
        self.station.start("--recorded-times", "--pace", pace, "--ais", f"play:{file}")

    def batches(self) -> list[Batch]:
        """Every batch of AIS in the journal."""
        if not self.journal.is_dir():
            return []
        with JournalReader(self.journal) as reader:
            found = [batch_of(entry.body) for entry in reader.read() if entry.kind == EntryKind.BATCH]
        return [batch for batch in found if batch.stream == Stream.AIS]

    def journalled(self) -> Counter[Heard]:
        """Every sentence in the journal, and how often it is there."""
        return Counter(line for batch in self.batches() for line in lines_in(batch.payload))

    def spooled(self) -> set[Heard]:
        """Every whole sentence on the station's disk."""
        files = [file for file in self.spool.glob("*") if file.name != "lock"] if self.spool.is_dir() else []
        return {line for file in files for line in lines_in(file.read_bytes())}

    def messages(self) -> list[tuple[str, str, str]]:
        """Id, recipient and state of every message to a desk in the outbox."""
        with Store.open(f"sqlite:///{self.state / 'alerts.db'}").reading() as connection:
            found = connection.execute(select(OUTBOX).where(OUTBOX.c.channel == "mqtt")).mappings()
            return [(row["message"], row["recipient"], row["state"]) for row in found]

    def heard(self) -> list[Heard]:
        """Every sentence that is safe on a disk, in order of time."""
        # The spool first: what leaves it meanwhile is in the journal by then.
        return sorted(self.spooled() | set(self.journalled()))

    def alerts(self) -> list[Alert]:
        """Every alert in the store."""
        with suppress(FileNotFoundError):
            (self.state / "alerts.db").stat()
            store = Store.open(f"sqlite:///{self.state / 'alerts.db'}")
            try:
                return cases.alerts(store, list(AlertState), limit=10_000)
            finally:
                store.close()
        return []

    def until(self, holds: Callable[[], Any]) -> None:
        """Wait, and keep the clock from running away from the road."""
        for _ in _turns():
            if holds():
                return
            # What waited is sent last: the newest that has come says nothing of what has not.
            come = self.journalled()
            lacks_ms, _ = next((line for line in solent() if line not in come), solent()[-1])
            self.clock.limit_s = lacks_ms / 1000 + LEEWAY_S

    def pass_time(self, to_s: float) -> None:
        """Let the clock run, when everything has arrived."""
        self.clock.pace, self.clock.limit_s = TAIL_PACE, to_s
        for _ in _turns():
            if self.clock.now_s >= to_s and all(alert.flag_state == "closed" for alert in self.alerts()):
                return


def _turns() -> Iterator[None]:
    end_s = time.monotonic() + WAIT_S
    while time.monotonic() < end_s:
        yield
        time.sleep(0.1)
    raise AssertionError("it never came to this")
