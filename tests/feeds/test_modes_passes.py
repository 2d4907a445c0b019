"""Passes over Mode S rows say what plain rules say of each row by itself."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from feeds.modes.address import senders
from feeds.modes.messages import ModesMessages
from feeds.modes.said import reports_of
from feeds.modes.screen import formats, screened
from feeds.modes.velocity import velocity
from feeds.modes.words import Words
from feeds.reports import Domain, Source, entities
from geo.units import FOOT_M, FOOT_PER_MINUTE_MPS, KNOT_MPS

any_message = st.integers(0, (1 << 56) - 1)
velocities = st.builds(
    lambda subtype, rest: 19 << 51 | subtype << 48 | rest, st.integers(0, 7), st.integers(0, (1 << 48) - 1)
)
formats_heard = st.sampled_from([0, 4, 5, 11, 16, 17, 18, 20, 21, 24])
frames = st.tuples(
    formats_heard, st.integers(0, (1 << 27) - 1), st.sampled_from([0, 1, 127, 128, 0x400ABC]), any_message
)


def bits(word, first, count):
    return word >> (57 - first - count) & ((1 << count) - 1)


def signed(sign, value, said):
    if not said or value == 0:
        return math.nan
    return float(1 - value if sign else value - 1)


def plain_velocity(me):
    """Ground speed, track, heading, airspeed, whether true, rate, whether geometric, difference."""
    kind = bits(me, 6, 3)
    ground, air, step = kind in {1, 2}, kind in {3, 4}, 4 if kind in {2, 4} else 1
    east = signed(bits(me, 14, 1), bits(me, 15, 10), ground) * step
    north = signed(bits(me, 25, 1), bits(me, 26, 10), ground) * step
    speed = math.sqrt(east * east + north * north)
    track = float(np.degrees(np.arctan2(east, north)) % 360.0) if speed > 0 else math.nan
    flown = air and bits(me, 26, 10) > 0
    rate = signed(bits(me, 37, 1), bits(me, 38, 9), ground or air) * 64
    difference = bits(me, 50, 7)
    return (
        speed,
        track,
        bits(me, 15, 10) * 360 / 1024 if air and bits(me, 14, 1) else math.nan,
        float((bits(me, 26, 10) - 1) * step) if flown else math.nan,
        bits(me, 25, 1) if flown else -1,
        rate,
        -1 if math.isnan(rate) else 1 - bits(me, 36, 1),
        signed(bits(me, 49, 1), difference, (ground or air) and difference < 127) * 25,
    )


@given(st.lists(velocities, min_size=1, max_size=20))
def test_velocities_are_those_of_the_bits(words):
    said = velocity(np.array(words, np.uint64))

    found = zip(*(getattr(said, name).tolist() for name in said.__dataclass_fields__), strict=True)
    np.testing.assert_array_equal(np.array(list(found)), np.array([plain_velocity(me) for me in words]))


def words_of(drawn):
    head = np.array([df << 27 | rest for df, rest, *_ in drawn], np.uint64)
    me = np.array([me for *_, me in drawn], np.uint64)
    remainder = np.array([rest for _, _, rest, _ in drawn], np.uint32)
    return Words(head, me, np.zeros(len(drawn), np.uint64), remainder)


@given(st.lists(frames, min_size=1, max_size=20))
def test_who_sends_and_what_may_be_read_is_told_of_each_frame_by_itself(drawn):
    words = words_of(drawn)
    sender, screen = senders(words, formats(words)), screened(words, formats(words))

    for row, (df, rest, remainder, _) in enumerate(drawn):
        address = rest & 0xFFFFFF if df in {11, 17, 18} else remainder
        assert sender.address[row] == address
        if df != 18:
            assert sender.entity[row] == entities(Domain.ICAO, address)
            assert sender.source[row] == (Source.ADSB if df == 17 else Source.MODE_S)
            assert sender.squitter[row] == (df == 17)
        unknown = df not in {4, 5, 11, 17, 18, 20, 21}
        failed = (df in {17, 18} and remainder > 0) or (df == 11 and remainder > 127)
        clean = df in {11, 17, 18} and remainder == 0
        assert [column[row] for column in screen] == [unknown, failed, not (unknown or failed), clean]


number = st.one_of(st.just(math.nan), st.floats(-1e5, 1e5))
SAID = (
    "lat_deg",
    "alt_ft",
    "groundspeed_kt",
    "track_deg",
    "heading_deg",
    "vertical_rate_fpm",
    "geo_minus_baro_ft",
)


@given(st.lists(st.tuples(st.tuples(*[number] * len(SAID)), st.sampled_from([-1, 0, 7700])), max_size=12))
def test_a_report_is_made_of_each_message_that_says_anything_and_of_no_other(drawn):
    n = len(drawn)
    columns = np.array([row for row, _ in drawn]).reshape(n, len(SAID)).T
    messages = ModesMessages.of(
        n,
        **dict(zip(SAID, columns, strict=True)),
        squawk=np.array([squawk for _, squawk in drawn], np.int16),
        entity=np.arange(n, dtype=np.uint64),
        station=np.arange(n, dtype=np.uint32),
        nic=np.arange(n, dtype=np.int8),
    )
    kept = [at for at, (row, squawk) in enumerate(drawn) if squawk >= 0 or not all(map(math.isnan, row))]

    reports = reports_of(messages)

    assert reports.entity.tolist() == reports.stations.values.tolist() == reports.integrity.tolist() == kept
    expected = {
        "lat_deg": columns[0],
        "alt_m": columns[1] * FOOT_M,
        "sog_mps": columns[2] * KNOT_MPS,
        "cog_deg": columns[3],
        "heading_deg": columns[4],
        "climb_mps": columns[5] * FOOT_PER_MINUTE_MPS,
        "alt_diff_m": columns[6] * FOOT_M,
        "squawk": messages.squawk,
    }
    for name, column in expected.items():
        np.testing.assert_array_equal(getattr(reports, name), column[kept], err_msg=name)
