"""From the journal to frames: line for line what plain readers make of it, at the station that sent it."""

import json
import math
import re
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nmea_lines import encoded, tagged

from feeds.decoder import Decoder
from feeds.health import BAD_HEALTH, health_of
from feeds.journal import Journal
from feeds.journal_entries import Batch, Given, Stream, batch_entry, given_entry, mark_entry
from feeds.journal_reader import JournalReader
from feeds.journal_record import Entry, EntryKind
from feeds.modes_lines import REASONS, lines_of
from feeds.rejects import Rejects
from feeds.reports import Doubt
from feeds.steps import BAD_RECORD, LiveSteps
from geo.stations import StationNames
from hardware.frames import Kind

T0 = 1_795_000_000.0
HEAD = b'#{"boot": "0123456789abcdef", "seq": 1}\n'
FRAME = b"8d400abc58b98123456789abcdef"
SHIP = encoded({"type": 1, "mmsi": 235012345, "lat": 50.5, "lon": -1.5, "speed": 10.0, "course": 90.0})[0]

NUMBER = re.compile(rb"-?(?=.*[0-9])[0-9]*\.?[0-9]*")
digits = st.text("0123456789abcdefABCDEF", min_size=28, max_size=28)
cells = st.one_of(
    st.sampled_from(
        [FRAME, FRAME[:14], b"", b"-21.4", b"-", ".", b"1795000000.123", b"1e9", b"nan", b"12.3.4"]
    ).map(lambda cell: cell if isinstance(cell, bytes) else cell.encode()),
    digits.map(str.encode),
    st.floats(0, 5e9).map(lambda number: f"{number:.3f}".encode()),
    st.binary(max_size=30).map(lambda cell: cell.translate(None, b"\n\r,")),
)
lines = st.one_of(
    st.lists(cells, max_size=4).map(b",".join),
    st.builds(lambda t, f: f"{t:.3f},{f},-21.4".encode(), st.floats(0, 4e9), digits),
)


def number(cell, characters):
    """A decimal number as plain Python reads it, or NaN."""
    return float(cell) if len(cell) <= characters and NUMBER.fullmatch(cell) else math.nan


def plainly(line):
    """Time, signal and frame of one line, or None where it is refused."""
    time, *rest = line.split(b",")
    time_s = number(time, 24)
    if (
        not rest
        or not 0 <= time_s < 4_102_444_800
        or not re.fullmatch(rb"[0-9A-Fa-f]{14}|[0-9A-Fa-f]{28}", rest[0])
    ):
        return None
    return time_s, number(b",".join(rest[1:]), 12), bytes.fromhex(rest[0].decode())


@given(st.lists(lines, max_size=8), st.booleans())
def test_mode_s_lines_are_read_as_plain_python_reads_them_one_by_one(written, ended):
    some = [line for line in written if line]
    read = lines_of(b"\n".join(written) + (b"\n" if ended else b""))
    plain = [plainly(line) for line in some]

    assert [each == 0 for each in read.refused] == [each is not None for each in plain]
    kept = [each for each in plain if each is not None]
    assert [read.payload.row(row).tobytes() for row in range(len(kept))] == [each[2] for each in kept]
    np.testing.assert_array_equal(read.time_s[read.refused == 0], [each[0] for each in kept])
    np.testing.assert_array_equal(read.signal_dbfs[read.refused == 0], [each[1] for each in kept])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1795000000.5", "line of one column"),
        (b"soon," + FRAME, "time is no Unix time"),
        (b"-5," + FRAME, "time is no Unix time"),
        (b"1\x00," + FRAME, "time is no Unix time"),
        (b"4102444800," + FRAME, "time is no Unix time"),
        (b"1795000000," + FRAME[:-2], "frame is neither 7 nor 14 bytes long"),
        (b"1795000000," + FRAME[:-1] + b"g", "frame is not hexadecimal"),
    ],
)
def test_a_mode_s_line_that_cannot_be_one_is_refused_for_its_reason(line, reason):
    assert [REASONS[each] for each in lines_of(line).refused] == [reason]


def journal(folder, *entries):
    with Journal(folder) as written:
        for entry in entries:
            written.commit([entry])


def batch(stream, body, station="cliff", arrival_s=T0 + 0.5, head=HEAD):
    return batch_entry(Batch(stream, station, f"some/{station}", head + body), arrival_s)


def steps(folder):
    rejects, names = Rejects(), StationNames()
    with JournalReader(folder) as reader:
        cut = LiveSteps(reader, names, rejects)
        return SimpleNamespace(
            ready=list(cut.ready()), rest=cut.rest(), rejects=rejects, names=names, end=reader.position
        )


def test_what_arrived_between_two_marks_is_a_step(tmp_path):
    ship = tagged("s:impostor,c:1795000000123", SHIP)
    journal(
        tmp_path,
        batch(Stream.AIS, ship),
        batch(Stream.MODES, b"1795000000.201," + FRAME + b",-21.4", station="field"),
        mark_entry(T0 + 1),
        mark_entry(T0 + 2),
        batch(Stream.AIS, ship + b"\n" + ship + b"\n", arrival_s=T0 + 2.5),
    )

    found = steps(tmp_path)

    assert [step.mark_s for step in found.ready] == [T0 + 1, T0 + 2]
    assert [len(step.frames) for step in [*found.ready, found.rest]] == [2, 0, 2]
    frames = found.ready[0].frames
    assert [found.names.name(n) for n in frames.station] == ["cliff", "field"]
    assert frames.kind.tolist() == [Kind.NMEA, Kind.MODE_S]
    assert frames.time_s.tolist() == [T0 + 0.123, T0 + 0.201]
    assert frames.arrival_s.tolist() == [T0 + 0.5, T0 + 0.5]
    assert frames.signal_dbfs[1] == -21.4
    assert frames.payload.row(0).tobytes() == SHIP
    assert found.rest.mark_s == T0 + 2
    assert found.rest.position == found.end


def test_steps_go_on_from_the_position_of_any_of_them(tmp_path):
    entries = []
    for second in range(6):
        time_s = f"{T0 + second:.3f}".encode()
        entries += [batch(Stream.MODES, time_s + b"," + FRAME), mark_entry(T0 + second + 1)]
    journal(tmp_path, *entries)
    whole = steps(tmp_path).ready

    for index, step in enumerate(whole):
        with JournalReader(tmp_path, step.position) as reader:
            again = list(LiveSteps(reader, StationNames(), Rejects()).ready())
        assert [(s.mark_s, s.frames.time_s.tolist()) for s in again] == [
            (s.mark_s, s.frames.time_s.tolist()) for s in whole[index + 1 :]
        ]


def test_an_agent_s_line_without_a_time_is_refused_and_a_foreign_one_was_heard_when_it_arrived(tmp_path):
    journal(
        tmp_path,
        batch(Stream.AIS, SHIP),
        batch(Stream.NMEA, SHIP + b"\r\n", head=b""),
        mark_entry(T0 + 1),
    )

    (step,) = steps(tmp_path).ready

    assert step.frames.time_s.tolist() == [T0 + 0.5]
    assert step.frames.time_guessed.tolist() == [True]
    assert {reason for reason, _ in steps(tmp_path).rejects.counts} == {"no time yet"}


def test_bad_lines_are_counted_at_their_station_and_harm_no_other(tmp_path):
    journal(
        tmp_path,
        batch(Stream.MODES, b"garbage\n1795000000," + FRAME),
        batch(Stream.MODES, b"1795000001," + FRAME, station="field"),
        batch(Stream.AIS, b"garbage\n" + b"x" * 9000, station="field"),
        batch(9, b"?"),
        Entry(1, T0, b"\x01"),
        Entry(77, T0, b"from the future"),
        mark_entry(T0 + 2),
    )

    found = steps(tmp_path)

    assert [found.names.name(n) for n in found.ready[0].frames.station] == ["cliff", "field"]
    assert found.rejects.counts == {
        ("line of one column", "cliff"): 1,
        ("line not understood", "field"): 1,
        ("line too long", "field"): 1,
        (BAD_RECORD, ""): 2,
        (BAD_RECORD, "cliff"): 1,
    }


def test_a_time_too_far_from_its_arrival_is_doubted_and_the_report_is_kept(tmp_path):
    late, soon = (tagged(f"c:{T0 + off:.0f}", SHIP) for off in (-100, 50))
    journal(tmp_path, batch(Stream.AIS, late + b"\n" + soon), mark_entry(T0 + 1))
    (step,) = steps(tmp_path).ready

    for skew_s, doubted in ((60.0, [True, False]), (10.0, [True, True]), (1000.0, [False, False])):
        said = Decoder(Rejects(), StationNames(), skew_s).step(step.frames)
        assert [bool(doubt & Doubt.TIME_SKEW) for doubt in said.reports.doubt] == doubted


def test_health_is_read_as_the_agent_writes_it():
    told = {
        "time_s": T0,
        "uptime_s": 3600.0,
        "clock_source": "ntp",
        "clock_offset_s": 0.0002,
        "clock_error_s": None,
        "messages_per_min": {"ais": 212, "modes": 0},
        "entities_per_min": None,
        "spool_batches": 2,
        "spool_bytes": 8811,
        "lost_batches": 1,
        "noise_dbfs": None,
        "version": "0.1.0",
    }
    names = StationNames()

    health = health_of(json.dumps(told).encode(), "cliff", T0 + 1, names, Rejects())

    row = {name: values[0] for name, values in health.columns().items()}
    assert names.name(row.pop("station")) == "cliff"
    assert (row.pop("arrival_s"), row.pop("ais_per_min"), row.pop("modes_per_min")) == (T0 + 1, 212, 0)
    del told["messages_per_min"]
    assert {name: None if value != value else value for name, value in row.items()} == told  # noqa: PLR0124  NaN


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers(-(2**70), 2**70) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from(["time_s", "uptime_s", "clock_source", "messages_per_min", "version", "noise_dbfs"])


@given(st.dictionaries(keys, json_values) | json_values, st.binary(max_size=40))
def test_hostile_health_raises_nothing_and_says_nothing_that_is_no_number(said, more):
    rejects = Rejects()
    health = health_of(json.dumps(said).encode() + b"\n" + more, "cliff", T0, StationNames(), rejects)

    assert len(health) + rejects.total() >= 1
    assert all(reason == BAD_HEALTH for reason, _ in rejects.counts)
    assert all(np.isfinite(v) or np.isnan(v) for v in health.uptime_s)
    assert all(word.isprintable() for word in health.version.tolist())


def test_what_came_into_force_is_in_the_step_in_which_it_came_and_nowhere_else(tmp_path):
    rules, none = (
        Given(EntryKind.EXCLUSIONS, "rules.csv", b"\x00 as given\r\n"),
        Given(EntryKind.STATIONS, "", None),
    )
    journal(
        tmp_path,
        mark_entry(T0 + 1),
        given_entry(rules, T0 + 1.5),
        batch(Stream.MODES, b"1795000001," + FRAME),
        given_entry(none, T0 + 1.7),
        mark_entry(T0 + 2),
        mark_entry(T0 + 3),
        given_entry(rules, T0 + 3.5),
    )

    found = steps(tmp_path)

    assert [step.changes for step in found.ready] == [(), (rules, none), ()]
    assert found.rest.changes == (rules,)
    assert len(found.ready[1].frames) == 1


@pytest.mark.parametrize("harm", [slice(0, 20), slice(1, None)])
def test_a_record_of_what_is_in_force_that_is_none_is_counted(tmp_path, harm):
    entry = given_entry(Given(EntryKind.MOVEMENTS, "movements.csv", b"content"), T0)
    journal(tmp_path, Entry(entry.kind, T0, entry.body[harm]), mark_entry(T0 + 1))

    found = steps(tmp_path)

    assert found.ready[0].changes == ()
    assert found.rejects.counts == {(BAD_RECORD, ""): 1}
