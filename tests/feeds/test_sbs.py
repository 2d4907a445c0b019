"""BaseStation messages: as dump1090 writes them beside its Beast stream, and whatever a line may hold."""

import contextlib
import io
import socket
import subprocess
import threading
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.format import Reading, formats
from feeds.formats.sbs import FORMAT, NO_MESSAGE, OF_THE_SCREEN
from feeds.modes.decoder import ModesDecoder
from feeds.rejects import Rejects
from feeds.reports import Said, Source
from geo.stations import StationNames

KNOT, FOOT = 1852 / 3600, 0.3048
LOOPS = 12
PLACE = (
    b"MSG,3,1,1,4D2023,1,2026/11/22,16:42:50.778,2026/11/22,16:42:50.832,,22525,,,37.08365,13.79393,,,0,0,0,0"
)
SPEED = b"MSG,4,1,1,4D2023,1,2026/11/22,16:42:50.778,2026/11/22,16:42:50.832,,,385,158,,,-1984,,,,,"
NAME = b"MSG,1,1,1,4D2023,1,2026/11/22,16:42:50.9,2026/11/22,16:42:51.0,AMC421  ,,,,,,,,,,,"
TAXI = b"MSG,2,1,1,4D2023,1,2026/11/22,16:42:51.0,2026/11/22,16:42:51.0,,,12.5,200,37.1,13.8,,,,,,-1"
CODE = b"MSG,6,1,1,4D2023,1,2026/11/22,16:42:51.0,2026/11/22,16:42:51.0,,22500,,,,,,0112,0,0,0,0"


def read(data, **options):
    reading = Reading(StationNames(), Rejects(), **options)
    return Said.concat(list(FORMAT.read(io.BytesIO(data), reading))), reading.rejects


def free_ports(count):
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def everything_from(port, process, into):
    while process.poll() is None:
        with (
            contextlib.suppress(ConnectionRefusedError),
            socket.create_connection(("127.0.0.1", port)) as line,
        ):
            into["ready"].release()
            with contextlib.suppress(ConnectionResetError):
                while data := line.recv(1 << 16):
                    into[port] = into.get(port, b"") + data
            return


@pytest.fixture(scope="module")
def heard(recordings):
    """What a real dump1090 writes of the same radio samples on its BaseStation and its Beast port."""
    if not (samples := recordings / "adsb" / "modes1_2400k.uc8").is_file():
        pytest.skip("the samples are not here")
    ports = free_ports(5)
    names = ("--net-ri-port", "--net-ro-port", "--net-bi-port", "--net-sbs-port", "--net-bo-port")
    options = [str(word) for pair in zip(names, ports, strict=True) for word in pair]
    command = [
        "dump1090-mutability",
        "--ifile",
        "-",
        "--throttle",
        "--net",
        "--net-bind-address",
        "127.0.0.1",
        "--quiet",
    ]
    into = {"ready": threading.Semaphore(0)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([*command, *options], stdin=subprocess.PIPE, **quiet, env={"TZ": "UTC"}) as process:
        ears = [threading.Thread(target=everything_from, args=(port, process, into)) for port in ports[3:]]
        for ear in ears:
            ear.start()
        for _ in ears:
            into["ready"].acquire()
        with contextlib.suppress(BrokenPipeError):
            for _ in range(LOOPS):
                process.stdin.write(samples.read_bytes())
            process.stdin.close()
        process.wait()
        for ear in ears:
            ear.join()
    return into[ports[3]], into[ports[4]]


@pytest.mark.recording
@pytest.mark.system("dump1090-mutability")
def test_what_dump1090_says_of_a_flight_is_what_we_decode_of_its_frames(heard):
    sbs, beast = heard
    said, rejects = read(sbs)
    reading = Reading(StationNames(), Rejects(), start_s=said.reports.time_s[0])
    decoder = ModesDecoder(reading.rejects, reading.names)
    ours = Said.concat(
        [decoder.step(frames) for frames in formats()["beast"].read(io.BytesIO(beast), reading)]
    )

    assert not rejects.counts
    assert len(said.reports) == sbs.count(b"\n")
    assert set(said.reports.entity) == set(ours.reports.entity)
    for column, step in (("alt_m", 0.01), ("climb_mps", 0.01)):
        theirs, our = distinct(said.reports, column, step), distinct(ours.reports, column, step)
        assert our <= theirs
        assert len(our) > 3
    # They round a speed to a knot.
    kn = distinct(ours.reports, "sog_mps", KNOT)
    assert {round(each) for each in distinct(said.reports, "sog_mps", KNOT)} <= {
        each + d for each in kn for d in (-1, 0, 1)
    }
    theirs, our = places(said.reports), places(ours.reports)
    nearest = np.abs(theirs[None] - our[:, None]).max(axis=2).min(axis=1)
    # The recording begins anew every 0.2 s, which is a jump back: the two do not believe the same halves of pairs.
    assert np.count_nonzero(nearest < 2e-5) >= 0.9 * len(our) > 40
    assert set(said.identities.callsign) == {"AMC421"} == set(ours.identities.callsign) - {""}
    assert set(said.reports.squawk) == set(ours.reports.squawk) == {-1, 112}


def distinct(reports, column, step):
    values = getattr(reports, column)
    return set(np.round(values[~np.isnan(values)] / step).astype(int).tolist())


def places(reports):
    placed = ~np.isnan(reports.lat_deg)
    return np.unique(np.stack([reports.lat_deg[placed], reports.lon_deg[placed]], axis=1).round(6), axis=0)


def test_each_message_is_a_report_of_what_it_says_and_no_more():
    said, rejects = read(b"\r\n".join([PLACE, SPEED, NAME, TAXI, CODE]))
    reports = said.reports

    assert not rejects.counts
    assert (reports.time_s - reports.time_s[0]).round(3).tolist() == [0.0, 0.0, 0.122, 0.222, 0.222]
    np.testing.assert_array_equal(reports.lat_deg, [37.08365, np.nan, np.nan, 37.1, np.nan])
    np.testing.assert_allclose(reports.alt_m, [22525 * FOOT, np.nan, np.nan, np.nan, 22500 * FOOT])
    np.testing.assert_allclose(reports.sog_mps, [np.nan, 385 * KNOT, np.nan, 12.5 * KNOT, np.nan])
    np.testing.assert_allclose(reports.climb_mps, [np.nan, -1984 * FOOT / 60, *[np.nan] * 3])
    assert reports.on_ground.tolist() == [0, -1, -1, 1, 0]
    assert reports.squawk.tolist() == [-1, -1, -1, -1, 112]
    assert said.identities.callsign.tolist() == ["AMC421"]
    assert set(reports.source) == {Source.ADSB_TABLE}


def test_times_are_local_to_the_zone_given():
    local = read(PLACE, zone=ZoneInfo("Europe/Malta"))[0].reports.time_s[0]

    assert read(PLACE)[0].reports.time_s[0] - local == 3600.0


def test_a_message_without_the_time_it_was_made_has_the_one_it_was_written():
    bare = PLACE.replace(b"2026/11/22,16:42:50.778", b",")

    assert read(bare)[0].reports.time_s[0] - read(PLACE)[0].reports.time_s[0] == pytest.approx(
        0.054, abs=1e-6
    )


def test_what_a_network_computed_is_told_from_what_was_heard():
    reports = read(PLACE.replace(b"MSG", b"MLAT") + b"\n" + PLACE)[0].reports

    assert sorted(reports.source.tolist()) == [Source.MLAT, Source.ADSB_TABLE]


def test_other_lines_are_counted_for_what_they_are():
    said, rejects = read(
        b"\n".join([b"AIR,,1,1,4D2023,1,2026/11/22,16:42:50,,", b"rubbish", b"MSG,3,1", PLACE])
    )

    assert len(said.reports) == 1
    assert {reason for reason, _ in rejects.counts} == {
        OF_THE_SCREEN,
        NO_MESSAGE,
        "fewer cells than a BaseStation message has",
    }


mutated = st.builds(
    lambda line, at, cut, put: line[: at % len(line)] + put + line[at % len(line) + cut :],
    *(st.sampled_from([PLACE, SPEED, NAME, TAXI, CODE]), st.integers(0, 120), st.integers(0, 9)),
    st.binary(max_size=5) | st.sampled_from([b",", b"nan", b"1e999", b"\xff", b'"', b"-"]),
)


@given(st.lists(mutated | st.binary(max_size=60), max_size=8))
def test_every_line_is_one_report_or_one_refusal_whatever_stands_in_it(lines):
    data = b"\n".join(lines)

    said, rejects = read(data)

    assert len(said.reports) + rejects.total() == len([each for each in data.split(b"\n") if each.strip()])


def test_it_is_recognised_by_its_lines_alone():
    for data in (PLACE, b"\n".join([b"CLK,,496,-1,-1,-1,2026/11/22,16:42:50,2026/11/22,16:42:50,,", SPEED])):
        assert [name for name, form in formats().items() if form.recognises(data)] == ["sbs"]
