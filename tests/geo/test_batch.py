"""The laws of columns that travel: cut, joined, written out and read back, they are the same."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.batch import Batch, Bools, Floats, Ragged, column, frozen, ragged


@dataclass(frozen=True, eq=False, kw_only=True)
class Soundings(Batch):
    """A noun with a column of every sort."""

    time_s: Floats = column("f8", np.nan)
    number: npt.NDArray[np.uint64] = column("u8", 0)
    kind: npt.NDArray[np.int16] = column("i2", -1)
    valid: Bools = column("?", missing=False)
    place: npt.NDArray[np.str_] = column("U8", "")
    heard_by: Ragged = ragged("u4")


@st.composite
def soundings(draw: st.DrawFn) -> Soundings:
    """Any number of rows of anything the columns can hold."""
    n = draw(st.integers(0, 12))
    rows = draw(st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=4), min_size=n, max_size=n))
    listed = {
        "time_s": st.floats(),
        "number": st.integers(0, 2**64 - 1),
        "kind": st.integers(-(2**15), 2**15 - 1),
        "valid": st.booleans(),
        "place": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
    }
    dtypes = {name: spec.dtype for name, spec in Soundings._specs().items()}
    return Soundings(
        heard_by=Ragged.of_rows(rows, np.uint32),
        **{
            name: np.array(draw(st.lists(s, min_size=n, max_size=n)), dtypes[name])
            for name, s in listed.items()
        },
    )


def same(one: Batch, other: Batch) -> bool:
    """Equal to the bit, column by column, NaN for NaN."""
    for name, left in one.columns().items():
        right = getattr(other, name)
        if isinstance(left, Ragged):
            if not (
                np.array_equal(left.offsets, right.offsets) and np.array_equal(left.values, right.values)
            ):
                return False
        elif left.dtype != right.dtype or not np.array_equal(left, right, equal_nan=left.dtype.kind == "f"):
            return False
    return len(one) == len(other)


@given(soundings(), st.data())
def test_cut_and_joined_a_batch_is_what_it_was(batch: Soundings, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(batch)), max_size=4)))
    rows = np.split(np.arange(len(batch)), cuts)

    assert same(Soundings.concat([batch.take(part) for part in rows]), batch)


@given(soundings())
def test_through_arrow_and_back_a_batch_is_what_it_was(batch: Soundings) -> None:
    assert same(Soundings.from_arrow(batch.to_arrow()), batch)


@given(soundings(), st.data())
def test_through_a_slice_of_an_arrow_table_the_rows_of_the_slice_come_back(
    batch: Soundings, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(batch)))

    assert same(Soundings.from_arrow(batch.to_arrow().slice(start)), batch.take(np.arange(start, len(batch))))


@given(soundings(), soundings())
def test_through_an_arrow_table_of_several_chunks_all_rows_come_back(
    one: Soundings, other: Soundings
) -> None:
    both = pa.concat_tables([one.to_arrow(), other.to_arrow()])

    assert same(Soundings.from_arrow(both), Soundings.concat([one, other]))


@given(soundings(), st.data())
def test_a_mask_takes_what_its_index_takes(batch: Soundings, data: st.DataObject) -> None:
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=len(batch), max_size=len(batch))), np.bool_)

    assert same(batch.take(mask), batch.take(np.flatnonzero(mask)))


@given(soundings(), st.data())
def test_taking_twice_is_taking_once_by_the_taken_index(batch: Soundings, data: st.DataObject) -> None:
    if not len(batch):
        return
    row = st.integers(0, len(batch) - 1)
    first = np.array(data.draw(st.lists(row, min_size=1, max_size=20)))
    second = np.array(data.draw(st.lists(st.integers(0, len(first) - 1), max_size=20)), np.int64)

    assert same(batch.take(first).take(second), batch.take(first[second]))


@given(soundings())
def test_nothing_can_be_written_to(batch: Soundings) -> None:
    for name, values in batch.columns().items():
        flat = values.values if isinstance(values, Ragged) else values
        assert not flat.flags.writeable, name
        with pytest.raises(AttributeError):
            setattr(batch, name, flat)


def test_freezing_leaves_the_owner_s_array_as_it_was() -> None:
    mine = np.zeros(3)

    theirs = frozen(mine)

    mine[0] = 1.0
    assert theirs[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        theirs[0] = 2.0


@given(st.integers(0, 20))
def test_columns_not_given_hold_what_says_nothing_was_said(n: int) -> None:
    batch = Soundings.of(n, number=np.arange(n))

    assert len(batch) == n
    assert np.isnan(batch.time_s).all()
    assert (batch.kind == -1).all()
    assert batch.heard_by.counts.tolist() == [0] * n


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        Soundings.of(2, time_s=np.zeros(3))


def test_a_column_of_two_dimensions_is_refused() -> None:
    with pytest.raises(ValueError, match="one dimension"):
        Soundings.of(2, time_s=np.zeros((2, 2)))


def test_a_column_the_noun_does_not_have_is_refused() -> None:
    with pytest.raises(TypeError, match="depth_m"):
        Soundings.of(1, depth_m=np.zeros(1))


def test_a_table_without_a_column_of_the_noun_is_refused() -> None:
    with pytest.raises(KeyError, match="time_s"):
        Soundings.from_arrow(Soundings.empty().to_arrow().drop(["time_s"]))


def test_no_parts_make_an_empty_batch() -> None:
    assert len(Soundings.concat([])) == 0
    assert len(Soundings.empty()) == 0


def test_replaced_columns_are_new_and_the_rest_are_the_same() -> None:
    batch = Soundings.of(2, number=np.array([1, 2]))

    other = batch.replaced(kind=np.array([5, 6]))

    assert other.kind.tolist() == [5, 6]
    assert other.number.tolist() == batch.number.tolist() == [1, 2]
    assert batch.kind.tolist() == [-1, -1]


rows_of_bytes = st.lists(st.binary(max_size=9), max_size=12)


@given(rows_of_bytes, st.data())
def test_a_row_taken_is_the_row_put_in(rows: list[bytes], data: st.DataObject) -> None:
    made = Ragged.of_rows(rows, np.uint8)
    index = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=20)) if rows else []

    taken = made.take(np.array(index, np.int64))

    assert [taken.row(i).tobytes() for i in range(len(taken))] == [rows[i] for i in index]
    assert made.counts.tolist() == [len(row) for row in rows]


@given(rows_of_bytes, rows_of_bytes)
def test_joined_ragged_rows_are_the_rows_of_both(one: list[bytes], other: list[bytes]) -> None:
    joined = Ragged.concat([Ragged.of_rows(one, np.uint8), Ragged.of_rows(other, np.uint8)])

    assert [joined.row(i).tobytes() for i in range(len(joined))] == one + other


def test_single_values_are_rows_of_one() -> None:
    assert [Ragged.singles([7, 8], np.uint32).row(i).tolist() for i in (0, 1)] == [[7], [8]]


@pytest.mark.parametrize("offsets", [[1, 2], [0, 1], [0, 3]])
def test_offsets_that_do_not_span_the_values_are_refused(offsets: list[int]) -> None:
    with pytest.raises(ValueError, match="offsets"):
        Ragged(np.array(offsets), np.zeros(2))
