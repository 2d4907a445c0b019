"""What is kept comes back to the bit, and a file that was harmed anywhere is known to be."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from geo.batch import Batch, Floats, Ragged, column, ragged
from geo.container import DamagedError, OtherVersionError, read, write
from geo.kept import MismatchError, batch_of, kept_batch, own

KINDS = ["?", "i1", "u4", "i8", "u8", "f4", "f8", "U5", [("a", "u8"), ("b", "f4", (2,))]]
arrays = st.sampled_from(KINDS).flatmap(
    lambda kind: hnp.arrays(np.dtype(kind), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | arrays
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text().filter(lambda key: key != "$"), inner, max_size=4)
    ),
    max_leaves=12,
)
trees = st.dictionaries(st.text().filter(lambda key: key != "$"), values, max_size=4)

SOME = {"when": -np.inf, "who": np.arange(3, dtype=np.uint64), "said": [b"!AIVDM", ("a", 1)], "none": None}


def written(tree) -> bytes:
    file = io.BytesIO()
    write(file, tree)
    return file.getvalue()


def same(a, b) -> bool:
    """Equal in type, content, order, and each bit of each number."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return repr(a) == repr(b)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trees)
def test_any_tree_comes_back_as_it_was_and_gives_the_same_bytes_again(tmp_path: Path, tree) -> None:
    file = tmp_path / "tree"
    file.write_bytes(written(tree))

    found = read(file)

    assert same(found, tree)
    assert written(found) == file.read_bytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_file_torn_at_any_byte_or_with_any_bit_turned_is_known_to_be_damaged(tmp_path: Path, data) -> None:
    whole, file = written(SOME), tmp_path / "tree"
    at = data.draw(st.integers(0, len(whole) - 1))
    torn = data.draw(st.booleans())
    turned = bytes([whole[at] ^ (1 << data.draw(st.integers(0, 7)))])
    file.write_bytes(whole[:at] + (b"" if torn else turned + whole[at + 1 :]))

    with pytest.raises(DamagedError, match="torn or damaged"):
        read(file)


def test_something_else_with_a_fitting_sum_is_no_container(tmp_path: Path) -> None:
    body = b"x" * 100
    (tmp_path / "tree").write_bytes(body + hashlib.sha256(body).digest())

    with pytest.raises(DamagedError, match="no container"):
        read(tmp_path / "tree")


def test_another_layout_is_told_from_damage(tmp_path: Path) -> None:
    body = written(SOME)[:-32]
    body = body[:8] + b"\x02" + body[9:]
    (tmp_path / "tree").write_bytes(body + hashlib.sha256(body).digest())

    with pytest.raises(OtherVersionError, match="layout 2, and this version reads layout 1"):
        read(tmp_path / "tree")


def test_arrays_read_are_one_s_own_to_write_to(tmp_path: Path) -> None:
    (tmp_path / "tree").write_bytes(written(SOME))
    first, second = read(tmp_path / "tree"), read(tmp_path / "tree")

    first["who"][:] = 9

    assert second["who"].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "leaf",
    [{1, 2}, object(), np.array([object()]), np.zeros(1, np.dtype("u1,f8", align=True)), {"$": 1}, {1: 2}],
    ids=["set", "object", "objects", "padding", "mark", "number as key"],
)
def test_what_could_not_come_back_as_it_was_is_refused(leaf) -> None:
    with pytest.raises(TypeError, match="cannot be kept"):
        written({"leaf": leaf})


@dataclass(frozen=True, eq=False, kw_only=True)
class Depths(Batch):
    time_s: Floats = column("f8", np.nan)
    heard: Ragged = ragged("u4")


def test_a_batch_comes_back_and_shares_no_memory_with_what_was_kept() -> None:
    depths = Depths(time_s=np.array([1.0, np.nan]), heard=Ragged.of_rows([[1, 2], []], "u4"))

    tree = kept_batch(depths)
    found = batch_of(Depths, tree)

    assert same(kept_batch(found), tree)
    assert not np.shares_memory(tree["time_s"], depths.time_s)
    assert not np.shares_memory(tree["time_s"], found.time_s)
    assert not np.shares_memory(tree["heard"][1], found.heard.values)


def test_a_batch_with_other_columns_is_not_taken() -> None:
    tree = kept_batch(Depths.of(2))

    with pytest.raises(MismatchError, match="missing or unknown: depth_m"):
        batch_of(Depths, tree | {"depth_m": np.zeros(2)})
    with pytest.raises(MismatchError, match="time_s is int64"):
        batch_of(Depths, tree | {"time_s": np.zeros(2, np.int64)})


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ({}, "numbers is missing"),
        ({"numbers": [1.0]}, "numbers is missing"),
        ({"numbers": np.zeros((2, 3), np.float32)}, "numbers is float32"),
        ({"numbers": np.zeros((2, 4))}, r"float64 \(rows, 4,\); float64 \(rows, 3,\) is expected"),
        ({"numbers": np.zeros(2)}, "is expected"),
    ],
)
def test_an_array_of_another_kind_is_not_taken(found, says) -> None:
    with pytest.raises(MismatchError, match=says):
        own(found, "numbers", np.zeros((5, 3)))
