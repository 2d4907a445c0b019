"""Recordings of raw Mode S in each of their forms: read whole, cut anywhere, damaged anywhere."""

import io
import math
from pathlib import Path

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modes_making import START, flight, in_air, reply, squitter

from feeds.errors import InputError
from feeds.format import Reading, formats
from feeds.inputs import Input
from feeds.modes.decoder import ModesDecoder
from feeds.rejects import Rejects
from geo.stations import UNNAMED, StationNames, station_number
from hardware.frames import Frames, Kind

FLIGHT = flight(50.7, -1.3, 6)


class _Dribble(io.BytesIO):
    """A source that gives a few bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._size = size

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(self._size, size) if size is not None and size >= 0 else self._size)


def _read(
    name: str, data: bytes, rejects: Rejects, size: int = 1 << 20, start_s: float | None = START
) -> Frames:
    reading = Reading(StationNames(), rejects, start_s=start_s)
    return Frames.concat(list(formats()[name].read(_Dribble(data, size), reading)))


def _payloads(frames: Frames) -> list[bytes]:
    return [frames.payload.row(i).tobytes() for i in range(len(frames))]


def _escaped(body: bytes) -> bytes:
    return body.replace(b"\x1a", b"\x1a\x1a")


def _beast(frame: bytes, ticks: int, level: int = 128) -> bytes:
    kind = b"3" if len(frame) == 14 else b"2"
    return b"\x1a" + kind + _escaped(ticks.to_bytes(6, "big") + bytes([level]) + frame)


def _csv(frames: list[bytes]) -> bytes:
    rows = [f"{START + i / 2:.3f},shoreham-1,{frame.hex()}" for i, frame in enumerate(frames)]
    return "\r\n".join(["time,station,frame", *rows, ""]).encode()


def _jet1090(frames: list[bytes]) -> bytes:
    rows = [{"timestamp": START + i / 2, "frame": frame.hex(), "df": "17"} for i, frame in enumerate(frames)]
    return b"\n".join(map(orjson.dumps, rows))


def _avr(frames: list[bytes]) -> bytes:
    return b"".join(
        b"@%012X%s;\n" % (10**9 + i * 6_000_000, frame.hex().encode()) for i, frame in enumerate(frames)
    )


def _beasts(frames: list[bytes]) -> bytes:
    return b"".join(_beast(frame, 10**9 + i * 6_000_000) for i, frame in enumerate(frames))


WRITERS = {"modes-csv": _csv, "jet1090": _jet1090, "avr": _avr, "beast": _beasts}
ALL = pytest.mark.parametrize("name", WRITERS)
HEARD = [*FLIGHT, reply(4, 0x990), squitter(0x1A1A1A1A1A1A1A), squitter(in_air(26, 26, 0), 0x1A1A1A)]


@ALL
def test_frames_come_back_with_their_times_however_the_bytes_arrive(name: str) -> None:
    data = WRITERS[name](HEARD)
    for size in (1, 13, 1 << 20):
        rejects = Rejects()
        frames = _read(name, data, rejects, size)

        assert _payloads(frames) == HEARD
        assert frames.time_s == pytest.approx(START + np.arange(len(HEARD)) / 2, abs=1e-3)
        assert (frames.kind == Kind.MODE_S).all()
        assert not frames.time_guessed.any()
        assert rejects.total() == 0


@ALL
def test_each_form_is_recognised_and_only_by_its_own_reader(name: str, tmp_path: Path) -> None:
    data = WRITERS[name](HEARD)
    (tmp_path / "log").write_bytes(data)

    assert Input(str(tmp_path / "log")).format.name == name
    assert [other for other, each in formats().items() if other in WRITERS and each.recognises(data)] == [
        name
    ]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(WRITERS)), st.data())
def test_damage_anywhere_is_counted_and_never_raised(name: str, data: st.DataObject) -> None:
    whole = bytearray(WRITERS[name](HEARD * 2))
    damage = data.draw(st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=4))
    for place, byte in damage:
        whole[place] = byte
    rejects = Rejects()
    frames = _read(name, bytes(whole), rejects, data.draw(st.integers(5, 400)))
    list(ModesDecoder(rejects).messages(frames))

    assert np.isfinite(frames.time_s).all()
    # A byte that was the end of one record and the beginning of another costs both.
    assert len(frames) >= len(HEARD) * 2 - 2 * len(damage)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(WRITERS)), st.binary(max_size=600))
def test_garbage_is_never_raised(name: str, garbage: bytes) -> None:
    rejects = Rejects()
    frames = _read(name, garbage, rejects, 50)

    if garbage.strip() and not len(frames) and name in {"jet1090", "avr"}:
        assert rejects.total() > 0


def test_csv_names_its_stations_and_counts_what_is_no_frame() -> None:
    rejects = Rejects()
    good = FLIGHT[0].hex().upper()
    lines = ["time,station,frame,rssi", f"{START},bembridge,{good},-12", f"{START},,{good}", f"soon,a,{good}"]
    lines += [f"nan,a,{good}", f"1e300,a,{good}", f"{START},a,8D40", f"{START},a,zz{good[2:]}", f"{START},a"]
    frames = _read("modes-csv", "\n".join(lines).encode(), rejects)

    assert frames.station.tolist() == [station_number("bembridge"), station_number(UNNAMED)]
    assert {reason: entry["count"] for reason, entry in rejects.by_reason().items()} == {
        "time is no Unix time": 3,
        "frame is neither 7 nor 14 bytes long": 1,
        "frame is not hexadecimal": 1,
        "fewer than three columns": 1,
    }


def test_jet1090_gives_a_row_for_each_sensor_that_heard_the_frame() -> None:
    line = {
        "timestamp": START,
        "frame": FLIGHT[0].hex(),
        "metadata": [
            {"system_timestamp": START + 0.1, "rssi": -8.5, "serial": 42, "name": "ventnor"},
            {"system_timestamp": START + 0.2, "rssi": None, "serial": 43},
        ],
    }
    frames = _read("jet1090", orjson.dumps(line), Rejects())

    assert frames.station.tolist() == [station_number("ventnor"), station_number("43")]
    assert (frames.time_s - START).tolist() == pytest.approx([0.1, 0.2], abs=1e-6)
    assert (frames.signal_dbfs[0], math.isnan(frames.signal_dbfs[1])) == (-8.5, True)


def test_short_replies_followed_by_noise_are_read_without_it() -> None:
    padded = reply(4, 0x990) + b"\xff" * 7
    rejects = Rejects()
    messages = ModesDecoder(rejects).decode(
        _read("jet1090", _jet1090([*FLIGHT, padded, reply(4, 0x990)]), rejects)
    )

    assert len({*messages.message[-2:].tolist()}) == 1
    assert messages.df[-2:].tolist() == [4, 4]


@pytest.mark.parametrize("name", ["beast", "avr"])
def test_formats_that_only_count_ask_when_they_began(name: str) -> None:
    with pytest.raises(InputError, match="--start"):
        _read(name, WRITERS[name](HEARD), Rejects(), start_s=None)


@pytest.mark.parametrize("name", ["beast", "avr"])
def test_what_a_network_computed_is_refused(name: str) -> None:
    rejects = Rejects()
    mark = 0xFF004D4C4154
    data = _beast(FLIGHT[0], mark) if name == "beast" else b"@%012X%s;" % (mark, FLIGHT[0].hex().encode())
    frames = _read(name, data, rejects)

    assert len(frames) == 0
    assert list(rejects.by_reason()) == ["computed elsewhere, not heard by this receiver"]


def test_a_counter_started_anew_goes_on_from_the_last_time() -> None:
    ticks = [10**12, 10**12 + 12_000_000, 500, 500 + 12_000_000, 0]
    frames = _read("beast", b"".join(_beast(FLIGHT[0], count) for count in ticks), Rejects())

    assert (frames.time_s - START).tolist() == [0, 1, 1, 2, 2]
    assert frames.time_guessed.tolist() == [False, False, True, False, True]


def test_avr_without_ticks_has_no_times_but_the_start() -> None:
    frames = _read("avr", b"".join(b"*%s;\n" % frame.hex().encode() for frame in FLIGHT), Rejects())

    assert frames.time_s.tolist() == [START] * len(FLIGHT)
    assert frames.time_guessed.all()


def test_beast_signal_is_the_root_of_power() -> None:
    frames = _read(
        "beast", _beast(FLIGHT[0], 1, 255) + _beast(FLIGHT[1], 2, 26) + _beast(FLIGHT[2], 3, 0), Rejects()
    )

    assert frames.signal_dbfs[:2] == pytest.approx([0, -19.83], abs=0.01)
    assert math.isnan(frames.signal_dbfs[2])


def test_beast_records_that_are_no_reception_are_passed_over_and_mode_ac_is_counted() -> None:
    rejects = Rejects()
    data = (
        b"\x1a1"
        + bytes(9)
        + b"\x1a\xe3"
        + b"RECEIVER"
        + _beast(FLIGHT[0], 1)
        + b"\x1a1"
        + bytes(7)
        + b"\x07\x70"
    )
    frames = _read("beast", data + b"\x1a3short", rejects)

    assert _payloads(frames) == [FLIGHT[0]]
    told = {reason: entry["count"] for reason, entry in rejects.by_reason().items()}
    assert told == {"Mode A/C replies are not decoded": 1, "no Beast record": 1}


@pytest.mark.recording
def test_the_recorded_beast_stream_holds_239_frames(recordings: Path) -> None:
    path = recordings / "adsb" / "traffic_sample_dump1090.beast.bin"
    rejects = Rejects()
    source = Input(str(path))
    frames = Frames.concat(list(source.read(Reading(StationNames(), rejects, start_s=START))))

    assert source.format.name == "beast"
    assert (len(frames), rejects.total()) == (239, 0)
    assert (np.diff(frames.time_s) > -0.001).all()
    assert 0 < frames.time_s[-1] - START < 3600
    assert frames.signal_dbfs.max() < 0
    decoded = ModesDecoder(rejects).decode(frames)
    assert len(decoded) + rejects.total() == 239
