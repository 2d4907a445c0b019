"""The journal: what was committed reads back, whatever the crash, and nobody can change it unseen."""

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import JournalError
from feeds.journal import Journal
from feeds.journal_entries import Batch, Stream, batch_entry, batch_of, mark_entry
from feeds.journal_reader import JournalReader, entries_since_taken, journal_files, sha256_upto, verify
from feeds.journal_record import HEADER_BYTES, RECORD_BYTES, Entry, EntryKind, Fault, Position, record_bytes

T0 = 1_795_000_000.0 // 3600 * 3600
ROOT = Path(__file__).parents[2]


def entry(index, size=5):
    return Entry(EntryKind.BATCH, T0 + index, bytes([index % 256]) * size)


def write(folder, *groups):
    with Journal(folder) as journal:
        for group in groups:
            journal.commit(group)
        return journal.end


def read(folder, position=None):
    with JournalReader(folder, position) as reader:
        return list(reader.read())


@contextmanager
def folder():
    """For property tests, each example of which needs a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


entries = st.builds(Entry, st.integers(0, 255), st.floats(T0, T0 + 4 * 3600), st.binary(max_size=300))


@given(st.lists(st.lists(entries, max_size=4), max_size=6))
def test_what_is_committed_reads_back_in_order_whatever_the_groups_and_hours(groups):
    with folder() as path:
        end = write(path, *groups)

        assert read(path) == [each for group in groups for each in group]
        assert verify(path).broken is None
        assert verify(path).records == sum(map(len, groups))
        assert (
            not groups
            or not any(groups)
            or end
            == Position(max(journal_files(path)), list(journal_files(path).values())[-1].stat().st_size)
        )


@given(st.data())
def test_a_file_cut_or_flipped_anywhere_reads_back_up_to_there_and_the_damage_is_told(data):
    written = [entry(i, size=i * 7) for i in range(6)]
    ends = [HEADER_BYTES]
    for each in written:
        ends.append(ends[-1] + RECORD_BYTES + len(each.body))
    with folder() as path:
        write(path, written)
        (file,) = journal_files(path).values()
        whole = bytearray(file.read_bytes())
        at = data.draw(st.integers(0, len(whole) - 1))
        if data.draw(st.booleans()):
            damaged = bytes(whole[:at])
        else:
            whole[at] ^= 1 << data.draw(st.integers(0, 7))
            damaged = bytes(whole)
        file.write_bytes(damaged)
        unhurt = sum(end <= at for end in ends[1:])
        clean = len(damaged) in ends and len(damaged) == at

        assert read(path) == written[:unhurt]
        assert (verify(path).broken is None) == clean
        with Journal(path) as journal:
            assert len(journal.cuts) == (not clean)
            assert (
                b"".join(cut.kept.read_bytes() for cut in journal.cuts)
                == damaged[ends[unhurt] if at >= HEADER_BYTES else 0 :]
            )
            journal.commit([entry(99)])
        assert read(path) == [*written[:unhurt], entry(99)]
        assert verify(path).broken is None


def test_a_reader_goes_on_from_any_position_it_ever_stood_at(tmp_path):
    written = [entry(i) for i in range(5)] + [entry(3600 + i) for i in range(5)]
    write(tmp_path, written[:5], written[5:])
    with JournalReader(tmp_path) as reader:
        positions = [reader.position for _ in reader.read()]

    for index, position in enumerate(positions):
        assert read(tmp_path, Position.of(str(position))) == written[index + 1 :]


def test_a_reader_follows_the_writer_from_hour_to_hour(tmp_path):
    with Journal(tmp_path) as journal, JournalReader(tmp_path) as reader:
        heard = [*reader.read()]
        for index in range(0, 9000, 900):
            journal.commit([entry(index), entry(index + 1)])
            heard += reader.read()

    assert [each.time_s - T0 for each in heard] == [i + k for i in range(0, 9000, 900) for k in (0, 1)]
    assert not reader.damage
    assert len(journal_files(tmp_path)) == 3


def test_a_half_written_record_is_waited_for_not_reported_until_it_is_certain(tmp_path):
    write(tmp_path, [entry(0)])
    (file,) = journal_files(tmp_path).values()
    with JournalReader(tmp_path) as reader:
        assert [*reader.read()] == [entry(0)]
        record = record_bytes(entry(1), reader.chain)
        for byte in record[:-1]:
            with file.open("ab") as appended:
                appended.write(bytes([byte]))
            assert [*reader.read()] == []
        with file.open("ab") as appended:
            appended.write(record[-1:])

        assert [*reader.read()] == [entry(1)]
        assert not reader.damage


def test_an_altered_record_with_a_fitting_checksum_is_found_by_the_chain(tmp_path):
    write(tmp_path, [entry(i) for i in range(3)], [entry(3600)])
    file = next(iter(journal_files(tmp_path).values()))
    data = file.read_bytes()
    size = RECORD_BYTES + 5
    start = HEADER_BYTES + size
    forged = record_bytes(entry(1)._replace(body=b"forge"), data[start - 32 : start])
    file.write_bytes(data[:start] + forged + data[start + size :])

    found = verify(tmp_path)

    # The forger made a fitting record, but the one after it builds on what stood there before.
    assert found.broken == (Position(1, start + size), Fault.ALTERED)
    assert found.records == 2


def test_a_file_that_was_removed_or_shortened_at_a_record_is_found_by_the_chain(tmp_path):
    write(tmp_path, [entry(0), entry(1)], [entry(3600)], [entry(7200)])
    files = list(journal_files(tmp_path).values())
    first = files[0].read_bytes()
    files[0].write_bytes(first[: -(RECORD_BYTES + 5)])
    assert verify(tmp_path).broken == (Position(2, HEADER_BYTES), Fault.MISSING)

    files[0].write_bytes(first)
    files[1].unlink()
    assert verify(tmp_path).broken == (Position(3, HEADER_BYTES), Fault.MISSING)


def test_after_damage_in_an_older_file_reading_goes_on_with_the_next(tmp_path):
    write(tmp_path, [entry(0), entry(1)], [entry(3600)])
    file = next(iter(journal_files(tmp_path).values()))
    data = bytearray(file.read_bytes())
    data[-40] ^= 1
    file.write_bytes(data)

    with JournalReader(tmp_path) as reader:
        assert [*reader.read()] == [entry(0), entry(3600)]
        assert [damage.fault for damage in reader.damage] == [Fault.DAMAGED]


def test_a_clock_that_once_said_1970_makes_no_young_file_old(tmp_path):
    with Journal(tmp_path) as journal:
        for time_s in (0, -int(T0), 5):
            journal.commit([entry(time_s)])
        assert len(journal_files(tmp_path)) == 3

        assert journal.prune(T0 - 30 * 86400) == []


def test_the_oldest_files_go_first_and_the_rest_still_holds(tmp_path):
    with Journal(tmp_path) as journal:
        for hour in range(4):
            journal.commit([entry(hour * 3600), entry(hour * 3600 + 3599)])
        old = JournalReader(tmp_path).position

        assert [path.name[:8] for path in journal.prune(T0 + 2 * 3600)] == ["00000001", "00000002"]
        assert journal.prune(T0 + 2 * 3600) == []
        assert [path.name[:8] for path in journal.prune(T0 + 1e9)] == ["00000003"]
        journal.commit([entry(4 * 3600)])

    found = verify(tmp_path)
    assert found.broken is None
    assert found.begins_on != bytes(32)
    with pytest.raises(JournalError, match="no position 1:88"):
        JournalReader(tmp_path, old)


def test_a_clock_set_back_by_hours_begins_a_new_file_and_by_minutes_does_not(tmp_path):
    write(tmp_path, [entry(3600)], [entry(3000)], [entry(-7200)])

    assert [path.name for path in journal_files(tmp_path).values()] == [
        name.name for name in sorted(journal_files(tmp_path).values())
    ]
    assert len(journal_files(tmp_path)) == 2
    assert [each.time_s - T0 for each in read(tmp_path)] == [3600, 3000, -7200]


def test_each_file_begins_with_what_the_preface_gives_and_a_restart_reads_from_there(tmp_path):
    def preface(time_s):
        return [Entry(EntryKind.TAKEN, time_s, b"{}")]

    with Journal(tmp_path, preface) as journal:
        journal.commit([entry(0)])
        journal.commit([entry(3600)])

    assert [each.kind for each in read(tmp_path)] == [7, 1, 7, 1]
    assert list(entries_since_taken(tmp_path)) == [Entry(EntryKind.TAKEN, T0 + 3600, b"{}"), entry(3600)]


def test_a_file_whose_preface_was_lost_in_a_crash_is_not_taken_for_the_start_of_memory(tmp_path):
    with Journal(tmp_path, lambda time_s: [Entry(EntryKind.TAKEN, time_s, b"{}")]) as journal:
        journal.commit([entry(0)])
        journal.commit([entry(3600)])
    last = journal_files(tmp_path)[2]
    last.write_bytes(last.read_bytes()[: HEADER_BYTES + 3])
    write(tmp_path, [entry(3601)])

    assert [each.time_s - T0 for each in entries_since_taken(tmp_path)] == [0, 0, 3601]


def test_two_writers_are_one_too_many(tmp_path):
    with Journal(tmp_path), pytest.raises(JournalError, match="another process"):
        Journal(tmp_path)
    with Journal(tmp_path) as journal:
        journal.commit([entry(0)])


def test_a_full_disk_is_an_error_and_nothing_is_written_after_it(tmp_path):
    """`/dev/full` takes no byte; the file is replaced by it under the writer's feet."""
    with Journal(tmp_path) as journal:
        journal.commit([entry(0)])
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, journal._file.fileno())
        os.close(full)

        with pytest.raises(JournalError, match="No space left"):
            journal.commit([entry(1)])
        with pytest.raises(JournalError, match="open it anew"):
            journal.commit([entry(2)])
    assert read(tmp_path) == [entry(0)]


WRITER = """
import sys
from pathlib import Path
from feeds.journal import Journal
from feeds.journal_record import Entry
with Journal(Path(sys.argv[1])) as journal:
    for index in range(1_000_000):
        journal.commit([Entry(1, float(index), index.to_bytes(4, "little") * 500)])
        sys.stdout.write(f"{index}\\n")
        sys.stdout.flush()
"""


def test_whatever_was_said_to_be_on_the_disk_is_there_after_kill_9(tmp_path):
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, tmp_path / "journal"], cwd=ROOT, stdout=subprocess.PIPE
        )
        said = -1
        for line in writer.stdout:
            said = int(line)
            if said == 60:
                writer.kill()
        writer.wait()
        writer.stdout.close()

        bodies = [int.from_bytes(each.body[:4], "little") for each in read(tmp_path / "journal")]
        last_run = bodies[len(bodies) - 1 - bodies[::-1].index(0) :]
        assert last_run[: said + 1] == list(range(said + 1))
        assert len(last_run) <= said + 2


def test_the_hash_of_a_journal_is_that_of_its_files_joined(tmp_path):
    end = write(tmp_path, [entry(0)], [entry(3600)], [entry(3601)])
    joined = subprocess.run(
        ["sh", "-c", "cat *.journal | sha256sum"], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert sha256_upto(tmp_path, end) == joined.stdout.split()[0]


@given(
    st.sampled_from(Stream),
    st.from_regex(r"[a-z0-9-]{3,32}", fullmatch=True),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.binary(max_size=200),
)
def test_a_batch_comes_out_of_the_journal_as_it_went_in(stream, station, topic, payload):
    batch = Batch(stream, station, topic, payload)

    assert batch_of(batch_entry(batch, T0).body) == batch


def test_a_mark_is_its_time_alone():
    assert mark_entry(T0) == (EntryKind.MARK, T0, b"")
