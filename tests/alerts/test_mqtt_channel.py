"""Alerts and flags on the bus: the topics of the contract, and retained only while there is something to see."""

import asyncio
import json
import socket
import subprocess

import aiomqtt
import pytest
from alert_making import KENT, NOW_S, desk_in, flag, history

from alerts.channel import ChannelSettingError, Wires, channels, channels_settings, open_channels
from alerts.channels.mqtt import MqttChannel, MqttSettings
from alerts.channels.webhook import HookSettings, WebhookSettings
from alerts.outbox import deliver_due, waiting
from alerts.routing import slug
from fusion.flags import State
from geo.forces import force_names

ALERT = "headland/v1/alerts/kent-police/HL-2026-000001"


class Bus:
    """What a broker would hold and hand out."""

    def __init__(self):
        self.said, self.retained, self.down = [], {}, False

    async def publish(self, topic, payload, retain):
        if self.down:
            raise ConnectionResetError("the broker went away")
        self.said.append((topic, payload))
        if retain:
            self.retained[topic] = payload
            if not payload:
                del self.retained[topic]


@pytest.fixture
def bus(tmp_path):
    """A bus, a desk on it, and `go` that delivers all there is."""
    bus = Bus()
    channel = MqttChannel(bus.publish)
    desk, store = desk_in(tmp_path, channel)

    def go():
        while asyncio.run(deliver_due(store, {"mqtt": channel}, NOW_S)).delivered:
            pass

    yield bus, desk, go, store
    store.close()


def test_an_open_alert_and_its_flag_are_retained_under_the_contract_s_topics(bus):
    wire, desk, go, _ = bus
    made = flag()
    desk.take([made], NOW_S)
    go()

    assert set(wire.retained) == {ALERT, f"headland/v1/flags/loitering/{made.id}"}
    assert json.loads(wire.retained[ALERT])["msgType"] == "Alert"
    assert json.loads(wire.retained[f"headland/v1/flags/loitering/{made.id}"])["type"] == "Feature"


@pytest.mark.parametrize(
    ("last", "left"),
    [(State.OPEN, {"alerts", "flags"}), (State.CLOSED, {"alerts"}), (State.WITHDRAWN, set())],
)
def test_what_is_over_is_said_and_then_no_longer_retained(bus, last, left):
    wire, desk, go, _ = bus
    desk.take(history(NOW_S - 900, 2, last), NOW_S)
    go()

    assert {topic.split("/")[2] for topic in wire.retained} == left
    spoken = [json.loads(payload) for topic, payload in wire.said if topic == ALERT and payload]
    assert spoken[-1]["flag"]["properties"]["state"] == last


def test_a_closed_alert_is_no_longer_retained_and_its_flag_not_said_again(bus):
    wire, desk, go, _ = bus
    desk.take([flag()], NOW_S)
    desk.close("HL-2026-000001", "pc.jones", "true", "", NOW_S, 1)
    go()

    assert [topic.split("/")[2] for topic in wire.retained] == ["flags"]
    assert [topic for topic, _ in wire.said].count(ALERT) == 3
    assert len(wire.said) == 4


def test_an_alert_outside_every_force_s_area_has_a_topic_too(bus):
    wire, desk, go, _ = bus
    desk.take([flag(lat_deg=60.0)], NOW_S)
    go()

    assert "headland/v1/alerts/none/HL-2026-000001" in wire.retained


def test_a_guest_s_kind_cannot_leave_its_level(bus):
    wire, desk, go, _ = bus
    desk.take([flag(kind="a/#/+\x00b")], NOW_S)
    go()

    assert f"headland/v1/flags/a-----b/{flag().id}" in wire.retained


def test_a_broker_that_is_down_is_tried_again(bus):
    wire, desk, go, store = bus
    desk.take([flag()], NOW_S)
    wire.down = True
    go()

    assert waiting(store)["pending"] == 2


def test_every_force_has_a_slug_of_its_own_fit_for_a_topic():
    slugs = {slug(name) for name in force_names()}

    assert len(slugs) == len(force_names())
    assert all(level and level.isascii() and level.replace("-", "").isalnum() for level in slugs)
    assert "none" not in slugs


def settings(**tables):
    return channels_settings()(**tables)


def test_channels_are_found_by_folder_and_built_from_their_tables(monkeypatch):
    monkeypatch.setenv("KENT_KEY", "k" * 16)
    hook = HookSettings("http://localhost/", ("env:KENT_KEY",), (KENT,))
    built = open_channels(settings(webhook=WebhookSettings({"kent": hook})), Wires(Bus().publish))

    assert set(built) == set(channels()) == {"mqtt", "webhook"}
    assert built["webhook"].recipients([KENT]) == ["kent"]
    assert built["webhook"].recipients([]) == []


def test_unless_told_the_broker_is_a_channel_and_nothing_else_is():
    assert set(open_channels(settings(), Wires(Bus().publish))) == {"mqtt"}
    assert open_channels(settings(mqtt=MqttSettings(enabled=False)), Wires()) == {}


def test_without_a_broker_the_setting_that_wants_one_is_named():
    with pytest.raises(ChannelSettingError, match="no broker") as refused:
        open_channels(settings(), Wires())

    assert refused.value.path == ("mqtt", "enabled")


@pytest.fixture
def mosquitto(tmp_path):
    """A real broker on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (tmp_path / "mosquitto.conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    broker = subprocess.Popen(
        ["/usr/sbin/mosquitto", "-c", tmp_path / "mosquitto.conf"], stderr=subprocess.PIPE
    )
    try:
        # It says "running" once it listens.
        while b"running" not in (line := broker.stderr.readline()):
            assert line, "mosquitto ended"
        yield port
    finally:
        broker.terminate()
        broker.wait()
        broker.stderr.close()


async def retained(port):
    """What a desk that connects now is given."""
    found = {}
    async with aiomqtt.Client("127.0.0.1", port) as client:
        await client.subscribe("headland/v1/#", qos=1)
        # A mark of our own comes after everything retained.
        await client.publish("headland/v1/end", b"", qos=1)
        async for message in client.messages:
            if str(message.topic) == "headland/v1/end":
                return found
            found[str(message.topic)] = json.loads(message.payload)
    return found


@pytest.mark.system("mosquitto")
def test_a_real_broker_hands_open_alerts_to_a_desk_that_comes_late_and_closed_ones_to_none(
    mosquitto, tmp_path
):
    async def scene():
        async with aiomqtt.Client("127.0.0.1", mosquitto) as client:

            async def publish(topic, payload, retain):
                await client.publish(topic, payload, qos=1, retain=retain)

            channel = MqttChannel(publish)
            desk, store = desk_in(tmp_path, channel)
            desk.take([flag(summary="<SCRIPT SRC=//A.B/> ${x}")], NOW_S)
            await deliver_due(store, {"mqtt": channel}, NOW_S)
            early = await retained(mosquitto)
            desk.take([flag(version=2, state=State.WITHDRAWN)], NOW_S)
            await deliver_due(store, {"mqtt": channel}, NOW_S)
            late = await retained(mosquitto)
            store.close()
        return early, late

    early, late = asyncio.run(scene())

    assert early[ALERT]["alert"] == "HL-2026-000001"
    assert early[ALERT]["flag"]["properties"]["summary"] == "<SCRIPT SRC=//A.B/> ${x}"
    assert late == {}
