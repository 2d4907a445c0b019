"""What strangers can make fusion remember is bounded, and what is forgotten does not depend on cuts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.reports import Domain, Identities, entities
from fusion.cells import Tally
from fusion.identity import Names
from geo.stations import StationNames

DAY_S = 86400.0


def said(numbers, time_s, name="ALPHA"):
    n = len(numbers)
    return Identities.of(
        n,
        time_s=np.full(n, time_s),
        entity=entities(Domain.AIS, np.array(numbers, np.uint64)),
        name=np.full(n, name, "U34"),
    )


def test_a_name_unsaid_for_long_is_forgotten_and_one_said_again_is_kept():
    names = Names()
    names.add(said([1, 2], 0.0))
    names.settle(10.0, 7 * DAY_S)
    names.add(said([2], 5 * DAY_S, "BRAVO"))
    names.settle(6 * DAY_S, 7 * DAY_S)
    names.add(said([3], 8 * DAY_S))
    names.settle(9 * DAY_S, 7 * DAY_S)

    assert (names.settled.entity & np.uint64(255)).tolist() == [2, 3]
    assert names.settled.name.tolist() == ["BRAVO", "ALPHA"]


@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(0, 50), st.sampled_from(["", "A", "B"])), max_size=30),
    st.sets(st.integers(1, 50), max_size=6),
)
def test_settling_often_or_once_comes_to_the_same_names(told, settled_at):
    often, once = Names(), Names()
    for number, time_s, name in told:
        often.add(said([number], float(time_s), name))
        once.add(said([number], float(time_s), name))
    for before_s in sorted(settled_at):
        often.settle(float(before_s))
    often.settle(np.inf)
    once.settle(np.inf)

    for column, value in once.settled.columns().items():
        np.testing.assert_array_equal(getattr(often.settled, column), value, err_msg=column)


def test_cells_beyond_the_cap_cost_the_least_known_ones_their_place(monkeypatch):
    monkeypatch.setattr("fusion.cells.KEYS_MOST", 100)
    tally = Tally(2)
    busy = np.arange(50, dtype=np.int64)
    tally.add(busy, np.tile([40, -40], (50, 1)))

    for first in range(1000, 6000, 10):
        tally.add(np.arange(first, first + 10, dtype=np.int64), np.tile([1, 1], (10, 1)))
        tally.add(busy, np.tile([40, -40], (50, 1)))

    assert len(tally) <= 100
    assert (tally.sums(busy)[:, 0] >= 40).all()
    np.testing.assert_array_equal(tally.sums(busy)[:, 0], -tally.sums(busy)[:, 1])


def test_a_recording_that_makes_stations_up_is_given_so_many_and_no_more(monkeypatch):
    monkeypatch.setattr("geo.stations.STATIONS_MOST", 3)
    names = StationNames()
    numbers = [names.number(f"station-{number}") for number in range(3)]

    with pytest.raises(ValueError, match="more than 3 stations"):
        names.number("station-3")
    assert names.number("station-1") == numbers[1]
