"""The line to the broker: bounded, taken up again, and honest about what it could not do."""

import asyncio
import contextlib
import ssl

import aiomqtt
import pytest
from brokers import embedded, free_port

from feeds.bus import PAYLOAD_BYTES, Broker, Bus, broker_of
from feeds.errors import LinkError

TOPIC = "headland/v1/station/cliff/ais"
ACK = "headland/v1/station/cliff/ack"
SOON_S = 20


class Ear:
    """Takes what the bus delivers; waits at the gate while it is shut."""

    def __init__(self):
        self.heard, self.greeted = [], 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def deliver(self, topic, payload):
        self.heard.append((topic, payload))
        await self.gate.wait()

    def greet(self):
        self.greeted += 1


@contextlib.asynccontextmanager
async def running(bus, patience_s=5.0):
    ear = Ear()
    task = asyncio.create_task(bus.run(ear.deliver, ear.greet, patience_s))
    try:
        yield ear
    finally:
        task.cancel()
        await asyncio.wait([task])


async def until(holds):
    async with asyncio.timeout(SOON_S):
        while not holds():  # noqa: ASYNC110  what is waited for knows nothing of the test
            await asyncio.sleep(0.02)


def bus_at(port, **options):
    return Bus(Broker(host="127.0.0.1", port=port), ["headland/v1/station/+/ais"], **options)


async def publish(port, *payloads):
    async with aiomqtt.Client("127.0.0.1", port) as client:
        for payload in payloads:
            await client.publish(TOPIC, payload, qos=1)


def test_what_is_published_is_delivered_in_order_and_byte_for_byte():
    payloads = [bytes([i]) * i for i in range(1, 50)]

    async def story():
        async with embedded() as port, running(bus := bus_at(port)) as ear:
            await until(lambda: bus.connected)
            await publish(port, *payloads)
            await until(lambda: len(ear.heard) == len(payloads))
            return ear.heard

    assert asyncio.run(story()) == [(TOPIC, payload) for payload in payloads]


def test_while_nobody_takes_messages_the_hand_over_is_bounded_and_the_rest_is_counted():
    async def story():
        async with embedded() as port, running(bus := bus_at(port, handover=5)) as ear:
            await until(lambda: bus.connected)
            ear.gate.clear()
            await publish(port, *[b"%d" % i for i in range(50)])
            await until(lambda: len(ear.heard) + 5 + bus.discarded == 50)
            ear.gate.set()
            await publish(port, b"last")
            await until(lambda: (TOPIC, b"last") in ear.heard)
            return bus.discarded, [payload for _, payload in ear.heard]

    discarded, heard = asyncio.run(story())

    assert discarded == 44
    assert heard == [b"0", b"1", b"2", b"3", b"4", b"5", b"last"]


def test_a_broker_that_comes_back_is_greeted_again_and_heard_again():
    port = free_port()

    async def story():
        async with contextlib.AsyncExitStack() as stack:
            async with embedded(port):
                bus = bus_at(port)
                ear = await stack.enter_async_context(running(bus))
                await until(lambda: bus.connected)
            await until(lambda: not bus.connected)
            assert not await bus.publish(ACK, b"nobody is there")
            async with embedded(port):
                await until(lambda: bus.connected)
                await publish(port, b"again")
                await until(lambda: ear.heard)
                return bus.connections, ear.greeted, ear.heard

    assert asyncio.run(story()) == (2, 2, [(TOPIC, b"again")])


def test_an_acknowledgement_is_retained_for_a_station_that_comes_later():
    async def story():
        async with embedded() as port, running(bus := bus_at(port)):
            await until(lambda: bus.connected)
            assert await bus.publish(ACK, b"{}")
            async with aiomqtt.Client("127.0.0.1", port) as station:
                await station.subscribe(ACK)
                async with asyncio.timeout(SOON_S):
                    message = await anext(aiter(station.messages))
                return message.payload, message.retain

    assert asyncio.run(story()) == (b"{}", True)


def test_a_broker_that_is_not_there_at_the_start_is_an_error_in_bounded_time():
    bus = bus_at(free_port())

    with pytest.raises(LinkError, match=r"mqtt://127\.0\.0\.1:"):
        asyncio.run(asyncio.wait_for(bus.run(None, None, 0.2), SOON_S))


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("mqtt://broker", ("broker", 1883, None)),
        ("mqtt://feeds@broker:1884", ("broker", 1884, "feeds")),
        ("mqtts://feeds@[::1]", ("::1", 8883, "feeds")),
        ("mqtt://127.0.0.1/", ("127.0.0.1", 1883, None)),
    ],
)
def test_a_url_names_the_broker(url, found):
    broker = broker_of(url, "secret")

    assert (broker.host, broker.port, broker.user) == found
    assert (broker.tls is not None) == url.startswith("mqtts")
    assert "secret" not in str(broker) + repr(broker)


def test_a_broker_with_tls_is_held_to_its_name_and_certificate():
    tls = broker_of("mqtts://broker").tls

    assert (tls.verify_mode, tls.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize(
    "url", ["broker", "http://broker", "mqtt://", "mqtt://b:99999", "mqtt://u:p@b", "mqtt://b/x"]
)
def test_a_url_that_cannot_be_meant_is_refused(url):
    with pytest.raises(ValueError, match=r"expected|password|Port"):
        broker_of(url)


def test_what_is_told_is_with_the_broker_when_telling_comes_back_and_goes_no_other_way_but_loudly():
    async def story():
        async with contextlib.AsyncExitStack() as stack:
            async with embedded() as port:
                bus = Bus(Broker(host="127.0.0.1", port=port), [], name="fusion", kept=False)
                await stack.enter_async_context(running(bus))
                await until(lambda: bus.connected)
                await bus.tell(ACK, b"told", retain=True)
                async with aiomqtt.Client("127.0.0.1", port) as desk:
                    await desk.subscribe(ACK)
                    async with asyncio.timeout(SOON_S):
                        told = (await anext(aiter(desk.messages))).payload
                with pytest.raises(LinkError, match="more than a broker takes"):
                    await bus.tell(ACK, bytes(PAYLOAD_BYTES + 1), retain=True)
            await until(lambda: not bus.connected)
            with pytest.raises(LinkError, match="not connected"):
                await bus.tell(ACK, b"nobody is there", retain=True)
            return told

    assert asyncio.run(story()) == b"told"


def test_what_need_not_be_kept_is_heard_by_any_number_of_clients_of_one_name():
    async def story():
        async with embedded() as port, contextlib.AsyncExitStack() as stack:
            buses = [bus_at(port, name="web", kept=False) for _ in range(2)]
            ears = [await stack.enter_async_context(running(bus)) for bus in buses]
            await until(lambda: all(bus.connected for bus in buses))
            await publish(port, b"news")
            await until(lambda: all(ear.heard for ear in ears))
            return [(bus.connections, ear.heard) for bus, ear in zip(buses, ears, strict=True)]

    assert asyncio.run(story()) == [(1, [(TOPIC, b"news")])] * 2
