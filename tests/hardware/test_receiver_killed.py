"""The receiver as its own process, killed while it hears: nothing that it had read is missing at the server."""

import asyncio
import contextlib
import re
import signal
import subprocess
import sys

import pytest
from ack_server import AckServer
from brokers import PASSWORD, Mosquitto, free_port
from nmea_lines import checksummed

STATION = "cliff"
START_S = 30.0


def sentence(number):
    return checksummed(f"AIVDM,1,1,,A,{number:06d},0")


class Feeder:
    """A TCP server that says numbered sentences to whoever calls, for as long as the line holds.

    Attributes:
        said: the numbers that each caller was told; what was on the wire when a caller died was told, and not heard.
    """

    def __init__(self):
        self.said = []
        self.number = 0

    @contextlib.asynccontextmanager
    async def at(self, port):
        async with await asyncio.start_server(self._talk, "127.0.0.1", port):
            yield self

    async def _talk(self, _reader, writer):
        mine = []
        self.said.append(mine)
        with contextlib.suppress(OSError):
            while True:
                self.number += 1
                mine.append(self.number)
                writer.write(sentence(self.number) + b"\n")
                await writer.drain()
                await asyncio.sleep(0.002)
        writer.close()


@contextlib.contextmanager
def receiver(*words, password=None):
    """`headland receiver` as its own process, killed at the end if it has not ended."""
    file = ["--password-file", str(password)] if password else []
    with subprocess.Popen(
        [sys.executable, "-m", "headland", "receiver", "--station", STATION, *map(str, words), *file],
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


@pytest.fixture
def mosquitto(tmp_path):
    broker = Mosquitto(tmp_path / "broker", [STATION])
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def password(tmp_path):
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    return file


def numbers(data):
    """The numbers of the whole sentences that stand in some bytes."""
    return {int(number) for number in re.findall(rb"!AIVDM,1,1,,A,([0-9]{6}),0\*[0-9A-F]{2}", data)}


def on_disk(folder):
    """The numbers of the whole lines in segments and drafts, as they lie there."""
    return set().union(*(numbers(file.read_bytes()) for file in folder.glob("*") if file.name != "lock"))


def received(server):
    return numbers(b"\n".join(server.lines["ais"]))


async def told(process):
    """Wait for the end of a process that was told to end; its exit code."""
    return await asyncio.to_thread(process.wait, START_S)


@pytest.mark.system("mosquitto")
def test_a_receiver_killed_while_it_hears_loses_nothing_that_it_had_read(mosquitto, tmp_path, password):
    spool = tmp_path / "spool"
    port = free_port()
    words = (
        "--mqtt",
        f"mqtt://127.0.0.1:{mosquitto.port}",
        "--ais",
        f"tcp:127.0.0.1:{port}",
        "--spool",
        spool,
    )

    async def live(server, feeder, lives):
        """Hear and send for a while, then be killed in the middle of both."""
        with receiver(*words, password=password) as process:
            await server.until(lambda: len(feeder.said) == lives and feeder.said[-1][0] in received(server))
            await asyncio.sleep(0.1)
            process.kill()
            process.wait()
        # The last will: the broker says for the dead that they are gone.
        await server.until(lambda: server.statuses[-1] is False)
        return on_disk(spool) | received(server)

    async def scene():
        async with (
            AckServer(mosquitto.port, STATION, acking=False).listening() as server,
            Feeder().at(port) as feeder,
        ):
            had_read = await live(server, feeder, 1) | await live(server, feeder, 2)
            with receiver(*words, password=password) as process:
                await server.until(lambda: had_read <= received(server) and len(feeder.said) == 3)
                await server.until(lambda: feeder.said[-1][0] in received(server))
                assert server.statuses[-1] is True
                server.acking = True
                await server.acknowledge()
                process.send_signal(signal.SIGTERM)
                assert await told(process) == 0
        return server, feeder

    server, feeder = asyncio.run(scene())
    came = [int(line.split(b",")[5]) for line in server.lines["ais"]]
    assert len(came) == len(set(came))
    assert len({boot for boot, _ in server.batches}) == 3
    # Of what each life was told nothing is missing but the end, which nobody had read when it was killed.
    for life in feeder.said:
        heard = set(life) & set(came)
        assert heard
        assert heard == set(life[: len(heard)])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_without_a_broker_a_receiver_lives_and_ends_with_code_0_when_it_is_told(tmp_path, number):
    words = ("--mqtt", f"mqtt://127.0.0.1:{free_port()}", "--ais", f"udp:{free_port()}", "--spool", tmp_path)

    with receiver(*words) as process:
        said = b""
        while b"broker not connected" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        process.send_signal(number)
        said += process.communicate(timeout=START_S)[1]

    assert process.returncode == 0
    assert b'"event": "receiver ended"' in said
    assert b"Traceback" not in said
