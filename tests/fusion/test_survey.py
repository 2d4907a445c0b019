"""The counts of coverage laid open: where each cell lies, whose it is, and how far a station hears by bearing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from fusion.coverage import CELL_LAT_DEG, CELL_LON_DEG, Coverage, bands, cells
from fusion.survey import BANDS, HEARD_LEAST, band_m, by_station, middle_m, network, sectors

places = st.lists(
    st.tuples(st.floats(-89.9, 89.9), st.floats(-180.0, 179.99), st.integers(0, BANDS - 1)),
    min_size=1,
    max_size=20,
)
SITE = (50.6, -2.0)


@given(places, st.integers(1, 2**32 - 1))
def test_every_cell_is_told_where_it_lies_and_whose_it_is(asked, station):
    coverage = Coverage()
    lat, lon, band = (np.array(each) for each in zip(*asked, strict=True))
    key = cells(lat, lon, band)
    coverage.count(key, np.full(len(key), 3))
    coverage.count_stations(
        np.full(len(key), station, np.uint32), key, np.zeros(len(key), np.bool_), np.ones(len(key), np.int64)
    )

    whole, own = network(coverage), by_station(coverage)

    assert whole.heard.sum() == len(key)
    assert whole.due.sum() == 3 * len(key)
    assert cells(whole.lat_deg, whole.lon_deg, whole.band).tolist() == np.unique(key).tolist()
    assert (own.row.tolist(), own.col.tolist()) == (whole.row.tolist(), whole.col.tolist())
    assert set(own.station.tolist()) == {station}
    assert own.due.sum() == len(key)
    nearest = [
        np.min(np.abs(whole.lat_deg - a) / CELL_LAT_DEG + np.abs(whole.lon_deg - b) / CELL_LON_DEG)
        for a, b, _ in asked
    ]
    assert max(nearest) <= 1.0 + 1e-6


def test_bands_have_the_floors_and_tops_by_which_heights_are_sorted_into_them():
    every = np.arange(BANDS)
    floor_m, top_m = band_m(every)
    air = np.ones(BANDS - 1, np.bool_)

    assert np.isnan([floor_m[0], top_m[0], middle_m(every)[0]]).all()
    assert bands(floor_m[1:], air).tolist() == bands(middle_m(every)[1:], air).tolist() == every[1:].tolist()
    assert bands(np.nextafter(top_m[1:-1], 0.0), air[:-1]).tolist() == every[1:-1].tolist()
    assert top_m[-1] == np.inf


def test_sectors_tell_the_farthest_cell_heard_often_enough_and_all_that_was_due():
    coverage, geod = Coverage(), Geod(ellps="WGS84")
    bearings, away_m = np.array([45.0, 45.0, 225.0, 225.0]), np.array([20e3, 60e3, 30e3, 90e3])
    lon, lat, _ = geod.fwd(*np.full((2, 4), [[SITE[1]], [SITE[0]]]), bearings, away_m)
    key = cells(lat, lon, np.zeros(4, np.int64))
    for one, heard, due in zip(
        key, (1000, HEARD_LEAST, 500, HEARD_LEAST - 1), (1000, 50, 1000, 40), strict=True
    ):
        coverage.count_stations(
            np.full(due, 7, np.uint32), np.full(due, one), np.arange(due) < heard, np.ones(due, np.int64)
        )

    found = sectors(by_station(coverage), *SITE)

    at = np.flatnonzero(found.due)
    assert found.due[at].sum() == 2090
    assert found.heard[at].sum() == 1000 + 500 + 2 * HEARD_LEAST - 1
    reached = np.flatnonzero(found.farthest_m)
    assert set(reached.tolist()) <= {3, 4, 5, 21, 22, 23}
    assert found.farthest_m[3:6].max() == pytest.approx(60e3, abs=4500)
    assert found.farthest_m[21:24].max() == pytest.approx(30e3, abs=4500)
    # All but nine of 1,509 reports came from 30 km and nearer.
    assert found.nearly_all_m == pytest.approx(30e3, abs=4500)


def test_where_nothing_was_counted_nothing_is_told():
    found = sectors(by_station(Coverage()), *SITE)

    assert len(network(Coverage())) == 0
    assert (found.nearly_all_m, found.farthest_m.sum(), found.due.sum()) == (0.0, 0.0, 0)
