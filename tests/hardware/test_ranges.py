"""Ranges against sets of numbers."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.ranges import Ranges, ranges_of

pair = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted).map(tuple)


def members(pairs):
    return {number for first, last in pairs for number in range(first, last + 1)}


@given(st.lists(pair))
def test_ranges_hold_what_a_set_holds(pairs):
    ranges = Ranges(pairs)

    assert [number in ranges for number in range(62)] == [number in members(pairs) for number in range(62)]
    assert ranges.count() == len(members(pairs))


@given(st.lists(pair))
def test_ranges_are_sorted_and_do_not_touch(pairs):
    held = list(Ranges(pairs))

    assert all(before[1] + 1 < after[0] for before, after in pairwise(held))


@given(st.lists(pair))
def test_ranges_travel_as_json(pairs):
    ranges = Ranges(pairs)

    assert list(ranges_of(json.loads(json.dumps(list(ranges))))) == list(ranges)


@given(st.lists(pair), st.integers(1, 5))
def test_what_is_popped_and_what_is_left_are_the_whole(pairs, most):
    ranges = Ranges(pairs)

    popped = ranges.pop_first(most)

    assert len(popped) <= most
    assert members(popped) | members(ranges) == members(pairs)
    assert not members(popped) & members(ranges)


@pytest.mark.parametrize(
    "told", [5, "1-2", [1, 2], [[1]], [[2, 1]], [[-1, 2]], [[1, 2.5]], [[0, 2**70]], [None]]
)
def test_what_is_no_list_of_ranges_is_refused(told):
    with pytest.raises(ValueError, match="range"):
        ranges_of(told)
