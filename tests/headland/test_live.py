"""`headland live --role feeds` between real brokers and stations that keep the contract, and ones that do not."""

import asyncio
import contextlib
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import aiomqtt
import pytest
import structlog
from brokers import PASSWORD, SERVER, Mosquitto, embedded, free_port
from spooling_station import SpoolingStation

from feeds.bus import broker_of
from feeds.errors import JournalError
from feeds.first_line import first_line
from feeds.intake import LINE_TOO_LONG
from feeds.journal import Journal
from feeds.journal_entries import Stream, batch_of
from feeds.journal_reader import JournalReader, verify
from feeds.journal_record import EntryKind
from feeds.parameters import FeedsParameters
from hardware.clock import SystemClock
from headland.errors import HeadlandError
from headland.exits import Exit
from headland.live import LiveOptions, live
from headland.live_words import Role
from headland.roles.feeds import feeds
from headland.settings import Settings

ROOT = Path(__file__).parents[2]
STATIONS = ("cliff", "field", "mole", "tower")
LINE = b"1795000000.201,8d400abc58b98123456789abcdef,-21.4"
LINES_A_BATCH = 50
ROUND_S = 0.1
"""Each station says a batch a round: four make 2,000 lines a second."""
STARTED = '"event": "broker connected"'


@pytest.fixture(autouse=True)
def plain_logs():
    """Logs as structlog makes them unasked, whatever a test before said."""
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()


@pytest.fixture
def mosquitto(tmp_path):
    broker = Mosquitto(tmp_path / "mosquitto", [*STATIONS, "rogue"])
    broker.start()
    yield broker
    broker.stop()


class Served:
    """The command in a process of its own, to be killed."""

    def __init__(self, port, journal, log):
        self._words = ["--mqtt", f"mqtt://{SERVER}@127.0.0.1:{port}", "--journal", str(journal)]
        self._log = log
        self.process = None

    def begin(self):
        """Start it; where its log stood."""
        with self._log.open("ab") as log:
            begin = log.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "headland", "live", "--role", "feeds", *self._words],
                cwd=ROOT,
                stderr=log,
                env=os.environ | {"BROKER_PASSWORD": PASSWORD},
            )
        return begin

    async def start(self):
        begin = self.begin()
        async with asyncio.timeout(60):
            while STARTED not in self._log.read_text()[begin:]:
                assert self.process.poll() is None, self._log.read_text()
                await asyncio.sleep(0.05)

    def end(self, number):
        self.process.send_signal(number)
        return self.process.wait(30)


def role(broker, journal, told_to_end, **parameters):
    """The role as a task."""
    settings = Settings(feeds=FeedsParameters(ack_s=0.1, **parameters))
    options = LiveOptions(role=Role.FEEDS, mqtt="", journal=journal, settings=settings)
    return asyncio.create_task(feeds(options, broker, SystemClock(), told_to_end))


@contextlib.asynccontextmanager
async def serving(port, journal, user=SERVER, **parameters):
    """The role in this process, while the context lasts."""
    broker = broker_of(f"mqtt://{user}@127.0.0.1:{port}" if user else f"mqtt://127.0.0.1:{port}", PASSWORD)
    told_to_end = asyncio.Event()
    task = role(broker, journal, told_to_end, **parameters)
    try:
        yield
    finally:
        told_to_end.set()
        await task


@contextlib.asynccontextmanager
async def stations(port, names=STATIONS, user=None):
    async with contextlib.AsyncExitStack() as stack:
        yield [await stack.enter_async_context(SpoolingStation(port, name, user)) for name in names]


async def flow(talking, seconds):
    """All stations at once, a batch each a round."""
    for _ in range(round(seconds / ROUND_S)):
        for station in talking:
            station.say("modes", [LINE] * LINES_A_BATCH)
        await asyncio.sleep(ROUND_S)


def kept(journal):
    """Every batch in the journal: its payload, and how often it stands there."""
    found = {}
    with JournalReader(journal) as reader:
        for entry in reader.read():
            if entry.kind == EntryKind.BATCH:
                batch = batch_of(entry.body)
                first = first_line(batch.payload)
                found.setdefault((batch.station, first.boot, first.seq), []).append(batch.payload)
    return found


def foreign(journal):
    with JournalReader(journal) as reader:
        return [batch_of(entry.body) for entry in reader.read() if entry.kind == EntryKind.BATCH]


def said(talking):
    """Every batch the stations ever published, each once."""
    return {(s.name, s.boot, seq): [payload] for s in talking for seq, payload in s.sent.items()}


@pytest.mark.system("mosquitto")
def test_killed_under_load_and_started_again_it_loses_nothing_and_takes_nothing_twice(mosquitto, tmp_path):
    journal = tmp_path / "journal"

    async def story():
        served = Served(mosquitto.port, journal, tmp_path / "log")
        async with stations(mosquitto.port) as talking:
            await served.start()
            await flow(talking, 2.0)
            served.process.kill()
            served.process.wait()
            await flow(talking, 0.3)
            await served.start()
            await flow(talking, 0.5)
            for station in talking:
                await station.settled()
        return served.end(signal.SIGTERM), talking

    code, talking = asyncio.run(story())

    assert code == Exit.DONE
    assert kept(journal) == said(talking)
    assert sum(len(station.sent) for station in talking) * LINES_A_BATCH >= 5000
    assert verify(journal).broken is None
    events = [json.loads(line)["event"] for line in (tmp_path / "log").read_text().splitlines()]
    assert events.count("feeds started") == 2
    assert events[-1] == "feeds ended"


@pytest.mark.system("mosquitto")
def test_a_broker_killed_under_load_costs_nothing_but_time(mosquitto, tmp_path):
    journal = tmp_path / "journal"

    async def story():
        async with serving(mosquitto.port, journal), stations(mosquitto.port) as talking:
            for _ in range(2):
                await flow(talking, 0.7)
                mosquitto.kill()
                await flow(talking, 0.5)
                mosquitto.start()
            await flow(talking, 0.7)
            for station in talking:
                await station.settled()
        return talking

    talking = asyncio.run(story())

    assert kept(journal) == said(talking)


def resident_bytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def misbehave(port):
    """Everything a station with a password of its own can try; a refused packet may cost it its connection."""
    root = "headland/v1/station/rogue"
    floods = [
        [(f"{root}/modes", b'#{"boot": "%016x", "seq": 1}\nx' % number) for number in range(5000)],
        [
            (f"{root}/modes", b'#{"boot": "0123456789abcdef", "seq": %d}\nx' % (2**63 - 1 - 2 * n))
            for n in range(2000)
        ],
        [(f"{root}/ais", b"\xff" * 1000 + b"\n" * 100)] * 500,
        [(f"{root}/ais", b'#{"boot": "0123456789abcdef", "seq": 1}\n' + b"x" * 30_000)] * 100,
        [("headland/v1/station/cliff/modes", b'#{"boot": "0123456789abcdef", "seq": 1}\nforged')] * 50,
        [(f"{root}/ack", b'{"boots": {}}'), ("headland/v1/station/cliff/ack", b"{}")],
        [(f"{root}/modes", b"x" * 200_000)],
    ]
    for flood in floods:
        with contextlib.suppress(aiomqtt.MqttError):
            async with aiomqtt.Client(
                "127.0.0.1", port, identifier="rogue", username="rogue", password=PASSWORD
            ) as c:
                for topic, payload in flood:
                    await c.publish(topic, payload, qos=0)


@pytest.mark.system("mosquitto")
def test_a_hostile_station_fills_no_memory_stops_nobody_and_speaks_for_nobody_else(
    mosquitto, tmp_path, capfd
):
    journal = tmp_path / "journal"

    async def story():
        async with serving(mosquitto.port, journal), stations(mosquitto.port) as talking:
            await flow(talking, 0.3)
            before = resident_bytes()
            attack = asyncio.create_task(misbehave(mosquitto.port))
            while not attack.done():
                await flow(talking, 0.3)
            await attack
            for station in talking:
                await station.settled()
        return talking, resident_bytes() - before

    talking, grown = asyncio.run(story())

    assert grown < 60_000_000
    honest = {key: payloads for key, payloads in kept(journal).items() if key[0] != "rogue"}
    assert honest == said(talking)
    assert LINE_TOO_LONG in capfd.readouterr().out


def test_with_the_embedded_broker_it_hears_acknowledges_and_remembers_across_a_restart(tmp_path):
    journal = tmp_path / "journal"

    async def story():
        async with embedded() as port, stations(port, ["cliff"]) as (station,):
            async with serving(port, journal, user=None):
                await flow([station], 0.3)
                await station.settled()
            station.spool |= dict.fromkeys(station.sent, "modes")  # as if no ack had come
            acks = station.acks
            async with serving(port, journal, user=None):
                await station.settled()
            assert station.acks > acks
        return [station]

    talking = asyncio.run(story())

    assert kept(journal) == said(talking)


def test_a_foreign_receiver_on_a_mapped_topic_is_journalled(tmp_path):
    journal = tmp_path / "journal"

    async def story():
        async with (
            embedded() as port,
            serving(port, journal, user=None, topics={"ais-catcher/1": "harbour"}),
            aiomqtt.Client("127.0.0.1", port) as client,
        ):
            batches = []
            async with asyncio.timeout(30):
                while not batches:
                    await client.publish("ais-catcher/1", b"!AIVDM,1,1,,A,x,0*00", qos=1)
                    await asyncio.sleep(0.05)
                    batches = foreign(journal)
        return batches[0]

    assert asyncio.run(story())[:2] == (Stream.NMEA, "harbour")


@pytest.fixture
def refused(tmp_path, monkeypatch):
    """Calls what the command calls, and gives the error by which it ends."""
    monkeypatch.delenv("BROKER_PASSWORD", raising=False)

    def call(mqtt, **options):
        with pytest.raises(HeadlandError) as raised:
            live(LiveOptions(role=Role.FEEDS, mqtt=mqtt, journal=tmp_path / "j", **options))
        return raised.value

    return call


def test_no_broker_at_the_start_is_exit_code_3(refused):
    port = free_port()

    error = refused(f"mqtt://127.0.0.1:{port}", wait_s=0.3)

    assert error.exit_code == Exit.UNREACHABLE
    assert str(error).startswith(f"mqtt://127.0.0.1:{port}: ")


def test_a_broker_that_hangs_up_is_exit_code_3(refused):
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up():
            listening.accept()[0].close()

        hangs_up = threading.Thread(target=hang_up)
        hangs_up.start()
        error = refused(f"mqtt://127.0.0.1:{listening.getsockname()[1]}", wait_s=0)
        hangs_up.join()

    assert error.exit_code == Exit.UNREACHABLE


@pytest.mark.system("mosquitto")
def test_a_wrong_password_is_exit_code_3_and_says_so(mosquitto, refused, tmp_path):
    (tmp_path / "password").write_text("wrong\n")

    error = refused(
        f"mqtt://{SERVER}@127.0.0.1:{mosquitto.port}", wait_s=0, password_file=tmp_path / "password"
    )

    assert error.exit_code == Exit.UNREACHABLE
    assert "Not authorized" in str(error)


@pytest.mark.parametrize(
    ("mqtt", "options", "complaint"),
    [
        ("http://somewhere", {}, "--mqtt: 'http://somewhere': mqtt://"),
        ("mqtt://somewhere:seven", {}, "--mqtt: "),
        ("mqtt://feeds:secret@somewhere", {}, "--mqtt: the URL holds a password"),
        ("mqtts://somewhere", {"ca": Path("nowhere.pem")}, "--ca: nowhere.pem: No such file"),
        ("mqtt://somewhere", {"password_file": Path("nowhere")}, "--password-file: nowhere: "),
    ],
)
def test_an_option_that_cannot_be_meant_is_exit_code_2(refused, mqtt, options, complaint):
    error = refused(mqtt, **options)

    assert error.exit_code == Exit.USAGE
    assert str(error).startswith(complaint)


def test_a_journal_that_another_process_writes_is_exit_code_1(refused, tmp_path):
    with Journal(tmp_path / "j"):
        error = refused("mqtt://127.0.0.1:1")

    assert error.exit_code == Exit.FAILURE
    assert "another process writes this journal" in str(error)


def test_a_disk_that_refuses_ends_it_with_exit_code_1_and_nothing_is_acknowledged(tmp_path, monkeypatch):
    def refuse(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async def story():
        async with embedded() as port, stations(port, ["cliff"]) as (station,):
            task = role(broker_of(f"mqtt://127.0.0.1:{port}"), tmp_path / "j", asyncio.Event())
            await flow([station], 0.2)
            await station.settled()
            monkeypatch.setattr(os, "fdatasync", refuse)
            acks = station.acks
            station.say("modes", [LINE])
            done, _ = await asyncio.wait([task], timeout=30)
            return done, station.acks - acks, station

    (ended,), acks, station = asyncio.run(story())

    with pytest.raises(ExceptionGroup) as raised:
        ended.result()
    assert raised.group_contains(JournalError, match="No space left")
    assert acks == 0
    assert list(station.spool) == [max(station.sent)]
