from functools import reduce
from operator import xor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from nmea_lines import T0, checksummed, counts, encoded, tagged

from feeds import nmea
from feeds.format import Reading
from feeds.nmea import Plain, Stamped, checksums_hold, frames_of
from feeds.rejects import Rejects
from geo.batch import Ragged
from geo.stations import StationNames

SHIP = encoded({"type": 1, "mmsi": 235000001})[0]


def reading(**options) -> Reading:
    return Reading(StationNames(), Rejects(), **options)


def holds_by_hand(sentence: bytes) -> bool:
    body, star, digits = sentence[1:-3], sentence[-3:-2], sentence[-2:]
    try:
        said = int(digits.decode("ascii"), 16) if digits.isalnum() else None
    except ValueError:
        said = None
    return len(sentence) >= 4 and star == b"*" and said == reduce(xor, body, 0)


near = st.binary(max_size=30).map(lambda body: checksummed(body.decode("latin-1").replace("é", "e")))
sentences = st.lists(
    st.one_of(st.binary(max_size=20), near, st.builds(lambda s: s[:-1] + b"G", near), near.map(bytes.lower))
)


@given(sentences)
def test_checksums_of_a_batch_are_those_of_each_sentence_by_hand(rows: list[bytes]) -> None:
    held = checksums_hold(Ragged.of_rows(rows, np.uint8))

    assert held.tolist() == [holds_by_hand(row) for row in rows]


def test_a_tag_block_gives_time_and_station() -> None:
    said = Plain()(rb"\s:2573238,c:1733782034*0A\!BSVDM,1,1,,A,13o4g`00000I2ENRH4g83S0L088C,0*3F")

    assert said == Stamped(b"!BSVDM,1,1,,A,13o4g`00000I2ENRH4g83S0L088C,0*3F", 1733782034.0, "2573238")


def test_thirteen_digits_are_milliseconds() -> None:
    assert Plain()(tagged("c:1733782034567", SHIP)) == Stamped(SHIP, 1733782034.567)


def test_a_tag_block_whose_checksum_fails_is_refused() -> None:
    line = tagged("s:cliff,c:1733782034", SHIP).replace(b"1733782034", b"1733782035")

    assert Plain()(line) == nmea.BAD_TAG_BLOCK_CHECKSUM


def test_later_lines_of_a_group_inherit_time_and_station_even_when_groups_are_interleaved() -> None:
    plain = Plain()
    plain(tagged("g:1-2-7,s:cliff,c:1733782034", SHIP))
    plain(tagged("g:1-2-8,s:pier,c:1733782035", SHIP))

    assert plain(tagged("g:2-2-7", SHIP)) == Stamped(SHIP, 1733782034.0, "cliff")
    assert plain(tagged("2G2:8", SHIP)) == Stamped(SHIP, 1733782035.0, "pier")


def test_groups_that_never_end_are_forgotten() -> None:
    plain = Plain()
    for group in range(10_000):
        plain(tagged(f"g:1-2-{group},s:cliff,c:1733782034", SHIP))

    assert len(plain._groups) == nmea.GROUPS_OPEN


def test_a_station_known_otherwise_is_not_believed() -> None:
    plain = Plain(believe_station=False)

    assert plain(tagged("s:not-me,c:1733782034", SHIP)) == Stamped(SHIP, 1733782034.0)


def test_the_coast_guards_suffix_gives_time_and_station() -> None:
    said = Plain()(SHIP + b",d-109,S2105,T57.2,r003669945,1325394001")

    assert said == Stamped(SHIP, 1325394001.0, "r003669945")


def test_a_line_without_time_takes_the_last_and_says_so() -> None:
    lines = [SHIP, tagged("s:cliff,c:1733782034", SHIP), SHIP]
    to = reading(station="here")

    (batch,) = frames_of(lines, Plain(), to)

    assert batch.time_s.tolist() == [1733782034.0] * 2
    assert batch.time_guessed.tolist() == [False, True]
    assert [to.names.name(number) for number in batch.station] == ["cliff", "here"]
    assert counts(to.rejects) == {nmea.NO_TIME: 1}


def test_a_start_time_serves_lines_that_come_before_any_time() -> None:
    (batch,) = frames_of([SHIP], Plain(), reading(start_s=T0))

    assert (batch.time_s[0], batch.time_guessed[0]) == (T0, True)


def test_a_time_outside_the_age_of_ais_is_refused() -> None:
    to = reading()

    assert list(frames_of([tagged("c:17", SHIP), tagged("c:9999999999999999", SHIP)], Plain(), to)) == []
    assert counts(to.rejects) == {nmea.IMPOSSIBLE_TIME: 2}


def test_an_input_cannot_name_stations_without_end(monkeypatch) -> None:
    monkeypatch.setattr(nmea, "STATIONS_PER_INPUT", 3)
    to = reading()
    lines = [tagged(f"s:s{number},c:1733782034", SHIP) for number in range(5)]

    assert sum(map(len, frames_of(lines, Plain(), to))) == 3
    assert counts(to.rejects) == {nmea.STATION_REFUSED: 2}


hostile = st.one_of(
    st.binary(max_size=80).map(lambda raw: raw.replace(b"\n", b"") or b"x"),
    st.builds(lambda head, tail: head + SHIP + tail, st.binary(max_size=20), st.binary(max_size=20)),
    st.text(alphabet="\\gsc:,-*0123456789G", max_size=60).map(lambda fields: tagged(fields, SHIP)),
    st.just(SHIP),
)


@given(st.lists(hostile, max_size=30))
def test_whatever_the_lines_each_becomes_a_frame_or_a_count(lines: list[bytes]) -> None:
    to = reading()

    framed = sum(map(len, frames_of(lines, Plain(), to)))

    assert framed + to.rejects.total() == len(lines)
