"""Batches and drafts: every line in one batch, in order, within the bounds; and none lost by a kill."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.batches import BYTES_AT_MOST, LINES_AT_MOST, Batches, new_boot
from hardware.drafts import Draft, found
from hardware.source import Lines
from hardware.stamps import LINE_BYTES
from hardware.wire import Stream

BOOT = "0123456789abcdef"
streams = st.sampled_from([Stream.AIS, Stream.MODES])
lines = st.lists(
    st.binary(min_size=1, max_size=LINE_BYTES + 40).map(lambda line: line.replace(b"\n", b"-")), min_size=1
)
many = st.integers(1, 450).map(lambda count: [b"%d" % i for i in range(count)])


def batches(drafts=None):
    cut = []
    return Batches(BOOT, drafts or {}, cut.append), cut


@given(st.lists(st.tuples(streams, lines | many)))
def test_every_line_is_in_one_batch_in_the_order_in_which_it_was_heard(told):
    gathering, cut = batches()
    for stream, some in told:
        gathering.add(Lines(stream, some))
    gathering.flush()

    for stream in (Stream.AIS, Stream.MODES):
        sent = chain.from_iterable(batch.body.split(b"\n") for batch in cut if batch.stream == stream)
        assert list(sent) == list(chain.from_iterable(some for each, some in told if each == stream))


@given(st.lists(st.tuples(streams, lines | many)))
def test_batches_keep_to_their_bounds_and_their_numbers(told):
    gathering, cut = batches()
    for stream, some in told:
        gathering.add(Lines(stream, some))
    gathering.flush()

    assert sorted(batch.seq for batch in cut) == list(range(1, len(cut) + 1))
    assert all(len(batch.body.split(b"\n")) <= LINES_AT_MOST for batch in cut)
    assert all(len(batch.body) <= BYTES_AT_MOST for batch in cut)


@given(st.lists(st.tuples(streams, lines | many)))
def test_whoever_cuts_what_is_due_leaves_nothing_open(told):
    gathering, cut = batches()
    for stream, some in told:
        begun = gathering.add(Lines(stream, some))
        if begun is not None:
            gathering.cut(stream, begun)
    count = len(cut)
    gathering.flush()

    assert len(cut) == count


def test_a_batch_that_was_full_before_its_time_is_not_cut_again():
    gathering, cut = batches()
    begun = gathering.add(Lines(Stream.AIS, [b"a"]))
    gathering.add(Lines(Stream.AIS, [b"b"] * LINES_AT_MOST))

    gathering.cut(Stream.AIS, begun)

    assert [len(batch.body.split(b"\n")) for batch in cut] == [LINES_AT_MOST]


def test_health_is_numbered_with_the_rest():
    gathering, cut = batches()
    gathering.add(Lines(Stream.MODES, [b"a"]))
    gathering.whole(Stream.HEALTH, b"{}")
    gathering.flush()

    assert [(batch.stream, batch.seq) for batch in cut] == [(Stream.HEALTH, 2), (Stream.MODES, 1)]


def test_no_two_starts_share_a_boot():
    assert len({new_boot() for _ in range(1000)}) == 1000


@pytest.mark.parametrize("stream", [Stream.AIS, Stream.MODES])
def test_a_draft_holds_what_is_not_cut_yet_under_the_number_it_will_have(tmp_path, stream):
    gathering, cut = batches({stream: Draft(tmp_path, stream)})
    gathering.add(Lines(stream, [b"%d" % i for i in range(LINES_AT_MOST + 3)]))
    gathering.add(Lines(stream, [b"last"]))

    left = found(tmp_path, stream)
    gathering.flush()

    assert left == cut[1]
    assert left.body == b"200\n201\n202\nlast"
    assert found(tmp_path, stream) is None


@given(
    some=st.lists(
        st.lists(st.binary(min_size=1, max_size=20).filter(lambda line: b"\n" not in line), min_size=1),
        min_size=1,
    ),
    cut=st.integers(0, 2000),
)
def test_a_draft_cut_anywhere_gives_every_line_that_is_whole(tmp_path_factory, some, cut):
    folder = tmp_path_factory.mktemp("drafts")
    gathering, _ = batches({Stream.AIS: (draft := Draft(folder, Stream.AIS))})
    heard = []
    for piece in some:
        if len(heard) + len(piece) < LINES_AT_MOST:
            gathering.add(Lines(Stream.AIS, piece))
            heard += piece
    draft.close()
    data = (folder / "draft.ais").read_bytes()
    (folder / "draft.ais").write_bytes(data[: cut % (len(data) + 1)])

    left = found(folder, Stream.AIS)

    kept = left.body.split(b"\n") if left else []
    whole = max(data[: cut % (len(data) + 1)].count(b"\n") - 1, 0)
    assert kept == heard[:whole]


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"garbage\nmore\n", b"#{}\nline\n", b"#[\xff\nline\n", b'#{"boot": 1, "seq": 2}\nx\n'],
)
def test_a_draft_that_is_none_is_passed_over(tmp_path, data):
    (tmp_path / "draft.ais").write_bytes(data)

    assert found(tmp_path, Stream.AIS) is None


def test_a_disk_that_is_full_stops_the_draft_and_not_the_batch(tmp_path, monkeypatch):
    gathering, cut = batches({Stream.AIS: Draft(tmp_path, Stream.AIS)})
    gathering.add(Lines(Stream.AIS, [b"one"]))

    def full(_file, _data):
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr("hardware.drafts.os.write", full)
        gathering.add(Lines(Stream.AIS, [b"two"]))
    gathering.add(Lines(Stream.AIS, [b"three"]))
    assert found(tmp_path, Stream.AIS).body == b"one"
    gathering.flush()

    assert cut[0].body == b"one\ntwo\nthree"
