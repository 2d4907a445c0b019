"""Whose turn it is: live first, then what was not acknowledged, then the backlog, oldest first."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from hardware.ranges import Ranges
from hardware.spool import Batch, Spool
from hardware.turns import Patience, Turns
from hardware.wire import Stream

BOOT = "0123456789abcdef"
PATIENCE = Patience(again_s=10.0, doublings=3, unacknowledged=4, remembered=12, greeting_s=2.0)


@pytest.fixture
def spool(tmp_path):
    spool = Spool(tmp_path)
    yield spool
    spool.close()


def store(spool, *seqs):
    return [spool.append(Batch(BOOT, seq, Stream.AIS, b"x")) for seq in seqs]


def taken(spool, turns, now_s):
    """The seqs of all that is due now, in order."""
    seqs = []
    while (place := turns.take(now_s)) is not None:
        seqs.append(spool.read(place).seq)
    return seqs


def acked(spool, turns, *seqs):
    spool.cover({BOOT: Ranges((seq, seq) for seq in seqs)})
    turns.covered()


def test_the_backlog_waits_for_the_retained_acknowledgement(spool):
    turns = Turns(spool, PATIENCE)
    store(spool, 1, 2, 3)
    turns.connected(100.0)

    assert taken(spool, turns, 101.9) == []
    assert turns.wait_s(101.9) == pytest.approx(0.1)
    acked(spool, turns, 1, 2)
    assert taken(spool, turns, 101.9) == [3]


def test_the_backlog_does_not_wait_for_ever(spool):
    turns = Turns(spool, PATIENCE)
    store(spool, 1, 2)
    turns.connected(100.0)

    assert taken(spool, turns, 102.0) == [1, 2]


def test_what_is_live_goes_before_the_backlog_and_at_once(spool):
    turns = Turns(spool, PATIENCE)
    store(spool, 1, 2)
    turns.connected(100.0)
    for place in store(spool, 3, 4):
        turns.fresh(place)

    assert taken(spool, turns, 100.0) == [3, 4]
    assert taken(spool, turns, 102.0) == [1, 2]


def test_what_is_heard_without_a_connection_is_backlog(spool):
    turns = Turns(spool, PATIENCE)
    for place in store(spool, 1, 2):
        turns.fresh(place)

    assert turns.live == 0
    turns.connected(100.0)
    assert taken(spool, turns, 102.0) == [1, 2]


def test_the_backlog_stops_while_too_many_are_unacknowledged(spool):
    turns = Turns(spool, PATIENCE)
    store(spool, *range(1, 10))
    turns.connected(100.0)

    assert taken(spool, turns, 102.0) == [1, 2, 3, 4]
    acked(spool, turns, 1, 3)
    assert taken(spool, turns, 102.0) == [5, 6]


def test_what_is_not_acknowledged_goes_again_after_waits_that_double(spool):
    turns = Turns(spool, PATIENCE)
    turns.connected(0.0)
    (place,) = store(spool, 1)
    turns.fresh(place)

    sent_s = [now_s for now_s in range(400) if taken(spool, turns, float(now_s))]

    assert sent_s == [0, 10, 30, 70, 150, 230, 310, 390]


def test_what_is_acknowledged_does_not_go_again(spool):
    turns = Turns(spool, PATIENCE)
    turns.connected(0.0)
    for place in store(spool, 1, 2):
        turns.fresh(place)
    taken(spool, turns, 0.0)
    acked(spool, turns, 1)

    assert taken(spool, turns, 10.0) == [2]


def test_a_server_that_acknowledges_nothing_does_not_fill_the_memory(spool):
    turns = Turns(spool, PATIENCE)
    turns.connected(0.0)
    for place in store(spool, *range(1, 200)):
        turns.fresh(place)
        turns.take(0.0)

    assert len(turns._sent) <= PATIENCE.remembered + 1


def test_a_new_connection_begins_anew(spool):
    turns = Turns(spool, PATIENCE)
    turns.connected(0.0)
    for place in store(spool, 1, 2):
        turns.fresh(place)
    taken(spool, turns, 0.0)
    turns.disconnected()
    turns.connected(1.0)

    assert taken(spool, turns, 3.0) == [1, 2]


class NothingIsForgotten(RuleBasedStateMachine):
    """Whatever is heard, sent, acknowledged and broken: in the end everything reaches a server that takes all."""

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.spool = Spool(self.folder)
        self.turns = Turns(self.spool, PATIENCE)
        self.now_s = 0.0
        self.seq = 0
        self.server = set()

    @rule(seconds=st.floats(0, 30))
    def wait(self, seconds):
        self.now_s += seconds

    @rule(count=st.integers(1, 20))
    def hear(self, count):
        for _ in range(count):
            self.seq += 1
            self.turns.fresh(self.spool.append(Batch(BOOT, self.seq, Stream.AIS, b"x")))

    @rule(count=st.integers(1, 20), arrives=st.booleans())
    def send(self, count, arrives):
        for _ in range(count):
            place = self.turns.take(self.now_s)
            if place is not None and arrives:
                self.server.add(self.spool.read(place).seq)

    @rule()
    def acknowledge(self):
        acked(self.spool, self.turns, *self.server)

    @rule()
    def lose_the_line(self):
        self.turns.disconnected()
        self.turns.connected(self.now_s)

    def teardown(self):
        if hasattr(self, "spool"):
            self.turns.connected(self.now_s)
            for _ in range(self.seq + 3):
                if not len(self.spool):
                    break
                self.now_s += PATIENCE.greeting_s
                self.server |= set(taken(self.spool, self.turns, self.now_s))
                acked(self.spool, self.turns, *self.server)
            assert self.server == set(range(1, self.seq + 1))
            assert not len(self.spool)
            self.spool.close()
            shutil.rmtree(self.folder)


TestNothingIsForgotten = NothingIsForgotten.TestCase
TestNothingIsForgotten.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
