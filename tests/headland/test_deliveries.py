"""The outbox emptied as it fills, over a line that comes and goes."""

import asyncio
import threading

import pytest
import structlog
from alert_making import NOW_S, Box, desk_in, flag
from structlog.testing import capture_logs

from alerts.outbox import Retries, dead, waiting
from feeds.errors import LinkError
from headland import deliveries
from headland.deliveries import deliver, lend

SOON_S = 20


class Clock:
    now_s = NOW_S

    def utc_s(self):
        return self.now_s


class Line:
    """A bus that is up or not."""

    def __init__(self):
        self.told, self.up = [], True

    async def tell(self, topic, payload, *, retain, qos=1):
        if not self.up:
            raise LinkError("not connected")
        self.told.append((topic, payload, retain))


@pytest.fixture(autouse=True)
def plain_logs(monkeypatch):
    monkeypatch.setattr(deliveries, "ROUND_EVERY_S", 0.02)
    structlog.reset_defaults()


@pytest.fixture
def boxed(tmp_path):
    box = Box()
    desk, store = desk_in(tmp_path, box)
    yield box, desk, store
    store.close()


async def delivering(store, channels, clock, holds):
    """Deliver until something holds."""
    end = asyncio.Event()
    async with asyncio.timeout(SOON_S), asyncio.TaskGroup() as group:
        group.create_task(deliver(store, channels, clock, end))
        while not holds():  # noqa: ASYNC110  what is waited for knows nothing of the test
            await asyncio.sleep(0.01)
        end.set()


def test_what_falls_due_goes_out_once_while_rounds_go_on(boxed):
    box, desk, store = boxed
    desk.take([flag()], NOW_S)

    async def story():
        def more():
            if len(box.got) == 1:
                desk.take([flag(version=2)], NOW_S)
            return len(box.got) == 2

        await delivering(store, {"box": box}, Clock(), more)

    asyncio.run(story())

    assert [number for _, number in box.got] == ["HL-2026-000001:1:Alert", "HL-2026-000001:2:Update"]
    assert waiting(store) == {"pending": 0, "delivered": 2, "dead": 0}


def test_what_is_given_up_is_logged_with_where_it_should_have_gone(boxed, monkeypatch):
    box, desk, store = boxed
    box.failing = {"desk"}
    desk.take([flag()], NOW_S)
    monkeypatch.setattr(deliveries, "Retries", lambda: Retries(attempts=1))

    with capture_logs() as logs:
        asyncio.run(delivering(store, {"box": box}, Clock(), lambda: dead(store)))

    (lost,) = [line for line in logs if line["event"] == "delivery given up"]
    assert (lost["alert"], lost["channel"], lost["recipient"]) == ("HL-2026-000001", "box", "desk")
    assert lost["error"] == "told to fail"


def test_a_store_that_does_not_answer_is_asked_again(boxed, monkeypatch):
    box, desk, store = boxed
    desk.take([flag()], NOW_S)
    asked = deliveries.deliver_due
    failures = [deliveries.StoreError("locked"), deliveries.StoreError("locked")]

    async def fails_at_first(*given):
        if failures:
            raise failures.pop()
        return await asked(*given)

    monkeypatch.setattr(deliveries, "deliver_due", fails_at_first)
    asyncio.run(delivering(store, {"box": box}, Clock(), lambda: box.got))

    assert len(box.got) == 1


class Slow(Box):
    """A channel that does not come back before it is let go."""

    name = "slow"

    def __init__(self):
        super().__init__()
        self.let_go = asyncio.Event()

    async def deliver(self, message, recipient, now_s):
        await self.let_go.wait()
        await super().deliver(message, recipient, now_s)


def test_a_channel_that_takes_its_time_holds_up_no_other(tmp_path):
    box, slow = Box(), Slow()
    desk, store = desk_in(tmp_path, box, slow)
    desk.take([flag()], NOW_S)

    async def story():
        def more():
            if len(box.got) == 1:
                desk.take([flag(version=2)], NOW_S)
            if len(box.got) == 2:
                slow.let_go.set()
            return len(slow.got) == 2

        await delivering(store, {"box": box, "slow": slow}, Clock(), more)

    asyncio.run(story())
    store.close()

    assert box.got == slow.got


def test_what_is_for_a_channel_that_is_gone_is_tried_and_given_up(boxed, monkeypatch):
    _, desk, store = boxed
    desk.take([flag()], NOW_S)
    monkeypatch.setattr(deliveries, "Retries", lambda: Retries(attempts=1))

    asyncio.run(delivering(store, {"other": Box()}, Clock(), lambda: dead(store)))

    assert dead(store)[0].error == "no channel box is set up"


def test_a_delivery_that_never_ends_does_not_hold_up_the_end(boxed, monkeypatch):
    box, desk, store = boxed
    desk.take([flag()], NOW_S)
    monkeypatch.setattr(deliveries, "GRACE_S", 0.05)
    begun = threading.Event()

    async def never(*_):
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(box, "deliver", never)
    asyncio.run(delivering(store, {"box": box}, Clock(), begun.is_set))

    assert waiting(store)["pending"] == 1


def test_a_line_that_is_down_is_a_failure_that_channels_understand():
    line = Line()
    publish = lend(line)

    asyncio.run(publish("a/b", b"x", True))
    line.up = False

    with pytest.raises(OSError, match="not connected"):
        asyncio.run(publish("a/b", b"x", True))
    assert line.told == [("a/b", b"x", True)]
