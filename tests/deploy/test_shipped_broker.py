"""A real Mosquitto with the shipped configuration and rights: who may say and hear what."""

import asyncio
import contextlib
import socket
import ssl
import subprocess

import aiomqtt
import pytest
from deploy_broker import DESKS, INNER, STATIONS, ShippedBroker, make_secrets

pytestmark = pytest.mark.system("mosquitto")

ROOT = "headland/v1"
OWN = [f"{ROOT}/station/south-cliff/{stream}" for stream in ("ais", "modes", "health", "status")]
FORBIDDEN = [
    f"{ROOT}/station/north-cliff/ais",
    f"{ROOT}/station/south-cliff/ack",
    f"{ROOT}/station/south-cliff/ais/more",
    f"{ROOT}/station/south-cliff",
    f"{ROOT}/alerts/hampshire-constabulary/HL-2026-000001",
    f"{ROOT}/flags/loitering/0123456789abcdef",
    f"{ROOT}/server/changes",
    "elsewhere",
]
ALERT = f"{ROOT}/alerts/hampshire-constabulary/HL-2026-000001"
OTHER_ALERT = f"{ROOT}/alerts/dorset-police/HL-2026-000002"
CHANGES, PICTURE = f"{ROOT}/server/changes", f"{ROOT}/server/picture/3"
FLAG = f"{ROOT}/flags/loitering/0123456789abcdef"
LAST = f"{ROOT}/alerts/hampshire-constabulary/last"


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    """Two stations, a desk for everything and a desk for one force."""
    shipped = ShippedBroker(tmp_path_factory.mktemp("shipped"))
    for words in (
        ["init", "127.0.0.1", "localhost"],
        ["station", "south-cliff"],
        ["station", "north-cliff"],
        ["desk", "winchester"],
        ["desk", "ryde", "--force", "hampshire-constabulary"],
    ):
        made = make_secrets(shipped.secrets, *words)
        assert made.returncode == 0, made.stderr
    shipped.start()
    yield shipped
    shipped.stop()


async def heard(client, last):
    """The topics that come, up to one that is sure to come last."""
    topics = [""]
    async with asyncio.timeout(20):
        while topics[-1] != last:
            topics.append((await anext(client.messages)).topic.value)
    return topics[1:]


def test_a_station_writes_its_own_four_topics_and_no_other(broker):
    async def story():
        async with broker.client("server_feeds", INNER) as server:
            await server.subscribe(f"{ROOT}/station/#", qos=1)
            async with (
                broker.client("south-cliff", STATIONS) as station,
                broker.client("server_fusion", INNER) as fusion,
                broker.client("desk_winchester", DESKS) as desk,
            ):
                await desk.subscribe([(f"{ROOT}/alerts/#", 1), (f"{ROOT}/flags/#", 1)])
                for topic in FORBIDDEN + OWN:
                    await station.publish(topic, b"x", qos=1)
                await fusion.publish(LAST, b"x", qos=1)
                return await heard(server, OWN[-1]), await heard(desk, LAST)

    at_the_server, at_the_desk = asyncio.run(story())

    assert at_the_server == OWN
    assert at_the_desk == [LAST]


def test_a_station_hears_its_own_acknowledgements_and_nothing_else(broker):
    mine, other = f"{ROOT}/station/south-cliff/ack", f"{ROOT}/station/north-cliff/ack"

    async def story():
        async with (
            broker.client("south-cliff", STATIONS) as station,
            broker.client("north-cliff", STATIONS) as neighbour,
            broker.client("server_feeds", INNER) as server,
            broker.client("server_fusion", INNER) as fusion,
        ):
            with contextlib.suppress(aiomqtt.MqttError):
                await station.subscribe([(topic, 1) for topic in ("#", f"{ROOT}/#", other, OWN[0], mine)])
            await neighbour.publish(f"{ROOT}/station/north-cliff/ais", b"x", qos=1)
            await fusion.publish(ALERT, b"x", qos=1)
            await fusion.publish(FLAG, b"x", qos=1)
            await server.publish(other, b"x", qos=1)
            await server.publish(mine, b"x", qos=1)
            return await heard(station, mine)

    assert set(asyncio.run(story())) == {mine}


def test_a_desk_hears_flags_and_alerts_and_says_nothing(broker):
    async def story():
        async with (
            broker.client("desk_winchester", DESKS) as desk,
            broker.client("desk_ryde", DESKS) as of_one_force,
            broker.client("server_fusion", INNER) as fusion,
            broker.client("south-cliff", STATIONS) as station,
        ):
            for client in (desk, of_one_force):
                with contextlib.suppress(aiomqtt.MqttError):
                    await client.subscribe(f"{ROOT}/#", qos=1)
                await client.publish(ALERT, b"forged", qos=1)
                await client.publish(OWN[0], b"forged", qos=1)
            await station.publish(OWN[0], b"x", qos=1)
            for topic in (OTHER_ALERT, FLAG, ALERT, LAST):
                await fusion.publish(topic, b"x", qos=1)
            return await heard(desk, LAST), await heard(of_one_force, LAST)

    everything, one_force = asyncio.run(story())

    assert everything == [OTHER_ALERT, FLAG, ALERT, LAST]
    assert one_force == [ALERT, LAST]


def test_each_role_of_the_server_hears_what_it_needs_and_no_more(broker):
    heard_by = {
        "server_feeds": [OWN[0], OWN[3]],
        "server_fusion": [PICTURE],
        "server_web": [CHANGES, PICTURE],
    }

    async def story():
        async with contextlib.AsyncExitStack() as stack:
            clients = {user: await stack.enter_async_context(broker.client(user, INNER)) for user in heard_by}
            station = await stack.enter_async_context(broker.client("south-cliff", STATIONS))
            for client in clients.values():
                with contextlib.suppress(aiomqtt.MqttError):
                    await client.subscribe(f"{ROOT}/#", qos=1)
            for topic in (OWN[0], ALERT, FLAG):
                for client in (station, *clients.values()):
                    await client.publish(topic, b"x", qos=1)
            await clients["server_fusion"].publish(CHANGES, b"x", qos=1)
            await clients["server_fusion"].publish(PICTURE, b"x", qos=1)
            await station.publish(OWN[3], b"x", qos=1)
            return {user: await heard(clients[user], topics[-1]) for user, topics in heard_by.items()}

    assert asyncio.run(story()) == heard_by


def test_nobody_throws_another_off_by_calling_itself_as_the_other(broker):
    async def story():
        async with broker.client("server_feeds", INNER) as server:
            await server.subscribe(OWN[0], qos=1)
            async with broker.client("south-cliff", STATIONS) as station:  # its client id says server_feeds
                await station.publish(OWN[0], b"x", qos=1)
                return await heard(server, OWN[0])

    assert asyncio.run(story()) == [OWN[0]]


@pytest.mark.parametrize(("user", "password"), [("south-cliff", "wrong"), ("nobody", "x"), (None, None)])
def test_whoever_is_not_known_is_not_let_in(broker, user, password):
    async def knock():
        tls = ssl.create_default_context(cafile=broker.secrets / "ca.crt")
        port = broker.ports[STATIONS]
        async with aiomqtt.Client(
            "127.0.0.1", port, username=user, password=password, tls_context=tls, timeout=10
        ):
            pass

    with pytest.raises(aiomqtt.MqttError, match="Not authorized"):
        asyncio.run(knock())


def test_what_is_too_large_ends_the_connection_of_who_sent_it(broker):
    words = ["south-cliff", "south-cliff", broker.password("south-cliff")]  # client id, user, password
    told = b"".join(len(word).to_bytes(2, "big") + word.encode() for word in words)
    head = b"\x00\x04MQTT\x04\xc2\x00\x3c"  # 3.1.1, user and password, clean, a minute
    with socket.create_connection(("127.0.0.1", broker.ports[INNER]), timeout=10) as line:
        line.sendall(b"\x10" + bytes([len(head + told)]) + head + told)
        assert line.recv(4) == b"\x20\x02\x00\x00"  # accepted
        line.sendall(b"\x30\xf0\xa2\x04")  # a message of 70,000 bytes begins

        assert line.recv(1) == b""


def test_a_station_that_is_revoked_is_thrown_off_and_stays_out(broker):
    make_secrets(broker.secrets, "station", "ex-member")
    broker.reload()
    password = broker.password("ex-member")

    async def story():
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(aiomqtt.MqttError):  # until the broker has read the file
                    async with broker.client("ex-member", STATIONS) as station:
                        make_secrets(broker.secrets, "revoke", "ex-member")
                        broker.reload()
                        async for _ in station.messages:
                            pass
                if not (broker.secrets / "stations" / "ex-member").exists():
                    break
                await asyncio.sleep(0.05)
        async with broker.client("ex-member", STATIONS, password):
            pass

    with pytest.raises(aiomqtt.MqttError, match="Not authorized"):
        asyncio.run(story())


@pytest.mark.system("mosquitto-clients")
def test_the_health_check_of_the_compose_file_answers_without_a_password_on_its_command_line(broker):
    words = ["mosquitto_sub", "-h", "127.0.0.1", "-p", str(broker.ports[INNER]), "-t", "$SYS/broker/uptime"]

    asked = subprocess.run(
        [*words, "-C", "1", "-W", "5"],
        env={"PATH": "/usr/bin:/bin", "XDG_CONFIG_HOME": str(broker.secrets / "broker")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert asked.returncode == 0, asked.stderr
    assert "seconds" in asked.stdout
