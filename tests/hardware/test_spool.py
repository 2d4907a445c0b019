"""The spool: nothing is lost by a kill, and what a full disk costs is declared."""

import contextlib
import errno
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hardware.errors import SpoolError
from hardware.ranges import Ranges
from hardware.segments import records
from hardware.spool import Batch, Spool, SpoolLimits
from hardware.wire import Stream, parse_first_line

BOOT, EARLIER = "0123456789abcdef", "fedcba9876543210"
ROOMY = SpoolLimits(total_bytes=1 << 24, segment_bytes=300)
TIGHT = SpoolLimits(total_bytes=40_000, segment_bytes=4_000)


def batch(seq, body=b"!AIVDM", boot=BOOT):
    return Batch(boot, seq, Stream.AIS, body)


def waiting(spool):
    """Boot, seq and payload of what waits, in the order in which it would be sent."""
    found, place = [], None
    while (place := spool.after(place)) is not None:
        stored = spool.read(place)
        found.append((stored.boot, stored.seq, stored.payload))
    return found


def names(spool):
    return [(boot, seq) for boot, seq, _ in waiting(spool)]


def ack(spool, *pairs, boot=BOOT):
    return spool.cover({boot: Ranges(pairs)})


@contextlib.contextmanager
def opened(folder, limits=ROOMY):
    spool = Spool(folder, limits)
    try:
        yield spool
    finally:
        spool.close()


def test_what_is_stored_is_read_back_with_its_first_line(tmp_path):
    with opened(tmp_path) as spool:
        place = spool.append(batch(1, b"!AIVDM,1\n!AIVDM,2"))

        assert spool.read(place).payload == b'#{"boot": "%s", "seq": 1}\n!AIVDM,1\n!AIVDM,2' % BOOT.encode()
        assert spool.read(place).stream is Stream.AIS


def test_a_second_process_cannot_take_the_folder(tmp_path):
    with opened(tmp_path), pytest.raises(SpoolError, match="another receiver"):
        Spool(tmp_path)


def test_a_folder_that_cannot_be_used_is_told(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(SpoolError, match="file"):
        Spool(tmp_path / "file")


@given(
    bodies=st.lists(st.binary(max_size=80).filter(lambda body: b"\n" not in body), min_size=1, max_size=6),
    cut=st.integers(0, 1000),
)
def test_a_file_cut_anywhere_gives_every_batch_that_is_whole(tmp_path_factory, bodies, cut):
    folder = tmp_path_factory.mktemp("spool")
    with opened(folder, SpoolLimits()) as spool:
        ends = []
        for seq, body in enumerate(bodies, start=1):
            spool.append(batch(seq, body))
            ends.append(spool.size_bytes)
    (file,) = folder.glob("*.spool")
    size = cut % (ends[-1] + 1)
    os.truncate(file, size)

    with opened(folder) as spool:
        assert names(spool) == [(BOOT, seq) for seq, end in enumerate(ends, start=1) if end <= size]
        spool.append(batch(1, boot=EARLIER))
        assert names(spool)[-1] == (EARLIER, 1)
    shutil.rmtree(folder)


@given(place=st.integers(0, 10_000), value=st.integers(1, 255))
def test_one_wrong_byte_costs_one_batch_at_the_most_unless_it_hits_a_length(tmp_path_factory, place, value):
    folder = tmp_path_factory.mktemp("spool")
    with opened(folder, SpoolLimits()) as spool:
        sizes = [0]
        for seq in range(1, 6):
            spool.append(batch(seq, b"!AIVDM" * 5))
            sizes.append(spool.size_bytes)
    (file,) = folder.glob("*.spool")
    data = bytearray(file.read_bytes())
    place %= len(data)
    data[place] ^= value
    file.write_bytes(data)

    hit = next(seq for seq in range(1, 6) if sizes[seq - 1] <= place < sizes[seq])
    in_length = place - sizes[hit - 1] < 4
    with opened(folder) as spool:
        found = [seq for _, seq in names(spool)]
        assert found[: hit - 1] == list(range(1, hit))
        assert hit not in found
        assert in_length or found == [seq for seq in range(1, 6) if seq != hit]
    shutil.rmtree(folder)


def test_a_power_cut_s_zeros_are_no_batches(tmp_path):
    with opened(tmp_path) as spool:
        spool.append(batch(1))
    (file,) = tmp_path.glob("*.spool")
    file.write_bytes(file.read_bytes() + bytes(4096))

    with opened(tmp_path) as spool:
        assert names(spool) == [(BOOT, 1)]


def test_several_boots_come_back_oldest_first(tmp_path):
    for boot in (EARLIER, BOOT):
        with opened(tmp_path) as spool:
            spool.append(batch(1, boot=boot))
            spool.append(batch(2, boot=boot))

    with opened(tmp_path) as spool:
        assert names(spool) == [(EARLIER, 1), (EARLIER, 2), (BOOT, 1), (BOOT, 2)]
        assert ack(spool, (0, 1), boot=EARLIER) == 1
        assert ack(spool, (2, 2)) == 1
        assert names(spool) == [(EARLIER, 2), (BOOT, 1)]


def test_acknowledged_segments_leave_the_disk(tmp_path):
    with opened(tmp_path) as spool:
        for seq in range(1, 100):
            spool.append(batch(seq))
        files = len(list(tmp_path.glob("*.spool")))
        ack(spool, (0, 97))

        assert files > 10
        assert len(list(tmp_path.glob("*.spool"))) <= 2
        assert len(spool) == 2


def lost_in(payload):
    head = parse_first_line(payload.partition(b"\n")[0])
    return {(boot, seq) for boot, ranges in head.lost.items() for a, b in ranges for seq in range(a, b + 1)}


def test_a_full_spool_drops_the_oldest_and_the_next_first_line_says_so(tmp_path):
    with opened(tmp_path, TIGHT) as spool:
        for seq in range(1, 200):
            spool.append(batch(seq, b"x" * 500))
            assert spool.size_bytes <= TIGHT.total_bytes
        kept = waiting(spool)

    first = kept[0][1]
    assert 1 < first < 199
    assert [seq for _, seq, _ in kept] == list(range(first, 200))
    assert set().union(*(lost_in(payload) for *_, payload in kept)) == {
        (BOOT, seq) for seq in range(1, first)
    }


def test_batches_of_an_earlier_boot_are_declared_by_its_name(tmp_path):
    with opened(tmp_path, TIGHT) as spool:
        for seq in range(1, 21):
            spool.append(batch(seq, b"x" * 500, EARLIER))
    with opened(tmp_path, TIGHT) as spool:
        for seq in range(1, 80):
            spool.append(batch(seq, b"x" * 500))
        kept = waiting(spool)

    declared = set().union(*(lost_in(payload) for *_, payload in kept))
    assert {seq for boot, seq in declared if boot == EARLIER} == set(range(1, 21))
    assert any('"lost_of": {"fedcba9876543210"' in payload.decode() for *_, payload in kept)


def test_what_was_acknowledged_is_not_declared_lost(tmp_path):
    with opened(tmp_path, TIGHT) as spool:
        for seq in range(1, 40):
            spool.append(batch(seq, b"x" * 500))
        ack(spool, (3, 5))
        for seq in range(40, 120):
            spool.append(batch(seq, b"x" * 500))
        kept = waiting(spool)

    declared = set().union(*(lost_in(payload) for *_, payload in kept))
    assert (BOOT, 2) in declared
    assert not declared & {(BOOT, seq) for seq in (3, 4, 5)}


def test_a_kill_between_the_declaration_and_the_deletion_deletes_at_the_next_start(tmp_path, monkeypatch):
    monkeypatch.setattr("hardware.segments.Segment.delete", lambda _self: None)
    with opened(tmp_path, TIGHT) as spool:
        for seq in range(1, 120):
            spool.append(batch(seq, b"x" * 500))
        kept = names(spool)
    monkeypatch.undo()

    with opened(tmp_path, TIGHT) as spool:
        assert names(spool) == kept


def test_a_disk_that_is_full_costs_the_oldest_and_says_so(tmp_path, monkeypatch):
    room = 6_000
    write = os.write

    def on_a_small_disk(file, data):
        used = sum(path.stat().st_size for path in tmp_path.glob("*.spool"))
        if used + len(data) > room:
            raise OSError(errno.ENOSPC, "no space left")
        return write(file, data)

    monkeypatch.setattr(os, "write", on_a_small_disk)
    with opened(tmp_path, SpoolLimits(total_bytes=1 << 20, segment_bytes=1_000)) as spool:
        for seq in range(1, 30):
            spool.append(batch(seq, b"x" * 400))
        kept = waiting(spool)

    declared = set().union(*(lost_in(payload) for *_, payload in kept))
    assert kept
    assert {(BOOT, seq) for _, seq, _ in kept} | declared == {(BOOT, seq) for seq in range(1, 30)}


def test_a_disk_that_takes_nothing_loses_the_batch_and_says_so_when_it_does_again(tmp_path, monkeypatch):
    with opened(tmp_path) as spool:
        with monkeypatch.context() as broken:
            broken.setattr(os, "write", lambda _file, data: len(data) // 2)
            assert spool.append(batch(1)) is None
        place = spool.append(batch(2))

        assert lost_in(spool.read(place).payload) == {(BOOT, 1)}
        assert names(spool) == [(BOOT, 2)]


def test_a_batch_that_cannot_be_read_back_is_declared_lost(tmp_path):
    with opened(tmp_path) as spool:
        place = spool.append(batch(1, b"!AIVDM" * 9))
        (file,) = tmp_path.glob("*.spool")
        file.write_bytes(file.read_bytes().replace(b"AIVDM", b"XXXXX"))

        assert spool.read(place) is None
        after = spool.append(batch(2))
        assert lost_in(spool.read(after).payload) == {(BOOT, 1)}
        assert names(spool) == [(BOOT, 2)]


def test_the_disk_has_it_after_a_sync(tmp_path):
    with opened(tmp_path) as spool:
        spool.sync()()
        spool.append(batch(1))
        sync = spool.sync()
        ack(spool, (1, 1))
        spool.append(batch(2, b"x" * 400))
        spool.append(batch(3))  # in the next segment: the one to be synced is closed, and deleted later

        sync()
        assert names(spool) == [(BOOT, 2), (BOOT, 3)]


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading(data):
    assert all(stored.seq >= 0 for _, stored in records(data))


class SpoolLikeADictionary(RuleBasedStateMachine):
    """Any course of storing, acknowledging, killing and dropping, against a dictionary."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.spool = Spool(self.folder, TIGHT)
        self.boot, self.seq = 0, 0
        self.given, self.covered, self.told = set(), set(), set()

    @property
    def name(self):
        return f"{self.boot:016x}"

    @rule(size=st.integers(0, 3000))
    def store(self, size):
        self.seq += 1
        self.given.add((self.name, self.seq))
        self.spool.append(Batch(self.name, self.seq, Stream.MODES, b"x" * size))

    @rule(through=st.integers(0, 60), also=st.lists(st.integers(1, 60), max_size=3))
    def acknowledge(self, through, also):
        ranges = Ranges([(0, through), *((seq, seq) for seq in also)])
        for boot, seq, payload in waiting(self.spool):
            if boot == self.name and seq in ranges:
                self.told |= lost_in(payload)  # the server has the declaration with the batch that bears it
        self.spool.cover({self.name: ranges})
        self.covered |= {(boot, seq) for boot, seq in self.given if boot == self.name and seq in ranges}

    @rule()
    def kill_and_start(self):
        # No closing, no syncing: what another process finds is what is in the files. Only the lock goes.
        self.spool._lock.close()
        self.spool = Spool(self.folder, TIGHT)
        self.boot += 1
        self.seq = 0

    @invariant()
    def every_batch_waits_or_is_acknowledged_or_declared(self):
        kept = waiting(self.spool)
        found = {(boot, seq) for boot, seq, _ in kept}
        declared = set().union(*(lost_in(payload) for *_, payload in kept)) if kept else set()
        undeclared = {
            (boot, seq)
            for boot, ranges in self.spool.losses._ranges.items()
            for first, last in ranges
            for seq in range(first, last + 1)
        }
        assert not self.given - found - self.covered - declared - undeclared - self.told
        assert self.spool.size_bytes <= TIGHT.total_bytes

    def teardown(self):
        self.spool.close()
        shutil.rmtree(self.folder)


TestSpoolLikeADictionary = SpoolLikeADictionary.TestCase
TestSpoolLikeADictionary.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
