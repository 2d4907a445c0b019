"""`headland receiver` as a volunteer starts it: recordings played through a real broker, and wrong usage told."""

import asyncio
import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ack_server import AckServer
from brokers import PASSWORD, Mosquitto

from feeds.format import Reading
from feeds.inputs import Input
from feeds.intake import Intake
from feeds.modes_lines import lines_of
from feeds.nmea import Plain, frames_of
from feeds.parameters import FeedsParameters
from feeds.rejects import Rejects
from geo.stations import StationNames
from hardware.clock import SystemClock
from hardware.frames import Frames
from headland import receiver
from headland.errors import SettingsError
from headland.receiver import PASSWORD_VARIABLE, ReceiverOptions

STATION = "south-cliff"
SECONDS = 60
SHIPS = b"\\c:1733782034*5C\\!AIVDM,1,1,,A,13o4g`00000I2ENRH4g83S0L088C,0*3F\n"


@pytest.fixture
def mosquitto(tmp_path):
    broker = Mosquitto(tmp_path / "broker", [STATION])
    broker.start()
    yield broker
    broker.stop()


def read(file):
    reading = Reading(StationNames(), Rejects(), start_s=1.7e9)
    with Input(str(file)) as source:
        return Frames.concat(list(source.read(reading)))


def payloads(frames):
    return [frames.payload.row(i).tobytes() for i in range(len(frames))]


@pytest.mark.recording
@pytest.mark.system("mosquitto")
def test_recordings_played_through_a_broker_arrive_as_they_were_recorded(mosquitto, tmp_path, recordings):
    ais = recordings / "ais" / "norwegian_kystverket_2024-12-09.raw"
    modes = tmp_path / "flight.jsonl"
    with gzip.open(recordings / "adsb" / "traffic_tutorial_BAW3AK_LFBO-EGLL.jsonl.gz") as whole:
        modes.write_bytes(b"".join(whole.readline() for _ in range(3000)))
    (tmp_path / "password").write_text(PASSWORD)

    async def scene():
        async with AckServer(mosquitto.port, STATION).listening() as server:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "headland", "receiver", "--station", STATION),
                *("--mqtt", f"mqtt://127.0.0.1:{mosquitto.port}", "--password-file", tmp_path / "password"),
                *("--ais", f"play:{ais}", "--modes", f"play:{modes}", "--pace", "0", "--recorded-times"),
                *("--spool", tmp_path / "spool"),
                stderr=subprocess.DEVNULL,
            )
            assert await asyncio.wait_for(process.wait(), SECONDS) == 0
        return server

    server = asyncio.run(scene())

    recorded = read(ais)
    reading = Reading(StationNames(), Rejects())
    heard = Frames.concat(list(frames_of(server.lines["ais"], Plain(believe_station=False), reading)))
    assert payloads(heard) == payloads(recorded)
    np.testing.assert_allclose(heard.time_s, recorded.time_s, atol=0.00051)
    recorded, lines = read(modes), lines_of(b"\n".join(server.lines["modes"]))
    assert not lines.refused.any()
    assert [lines.payload.row(i).tobytes() for i in range(len(lines.payload))] == payloads(recorded)
    np.testing.assert_allclose(lines.time_s, recorded.time_s, atol=0.00051)

    # Every batch is one that the server's own intake takes.
    intake = Intake(FeedsParameters(), Rejects())
    for (_, seq), payload in server.batches.items():
        assert intake.offer(f"headland/v1/station/{STATION}/ais", payload, 1.8e9).first.seq == seq
    assert not intake.rejects.total()
    assert not list((tmp_path / "spool").glob("*.spool"))


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--station", "Cliff", "--ais", "udp:1"], "--station: 'Cliff': 3 to 32 of a-z, 0-9 and -"),
        (["--station", "cliff", "--ais", "play:nowhere.nmea"], "nowhere.nmea: No such file or directory"),
        (["--station", "cliff", "--ais", "udp:1", "--spool", "ships.nmea/x"], "--spool: ships.nmea/x"),
    ],
)
def test_wrong_usage_ends_the_start_with_code_2(tmp_path, words, complaint):
    (tmp_path / "ships.nmea").write_bytes(SHIPS)

    ended = subprocess.run(
        [sys.executable, "-m", "headland", "receiver", "--mqtt", "mqtt://127.0.0.1:1", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )

    assert ended.returncode == 2
    assert complaint in ended.stderr
    assert "Traceback" not in ended.stderr


def options(**given):
    return ReceiverOptions(**({"station": "cliff", "mqtt": "mqtts://broker.example.org"} | given))


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("mqtt://localhost", ("localhost", 1883, False)),
        ("mqtts://broker.example.org", ("broker.example.org", 8883, True)),
        ("mqtts://[::1]:1234/", ("::1", 1234, True)),
    ],
)
def test_the_broker_is_where_the_url_says(url, place):
    broker = receiver._broker(options(mqtt=url))

    assert (broker.host, broker.port, broker.tls is not None) == place


@pytest.mark.parametrize(
    "url",
    ["broker", "http://broker", "mqtt://", "mqtt://h:99999", "mqtt://h:x", "mqtt://h/topic", "mqtt://u:p@h"],
)
def test_a_url_that_cannot_be_meant_is_refused(url):
    with pytest.raises(SettingsError, match="--mqtt"):
        receiver._broker(options(mqtt=url))


def test_certificates_that_cannot_be_used_are_told(tmp_path):
    (tmp_path / "ca").write_text("no certificate")

    with pytest.raises(SettingsError, match="--ca"):
        receiver._broker(options(ca=tmp_path / "ca"))
    with pytest.raises(SettingsError, match="mqtts:// only"):
        receiver._broker(options(mqtt="mqtt://h", ca=tmp_path / "ca"))


def test_the_password_is_that_of_the_file_or_of_the_variable_and_never_shown(tmp_path, monkeypatch):
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD[::-1])
    (tmp_path / "password").write_text(f"{PASSWORD}\n")

    brokers = [receiver._broker(options()), receiver._broker(options(password_file=tmp_path / "password"))]

    assert [broker.password for broker in brokers] == [PASSWORD[::-1], PASSWORD]
    assert not [word for word in (PASSWORD, PASSWORD[::-1]) if word in repr(brokers)]


def test_the_spool_lies_in_the_user_s_state_unless_it_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    assert receiver.orders_of(options()).spool == tmp_path / "headland" / "spool" / "cliff"
    assert receiver.orders_of(options(spool=Path("here"), spool_mb=1)).spool == Path("here")
    assert receiver.orders_of(options(spool_mb=1)).limits.total_bytes == 1 << 20


def test_sources_are_named_as_the_user_gave_them():
    words = ("udp:10110", "udp:0.0.0.0:10111", "tcp:ais.local:5631", "serial:/dev/ttyUSB0@115200")
    named = receiver._sources(options(ais=words, modes=("beast:[::1]:30005",)), SystemClock())

    assert [each.account.name for each in named] == [
        "udp:127.0.0.1:10110",
        "udp:0.0.0.0:10111",
        "tcp:ais.local:5631",
        "serial:/dev/ttyUSB0",
        "beast:::1:30005",
    ]


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({}, "--ais, --modes: name at least one source"),
        ({"ais": ("radio:1",)}, "--ais: 'radio:1': known are udp:, tcp:, serial:, play:"),
        ({"modes": ("tcp:h:1",)}, "--modes: 'tcp:h:1': known are beast:, play:"),
        ({"modes": ("play:ships.nmea",)}, "holds no raw Mode S messages"),
    ],
)
def test_sources_that_are_none_are_refused(tmp_path, monkeypatch, given, complaint):
    monkeypatch.chdir(tmp_path)
    Path("ships.nmea").write_bytes(SHIPS)

    with pytest.raises(SettingsError, match=complaint):
        receiver._sources(options(**given), SystemClock())


@pytest.mark.parametrize(
    "word", ["udp:", "udp:0", "udp:70000", "tcp:5631", "tcp::5631", "tcp:h:x", "serial:", "udp:h:"]
)
def test_a_source_that_cannot_be_meant_is_refused(word):
    with pytest.raises(SettingsError, match="--ais"):
        receiver._sources(options(ais=(word,)), SystemClock())
