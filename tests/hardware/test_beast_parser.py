"""The Beast parser: the same frames as the reader of recordings, from bytes cut anywhere, whatever stands between."""

import io
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.format import Reading
from feeds.formats.beast import FORMAT
from feeds.modes_lines import lines_of
from feeds.rejects import Rejects
from geo.stations import StationNames
from hardware.beast import BETWEEN, COMPUTED, MODE_AC, BeastParser, Heard, modes_line
from hardware.refusals import Refusals

MLAT = 0xFF004D4C4154
frames_of_air = st.tuples(
    st.binary(min_size=7, max_size=7) | st.binary(min_size=14, max_size=14),
    st.integers(1, 2**48 - 1).filter(lambda ticks: ticks not in {MLAT, MLAT + 1}),
    st.integers(0, 255),
)


def record(frame, ticks=1, level=100):
    kind = {2: b"1", 7: b"2", 14: b"3"}[len(frame)]
    body = ticks.to_bytes(6, "big") + bytes([level]) + frame
    return b"\x1a" + kind + body.replace(b"\x1a", b"\x1a\x1a")


def cut(data, cuts):
    edges = [0, *sorted(place % (len(data) + 1) for place in cuts), len(data)]
    return [data[first:last] for first, last in pairwise(edges)]


def parsed(data, cuts=(), refusals=None):
    parser = BeastParser(refusals or Refusals())
    return [heard for piece in cut(data, cuts) for heard in parser.feed(piece)]


def as_recorded(data):
    """Frame and signal as the reader of recordings gives them."""
    reading = Reading(StationNames(), Rejects(), start_s=1.7e9)
    return [
        (batch.payload.row(i).tobytes(), batch.signal_dbfs[i])
        for batch in FORMAT.read(io.BytesIO(data), reading)
        for i in range(len(batch))
    ]


def assert_same(heard, recorded):
    assert [each.frame for each in heard] == [frame for frame, _ in recorded]
    np.testing.assert_array_equal([each.signal_dbfs for each in heard], [signal for _, signal in recorded])


@pytest.mark.recording
@pytest.mark.parametrize("cuts", [(), tuple(range(1, 4000, 7))])
def test_a_recording_of_dump1090_gives_what_its_reader_gives(recordings, cuts):
    data = (recordings / "adsb" / "traffic_sample_dump1090.beast.bin").read_bytes()
    refusals = Refusals()

    heard = parsed(data, cuts, refusals)

    assert len(heard) > 100
    assert_same(heard, as_recorded(data))


@given(st.lists(frames_of_air), st.lists(st.integers(0, 500)))
def test_frames_come_out_as_they_went_in_however_the_bytes_are_cut(sent, cuts):
    data = b"".join(record(*each) for each in sent)
    refusals = Refusals()

    heard = parsed(data, cuts, refusals)

    assert [each.frame for each in heard] == [frame for frame, _, _ in sent]
    assert_same(heard, as_recorded(data))
    assert not refusals.counts


@given(frames_of_air)
def test_a_frame_comes_out_with_its_last_byte(sent):
    data = record(*sent)
    parser = BeastParser(Refusals())

    assert not parser.feed(data[:-1])
    assert len(parser.feed(data[-1:])) == 1


@given(st.binary(max_size=60), frames_of_air, st.lists(st.integers(0, 200)))
def test_after_any_garbage_the_parser_finds_its_feet_by_the_second_record(garbage, sent, cuts):
    # The first may be eaten by a garbled record before it that is a byte short.
    data = garbage + record(*sent) + record(*sent)

    assert Heard(sent[0], pytest.approx(parsed(record(*sent))[0].signal_dbfs, nan_ok=True)) in parsed(
        data, cuts
    )


@given(st.lists(frames_of_air, min_size=1), st.integers(0, 500))
def test_bytes_lost_on_the_way_cost_no_more_than_the_records_they_were_of(sent, place):
    data = [record(*each) for each in sent]
    hurt = place % len(data)
    data[hurt] = data[hurt][: len(data[hurt]) // 2]

    heard = [each.frame for each in parsed(b"".join(data))]

    rest = [frame for i, (frame, _, _) in enumerate(sent) if i not in {hurt, hurt + 1}]
    in_order = iter(heard)
    assert all(frame in in_order for frame in rest)


def test_what_a_network_computed_is_refused():
    refusals = Refusals()

    heard = parsed(record(bytes(14), MLAT) + record(bytes(7), MLAT + 1) + record(bytes(7), 5), (), refusals)

    assert len(heard) == 1
    assert refusals.counts == {COMPUTED: 2}


def test_mode_ac_is_counted_and_a_heartbeat_is_silent():
    refusals = Refusals()

    assert not parsed(record(b"\x12\x34") + record(bytes(2), 0, 0), (), refusals)
    assert refusals.counts == {MODE_AC: 1}


def test_states_and_names_of_the_receiver_are_passed_over():
    refusals = Refusals()
    told = b"\x1a4" + bytes(21) + b"\x1a\xe3" + b"\x01" * 8 + b"\x1aP" + b"abc"

    assert len(parsed(told + record(bytes(7)), (), refusals)) == 1
    assert not refusals.counts


def test_an_unknown_type_is_counted_and_the_next_record_found():
    refusals = Refusals()

    assert len(parsed(b"\x1a9junk" + record(bytes(7)), (), refusals)) == 1
    assert refusals.counts[BETWEEN] >= 1


@given(frames_of_air, st.floats(1e9, 4e9))
def test_a_line_is_read_back_by_the_server(sent, now_s):
    frame, _, level = sent
    (heard,) = parsed(record(frame, level=level))

    lines = lines_of(modes_line(heard, now_s))

    assert lines.refused.tolist() == [0]
    assert lines.payload.row(0).tobytes() == frame
    assert lines.time_s[0] == pytest.approx(now_s, abs=0.00051)
    assert lines.signal_dbfs[0] == pytest.approx(heard.signal_dbfs, abs=0.051, nan_ok=True)
