"""The receiver as its own process, killed while it hears: nothing that it had read is missing at the server."""

import asyncio
import signal

import pytest
from ack_server import AckServer
from brokers import PASSWORD, Mosquitto, free_port
from receiver_process import STATION, Feeder, numbers, on_disk, receiver

START_S = 30.0


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
