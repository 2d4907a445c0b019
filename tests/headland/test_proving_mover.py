"""The noun of the proving ground: what is true between knots, and what is said instead of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.reports import subject
from headland.proving.mover import Mover


def mover(**columns):
    """Three knots ten seconds apart, on the equator, going east."""
    given_ = {
        "kind": "vessel",
        "number": 235_000_001,
        "transponder": "A",
        "time_s": np.array([0.0, 10.0, 20.0]),
        "lat_deg": np.zeros(3),
        "lon_deg": np.array([179.9, -179.9, -179.8]),
        "alt_m": np.full(3, np.nan),
        "sog_mps": np.array([0.0, 10.0, 10.0]),
        "cog_deg": np.array([350.0, 10.0, 20.0]),
        "heading_deg": np.array([90.0, 90.0, 90.0]),
        "climb_mps": np.zeros(3),
        "on_ground": np.zeros(3, bool),
        "status": np.array([0, 1, 5]),
        "transmitting": np.array([True, False, True]),
        "squawk": np.full(3, -1),
    }
    return Mover(**given_ | columns)


def test_angles_turn_the_shorter_way_and_places_cross_the_date_line():
    told = mover().at(np.array([5.0]))

    assert told["cog_deg"] == pytest.approx(0.0, abs=1e-9)
    assert abs(told["lon_deg"][0]) == pytest.approx(180.0)
    assert told["sog_mps"] == pytest.approx(5.0)


def test_what_is_no_number_keeps_the_value_of_the_last_knot():
    told = mover().at(np.array([0.0, 9.9, 10.0, 20.0]))

    assert told["status"].tolist() == [0, 0, 1, 5]
    assert told["transmitting"].tolist() == [True, True, False, True]


def test_a_false_position_stands_until_the_next_true_knot_and_the_truth_elsewhere():
    false = np.array([np.nan, 51.0, np.nan])

    told = mover(said_lat_deg=false, said_lon_deg=false).at(np.array([5.0, 10.0, 19.0, 20.0]))

    assert told["said_lat_deg"].tolist() == [0.0, 51.0, 51.0, 0.0]
    assert told["lat_deg"].tolist() == [0.0] * 4


def test_an_unknown_uncertainty_is_claimed_by_steps():
    told = mover(said_epu_m=np.array([np.nan, np.inf, np.nan])).at(np.array([0.0, 5.0, 10.0, 15.0]))

    assert told["said_epu_m"].tolist()[2:] == [np.inf, np.inf]
    assert np.isnan(told["said_epu_m"][:2]).all()


@given(st.floats(0.0, 20.0))
def test_at_its_own_knots_a_mover_is_what_the_knots_say_and_between_them_between(time_s):
    told = mover().at(np.array([time_s]))

    assert min(mover().sog_mps) <= told["sog_mps"][0] <= max(mover().sog_mps)
    assert 0.0 <= told["cog_deg"][0] < 360.0


@pytest.mark.parametrize("time_s", [-0.1, 20.1])
def test_a_mover_is_not_there_before_its_first_knot_nor_after_its_last(time_s):
    with pytest.raises(ValueError, match="not there"):
        mover().at(np.array([time_s]))


@pytest.mark.parametrize(
    "columns",
    [{"time_s": np.array([0.0, 0.0, 1.0])}, {"lat_deg": np.zeros(2)}, {"time_s": np.array([1.0, 0.0, 2.0])}],
)
def test_knots_that_do_not_rise_or_do_not_match_are_refused(columns):
    with pytest.raises(ValueError, match="235000001"):
        mover(**columns)


def test_reports_will_name_it_by_the_number_that_it_sends():
    assert subject(mover().entity) == "mmsi:235000001"
    assert subject(mover(transponder="SAR", kind="aircraft", number=111_232_501).entity) == "mmsi:111232501"
    assert subject(mover(transponder="ADSB", kind="aircraft", number=0x400ABC).entity) == "icao24:400abc"
