"""At least once, in order, again after a failure, given up in sight, and through a kill -9."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from alert_making import NOW_S, Box, desk_in, flag, history

from alerts import outbox
from alerts.audit import entries, verify
from alerts.cases import case
from alerts.outbox import Retries, Round, dead, deliver_due, revive, waiting
from fusion.flags import State

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST, SECOND, THIRD = (f"HL-2026-000001:{n}" for n in ("1:Alert", "2:Update", "3:Cancel"))


@pytest.fixture
def post(tmp_path):
    """A desk, its store, a box with two recipients, and `go(now_s)` that delivers what is due."""
    box = Box("kent", "essex")
    desk, store = desk_in(tmp_path, box)

    def go(now_s, **retries):
        return asyncio.run(deliver_due(store, {"box": box}, now_s, Retries(**retries)))

    yield desk, store, box, go
    store.close()


def test_what_is_due_is_delivered_once_to_each(post):
    desk, store, box, go = post
    desk.take([flag()], NOW_S)

    assert go(NOW_S) == Round(delivered=2)
    assert go(NOW_S + 9999) == Round()
    assert sorted(box.got) == [("essex", FIRST), ("kent", FIRST)]
    disclosed = [e["recipient"] for e in entries(store) if e["action"] == "disclosed"]
    assert sorted(disclosed) == ["essex", "kent"]


def test_one_recipient_that_fails_holds_up_no_other_and_gets_everything_in_order_later(post):
    desk, store, box, go = post
    desk.take(history(NOW_S - 900, 3, State.WITHDRAWN), NOW_S)
    box.failing = {"kent"}
    for second in range(4):
        go(NOW_S + second)

    assert box.got == [("essex", FIRST), ("essex", SECOND), ("essex", THIRD)]

    box.failing = set()
    for second in range(5, 30):
        go(NOW_S + second)
    assert [message for who, message in box.got if who == "kent"] == [FIRST, SECOND, THIRD]
    assert waiting(store) == {"pending": 0, "delivered": 6, "dead": 0}


def test_a_later_message_waits_for_the_one_before_that_is_still_to_come_again(post):
    desk, _, box, go = post
    desk.take([flag()], NOW_S)
    box.failing = {"kent"}
    go(NOW_S)
    box.failing = set()
    desk.take([flag(version=2)], NOW_S + 1)

    go(NOW_S + 2)
    assert [message for who, message in box.got if who == "kent"] == []

    go(NOW_S + 5)
    go(NOW_S + 6)
    assert [message for who, message in box.got if who == "kent"] == [FIRST, SECOND]


def test_a_recipient_that_is_slow_leaves_the_rest_to_the_next_round(post, monkeypatch):
    desk, _, _, go = post
    desk.take([flag(NOW_S - 900), flag(NOW_S - 9000)], NOW_S)
    monkeypatch.setattr(outbox, "SLOW_S", -1.0)
    assert go(NOW_S) == Round()

    monkeypatch.undo()
    assert go(NOW_S) == Round(delivered=4)


def test_waits_double_up_to_a_cap():
    waits = [Retries(first_s=5, longest_s=60).wait_s(n) for n in (1, 2, 3, 4, 5, 6, 5000)]

    assert waits == [5, 10, 20, 40, 60, 60, 60]


def test_nothing_is_tried_before_its_time(post):
    desk, _, box, go = post
    desk.take([flag()], NOW_S)
    box.failing = {"kent", "essex"}

    tried = [go(NOW_S + second).failed for second in range(17)]

    assert [second for second, count in enumerate(tried) if count] == [0, 5, 15]


def test_what_is_given_up_stays_in_sight_frees_what_follows_and_can_be_revived(post):
    desk, store, box, go = post
    desk.take([flag()], NOW_S)
    box.failing = {"kent"}
    for hour in range(3):
        go(NOW_S + 3600 * hour, attempts=3)

    [given_up] = dead(store)
    assert (given_up.recipient, given_up.attempts, given_up.error) == ("kent", 3, "told to fail")
    assert "delivery given up" in {e["action"] for e in entries(store, "HL-2026-000001")}

    box.failing = set()
    assert revive(store, [given_up.seq], "admin", NOW_S + 20_000) == 1
    assert go(NOW_S + 20_000) == Round(delivered=1)
    assert dead(store) == []


def test_a_given_up_message_that_a_later_one_has_overtaken_is_not_revived(post):
    desk, store, box, go = post
    desk.take([flag()], NOW_S)
    box.failing = {"kent"}
    go(NOW_S, attempts=1)
    box.failing = set()
    desk.take([flag(version=2)], NOW_S + 1)
    go(NOW_S + 1)

    assert revive(store, [d.seq for d in dead(store)], "admin", NOW_S + 2) == 0


def test_a_channel_with_a_fault_of_its_own_is_a_failure_like_any_other(post):
    desk, store, box, go = post
    desk.take([flag()], NOW_S)
    box.deliver = None

    assert go(NOW_S).failed == 2
    errors = [d.error for d in case(store, "HL-2026-000001").deliveries]
    assert all(error.startswith("TypeError") for error in errors)


def test_a_channel_that_is_no_longer_set_up_leaves_its_messages_in_sight(post):
    desk, store, _, _ = post
    desk.take([flag()], NOW_S)

    asyncio.run(deliver_due(store, {}, NOW_S))

    assert case(store, "HL-2026-000001").deliveries[0].error == "no channel box is set up"


DELIVERER = """
import asyncio, os, signal, sys
from alert_making import NOW_S, Box, desk_in, flag
from alerts.outbox import deliver_due

class Post(Box):
    async def deliver(self, message, recipient, now_s):
        with open(sys.argv[1] + "/received", "a") as file:
            print(message.id, file=file)
        if sys.argv[2] == "die":
            os.kill(os.getpid(), signal.SIGKILL)

box = Post()
desk, store = desk_in(sys.argv[1], box)
desk.take([flag()], NOW_S)
asyncio.run(deliver_due(store, {"box": box}, NOW_S))
store.close()
"""


def test_a_process_killed_between_delivery_and_mark_delivers_again_under_the_same_id(tmp_path):
    def run(how):
        return subprocess.run(
            [sys.executable, "-c", DELIVERER, str(tmp_path), how],
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
            check=False,
        ).returncode

    assert [run("die"), run("live")] == [-signal.SIGKILL, 0]

    received = (tmp_path / "received").read_text().split()
    assert received == [FIRST, FIRST]
    _, store = desk_in(tmp_path)
    assert waiting(store) == {"pending": 0, "delivered": 1, "dead": 0}
    assert verify(store).fault is None
    store.close()
