"""Stations whose clocks are wrong, or that send another day's traffic: noticed, told, and never let into the future."""

import numpy as np
import pytest
from nmea_lines import T0, encoded, frames

from feeds.decoder import SAID_EARLY, Decoder
from feeds.rejects import Rejects
from feeds.reports import Doubt
from geo.stations import StationNames

SHIP = encoded({"type": 1, "mmsi": 235012345, "lat": 50.5, "lon": -1.5, "speed": 10.0, "course": 90.0})[0]
NAME = encoded({"type": 24, "partno": 0, "mmsi": 235012345, "shipname": "ALPHA"})[0]


@pytest.fixture
def decoding():
    return Decoder(Rejects(), StationNames())


def test_a_station_is_told_by_how_far_and_how_often_its_stamps_are_off(decoding):
    ahead, behind, sound = (decoding.names.number(name) for name in ("ahead", "behind", "sound"))
    off_s = np.array([3600.0, 5.0, -86400.0, -90.0, 2.0, 7200.0])
    stations = [ahead, ahead, behind, behind, sound, ahead]

    said = decoding.step(frames([SHIP] * 6, T0 + off_s, stations, arrival_s=np.full(6, T0)))

    assert [bool(doubt & Doubt.TIME_SKEW) for doubt in said.reports.doubt] == [
        True,
        False,
        True,
        True,
        False,
        True,
    ]
    assert decoding.clocks.told() == {
        ahead: {"ahead": 2, "behind": 0, "most_ahead_s": 7200.0, "most_behind_s": 0.0, "last_s": 7200.0},
        behind: {"ahead": 0, "behind": 2, "most_ahead_s": 0.0, "most_behind_s": 86400.0, "last_s": -90.0},
    }


def test_a_recording_knows_no_arrival_and_nothing_in_it_is_off(decoding):
    decoding.step(frames([SHIP], T0))

    assert not decoding.clocks.told()


def test_a_name_from_the_future_is_refused_and_one_of_the_past_is_old_news(decoding):
    cliff = decoding.names.number("cliff")
    times = T0 + np.array([59.0, 61.0, 1e9, -1e6])

    said = decoding.step(frames([NAME] * 4, times, cliff, arrival_s=np.full(4, T0)))

    assert said.identities.time_s.tolist() == [T0 + 59.0, T0 - 1e6]
    assert decoding.rejects.by_station()["cliff"][SAID_EARLY] == {
        "count": 2,
        "samples": ["mmsi:235012345", "mmsi:235012345"],
    }


def test_what_is_known_of_clocks_outlives_a_restart(decoding):
    cliff = decoding.names.number("cliff")
    decoding.step(frames([SHIP], T0 - 3600.0, cliff, arrival_s=np.full(1, T0)))
    resumed = Decoder(Rejects(), StationNames())
    resumed.restore(decoding.state())

    resumed.step(frames([SHIP], T0 - 3600.0, cliff, arrival_s=np.full(1, T0)))

    assert resumed.clocks.told()[cliff]["behind"] == 2
