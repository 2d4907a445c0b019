"""The compiled readers of Mode S say what the plain ones say, of anything that can be written."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modes_making import START, flight, reply

from feeds.format import Reading, formats
from feeds.formats import beast, modes_csv
from feeds.modes.gather import Gather
from feeds.modes.ticks import MULTILATERATED, TickClock, is_relayed, signal_dbfs
from feeds.modes.words import words_of
from feeds.nmea_block import block_of
from feeds.rejects import Rejects
from geo.batch import Ragged
from geo.stations import StationNames
from hardware.frames import Frames

FRAMES = [*flight(50.7, -1.3, 4), reply(4, 0x990)]
RECORD = re.compile(rb"\x1a([^\x1a])([^\x1a]*(?:\x1a\x1a[^\x1a]*)*)")

times = st.sampled_from(
    [
        *["1717664319.147975", "1717664319", "1717664319.", ".5", "0", "0.1", "1717664319.1479752"],
        *["4102444799.9", "4102444800", "1e9", "-1", "+5", "nan", "inf", "", " 7", "1_0", "9007199254740993"],
        *["000000000000000001", "0.0000000000000000001", "٣", "1..2", "12,"],
    ]
) | st.floats(0, 5e9).map(repr)
stations = st.sampled_from(["shoreham-1", "", " ", '"q"', "a b", "é", "x" * 64, "x" * 65, "\x1b[2J"])
frames_hex = st.sampled_from(
    [
        *[frame.hex() for frame in FRAMES],
        *[FRAMES[0].hex().upper(), FRAMES[0].hex()[:20], f" {FRAMES[0].hex()}", f'"{FRAMES[0].hex()}"'],
        *["", "zz" * 7, FRAMES[0].hex() + "0", FRAMES[4].hex() + "g", FRAMES[0].hex()[:13]],
    ]
)
lines = st.builds(
    lambda cells, end: ",".join(cells).encode() + end,
    st.tuples(times, stations, frames_hex) | st.tuples(times, stations, frames_hex, st.just("-12.5")),
    st.sampled_from([b"", b"\r", b",", b" "]),
) | st.binary(max_size=40).filter(lambda line: b"\n" not in line)


def _reading() -> Reading:
    return Reading(StationNames(), Rejects(), start_s=START)


def _same(one: Frames, other: Frames) -> None:
    for name, values in one.columns().items():
        theirs = getattr(other, name)
        if isinstance(values, Ragged):
            assert values.offsets.tolist() == theirs.offsets.tolist()
            np.testing.assert_array_equal(values.values, theirs.values)
            continue
        np.testing.assert_array_equal(values, theirs, err_msg=name)


@settings(max_examples=300, deadline=None)
@given(st.lists(lines, max_size=12))
def test_csv_read_in_blocks_says_what_it_says_line_by_line(written: list[bytes]) -> None:
    block, long = block_of(b"\n".join(written))
    together, apart = _reading(), _reading()
    fast = modes_csv._frames(block, long, together)
    plain, _ = modes_csv._one_by_one(block, np.flatnonzero(block.past > block.first), apart)

    _same(fast, plain)
    assert together.rejects.counts == apart.rejects.counts
    assert set(apart.names.known()) <= set(together.names.known())


def _plain_beast(data: bytes, reading: Reading) -> Frames:
    """By the regular expression of a record, one at a time."""
    clock, gather, place = TickClock(START), Gather(reading), 0
    for found in RECORD.finditer(data):
        if found.start() > place:
            reading.rejects.add("bytes between records", data[place : found.start()])
        place = found.end()
        kind, body = found[1], found[2].replace(b"\x1a\x1a", b"\x1a")
        ticks = int.from_bytes(body[:6], "big")
        if kind in b"23" and len(body) == {b"2": 14, b"3": 21}[kind] and not is_relayed(ticks):
            time_s, guessed = clock.time_s(ticks)
            signal = signal_dbfs(body[6])
            gather.add_bytes(time_s, reading.station, body[7:], body, signal, guessed)
        elif kind not in b"4PW\xe3\xe4\xe8":
            beast._judge(kind, body, reading)
    if place < len(data):
        reading.rejects.add("bytes between records", data[place:])
    return gather.taken()


records = st.builds(
    lambda kind, ticks, level, frame: (
        b"\x1a" + kind + (ticks.to_bytes(6, "big") + bytes([level]) + frame).replace(b"\x1a", b"\x1a\x1a")
    ),
    st.sampled_from([b"1", b"2", b"3", b"4", b"\xe3", b"P", b"9"]),
    st.integers(0, 2**48 - 1) | st.sampled_from([0, MULTILATERATED, 0x1A1A1A1A1A1A, 10**9, 10**9 + 5]),
    st.integers(0, 255),
    st.sampled_from(FRAMES) | st.binary(max_size=20),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(records | st.binary(max_size=9) | st.just(b"\x1a"), max_size=12).map(b"".join))
def test_beast_read_in_blocks_says_what_it_says_record_by_record(data: bytes) -> None:
    together, apart = _reading(), _reading()
    found = Frames.concat(list(formats()["beast"].read(_Whole(data), together)))

    _same(found, _plain_beast(data, apart))
    counts = Counter(together.rejects.counts)
    # Rubbish longer than any record is counted as such where the stream's end is not yet known.
    if ("record too long", "") not in counts:
        assert counts == apart.rejects.counts


class _Whole:
    """A source that gives all at once, and then the end."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int) -> bytes:
        data, self._data = self._data, b""
        return data


@given(st.lists(st.integers(0, 2**48 - 1) | st.integers(0, 10**7) | st.just(0), max_size=20), st.data())
def test_many_counts_have_the_times_that_they_have_one_by_one(counts: list[int], data: st.DataObject) -> None:
    one, many = TickClock(START), TickClock(START)
    cut = data.draw(st.integers(0, len(counts)))
    apart = [one.time_s(count) for count in counts]
    together = [many.times_s(np.array(part, np.int64)) for part in (counts[:cut], counts[cut:])]

    assert np.concatenate([time_s for time_s, _ in together]).tolist() == [time_s for time_s, _ in apart]
    assert np.concatenate([guessed for _, guessed in together]).tolist() == [guessed for _, guessed in apart]


@given(st.lists(st.binary(min_size=14, max_size=14), min_size=1, max_size=8))
def test_frames_are_cut_where_the_standard_cuts_them(frames: list[bytes]) -> None:
    short = [frame[0] >> 3 < 16 for frame in frames]
    words = words_of(Ragged.of_rows(frames, np.uint8))
    whole = [int.from_bytes(f[: 7 if s else 14], "big") for f, s in zip(frames, short, strict=True)]

    assert words.head.tolist() == [w >> (24 if s else 80) for w, s in zip(whole, short, strict=True)]
    assert words.me.tolist() == [
        0 if s else w >> 24 & (1 << 56) - 1 for w, s in zip(whole, short, strict=True)
    ]
    assert words.parity.tolist() == [w & 0xFFFFFF for w in whole]


def test_a_file_with_a_byte_order_mark_loses_no_line() -> None:
    reading = _reading()
    data = b"\xef\xbb\xbftime,station,frame\n" + b"1700000000,a,%s\n" % FRAMES[0].hex().encode()
    found = list(formats()["modes-csv"].read(_Whole(data), reading))

    assert [len(frames) for frames in found] == [1]
    assert reading.rejects.total() == 0


@pytest.mark.parametrize("size", [1, 7, 100, 1 << 20])
def test_long_lines_are_counted_and_their_neighbours_kept(size: int) -> None:
    reading = _reading()
    line = b"1700000000,a,%s\n" % FRAMES[0].hex().encode()
    source = _Pieces(line + b"x" * 20_000 + b"\n" + line, size)
    found = list(formats()["modes-csv"].read(source, reading))

    assert sum(len(frames) for frames in found) == 2
    assert reading.rejects.counts == {("line too long", ""): 1}


class _Pieces(_Whole):
    """A source that gives a few bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._size = size

    def read(self, size: int) -> bytes:
        data, self._data = self._data[: self._size], self._data[self._size :]
        return data
