"""How many entities a station may name: the plain rule, kept in columns, whatever the cuts of the stream."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nmea_lines import T0, encoded, frames

from feeds.crowds import FORGET_S, Crowd
from feeds.decoder import TOO_MANY_ENTITIES, Decoder
from feeds.parameters import ENTITIES_PER_STATION
from feeds.rejects import Rejects
from feeds.reports import Domain, Said, entities
from geo.kept import MismatchError
from geo.stations import StationNames

MOST = 3
rows = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 2**32 - 1]),
        st.sampled_from([Domain.AIS, Domain.ICAO, Domain.NON_ICAO]),
        st.integers(0, 5),
        st.sampled_from([0.0, 60.0, FORGET_S, 2.5 * FORGET_S, np.nan, -1.0, 1e12]),
    ),
    max_size=40,
)


def plainly(told, most):
    """Row by row: who is known stands, who is new stands while there is room; a turn of the clock makes room."""
    known: dict = {}
    period, now_s, stood = 0, 0.0, []
    for station, domain, number, step_s in told:
        if 0 <= step_s < 1e9:
            now_s += step_s
            if now_s // FORGET_S > period:
                period = now_s // FORGET_S
                known = {who: heard for who, heard in known.items() if heard >= period - 1}
        who = station, domain, number
        room = sum(each[0] == station for each in known) < most
        stood.append(who in known or room)
        if stood[-1]:
            known[who] = period
    return stood


def columns(told):
    clock_s, now_s = [], 0.0
    for row in told:
        sound = 0 <= row[3] < 1e9
        now_s += row[3] if sound else 0.0
        clock_s.append(now_s if sound else row[3])
    station = np.array([row[0] for row in told], np.uint32)
    entity = np.array([int(entities(row[1], row[2])) for row in told], np.uint64)
    return station, entity, np.array(clock_s, np.float64)


@given(rows, st.lists(st.integers(0, 40), max_size=12), st.booleans())
def test_however_the_stream_is_cut_each_station_may_name_as_many_as_the_plain_rule_lets_it(told, cuts, asked):
    station, entity, clock_s = columns(told)
    ends = sorted({min(cut, len(told)) for cut in cuts})
    crowd, stood = Crowd(), []
    for first, last in zip([0, *ends], [*ends, len(told)], strict=True):
        kept = Crowd()
        kept.restore(crowd.state())
        crowd = kept
        part = station[first:last], entity[first:last], clock_s[first:last]
        known = asked and crowd.knows(*part)
        stood += [True] * (last - first) if known else crowd.admitted(*part, MOST).tolist()

    assert stood == plainly(told, MOST)
    assert len(crowd) <= MOST * 3


def test_a_station_is_known_to_name_what_it_named_in_these_hours_and_nothing_else():
    crowd, where = Crowd(), np.array([1, 1], np.uint32)
    crowd.admitted(where, entities(Domain.AIS, [5, 6]), np.full(2, 60.0), MOST)

    assert crowd.knows(where, entities(Domain.AIS, [6, 5]), np.array([np.nan, 90.0]))
    assert not crowd.knows(where, entities(Domain.AIS, [6, 7]), np.full(2, 90.0))
    assert not crowd.knows(where + np.uint32(1), entities(Domain.AIS, [6, 5]), np.full(2, 90.0))
    assert not crowd.knows(where, entities(Domain.AIS, [6, 5]), np.array([90.0, FORGET_S]))


def ships(count, first=235_000_000):
    return [
        encoded({"type": 1, "mmsi": first + k, "lat": 50.5, "lon": -1.5, "speed": 9.0, "course": 90.0})[0]
        for k in range(count)
    ]


def decoder(most):
    names = StationNames()
    return Decoder(Rejects(), names, entities_per_station=most), names.number("cliff"), names.number("pier")


def test_a_station_that_makes_ships_up_fills_its_own_room_and_nobody_elses():
    decoding, cliff, pier = decoder(20)
    honest = frames(ships(15, 257_000_000), stations=pier)

    before = decoding.step(frames(ships(5, 244_000_000), stations=cliff))
    flood = decoding.step(frames(ships(200), stations=cliff))
    after = decoding.step(frames(ships(5, 244_000_000), stations=cliff))

    assert (len(before.reports), len(flood.reports), len(after.reports)) == (5, 15, 5)
    assert len(decoding.step(honest).reports) == 15
    assert decoding.rejects.by_station() == {
        "cliff": {
            TOO_MANY_ENTITIES: {
                "count": 185,
                "samples": ["mmsi:235000015", "mmsi:235000016", "mmsi:235000017"],
            }
        }
    }


def test_names_are_held_to_the_same_number_apart():
    decoding, cliff, _ = decoder(4)
    named = [
        encoded({"type": 24, "partno": 0, "mmsi": 235_000_000 + k, "shipname": f"SHIP {k}"})[0]
        for k in range(9)
    ]

    said = Said.concat([decoding.step(frames([line], stations=cliff)) for line in (*named, *ships(9))])

    assert (len(said.identities), len(said.reports)) == (4, 4)
    assert decoding.rejects.by_reason()[TOO_MANY_ENTITIES]["count"] == 10


def test_six_hours_later_there_is_room_again():
    decoding, cliff, _ = decoder(10)
    decoding.step(frames(ships(10), stations=cliff))

    soon = decoding.step(frames(ships(10, 244_000_000), T0 + 3600.0, cliff))
    later = decoding.step(frames(ships(10, 244_000_000), T0 + 2 * FORGET_S, cliff))

    assert (len(soon.reports), len(later.reports)) == (0, 10)


def test_the_number_may_be_changed_and_is_kept_with_the_rest():
    decoding, cliff, _ = decoder(10)
    decoding.retune(60.0, 12)

    assert len(decoding.step(frames(ships(20), stations=cliff)).reports) == 12
    resumed, _, _ = decoder(12)
    resumed.restore(decoding.state())
    assert len(resumed.step(frames(ships(20), stations=cliff)).reports) == 12
    with pytest.raises(MismatchError, match=r"feeds\.entities_per_station was 12 and is 20000"):
        decoder(ENTITIES_PER_STATION)[0].restore(decoding.state())
