"""The agent and real brokers: what is heard arrives, what is acknowledged leaves the disk, the rest waits."""

import asyncio
import contextlib
import shutil
import ssl
import subprocess
from pathlib import Path

import aiomqtt
import pytest
from ack_server import AckServer
from brokers import PASSWORD, SERVER, Mosquitto, embedded, free_port

from hardware.agent import Agent, Orders
from hardware.clock import SystemClock
from hardware.publisher import Broker
from hardware.source import Account, Lines
from hardware.spool import Spool, SpoolLimits
from hardware.turns import Patience
from hardware.wire import Stream

STATION = "cliff"
PATIENT = Patience(again_s=0.5, greeting_s=0.3)


class Mouth:
    """A source that hears what a test says."""

    def __init__(self):
        self.account = Account("test", connected=True)
        self.taken = asyncio.Event()
        self._said = asyncio.Queue()
        self.count = 0

    def say(self, count=1, stream=Stream.AIS, size=0):
        lines = [b"!AIVDM,%d" % number + b"x" * size for number in range(self.count, self.count + count)]
        self.count += count
        self._said.put_nowait(Lines(stream, lines))
        return lines

    def end(self):
        self._said.put_nowait(None)

    async def heard(self):
        while (told := await self._said.get()) is not None:
            yield told
            if self._said.empty():
                self.taken.set()


@pytest.fixture
def mosquitto(tmp_path):
    """A Mosquitto that knows the station; ended with the test."""
    broker = Mosquitto(tmp_path / "broker", [STATION])
    broker.start()
    yield broker
    broker.stop()


@contextlib.asynccontextmanager
async def agent_at_work(broker, folder, mouth, *, wholly=False, **orders):
    """An agent in this process, told to end at the end; `wholly`: only when all is acknowledged."""
    if isinstance(broker, int):
        broker = Broker(host="127.0.0.1", port=broker, password=PASSWORD)
    patience = orders.pop("patience", PATIENT)
    told = Orders(station=STATION, broker=broker, spool=folder, version="0", patience=patience, **orders)
    agent = Agent(told, [mouth], SystemClock())
    told_to_end = asyncio.Event()
    working = asyncio.create_task(agent.run(told_to_end))
    try:
        yield working
    finally:
        mouth.end() if wholly else told_to_end.set()
        await asyncio.wait_for(working, 20)


def in_spool(folder):
    """How many batches wait on the disk."""
    spool = Spool(folder)
    try:
        return len(spool)
    finally:
        spool.close()


async def tell_and_be_heard(port, folder, user=SERVER):
    mouth = Mouth()
    async with AckServer(port, STATION, user=user).listening() as server:
        async with agent_at_work(port, folder, mouth, wholly=True):
            said = [line for count in (1, 250, 40) for line in mouth.say(count)]
            heard = mouth.say(30, Stream.MODES)
            await server.until(lambda: len(server.lines["ais"]) == 291 and len(server.lines["modes"]) == 30)
            await server.until(lambda: len(server.lines["health"]) == 1)
        await server.until(lambda: server.statuses[-1:] == [False])
    assert sorted(server.lines["ais"]) == sorted(said)
    assert server.lines["modes"] == heard
    assert server.statuses[-2:] == [True, False]
    assert len({boot for boot, _ in server.batches}) == 1
    assert sorted(seq for _, seq in server.batches) == list(range(1, len(server.batches) + 1))
    assert all(payload.count(b"\n") <= 200 for payload in server.batches.values())
    assert in_spool(folder) == 0


@pytest.mark.system("mosquitto")
def test_what_is_heard_arrives_once_by_mosquitto_and_leaves_the_disk(mosquitto, tmp_path):
    asyncio.run(tell_and_be_heard(mosquitto.port, tmp_path / "spool"))


def test_what_is_heard_arrives_once_by_amqtt_and_leaves_the_disk(tmp_path):
    async def scene():
        async with embedded() as port:
            await tell_and_be_heard(port, tmp_path / "spool", user=None)

    asyncio.run(scene())


@pytest.mark.system("mosquitto")
def test_what_the_broker_took_and_the_server_did_not_acknowledge_is_sent_again(mosquitto, tmp_path):
    async def scene():
        mouth = Mouth()
        async with AckServer(mosquitto.port, STATION, acking=False).listening() as server:
            async with agent_at_work(mosquitto.port, tmp_path / "spool", mouth):
                mouth.say(5)
                await server.until(lambda: len(server.lines["ais"]) == 5)
                await server.until(lambda: set(server.again) == set(server.batches))
            before = dict(server.batches)
            assert in_spool(tmp_path / "spool") == len(before)

            server.again.clear()
            async with agent_at_work(mosquitto.port, tmp_path / "spool", Mouth(), wholly=True):
                await server.until(lambda: set(before) <= set(server.again))
                await server.acknowledge()
                server.acking = True
                await server.until(lambda: len(server.batches) > len(before))
        assert len({boot for boot, _ in server.batches}) == 2

    asyncio.run(scene())
    assert in_spool(tmp_path / "spool") == 0


@pytest.mark.system("mosquitto")
def test_what_was_heard_and_not_cut_yet_when_the_agent_died_is_sent_by_the_next(
    mosquitto, tmp_path, monkeypatch
):
    async def scene():
        mouth, nowhere = Mouth(), Broker(host="127.0.0.1", port=free_port())
        with monkeypatch.context() as patient:
            patient.setattr("hardware.agent.AGE_S", 1e6)
            async with agent_at_work(nowhere, tmp_path / "spool", mouth):
                said = mouth.say(4) + mouth.say(3)
                heard = mouth.say(2, Stream.MODES)
                await mouth.taken.wait()
                # What a kill at this instant would leave behind.
                shutil.copytree(tmp_path / "spool", tmp_path / "left")
        async with (
            AckServer(mosquitto.port, STATION).listening() as server,
            agent_at_work(mosquitto.port, tmp_path / "left", Mouth(), wholly=True),
        ):
            await server.until(lambda: server.lines["modes"] == heard and server.lines["ais"] == said)

    asyncio.run(scene())
    assert in_spool(tmp_path / "left") == 0


@pytest.mark.system("mosquitto")
def test_what_is_heard_now_goes_before_the_backlog(mosquitto, tmp_path):
    async def scene():
        nowhere = Broker(host="127.0.0.1", port=free_port())
        backlog = Mouth()
        async with agent_at_work(nowhere, tmp_path / "spool", backlog):
            backlog.say(200 * 300)
            await asyncio.sleep(0)
        mouth = Mouth()
        async with AckServer(mosquitto.port, STATION).listening() as server:
            patience = Patience(greeting_s=1.0)
            async with agent_at_work(
                mosquitto.port, tmp_path / "spool", mouth, wholly=True, patience=patience
            ):
                await server.until(lambda: True in server.statuses)
                mouth.count = 10**6
                live = mouth.say(7)
                await server.until(lambda: len(server.lines["ais"]) == 200 * 300 + 7)
        boots = [boot for boot, _ in server.batches]
        earlier = [seq for boot, seq in server.batches if boot != boots[0]]
        assert server.lines["ais"][:7] == live
        assert earlier == sorted(earlier)
        assert len(earlier) >= 300

    asyncio.run(scene())
    assert in_spool(tmp_path / "spool") == 0


@pytest.mark.system("mosquitto")
def test_a_broker_killed_and_started_again_costs_nothing(mosquitto, tmp_path):
    async def scene():
        mouth = Mouth()
        said = []
        async with (
            AckServer(mosquitto.port, STATION).listening() as server,
            agent_at_work(mosquitto.port, tmp_path / "spool", mouth, wholly=True),
        ):
            for step in range(60):
                said += mouth.say(20)
                await asyncio.sleep(0.02)
                if step == 20:
                    mosquitto.kill()
                if step == 40:
                    mosquitto.start()
            await server.until(lambda: set(said) <= set(server.lines["ais"]))
        assert sorted(server.lines["ais"]) == sorted(said)

    asyncio.run(scene())
    assert in_spool(tmp_path / "spool") == 0


@pytest.mark.system("mosquitto")
def test_what_a_full_spool_drops_is_declared_and_nothing_else_is_missing(mosquitto, tmp_path):
    async def scene():
        limits = SpoolLimits(total_bytes=200_000, segment_bytes=20_000)
        nowhere, mouth = Broker(host="127.0.0.1", port=free_port()), Mouth()
        async with agent_at_work(nowhere, tmp_path / "spool", mouth, limits=limits):
            mouth.say(20_000, size=20)
            await asyncio.sleep(0)
        mouth = Mouth()
        async with (
            AckServer(mosquitto.port, STATION).listening() as server,
            agent_at_work(mosquitto.port, tmp_path / "spool", mouth, wholly=True, limits=limits),
        ):
            mouth.say(1)
            await server.until(lambda: len({boot for boot, _ in server.batches}) == 2)
            await server.until(lambda: b"!AIVDM,19999" + b"x" * 20 in server.lines["ais"])
        return server

    server = asyncio.run(scene())
    boot = next(boot for boot, _ in server.lost())
    came = {seq for name, seq in server.batches if name == boot}
    lost = {seq for name, seq in server.lost() if name == boot}
    assert lost
    assert not lost & came
    assert lost | came == set(range(1, max(came) + 1))
    assert in_spool(tmp_path / "spool") == 0


@pytest.mark.system("mosquitto")
def test_acknowledgements_that_are_none_do_no_harm(mosquitto, tmp_path):
    async def scene():
        mouth = Mouth()
        async with (
            AckServer(mosquitto.port, STATION, acking=False).listening() as server,
            agent_at_work(mosquitto.port, tmp_path / "spool", mouth),
        ):
            mouth.say(3)
            await server.until(lambda: len(server.lines["ais"]) == 3)
            for payload in (b"", b"\xff\xfe", b"[" * 50_000, b'{"boots": {"x": 1}}', b'{"boots": 3}'):
                await server.say(payload)
            mouth.say(3)
            await server.until(lambda: len(server.lines["ais"]) == 6)
        return len(server.batches)

    count = asyncio.run(scene())
    assert in_spool(tmp_path / "spool") == count


@pytest.mark.system("mosquitto")
def test_a_broker_that_refuses_is_called_again_and_the_disk_keeps_what_is_heard(mosquitto, tmp_path):
    async def scene():
        mouth = Mouth()
        refused = Broker(host="127.0.0.1", port=mosquitto.port, password=PASSWORD[::-1])
        async with agent_at_work(refused, tmp_path / "spool", mouth) as working:
            mouth.say(3)
            await asyncio.sleep(1.5)
            assert not working.done()

    asyncio.run(scene())
    assert in_spool(tmp_path / "spool") >= 1


@pytest.mark.system("mosquitto")
def test_when_every_recording_has_ended_the_agent_waits_for_the_acknowledgements_and_ends(
    mosquitto, tmp_path
):
    async def scene():
        mouth = Mouth()
        async with AckServer(mosquitto.port, STATION).listening() as server:
            async with agent_at_work(mosquitto.port, tmp_path / "spool", mouth) as working:
                mouth.say(450)
                mouth.end()
                await asyncio.wait_for(asyncio.shield(working), 20)
            await server.until(lambda: len(server.lines["ais"]) == 450)

    asyncio.run(scene())
    assert in_spool(tmp_path / "spool") == 0


def certified(folder: Path) -> None:
    """A certificate for 127.0.0.1 that vouches for itself."""
    made = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=broker"
    )
    files = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run(
        [*made.split(), *files, "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True
    )


@pytest.mark.system("mosquitto")
@pytest.mark.parametrize("vouched", [True, False])
# The MQTT library leaves a socket whose handshake failed to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_over_tls_only_a_broker_that_somebody_vouches_for_is_told_anything(tmp_path, vouched):
    broker = Mosquitto(folder := tmp_path / "broker", [STATION])
    certified(folder)
    conf = folder / "mosquitto.conf"
    conf.write_text(conf.read_text() + f"\ncertfile {folder}/cert.pem\nkeyfile {folder}/key.pem\n")
    broker.start()
    context = ssl.create_default_context(cafile=folder / "cert.pem" if vouched else None)

    async def scene():
        mouth = Mouth()
        line = Broker(host="127.0.0.1", port=broker.port, password=PASSWORD, tls=context)
        async with agent_at_work(line, tmp_path / "spool", mouth, linger_s=1.0):
            mouth.say(3)
            mouth.end()
            await asyncio.sleep(1.0)
            tls = ssl.create_default_context(cafile=folder / "cert.pem")
            async with aiomqtt.Client(
                "127.0.0.1", broker.port, username=SERVER, password=PASSWORD, tls_context=tls
            ) as server:
                await server.subscribe(f"headland/v1/station/{STATION}/status", qos=1)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.5):
                        return (await anext(aiter(server.messages))).payload
        return None

    try:
        assert asyncio.run(scene()) in ([b'{"online": true}', b'{"online": false}'] if vouched else [None])
    finally:
        broker.stop()
