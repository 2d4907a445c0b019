"""Payloads of AIS-catcher's objects read in columns say what the same objects say one by one."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from nmea_lines import T0, encoded

from feeds.aiscatcher.plain import plain_frames
from feeds.aiscatcher.sentences import Messages
from feeds.foreign import frames_of_aiscatcher
from feeds.format import Reading
from feeds.rejects import Rejects
from geo.stations import StationNames
from hardware.frames import Frames

SHIP = encoded({"type": 1, "mmsi": 235012345})[0].decode()
TWO = [line.decode() for line in encoded({"type": 5, "mmsi": 235012345, "shipname": "ALPHA"}, seq_id=3)]

sound = st.fixed_dictionaries(
    {
        "device": st.sampled_from(["AIS-catcher", "dAISy-catcher"]),
        "rxuxtime": st.one_of(st.integers(int(T0), int(T0) + 9), st.floats(T0, T0 + 9)),
        "nmea": st.sampled_from([[SHIP], TWO]),
    },
    optional={
        "signalpower": st.sampled_from([-31.2, 4, None, 1e9, "loud"]),
        "station": st.just("impostor"),
        "toa": st.none(),
        "mmsi": st.just(235012345),
    },
)
odd = st.fixed_dictionaries(
    {},
    optional={
        "rxuxtime": st.sampled_from([0, -1, 17, True, "1795340983", None, 1e300, T0]),
        "rxtime": st.just("20261122213704"),
        "toa": st.sampled_from([T0, 0, True, None]),
        "nmea": st.sampled_from(
            [[], [SHIP] * 10, SHIP, None, [1], [SHIP, " " + SHIP], [SHIP + " "], ["junk"], ["!AIVDM,é"], [SHIP + "\n"]]
        ),
        "type": st.just(1),
        "mmsi": st.just(235012345),
    },
)  # fmt: skip


def one_by_one(told: list[dict[str, Any]], arrival_s: float, reading: Reading) -> Frames:
    messages = Messages(reading, believe_station=False)
    for each in told:
        messages.add(each)
    frames = messages.taken()
    return frames.replaced(arrival_s=np.full(len(frames), arrival_s))


def reading(station: str) -> Reading:
    return Reading(StationNames(), Rejects(), start_s=T0, station=station)


def same(ours: Frames, theirs: Frames) -> None:
    for name, column in ours.columns().items():
        if name != "payload":
            np.testing.assert_array_equal(column, getattr(theirs, name), err_msg=name)
    np.testing.assert_array_equal(ours.payload.offsets, theirs.payload.offsets)
    np.testing.assert_array_equal(ours.payload.values, theirs.payload.values)


@given(st.lists(sound, min_size=1, max_size=9))
def test_sound_objects_are_read_in_columns_and_say_the_same(told: list[dict[str, Any]]) -> None:
    mine, other = reading("quay"), reading("quay")

    plain = plain_frames(told, T0 + 5, mine)

    assert plain is not None
    same(plain, one_by_one(told, T0 + 5, other))
    assert mine.names.known() == other.names.known()


@given(st.lists(st.one_of(sound, st.builds(dict.__or__, sound, odd), odd), max_size=6))
@settings(max_examples=300)
def test_whatever_objects_come_they_say_the_same_together_as_one_by_one(told: list[dict[str, Any]]) -> None:
    payload = b"\n".join(json.dumps(each).encode() for each in told)
    mine, other = reading("quay"), reading("quay")

    same(frames_of_aiscatcher(payload, T0 + 5, mine), one_by_one(told, T0 + 5, other))

    assert mine.rejects.by_reason() == other.rejects.by_reason()
