from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nmea_lines import decoded, encoded, frames, recorded

from feeds.ais.senders import BY_MILLION, MAY_SEND, may_send, message_doubts
from feeds.mmsi import ISSUED, form_doubts, is_issued
from feeds.reports import NUMBER_MASK, Doubt

SENDERS = {
    "ship": 235012345,
    "handheld": 823512345,
    "craft of a ship": 982351234,
    "coast station": 2320001,
    "aircraft": 111232511,
    "SART": 970123456,
    "man overboard": 972123456,
    "EPIRB": 974123456,
    "aid to navigation": 992351234,
    "group": 23512345,
}
# Position reports each may send (ITU-R M.1371-5, M.585-9), written out once more by hand.
MAY = {
    "ship": {1, 2, 3, 11, 18, 19, 27},
    "handheld": {1, 2, 3, 11, 18, 19, 27},
    "craft of a ship": {1, 2, 3, 11, 18, 19, 27},
    "coast station": {4},
    "aircraft": {9, 11},
    "SART": {1},
    "man overboard": {1},
    "EPIRB": {1},
    "aid to navigation": {21, 28},
    "group": set(),
}


@pytest.mark.parametrize("who", SENDERS)
def test_a_position_that_such_a_station_does_not_send_is_doubted(who: str) -> None:
    kinds = np.array([1, 2, 3, 4, 9, 11, 18, 19, 21, 27, 28])

    doubted = message_doubts(np.full(len(kinds), SENDERS[who]), kinds)

    assert set(kinds[doubted == 0].tolist()) == MAY[who]
    assert set(doubted.tolist()) <= {0, int(Doubt.IDENTITY_MESSAGE)}


def test_a_number_of_no_form_is_doubted_for_its_form_alone() -> None:
    lines = [
        encoded({"type": 1, "mmsi": mmsi, "lat": 50, "lon": -1})[0] for mmsi in (123456789, 0, 912190065)
    ]

    assert set(decoded([frames(lines)])[0].reports.doubt.tolist()) == {int(Doubt.IDENTITY_FORM)}


@pytest.mark.recording
def test_a_coastal_network_is_doubted_in_few_and_known_cases(recordings: Path) -> None:
    reports = decoded([recorded(recordings / "ais" / "aislib_stream_example_2010-06-11.txt")])[0].reports
    mismatched = (reports.doubt & int(Doubt.IDENTITY_MESSAGE)) > 0

    who = Counter(f"{int(e & np.uint64(NUMBER_MASK)):09d}"[:2] for e in reports.entity[mismatched])

    # One aid that reports as a class A ship makes half of it; coast stations speaking for aids, the rest.
    assert (who["99"], who.total(), len(reports)) == (24, 50, 3155)


any_number = st.one_of(
    st.integers(0, (1 << 30) - 1),
    st.builds(
        lambda head, rest: int(f"{head}{rest:09d}"[:9]),
        st.sampled_from(
            ["235", "0235", "00235", "111235", "8235", "970", "972", "974", "98235", "99235", "299"]
        ),
        st.integers(0, 999_999_999),
    ),
)


@given(any_number, st.integers(0, 63))
@example(200_000_000, 1)
@example(800_000_000, 1)
@example(1_000_000_000, 1)
def test_one_number_is_judged_as_all_of_a_column_are(mmsi: int, kind: int) -> None:
    assert is_issued(mmsi, ISSUED) == (form_doubts([mmsi])[0] == 0)
    assert may_send(mmsi, kind, BY_MILLION, MAY_SEND) == (
        message_doubts(np.array([mmsi]), np.array([kind]))[0] == 0
    )
