"""What is written is what pyais reads, bit for bit what pyais writes, and what real transmitters sent."""

import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nmea_lines import encoded, frames, sentences_of
from pyais import decode
from pyais.constants import ShipType
from pyais.stream import IterMessages

from feeds.ais.decoder import AisDecoder
from feeds.ais.writing import (
    aid_reports,
    base_station_reports,
    class_a_positions,
    class_b_extended_positions,
    class_b_positions,
    long_range_positions,
    sar_aircraft_positions,
)
from feeds.ais.writing_bits import Sentences, payloads
from feeds.ais.writing_lines import tagged_lines
from feeds.ais.writing_sides import Sides
from feeds.ais.writing_statics import class_b_names, class_b_particulars, voyages
from feeds.format import Reading
from feeds.formats.nmea_tagblock import FORMAT
from feeds.rejects import Rejects
from geo.stations import StationNames
from geo.units import KNOT_MPS
from hardware.frames import Frames

SIX_BIT = "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_ !\"#$%&'()*+,-./0123456789:;<=>?"
KN = KNOT_MPS

mmsi = st.integers(201_000_000, 775_999_999)
angle = st.floats(0, 360, exclude_max=True)
length = st.integers(0, 511)
breadth = st.integers(0, 63)


def unsaid(values: st.SearchStrategy[float]) -> st.SearchStrategy[float]:
    return values | st.just(float("nan"))


def text(most: int) -> st.SearchStrategy[str]:
    return st.text(SIX_BIT, max_size=most).map(str.strip)


row = st.tuples(
    mmsi,
    unsaid(st.floats(-90, 90)),
    unsaid(st.floats(-180, 180)),
    unsaid(st.floats(0, 31)),
    unsaid(angle),
    unsaid(angle),
    st.integers(0, 15),
    st.integers(0, 63),
)


def columns(rows: list[tuple[Any, ...]]) -> list[np.ndarray]:
    return [np.array(column) for column in zip(*rows, strict=True)]


def read(sentences: Sentences) -> list[Any]:
    """pyais' object of every row; no checksum may fail."""
    return [
        decode(*each.tolist(), error_if_checksum_invalid=True)
        for each in sentences.reshape(len(sentences), -1)
    ]


def close(told: float, meant: float, step: float, absent: float, circle: float = np.inf) -> bool:
    """Whether the number told is the one meant to half a step, or the standard's "not available"."""
    if np.isnan(meant):
        return told == absent
    apart = abs(told - meant)
    return min(apart, circle - apart) <= step / 2 + 1e-6


Writer = Callable[..., Sentences]
PLACE_STEP = 1 / 600_000
WRITERS: dict[int, tuple[Writer, float]] = {
    1: (class_a_positions, 0.1),
    18: (lambda m, la, lo, s, c, h, _, sec: class_b_positions(m, la, lo, s, c, h, sec), 0.1),
    19: (lambda m, la, lo, s, c, h, _, sec: class_b_extended_positions(m, la, lo, s, c, h, sec), 0.1),
    9: (lambda m, la, lo, s, c, h, _, sec: sar_aircraft_positions(m, la, lo, h * 9, s, c, sec), 1.0),
}


@pytest.mark.parametrize("kind", WRITERS)
@given(rows=st.lists(row, min_size=1, max_size=4))
def test_pyais_reads_every_field_to_within_its_step(kind: int, rows: list[tuple[Any, ...]]) -> None:
    write, speed_step = WRITERS[kind]

    for told, (number, lat, lon, sog, cog, heading, status, second) in zip(
        read(write(*columns(rows))), rows, strict=True
    ):
        assert (told.msg_type, told.mmsi, told.second) == (kind, number, second)
        assert close(told.lat, lat, PLACE_STEP, 91.0)
        assert close(told.lon, lon, PLACE_STEP, 181.0)
        assert close(told.speed, sog / KN, speed_step, round(1023 * speed_step, 1))
        assert close(told.course, cog, 0.1, 360.0, circle=360)
        if kind == 9:
            assert close(told.alt, heading * 9, 1.0, 4095)
        else:
            assert close(told.heading, heading, 1.0, 511, circle=360)
        if kind == 1:
            assert told.status == status


@given(rows=st.lists(row, min_size=1, max_size=4))
def test_a_long_range_report_is_as_coarse_as_the_standard_has_it(rows: list[tuple[Any, ...]]) -> None:
    number, lat, lon, sog, cog, _, status, _ = columns(rows)

    for i, told in enumerate(read(long_range_positions(number, lat, lon, sog, cog, status))):
        assert (told.mmsi, told.status) == (number[i], status[i])
        assert close(told.lat, lat[i], 1 / 600, 91.0)
        assert close(told.lon, lon[i], 1 / 600, 181.0)
        assert close(told.speed, sog[i] / KN, 1.0, 63)
        assert close(told.course, cog[i], 1.0, 511, circle=360)


names = st.fixed_dictionaries(
    {
        "mmsi": mmsi,
        "shipname": text(20),
        "callsign": text(7),
        "destination": text(20),
        "imo": st.integers(0, 9_999_999),
        "ship_type": st.sampled_from(sorted(int(each) for each in ShipType)),
        "to_bow": length,
        "to_stern": length,
        "to_port": breadth,
        "to_starboard": breadth,
        "draught": st.integers(0, 255),
    }
)


def sides(each: dict[str, Any]) -> Sides:
    return Sides(each["to_bow"], each["to_stern"], each["to_port"], each["to_starboard"])


@given(names)
def test_names_and_voyages_are_written_as_pyais_writes_them(said: dict[str, Any]) -> None:
    fields = {**said, "draught": said["draught"] / 10, "hour": 24, "minute": 60, "epfd": 1}
    number, name, callsign = (np.array([said[k]]) for k in ("mmsi", "shipname", "callsign"))

    five = voyages(
        number,
        name,
        callsign,
        said["imo"],
        said["ship_type"],
        sides(said),
        said["draught"] / 10,
        said["destination"],
        sequence=3,
    )
    part_b = class_b_particulars(number, callsign, said["ship_type"], sides(said), vendor="ABC")

    how = {"sentence_type": "VDM"}
    assert five[0].tolist() == encoded({"type": 5, **fields}, seq_id=3, **how)
    assert class_b_names(number, name).tolist() == encoded({"type": 24, "partno": 0, **fields}, **how)
    of_b = {"type": 24, "partno": 1, **fields, "vendorid": "ABC"}
    assert part_b.tolist() == encoded(of_b, **how)


moving = st.fixed_dictionaries(
    {
        "mmsi": mmsi,
        "lat": st.floats(-90, 90),
        "lon": st.floats(-180, 180),
        "speed": st.integers(0, 1022),
        "course": st.integers(0, 3599),
        "heading": st.integers(0, 359),
        "status": st.integers(0, 15),
        "second": st.integers(0, 63),
        "accuracy": st.booleans(),
        "raim": st.booleans(),
        "radio": st.integers(0, (1 << 19) - 1),
    }
)


@given(said=moving, kind=st.sampled_from([1, 3]))
def test_positions_of_class_a_are_written_as_pyais_writes_them(said: dict[str, Any], kind: int) -> None:
    fields = {**said, "type": kind, "turn": -128, "maneuver": 0}
    # pyais cuts tenths instead of rounding them; a nudge keeps it from cutting one off.
    fields |= {"speed": (said["speed"] + 1e-6) / 10, "course": (said["course"] + 1e-6) / 10}

    written = class_a_positions(
        np.array([said["mmsi"]]),
        np.array([said["lat"]]),
        np.array([said["lon"]]),
        np.array([said["speed"] / 10 * KN]),
        np.array([said["course"] / 10]),
        np.array([said["heading"]], np.float64),
        said["status"],
        said["second"],
        accurate=said["accuracy"],
        raim=said["raim"],
        radio=said["radio"],
        kind=kind,
        channel="B",
    )

    assert written.tolist() == encoded(fields, sentence_type="VDM", radio_channel="B")


@given(name=text(34), aid=st.integers(0, 31), virtual=st.booleans())
def test_an_aid_to_navigation_has_its_whole_name(name: str, aid: int, virtual: bool) -> None:
    at = np.array([50.5]), np.array([-1.25])

    told = read(aid_reports(np.array([992351000]), *at, np.array([name]), aid, virtual=virtual))[0]

    assert (told.msg_type, told.aid_type, told.virtual_aid) == (21, aid, virtual)
    assert (told.lat, told.lon) == (50.5, -1.25)
    assert told.full_name == name[:20].strip() + name[20:].strip()


@given(time_s=st.integers(0, 4_102_444_799))
def test_a_base_station_tells_the_time(time_s: int) -> None:
    at = np.array([50.0]), np.array([-1.0])
    told = read(base_station_reports(np.array([2320001]), *at, np.array([time_s], np.float64)))[0]

    clock = f"{told.year:04}-{told.month:02}-{told.day:02}T{told.hour:02}:{told.minute:02}:{told.second:02}"
    assert np.datetime64(clock).astype(np.int64) == time_s


@pytest.mark.parametrize(
    ("degrees_a_minute", "told"), [(0, 0), (10, 15), (-10, -15), (720, 126), (np.nan, -128)]
)
def test_the_rate_of_turn_is_the_root_that_the_standard_has(degrees_a_minute: float, told: int) -> None:
    one = np.array([1.0])
    sentence = class_a_positions(np.array([235000001]), *[one] * 5, turn_degps=degrees_a_minute / 60)

    raw = read(sentence)[0]
    expected = class_a_positions(np.array([235000001]), *[one] * 5)

    assert raw.msg_type == 1
    assert turn_of(sentence[0]) == told
    assert (sentence == expected).all() == np.isnan(degrees_a_minute)


def turn_of(sentence: bytes) -> int:
    """The rate of turn as it stands in the bits of a position report of class A."""
    payload = sentence.split(b",")[5]
    bits = "".join(f"{c - 48 if c < 88 else c - 56:06b}" for c in payload)
    return (int(bits[42:50], 2) ^ 128) - 128


def test_a_number_that_its_field_cannot_hold_is_refused() -> None:
    one = np.array([1.0])

    with pytest.raises(ValueError, match=r"MessageType1\.status holds 0 to 15"):
        class_a_positions(np.array([235000001]), *[one] * 5, status=16)
    with pytest.raises(ValueError, match="has no field"):
        payloads(type(decode(class_a_positions(np.array([1]), *[one] * 5)[0])), 1, 168, {"colour": 1})


@pytest.mark.recording
def test_what_real_ships_sent_is_written_to_the_same_bytes(recordings) -> None:
    lines = sentences_of(recordings / "ais" / "log_ais_cw17_guadeloupe.csv.log.gz")
    single = [
        line
        for line in lines
        if line.count(b",") == 6 and line.split(b",")[1] == b"1" and line.split(b",")[4] in {b"A", b"B"}
    ]
    heard = [(each.raw, each.decode()) for each in IterMessages(single) if each.is_valid]
    plain = [
        (raw, m)
        for raw, m in heard
        if m.msg_type in {1, 3}
        and m.repeat == 0
        and m.maneuver == 0
        and m.spare_1 == b"\0"
        and turn_of(raw) in {-128, 0}
    ]
    assert len(plain) > 1000
    column = {
        name: np.array([getattr(m, name) for _, m in plain], np.float64)
        for name in (
            "mmsi",
            "lat",
            "lon",
            "speed",
            "course",
            "heading",
            "status",
            "second",
            "radio",
            "msg_type",
        )
    }
    column["speed"][column["speed"] == 102.3] = np.nan
    column["course"][column["course"] == 360] = np.nan
    column["heading"][column["heading"] == 511] = np.nan

    written = class_a_positions(
        column["mmsi"],
        column["lat"],
        column["lon"],
        column["speed"] * KN,
        column["course"],
        column["heading"],
        column["status"],
        column["second"],
        turn_degps=[0.0 if turn_of(raw) == 0 else np.nan for raw, _ in plain],
        accurate=[m.accuracy for _, m in plain],
        raim=[m.raim for _, m in plain],
        radio=column["radio"],
        kind=column["msg_type"],
        channel=np.array([raw.split(b",")[4] for raw, _ in plain]),
    )

    assert written.tolist() == [raw for raw, _ in plain]


def test_tag_blocks_are_read_as_they_were_written() -> None:
    names, rejects = StationNames(), Rejects()
    number, text_of_two = np.array([235000001, 235000002]), np.array(["ONE", "TWO"])
    times, stations = np.array([1_700_000_000.123, 1_700_000_001.0]), np.array(["cliff", "pier-head"])

    lines = tagged_lines(voyages(number, text_of_two, text_of_two, sequence=[4, 5]), times, stations)
    batch = Frames.concat(list(FORMAT.read(io.BytesIO(lines), Reading(names, rejects))))

    assert FORMAT.recognises(lines)
    assert rejects.total() == 0
    assert batch.time_s.tolist() == np.repeat(times, 2).tolist()
    assert [names.name(each) for each in batch.station] == ["cliff", "cliff", "pier-head", "pier-head"]
    said = AisDecoder(rejects).step(batch)
    assert said.identities.name.tolist() == ["ONE", "TWO"]


def test_the_house_reads_back_what_it_writes() -> None:
    nan = np.array([np.nan, 1.0])
    lat, lon = np.array([50.1, 50.2]), np.array([-1.1, -1.2])
    sentence = class_b_positions(np.array([235000001, 235000002]), lat, lon, nan, nan, nan)

    said = AisDecoder(Rejects()).step(frames(sentence.tolist()))

    assert said.reports.lat_deg == pytest.approx(lat, abs=1e-6)
    assert np.isnan(said.reports.sog_mps).tolist() == [True, False]
    assert np.isnan(said.reports.heading_deg).tolist() == [True, False]
    assert json.dumps(said.reports.integrity.tolist()) == "[0, 0]"
