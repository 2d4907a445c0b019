"""Refusals counted in columns are those counted one by one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from feeds.rejects import Rejects
from feeds.tally import Refused, tally

REASONS = ("bad checksum", "not AIS", "payload too long")
refusals = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(1, 4)), max_size=200)


@given(refusals)
def test_a_flood_is_told_as_if_each_row_had_been_added_by_itself(told):
    by_columns, one_by_one = Rejects(), Rejects()
    columns = np.array(told, np.int64).reshape(-1, 3).T

    tally(by_columns, Refused(*columns), REASONS, "station-{}".format, lambda row: b"row %d" % row)
    for row, (reason, station, count) in enumerate(told):
        one_by_one.add(REASONS[reason], b"row %d" % row, f"station-{station}", count)

    assert by_columns.by_reason() == one_by_one.by_reason()
    assert by_columns.by_station() == one_by_one.by_station()
