"""Blocks of lines say what the same lines say one by one: frames, refusals, stations and the order of all three."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nmea_lines import T0, checksummed, encoded, lines_of, tagged

from feeds import nmea_frames
from feeds.format import Reading
from feeds.formats.nmea_pghp import Stamper
from feeds.formats.nmea_prefixed import Prefixes
from feeds.lines import LINE_BYTES, LINE_TOO_LONG, capped_lines
from feeds.nmea import Plain, frames_of
from feeds.nmea_frames import frames_in, frames_of_payloads
from feeds.nmea_plain import Payload
from feeds.rejects import Rejects
from geo.stations import StationNames
from hardware.frames import Frames

SHIP = encoded({"type": 1, "mmsi": 235000001})[0]
TWO = encoded({"type": 5, "mmsi": 235000001, "shipname": "ALPHA"}, seq_id=3)
STAMP = b"$" + checksummed("PGHP,1,2010,6,11,11,46,12,386,219,24,992190924,1,12")[1:]
PARIS = ZoneInfo("Europe/Paris")
MANNERS: dict[str, Callable[[], Any]] = {
    "plain": Plain,
    "topic": lambda: Plain(believe_station=False),
    "stamped": Stamper,
    "prefixed": lambda: Prefixes(None),
    "in Paris": lambda: Prefixes(PARIS),
}
RECORDINGS = {
    "ais_vernon_20160331.log.gz": "in Paris",
    "log_ais_cw17_guadeloupe.csv.log.gz": "prefixed",
    "aislib_stream_example_2010-06-11.txt": "stamped",
    "norwegian_kystverket_2024-12-09.raw": "plain",
}

sentence = st.sampled_from([SHIP, *TWO, b"!AIVDM,1,1,,A,\\,0*00", b"$GPGGA,1*00", b"!AI,", b"!AIVDM 1,1"])
field = st.one_of(
    st.sampled_from(
        ["s:cliff", "s:quay", "s:", "s:bad name", "g:1-2-7", "g:2-2-7", "2G2:7", "g:1", "c:17", "x:1"]
    ),
    st.integers(0, 9).map(lambda second: f"c:{int(T0) + second}"),
    st.integers(0, 9999).map(lambda ms: f"c:{int(T0)}{ms:03d}"),
    st.text("gsc:-,*0127.", max_size=12),
)
tag_block = st.builds(
    lambda fields, said: tagged(",".join(fields), said), st.lists(field, max_size=3), sentence
)
suffixed = st.builds(
    lambda said, more: said + b"," + b",".join(more),
    sentence,
    st.lists(st.sampled_from([b"d-109", b"r003669945", b"1325394001", b"b12", b"17", b"r"]), max_size=4),
)
clock = st.builds(
    "2016-10-30 {:02d}:{:02d}:{:02d}".format, st.integers(1, 3), st.integers(0, 59), st.integers(0, 60)
)
prefix = st.one_of(
    clock.map(str.encode),
    st.sampled_from(
        [b"1490075479", b"1490075479.25", b"1490075479123", b"2016-13-01 00:00:00", b"17", b"epoch"]
    ),
)
prefixed = st.builds(
    lambda when, between, said: when + between + said,
    prefix,
    st.sampled_from([b",", b", ", b";", b" ", b""]),
    st.one_of(sentence, tag_block),
)
line = st.one_of(
    sentence,
    tag_block,
    suffixed,
    prefixed,
    st.sampled_from(
        [STAMP, STAMP[:-1] + b"0", b"$PGHP,2,x", b"", b"  ", b"Epoch,Sentence", b"x" * (LINE_BYTES + 2)]
    ),
    st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b"")),
)
lines = st.lists(line, max_size=25)
end = st.sampled_from([b"\n", b"\r\n"])


def same(ours: list[Frames], theirs: list[Frames]) -> None:
    """Equal rows, however they are cut into batches."""
    one, other = Frames.concat(ours), Frames.concat(theirs)
    for name, column in one.columns().items():
        if name != "payload":
            np.testing.assert_array_equal(column, getattr(other, name), err_msg=name)
    np.testing.assert_array_equal(one.payload.offsets, other.payload.offsets)
    np.testing.assert_array_equal(one.payload.values, other.payload.values)


def read(data: bytes, manner: Any, start_s: float | None, *, blocks: bool) -> tuple[list[Frames], Any, Any]:
    """Frames, refusals and stations of some bytes, in one of the two ways."""
    to = Reading(StationNames(), Rejects(), start_s=start_s)
    source = io.BytesIO(data)
    found = (
        frames_in(source, manner, to) if blocks else frames_of(capped_lines(source, to.rejects), manner, to)
    )
    frames = list(found)
    return frames, told(to.rejects), to.names.known()


def told(rejects: Rejects) -> Any:
    """What was counted, but for what is too long: that is counted before lines are looked at, here or there."""
    kept = {reason: entry for reason, entry in rejects.by_reason().items() if reason != LINE_TOO_LONG}
    return kept, sum(count for (reason, _), count in rejects.counts.items() if reason == LINE_TOO_LONG)


@given(st.sampled_from(sorted(MANNERS)), lines, end, st.sampled_from([None, T0]), st.integers(1, 2000))
@settings(max_examples=300)
def test_any_lines_in_blocks_of_any_size_say_the_same_as_one_by_one(
    name: str, drawn: list[bytes], line_end: bytes, start_s: float | None, block: int
) -> None:
    data = line_end.join(drawn)

    with patch.object(nmea_frames, "BLOCK_BYTES", block):
        ours, *ours_told = read(data, MANNERS[name](), start_s, blocks=True)
    theirs, *theirs_told = read(data, MANNERS[name](), start_s, blocks=False)

    same(ours, theirs)
    assert ours_told == theirs_told


@pytest.mark.recording
@pytest.mark.parametrize("file", RECORDINGS)
def test_a_recording_says_the_same_in_blocks_as_line_by_line(recordings: Path, file: str) -> None:
    data, manner = b"\n".join(lines_of(recordings / "ais" / file)), MANNERS[RECORDINGS[file]]

    ours, *ours_told = read(data, manner(), None, blocks=True)
    theirs, *theirs_told = read(data, manner(), None, blocks=False)

    assert sum(map(len, ours)) > 200
    same(ours, theirs)
    assert ours_told == theirs_told


payload = st.builds(
    lambda station, drawn, late, starts: (
        station,
        b"\n".join(drawn),
        T0 + late,
        T0 + late if starts else None,
    ),
    st.sampled_from(["cliff", "quay", "no good"]),
    lines,
    st.integers(0, 9),
    st.booleans(),
)


sound = st.builds(
    lambda fields, said: tagged(",".join(fields), said),
    st.tuples(
        st.integers(0, 9).map(lambda second: f"c:{int(T0) + second}"), st.sampled_from(["s:quay", "g:1-2-7"])
    ),
    st.sampled_from([SHIP, *TWO]),
)
sound_payload = st.builds(
    lambda station, first, drawn, end, late: (
        station, end.join([first, *drawn]), T0 + late, T0 + late
    ),
    st.sampled_from(["cliff", "quay"]),
    sound,
    st.lists(st.one_of(sound, st.sampled_from([SHIP, b"", b" "])), max_size=9),
    end,
    st.integers(0, 9),
)  # fmt: skip


@given(st.lists(sound_payload, min_size=1, max_size=6))
def test_sound_payloads_are_read_in_one_pass_and_say_the_same(
    drawn: list[tuple[str, bytes, float, float]],
) -> None:
    with patch.object(nmea_frames, "plain_frames", return_value=None):
        longer = frames_of_payloads([Payload(*each) for each in drawn], Reading(StationNames(), Rejects()))
    with patch.object(nmea_frames, "block_of", side_effect=AssertionError):
        ours = frames_of_payloads([Payload(*each) for each in drawn], Reading(StationNames(), Rejects()))

    same([ours], [longer])


@given(st.lists(payload, max_size=6))
@settings(max_examples=200)
def test_payloads_of_many_stations_say_the_same_together_as_each_line_by_itself(
    drawn: list[tuple[str, bytes, float, float | None]],
) -> None:
    ours_to = Reading(StationNames(), Rejects())
    names, rejects, theirs = StationNames(), Rejects(), []
    for station, data, arrival_s, start_s in drawn:
        to = Reading(names, rejects, start_s=start_s, station=station)
        some = [each for each in data.split(b"\n") if len(each) <= LINE_BYTES]
        for each in data.split(b"\n"):
            if len(each) > LINE_BYTES:
                rejects.add(LINE_TOO_LONG, each, station)
        stripped = [each.strip() for each in some if each.strip()]
        found = frames_of(stripped, Plain(believe_station=False), to)
        theirs += [batch.replaced(arrival_s=np.full(len(batch), arrival_s)) for batch in found]

    ours = frames_of_payloads([Payload(*each) for each in drawn], ours_to)

    same([ours], theirs)
    assert ours_to.rejects.counts == rejects.counts
    assert told(ours_to.rejects) == told(rejects)
    assert ours_to.names.known() == names.known()
