"""Daylight: the sun's elevation held against an almanac's rising, setting and noon."""

import numpy as np
import pytest

from geo.sun import elevation_deg

LONDON, EQUATOR = (51.5, -0.117), (0.0, 0.0)


def at(when, place):
    time_s = np.array([np.datetime64(when).astype("datetime64[s]").astype(np.float64)])
    return float(elevation_deg(time_s, np.array([place[0]]), np.array([place[1]]))[0])


@pytest.mark.parametrize(
    "when", ["2024-06-20T20:21", "2024-03-20T06:03", "2024-12-21T15:53", "2024-12-21T08:04"]
)
def test_the_sun_rises_and_sets_over_london_to_the_minute(when):
    """H.M. Nautical Almanac Office's minutes: at rising and setting the centre stands 50 minutes of arc below."""
    assert at(when, LONDON) == pytest.approx(-0.833, abs=0.25)


def test_the_sun_stands_over_the_equator_at_noon_of_an_equinox():
    assert at("2024-03-20T12:07", EQUATOR) == pytest.approx(90.0, abs=0.5)


def test_at_midnight_it_is_dark_and_in_the_arctic_summer_it_is_not():
    assert at("2024-06-20T00:00", LONDON) < -14.0
    assert at("2024-06-20T00:00", (70.0, 20.0)) > 0.0
    assert np.isnan(elevation_deg(np.array([0.0]), np.array([np.nan]), np.array([0.0])))[0]
