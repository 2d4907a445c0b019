"""What the server takes from stations: once, within bounds, and with the agent's own words understood."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hardware.wire as agent
from feeds.first_line import FIRST_LINE_BYTES, first_line
from feeds.intake import (
    BAD_FIRST_LINE,
    LINE_TOO_LONG,
    OVER_QUOTA,
    TOO_LARGE,
    TOO_MANY_GAPS,
    TOO_MANY_LINES,
    TOO_MANY_STATIONS,
    WRONG_TOPIC,
    Intake,
)
from feeds.journal_entries import Stream, batch_of
from feeds.parameters import FeedsParameters
from feeds.ranges import Ranges
from feeds.rejects import Rejects
from feeds.taken import BOOTS_KEPT, RANGES_KEPT, Taken
from hardware.losses import RANGES_DECLARED

T0 = 1_795_000_000.0
BOOT, EARLIER = "0123456789abcdef", "fedcba9876543210"
LARGEST = 2**63 - 1
AIS = "headland/v1/station/cliff/ais"

pairs = st.tuples(st.integers(1, 60), st.integers(0, 8)).map(lambda pair: (pair[0], sum(pair)))
seqs = st.integers(1, LARGEST)


def payload(seq, boot=BOOT, lines=(b"line",), **more):
    return agent.first_line(boot, seq, more.get("lost")) + b"\n" + b"\n".join(lines)


def intake(**parameters):
    return Intake(FeedsParameters(**parameters), Rejects())


def take(desk, *payloads, topic=AIS, at_s=T0):
    """Offer, commit and note payloads one by one; which of them were taken."""
    taken = []
    for each in payloads:
        offered = desk.offer(topic, each, at_s)
        taken.append(offered is not None)
        desk.kept([offered] if offered else [])
    return taken


def reasons(desk):
    return {reason: told["count"] for reason, told in desk.rejects.by_reason().items()}


@given(st.lists(pairs, max_size=30))
def test_ranges_are_the_set_of_their_numbers(added):
    ranges, numbers = Ranges(), set()
    for first, last in added:
        touched = any(first - 1 <= number <= last + 1 for number in numbers)
        assert ranges.touches(first, last) == touched
        ranges.add(first, last)
        numbers |= set(range(first, last + 1))

    assert {n for n in range(80) if n in ranges} == numbers
    assert ranges.through == next(n for n in range(80) if n + 1 not in numbers)
    assert len(ranges) == sum(n - 1 not in numbers for n in numbers)
    assert [n for a, b in ranges.also for n in range(a, b + 1)] == sorted(
        n for n in numbers if n > ranges.through
    )


@given(
    st.sampled_from([BOOT, EARLIER]),
    seqs,
    st.dictionaries(st.sampled_from([BOOT, EARLIER]), st.lists(pairs, max_size=5), max_size=2),
)
def test_the_agent_s_first_line_is_understood_as_the_agent_means_it(boot, seq, lost):
    said = first_line(
        agent.first_line(boot, seq, {b: [list(p) for p in r] for b, r in lost.items()}) + b"\nx"
    )

    assert (said.boot, said.seq) == (boot, seq)
    assert {b: r for b, r in said.lost.items() if r} == {b: tuple(r) for b, r in lost.items() if r}


def test_the_longest_first_line_that_an_agent_writes_is_understood():
    lost = {f"{i:016x}": [[LARGEST - 2, LARGEST - 1]] for i in range(RANGES_DECLARED)}
    line = agent.first_line(BOOT, LARGEST, lost)

    assert first_line(line) is not None
    assert len(line) < FIRST_LINE_BYTES


@given(st.lists(st.tuples(st.sampled_from([BOOT, EARLIER]), st.integers(1, 40)), max_size=40))
def test_an_ack_covers_for_the_agent_exactly_what_was_taken(taken):
    desk = intake()
    take(desk, *(payload(seq, boot) for boot, seq in taken))

    covered = agent.parse_ack(desk.ack("cliff"))

    assert {(boot, n) for boot, ranges in covered.items() for n in range(1, 50) if n in ranges} == set(taken)


@given(st.lists(st.tuples(st.sampled_from([BOOT, EARLIER]), st.integers(1, 9)), max_size=40))
def test_each_batch_is_taken_once_in_whatever_order_and_however_often_it_comes(sent):
    desk = intake()

    taken = take(desk, *(payload(seq, boot) for boot, seq in sent))

    assert [each for each, was_taken in zip(sent, taken, strict=True) if was_taken] == list(
        dict.fromkeys(sent)
    )
    assert desk.duplicates == len(sent) - len(set(sent))


def test_nothing_is_acknowledged_before_it_is_on_the_disk():
    desk = intake()
    offered = desk.offer(AIS, payload(1), T0)

    assert desk.offer(AIS, payload(1), T0) is None  # on its way already
    assert desk.due() == []
    desk.kept([offered])
    assert desk.due() == ["cliff"]
    assert json.loads(desk.ack("cliff")) == {"boots": {BOOT: {"through": 1, "also": []}}}


def test_a_batch_that_comes_again_is_acknowledged_again():
    desk = intake()
    take(desk, payload(1))
    desk.due()

    assert take(desk, payload(1)) == [False]
    assert desk.due() == ["cliff"]


def test_lost_batches_count_as_covered_of_this_boot_and_of_earlier_ones():
    desk = intake()
    take(desk, payload(1), payload(7, lost={BOOT: [[2, 6]], EARLIER: [[1, 9]]}))

    assert json.loads(desk.ack("cliff"))["boots"] == {
        BOOT: {"through": 7, "also": []},
        EARLIER: {"through": 9, "also": []},
    }


@given(st.lists(st.tuples(st.sampled_from([BOOT, EARLIER]), st.integers(1, 30)), max_size=30))
def test_what_was_taken_is_known_again_after_a_restart(sent):
    first, entries = intake(), []
    for index, (boot, seq) in enumerate(sent):
        if index % 7 == 0:
            entries += first.preface(T0)
        offered = first.offer(AIS, payload(seq, boot), T0)
        if offered:
            entries.append(offered.entry)
            first.kept([offered])
    latest = max((i for i, entry in enumerate(entries) if entry.kind == 7), default=0)

    second = intake()
    second.restore(entries[latest:])

    assert json.loads(second.ack("cliff")) == json.loads(first.ack("cliff"))
    assert take(second, *(payload(seq, boot) for boot, seq in sent)) == [False] * len(sent)


@pytest.mark.parametrize(
    ("topic", "said", "reason"),
    [
        ("headland/v1/station/Cliff/ais", payload(1), WRONG_TOPIC),
        ("headland/v1/station/cliff/status", payload(1), WRONG_TOPIC),
        ("headland/v1/station/cliff/x/ais", payload(1), WRONG_TOPIC),
        ("headland/v1/station/cl/ais", payload(1), WRONG_TOPIC),
        ("elsewhere/\udcff", payload(1), WRONG_TOPIC),
        (AIS, b"", BAD_FIRST_LINE),
        (AIS, b"!AIVDM,1,1,,A,x,0*00", BAD_FIRST_LINE),
        (AIS, b'#{"boot": "0123456789abcdef"}\nline', BAD_FIRST_LINE),
        (AIS, b'#{"boot": "0123456789abcdef", "seq": 0}\nline', BAD_FIRST_LINE),
        (AIS, b'#{"boot": "0123456789abcdef", "seq": true}\nline', BAD_FIRST_LINE),
        (AIS, b'#{"boot": "0123456789abcdef", "seq": 1.5}\nline', BAD_FIRST_LINE),
        (AIS, b'#{"boot": "0123456789abcdef", "seq": 9223372036854775808}\nline', BAD_FIRST_LINE),
        (AIS, b'#{"boot": "../../etc/passwd", "seq": 1}\nline', BAD_FIRST_LINE),
        (AIS, b'#{"boot": "0123456789abcdef", "seq": 3, "lost": [[2, 1]]}\nline', BAD_FIRST_LINE),
        (AIS, b'#{"boot": "0123456789abcdef", "seq": 3, "lost": {}}\nline', BAD_FIRST_LINE),
        (AIS, b'#{"boot": "0123456789abcdef", "seq": 3, "lost_of": []}\nline', BAD_FIRST_LINE),
        (AIS, b"#" + b"[" * 15000, BAD_FIRST_LINE),
        (AIS, b"#" + b" " * FIRST_LINE_BYTES + payload(1)[1:], LINE_TOO_LONG),
        (AIS, payload(1, lines=[b"x" * 70000]), TOO_LARGE),
        (AIS, payload(1, lines=[b"x" * 20000]), LINE_TOO_LONG),
        (AIS, payload(1, lines=[b""] * 300), TOO_MANY_LINES),
    ],
)
def test_what_no_station_should_send_is_refused_and_counted(topic, said, reason):
    desk = intake()

    assert take(desk, said, topic=topic) == [False]
    assert reasons(desk) == {reason: 1}


@given(st.binary(max_size=300))
def test_no_bytes_raise(said):
    take(intake(), said, b"#" + said, b'#{"boot": "0123456789abcdef", "seq": 1}\n' + said)


def test_a_full_batch_of_the_agent_is_taken_with_and_without_a_last_line_end():
    lines = [b"x" * 239] * 200

    assert take(intake(), payload(1, lines=lines), payload(2, lines=lines) + b"\n") == [True, True]


def test_a_station_over_its_quota_waits_and_is_heard_again_when_the_hour_goes_on():
    desk = intake(quota_mb_per_h=0.01)
    sent = [payload(seq, lines=[b"x" * 2900]) for seq in range(1, 6)]

    assert take(desk, *sent) == [True, True, True, False, False]
    assert take(desk, payload(1), topic=AIS.replace("cliff", "other")) == [True]
    assert take(desk, sent[3], at_s=T0 + 1800) == [True]
    assert reasons(desk) == {OVER_QUOTA: 2}
    assert desk.rejects.counts[OVER_QUOTA, "cliff"] == 2


def test_a_sequence_that_jumps_costs_one_range():
    desk = intake()

    assert take(desk, payload(LARGEST), payload(1), payload(2**62)) == [True, True, True]
    assert json.loads(desk.ack("cliff"))["boots"][BOOT] == {
        "through": 1,
        "also": [[2**62, 2**62], [LARGEST, LARGEST]],
    }


def test_gaps_without_end_are_refused_until_one_is_filled():
    desk = intake()
    odd = range(1, 4 * RANGES_KEPT, 2)

    taken = take(desk, *map(payload, odd))

    assert taken == [True] * RANGES_KEPT + [False] * (len(odd) - RANGES_KEPT)
    assert reasons(desk) == {TOO_MANY_GAPS: len(odd) - RANGES_KEPT}
    assert take(desk, payload(2), payload(odd[RANGES_KEPT])) == [True, True]


def test_a_hundred_thousand_boots_are_remembered_in_bounds_and_the_last_ones_are_known():
    taken = Taken()
    for number in range(100_000):
        taken.add("cliff", f"{number:016x}", [(1, 1)])

    assert len(taken.as_json()) < 4096
    assert taken.holds("cliff", f"{99_999:016x}", 1)
    assert taken.holds("cliff", f"{100_000 - BOOTS_KEPT:016x}", 1)
    assert not taken.holds("cliff", f"{100_000 - BOOTS_KEPT - 1:016x}", 1)


@given(
    st.lists(
        st.tuples(st.integers(0, 80), st.lists(st.tuples(seqs, seqs).map(sorted), max_size=300)), max_size=9
    )
)
def test_no_station_makes_an_ack_that_a_broker_would_refuse(noted):
    taken = Taken()
    for boot, ranges in noted:
        taken.add("cliff", f"{boot:064x}", ranges)

    assert len(taken.ack("cliff")) < 32_768


def test_stations_made_up_by_the_thousand_are_counted_and_not_remembered():
    desk = intake(stations_count=10)
    taken = [take(desk, payload(1), topic=f"headland/v1/station/s-{i:05}/ais")[0] for i in range(5000)]

    assert taken == [True] * 10 + [False] * 4990
    assert desk.rejects.counts == {(TOO_MANY_STATIONS, ""): 4990}


def test_plain_nmea_on_a_mapped_topic_is_its_station_s_and_is_not_acknowledged():
    desk = intake(topics={"ais-catcher/1": "harbour"})
    offered = desk.offer("ais-catcher/1", b"!AIVDM,1,1,,A,x,0*00\r\n", T0)
    desk.kept([offered])

    assert batch_of(offered.entry.body) == (
        Stream.NMEA,
        "harbour",
        "ais-catcher/1",
        b"!AIVDM,1,1,,A,x,0*00\r\n",
    )
    assert desk.due() == []
