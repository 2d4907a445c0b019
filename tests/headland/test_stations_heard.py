"""Stations that fall silent: one by one, or together."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from nmea_lines import encoded, frames

from feeds.decoder import Decoder
from feeds.health import health_of
from feeds.rejects import Rejects
from geo.stations import StationNames
from headland.stations_heard import SILENT_S, TOGETHER, TOGETHER_S, StationsHeard


def heard(*times_s: float) -> StationsHeard:
    stations = StationsHeard()
    stations.learn({"id": f"s{number}", "heard_s": time_s} for number, time_s in enumerate(times_s))
    return stations


def test_three_that_fall_silent_within_a_minute_are_lost_together():
    stations = heard(1000.0, 1020.0, 1050.0, 1500.0)

    assert stations.lost_together(1050.0 + SILENT_S) == []
    assert stations.lost_together(1051.0 + SILENT_S) == ["s0", "s1", "s2"]


def test_it_is_over_when_they_are_heard_again():
    stations = heard(1000.0, 1000.0, 1000.0)
    stations.learn([{"id": "s1", "heard_s": 2000.0}])

    assert stations.lost_together(2000.0) == []


def test_stations_that_go_one_by_one_are_not_lost_together():
    assert heard(1000.0, 1200.0, 1400.0, 1600.0).lost_together(9000.0) == []


@given(st.lists(st.floats(0, 5000), max_size=12), st.floats(0, 6000))
def test_who_is_lost_is_silent_and_of_enough_company(times_s, now_s):
    lost = heard(*times_s).lost_together(now_s)

    assert not lost or len(lost) >= TOGETHER
    silent = {f"s{n}": time_s for n, time_s in enumerate(times_s) if now_s - time_s > SILENT_S}
    assert silent.keys() >= set(lost)
    last_words = sorted(silent[station] for station in lost)
    assert all(b - a <= TOGETHER_S for a, b in pairwise(last_words))


def test_the_page_tells_what_a_station_had_refused_and_how_often_its_clock_was_off():
    decoder, stations = Decoder(Rejects(), StationNames()), StationsHeard()
    cliff, pier = decoder.names.number("cliff"), decoder.names.number("pier")
    ship = encoded({"type": 1, "mmsi": 235012345, "lat": 50.5, "lon": -1.5, "speed": 10.0, "course": 90.0})[0]
    heard_s = np.array([5000.0, 900.0, 1000.0, 1000.0])
    decoder.step(
        frames(
            [ship, ship, b"!AIVDM,broken", ship],
            heard_s,
            [cliff, cliff, cliff, pier],
            arrival_s=np.full(4, 1000.0),
        )
    )
    for name in ("cliff", "pier"):
        line = health_of(b'{"uptime_s": 1}', name, 1000.0, decoder.names, decoder.rejects)
        stations.hear(line, decoder.names, decoder.faults_of)

    rows = {row["id"]: row for row in stations.shown(1001.0)}

    assert rows["cliff"]["note"] == "1 refused, 2 with a wrong time"
    assert "note" not in rows["pier"]
    assert not {"refused", "doubted", "heard_s"} & rows["cliff"].keys()
