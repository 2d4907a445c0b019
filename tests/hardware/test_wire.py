"""First lines and acknowledgements: what we write the server reads, and nothing that comes can break us."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.first_line import first_line as as_the_server_reads
from hardware.losses import RANGES_DECLARED, Losses
from hardware.ranges import Ranges
from hardware.wire import first_line, parse_ack, parse_first_line

BOOT, EARLIER = "0123456789abcdef", "fedcba9876543210"
boots = st.text("0123456789abcdef", min_size=16, max_size=16)
seqs = st.integers(1, 2**63 - 1)
lost = st.dictionaries(boots, st.lists(st.tuples(seqs, seqs).map(sorted).map(list), max_size=5), max_size=5)


def test_a_first_line_is_the_one_of_the_contract():
    assert first_line(BOOT, 7) == b'#{"boot": "0123456789abcdef", "seq": 7}'


@given(boots, seqs, lost)
def test_the_server_reads_what_the_station_writes(boot, seq, told):
    line = first_line(boot, seq, told)

    said = as_the_server_reads(line + b"\n!AIVDM")

    assert (said.boot, said.seq) == (boot, seq)
    assert {name: [list(pair) for pair in ranges] for name, ranges in said.lost.items()} == {
        name: ranges for name, ranges in told.items() if ranges
    }


def test_the_longest_declaration_is_still_believed_by_the_server_and_fits_a_packet():
    losses = Losses()
    for boot in range(150):
        for gap in range(3):
            losses.note(f"{boot:016x}", 2**62 + 2 * gap)

    line = first_line(BOOT, 2**62, losses.declare())

    assert sum(map(len, as_the_server_reads(line).lost.values())) == RANGES_DECLARED
    assert losses


@given(boots, seqs, lost)
def test_the_station_reads_back_what_it_declared(boot, seq, told):
    head = parse_first_line(first_line(boot, seq, told))

    assert (head.boot, head.seq) == (boot, seq)
    assert {name: list(r) for name, r in head.lost.items()} == {
        name: list(Ranges(map(tuple, ranges))) for name, ranges in told.items() if ranges
    }


def test_an_acknowledgement_covers_all_through_a_number_and_what_it_names():
    told = {"boots": {BOOT: {"through": 4, "also": [[7, 8]]}, EARLIER: {"through": 0, "also": []}}}

    covered = parse_ack(json.dumps(told).encode())

    assert [seq for seq in range(1, 12) if seq in covered[BOOT]] == [1, 2, 3, 4, 7, 8]
    assert not [seq for seq in range(1, 12) if seq in covered[EARLIER]]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"boots": []}',
        b'{"boots": {"0123456789abcdef": 5}}',
        b'{"boots": {"0123456789abcdef": {"through": "all"}}}',
        b'{"boots": {"0123456789abcdef": {"through": 1, "also": [[9, 2]]}}}',
        b'{"boots": {"0123456789abcdef": {"through": 1, "also": [' + b"[1,1]," * 20000 + b"[1,1]]}}}",
    ],
)
def test_what_is_no_acknowledgement_is_refused(payload):
    with pytest.raises(ValueError):
        parse_ack(payload)


@given(st.binary())
def test_no_bytes_are_taken_for_a_first_line_by_accident(data):
    with pytest.raises(ValueError):
        parse_first_line(b"#" + data)
