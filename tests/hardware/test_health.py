"""Health and clock: what a station says of itself, and that the server understands it."""

import json
import math
import subprocess
import sys

import pytest

from feeds.health import health_of
from feeds.rejects import Rejects
from geo.stations import StationNames
from hardware.backoff import Backoff
from hardware.clock import Standing, SystemClock, standing_of
from hardware.health import Health
from hardware.refusals import Refusals
from hardware.source import Account
from hardware.spool import Batch, Spool
from hardware.wire import Stream


class HandClock:
    """A clock that a test moves."""

    def __init__(self, standing):
        self.now_s = 1_733_782_034.0
        self._standing = standing

    def utc_s(self):
        return self.now_s

    def monotonic_s(self):
        return self.now_s - 1e9

    def standing(self):
        return self._standing


class Mute:
    """A source that hears nothing."""

    def __init__(self, name):
        self.account = Account(name)


@pytest.fixture
def spool(tmp_path):
    spool = Spool(tmp_path)
    yield spool
    spool.close()


def test_the_server_understands_what_health_says(spool):
    clock = HandClock(Standing("ntp", -0.0015, 0.0008))
    source = Mute("udp:10110")
    health = Health(clock, [source], spool, "0.1.0")
    spool.append(Batch("0123456789abcdef", 1, Stream.AIS, b"x"))
    spool.losses.note("0123456789abcdef", 2)
    source.account.refusals.add("not an NMEA sentence", b"?", 3)
    health.heard(Stream.AIS, 30)
    clock.now_s += 15.0

    line = health.line()

    rejects = Rejects()
    told = health_of(line, "cliff", clock.now_s, StationNames(), rejects)
    assert not rejects.total()
    assert told.time_s.tolist() == [clock.now_s]
    assert told.uptime_s.tolist() == [15.0]
    assert (told.clock_source[0], told.clock_offset_s[0], told.clock_error_s[0]) == ("ntp", -0.0015, 0.0008)
    assert (told.ais_per_min[0], told.modes_per_min[0]) == (120, 0)
    assert (told.spool_batches[0], told.lost_batches[0], told.version[0]) == (1, 1, "0.1.0")
    assert math.isnan(told.entities_per_min[0])
    assert math.isnan(told.noise_dbfs[0])
    assert json.loads(line)["refused"] == {"not an NMEA sentence": 3}
    assert json.loads(line)["sources"] == {"udp:10110": False}


def test_rates_are_those_since_the_last_telling(spool):
    clock = HandClock(Standing())
    health = Health(clock, [], spool, "0")
    health.heard(Stream.MODES, 1000)
    clock.now_s += 30.0
    first = json.loads(health.line())["messages_per_min"]
    clock.now_s += 30.0
    health.heard(Stream.MODES, 5)

    assert first == {"ais": 0, "modes": 2000}
    assert json.loads(health.line())["messages_per_min"] == {"ais": 0, "modes": 10}


def test_what_a_clock_does_not_know_is_null(spool):
    told = json.loads(Health(HandClock(Standing("none")), [], spool, "0").line())

    assert (told["clock_source"], told["clock_offset_s"], told["clock_error_s"]) == ("none", None, None)


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        (0x0040, Standing("none")),
        (0x0001, Standing("ntp", 0.5, 0.25)),
        (0x2001, Standing("ntp", 0.0005, 0.25)),
        (0x2005, Standing("pps", 0.0005, 0.25)),
    ],
)
def test_the_kernel_s_words_are_understood(status, standing):
    said = standing_of(status, 500_000, 250_000)

    assert said.source == standing.source
    assert [said.offset_s, said.error_s] == pytest.approx([standing.offset_s, standing.error_s], nan_ok=True)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="adjtimex is Linux's")
def test_the_standing_of_this_machine_is_that_of_adjtimex():
    said = SystemClock().standing()

    shown = subprocess.run(
        ["timedatectl", "show", "-p", "NTPSynchronized"], capture_output=True, text=True, check=False
    )
    assert said.source in {"pps", "ntp", "none"}
    if shown.returncode == 0:  # where systemd runs, a second opinion
        assert (said.source != "none") == ("=yes" in shown.stdout)


def test_time_passes():
    clock = SystemClock()
    before = clock.monotonic_s(), clock.utc_s()

    assert clock.monotonic_s() >= before[0]
    assert clock.utc_s() == pytest.approx(before[1], abs=60)
    assert clock.utc_s() > 1.7e9


def test_waits_grow_to_the_longest_and_begin_anew():
    backoff = Backoff(first_s=1.0, longest_s=8.0)

    waits = [backoff.wait_s() for _ in range(6)]
    backoff.reset()

    for wait_s, longest_s in zip(waits, (1, 2, 4, 8, 8, 8), strict=True):
        assert longest_s / 2 <= wait_s <= longest_s
    assert backoff.wait_s() <= 1.0


def test_samples_of_the_refused_are_few_short_and_printable():
    refusals = Refusals()
    for number in range(1000):
        refusals.add("reason", b"\x1b[2J" + b"%d" % number * 100)

    assert refusals.counts == {"reason": 1000}
    assert len(refusals.samples) == 1
    assert refusals.samples["reason"].isprintable()
    assert len(refusals.samples["reason"]) < 400
