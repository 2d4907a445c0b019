"""The ways of hearing, with real sockets, a pseudo-terminal and a real dump1090."""

import asyncio
import contextlib
import os
import pty
import re
import socket
import subprocess
import threading
import tty

import numpy as np
import pyModeS
import pytest
from brokers import answers, free_port
from nmea_lines import checksummed

from geo.batch import Ragged
from hardware.clock import Standing
from hardware.frames import Frames, Kind
from hardware.nmea import LINE_TOO_LONG
from hardware.sources.beast import BeastTcp
from hardware.sources.playback import Playback
from hardware.sources.serial_port import nmea_serial
from hardware.sources.tcp import nmea_tcp
from hardware.sources.udp import NmeaUdp
from hardware.stamps import NOT_NMEA
from hardware.wire import Stream

NOW_S = 1_733_782_034.5
WAIT_S = 20.0


class StoppedClock:
    """A clock that stands, but for the seconds that a test counts."""

    def __init__(self):
        self.passed_s = 0.0

    def utc_s(self):
        return NOW_S

    def monotonic_s(self):
        return self.passed_s

    def standing(self):
        return Standing()


def sentence(number):
    return checksummed(f"AIVDM,1,1,,A,{number:06d},0")


async def heard_of(source, until):
    """What a source brings until something holds of it."""
    lines = []
    async with asyncio.timeout(WAIT_S), contextlib.aclosing(source.heard()) as pieces:
        async for told in pieces:
            lines += told.lines
            if until(lines):
                return lines
    return lines


async def standing(source, *, connected=True):
    """Wait until the source is connected, or is not."""
    async with asyncio.timeout(WAIT_S):
        while source.account.connected != connected:  # noqa: ASYNC110  what a health line shows is no event
            await asyncio.sleep(0.01)


def count(number):
    return lambda lines: len(lines) >= number


def bare(lines):
    assert all(line.startswith(b"\\c:1733782034500*") for line in lines)
    return [line.rpartition(b"\\")[2] for line in lines]


def test_datagrams_of_one_or_more_lines_are_heard():
    port = free_port()
    source = NmeaUdp("127.0.0.1", port, StoppedClock())

    async def scene():
        hearing = asyncio.create_task(heard_of(source, count(5)))
        await standing(source)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for datagram in (
                sentence(1) + b"\r\n",
                sentence(2) + b"\n" + sentence(3) + b"\n",
                b"",
                b'{"class": "AIS"}',
                b"!" + b"A" * 5000,
                sentence(4),
                sentence(5),
            ):
                sender.sendto(datagram, ("127.0.0.1", port))
        return await hearing

    assert bare(asyncio.run(scene())) == [sentence(number) for number in range(1, 6)]
    assert source.account.refusals.counts == {NOT_NMEA: 1, LINE_TOO_LONG: 1}


def test_datagrams_that_the_system_threw_away_are_counted():
    port = free_port()
    source = NmeaUdp("127.0.0.1", port, StoppedClock())
    sent = 20_000

    async def scene():
        hearing = asyncio.create_task(heard_of(source, lambda lines: lines[-1].endswith(sentence(sent))))
        await standing(source)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            # The loop does not come to read: this stands in for a machine that is too busy.
            for number in range(sent):
                sender.sendto(sentence(number), ("127.0.0.1", port))
            await asyncio.sleep(0.05)
            while not hearing.done():
                sender.sendto(sentence(sent), ("127.0.0.1", port))
                await asyncio.sleep(0.01)
        return await hearing

    came = {line.rpartition(b"\\")[2] for line in asyncio.run(scene())}
    thrown_away = sum(source.account.refusals.counts.values())
    assert thrown_away > 0
    assert len(came - {sentence(sent)}) + thrown_away == sent


@contextlib.contextmanager
def feeder(*talks):
    """A TCP server that gives each caller the next talk, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run():
            for talk in talks:
                caller, _ = server.accept()
                with caller:
                    caller.sendall(talk)

        thread = threading.Thread(target=run)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def test_a_tcp_feed_that_hangs_up_is_called_again_and_half_a_line_is_void():
    whole = sentence(1) + b"\r\n" + sentence(2) + b"\r\n"
    with feeder(whole + sentence(9)[:20], sentence(3) + b"\n") as port:
        source = nmea_tcp("127.0.0.1", port, StoppedClock())

        lines = asyncio.run(heard_of(source, count(3)))

    assert bare(lines) == [sentence(1), sentence(2), sentence(3)]
    assert not source.account.refusals.counts


def test_a_feed_that_is_not_there_yet_is_waited_for():
    port = free_port()
    source = nmea_tcp("127.0.0.1", port, StoppedClock())

    async def scene():
        hearing = asyncio.create_task(heard_of(source, count(1)))
        await asyncio.sleep(0.3)

        async def talk(_reader, writer):
            writer.write(sentence(7) + b"\n")
            await writer.drain()
            writer.close()

        async with await asyncio.start_server(talk, "127.0.0.1", port):
            return await hearing

    assert bare(asyncio.run(scene())) == [sentence(7)]


@contextlib.contextmanager
def terminal():
    """Both ends of a pseudo-terminal: the one to speak into, and the name of the one to hear."""
    speaking, hearing = pty.openpty()
    tty.setraw(hearing)
    try:
        yield speaking, os.ttyname(hearing)
    finally:
        os.close(speaking)
        os.close(hearing)


def test_a_serial_port_is_heard():
    async def scene(speaking, source):
        hearing = asyncio.create_task(heard_of(source, count(200)))
        await standing(source)
        for number in range(200):
            os.write(speaking, b"\xff\x00noise\r\n" + sentence(number) + b"\r\n")
            await asyncio.sleep(0)
        return await hearing

    with terminal() as (speaking, device):
        source = nmea_serial(device, 38_400, StoppedClock())
        lines = asyncio.run(scene(speaking, source))

    assert bare(lines) == [sentence(number) for number in range(200)]
    assert source.account.refusals.counts == {NOT_NMEA: 200}


def test_a_serial_port_that_is_pulled_out_is_opened_again(tmp_path):
    link = tmp_path / "ttyUSB0"

    async def scene(source):
        hearing = asyncio.create_task(heard_of(source, count(2)))
        for number in (1, 2):
            with terminal() as (speaking, device):
                link.unlink(missing_ok=True)
                link.symlink_to(device)
                await standing(source)
                os.write(speaking, sentence(number) + b"\n")
                await asyncio.sleep(0.1)
            if number == 1:
                await standing(source, connected=False)
        return await hearing

    assert bare(asyncio.run(scene(nmea_serial(str(link), 38_400, StoppedClock())))) == [
        sentence(1),
        sentence(2),
    ]


@contextlib.contextmanager
def dump1090(samples):
    """A real dump1090 that hears a recording of 0.18 s again and again; gives its Beast port."""
    ports = [free_port() for _ in range(5)]
    names = ("--net-ri-port", "--net-ro-port", "--net-sbs-port", "--net-bi-port", "--net-bo-port")
    with subprocess.Popen(
        [
            "dump1090-mutability",
            "--ifile",
            "-",
            "--throttle",
            "--net",
            "--net-bind-address",
            "127.0.0.1",
            "--quiet",
        ]
        + [str(word) for pair in zip(names, ports, strict=True) for word in pair],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:

        def play():
            with contextlib.suppress(BrokenPipeError):
                while True:
                    process.stdin.write(samples)

        player = threading.Thread(target=play)
        player.start()
        try:
            while not answers(ports[-1]):
                assert process.poll() is None
            yield ports[-1]
        finally:
            process.kill()
            player.join()
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()


@pytest.mark.recording
@pytest.mark.system("dump1090-mutability")
def test_a_real_dump1090_is_heard(recordings):
    with dump1090((recordings / "adsb" / "modes1_2400k.uc8").read_bytes()) as port:
        source = BeastTcp("127.0.0.1", port, StoppedClock())
        lines = asyncio.run(heard_of(source, count(500)))

    found = [
        re.fullmatch(rb"1733782034\.500,((?:[0-9a-f]{14}){1,2}),(-[0-9]+\.[0-9])", line) for line in lines
    ]
    assert all(found)
    squitters = {each[1].decode() for each in found if each[1].startswith(b"8d")}
    decoded = [pyModeS.decode(frame) for frame in squitters]
    assert {(each["icao"], each["crc_valid"]) for each in decoded} == {("4D2023", True)}
    assert all(-60 < float(each[2]) <= 0 for each in found)
    assert not source.account.refusals.counts


def recording(times, kind=Kind.NMEA):
    payloads = [sentence(i) if kind == Kind.NMEA else bytes([0x8D, *[i] * 13]) for i in range(len(times))]
    return Frames.of(
        len(times),
        time_s=times,
        kind=np.full(len(times), kind, np.uint8),
        signal_dbfs=np.full(len(times), -12.3),
        payload=Ragged.of_rows(payloads, np.uint8),
    )


def test_a_recording_is_played_by_its_gaps_and_stamped_now(monkeypatch):
    clock, slept = StoppedClock(), []

    async def sleep(seconds, _sleep=asyncio.sleep):
        slept.append(round(seconds, 6))
        clock.passed_s += seconds
        await _sleep(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    frames = recording([100.0, 100.01, 104.0, 103.0, 124.0])
    source = Playback("test", lambda: [frames], clock, pace=2.0)

    lines = asyncio.run(heard_of(source, count(9)))

    assert bare(lines) == [sentence(i) for i in range(5)]
    assert slept == [0.0, 2.0, 0.0, 10.0]
    assert not source.account.connected


def test_a_recording_played_as_fast_as_possible_may_keep_its_times():
    frames = [recording([1e9, 1e9 + 1000.0]), recording([1e9 + 2000.0], Kind.MODE_S)]
    source = Playback("test", lambda: frames, StoppedClock(), pace=0, keep_times=True)

    told = asyncio.run(heard_of(source, count(9)))

    assert [line.partition(b"*")[0] for line in told[:2]] == [b"\\c:1000000000000", b"\\c:1000001000000"]
    assert told[2] == b"1000002000.000," + bytes([0x8D, *[0] * 13]).hex().encode() + b",-12.3"


def test_a_recording_of_both_kinds_goes_by_both_streams():
    frames = [recording([1.0, 2.0]), recording([3.0], Kind.MODE_S)]

    async def scene():
        source = Playback("test", lambda: frames, StoppedClock(), pace=0)
        return [(told.stream, len(told.lines)) async for told in source.heard()]

    assert asyncio.run(scene()) == [(Stream.AIS, 1), (Stream.AIS, 1), (Stream.MODES, 1)]


def test_a_frame_without_a_time_is_played_when_its_turn_comes():
    source = Playback("test", lambda: [recording([np.nan, 1.0, np.nan])], StoppedClock(), keep_times=True)

    assert len(asyncio.run(heard_of(source, count(9)))) == 3
