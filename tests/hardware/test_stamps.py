"""Stamps, read back by the server's own reader and by pyais."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nmea_lines import tagged
from pyais.messages import TagBlock

from feeds.nmea import Plain, Stamped
from hardware.refusals import Refusals
from hardware.stamps import BAD_TAG_BLOCK, NOT_NMEA, OWN_TIME_WRONG, SKEW_S, stamped

NOW_S = 1_733_782_034.1234
SENTENCE = b"!AIVDM,1,1,,A,13o4g`00000I2ENRH4g83S0L088C,0*3F"


def read_back(line):
    said = Plain()(line)
    assert isinstance(said, Stamped)
    return said


def test_a_bare_sentence_gets_the_time_to_the_millisecond():
    line = stamped(SENTENCE, NOW_S, Refusals())

    assert re.fullmatch(rb"\\c:1733782034123\*[0-9A-F]{2}\\" + re.escape(SENTENCE), line)
    assert read_back(line) == Stamped(SENTENCE, 1_733_782_034.123)


def test_pyais_finds_the_checksum_right():
    block = TagBlock(stamped(SENTENCE, NOW_S, Refusals()).split(b"\\")[1])
    block.init()

    assert block.is_valid
    assert block.receiver_timestamp == "1733782034123"


@given(st.floats(0, 4e9))
def test_every_time_is_read_back_to_the_millisecond(now_s):
    line = stamped(SENTENCE, now_s, Refusals())

    assert re.match(rb"\\c:[0-9]{13}\*", line)
    if now_s > 1e8:  # before 1973 thirteen digits begin with zeros, and the reader takes them for seconds
        assert read_back(line).time_s == pytest.approx(now_s, abs=0.00051)


@given(st.floats(-2 * SKEW_S, 2 * SKEW_S))
def test_an_own_time_is_kept_within_the_skew_and_replaced_beyond_it(off_s):
    own_s = round(NOW_S + off_s, 3)
    refusals = Refusals()

    said = read_back(stamped(tagged(f"s:cliff,c:{round(own_s * 1000)}", SENTENCE), NOW_S, refusals))

    kept = abs(own_s - NOW_S) <= SKEW_S
    assert said.time_s == pytest.approx(own_s if kept else 1_733_782_034.123, abs=1e-6)
    assert said.station == "cliff"
    assert refusals.counts == ({} if kept else {OWN_TIME_WRONG: 1})


def test_an_own_time_in_whole_seconds_is_kept_as_it_is():
    line = stamped(tagged("c:1733782030,s:cliff", SENTENCE), NOW_S, Refusals())

    assert read_back(line).time_s == 1_733_782_030.0


def test_a_group_keeps_its_number_and_gets_a_time():
    line = stamped(tagged("g:2-2-73", SENTENCE), NOW_S, Refusals())

    assert line.startswith(b"\\g:2-2-73,c:1733782034123*")
    assert read_back(line).time_s == 1_733_782_034.123


@pytest.mark.parametrize("block", [b"c:1733782034*00", b"c:1733782034", b"", b"*", b"c:1*ZZ", b"\xc3*C3"])
def test_a_tag_block_that_cannot_be_read_costs_its_words_and_not_the_sentence(block):
    refusals = Refusals()

    line = stamped(b"\\" + block + b"\\" + SENTENCE, NOW_S, refusals)

    assert line == stamped(SENTENCE, NOW_S, Refusals())
    assert refusals.counts == {BAD_TAG_BLOCK: 1}


@pytest.mark.parametrize(
    "line", [b'#{"boot": "x"}', b"hello", b"1733,!AIVDM,1", b"!", b'{"class":"AIS"}', b"!AIVDM,\xff"]
)
def test_what_is_no_sentence_is_counted_with_a_sample(line):
    refusals = Refusals()

    assert stamped(line, NOW_S, refusals) is None
    assert refusals.counts == {NOT_NMEA: 1}
    assert refusals.samples[NOT_NMEA].isprintable()


@given(st.binary() | st.binary().map(lambda rest: b"\\" + rest))
def test_whatever_passes_is_read_back_by_the_server_with_a_time_near_now(line):
    passed = stamped(line.replace(b"\n", b" ").strip(), NOW_S, Refusals())

    if passed is not None:
        assert math.fabs(read_back(passed).time_s - NOW_S) <= SKEW_S + 0.001
        assert b"\n" not in passed
